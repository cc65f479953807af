"""A run outlives its backend processes, whatever they do, and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from losslint.dryrun import runner
from losslint.dryrun.backend_process import backend_command
from losslint.dryrun.devices import AbsentDeviceError, UnknownDeviceError
from losslint.dryrun.records import DialectName, Job, SourceLocation, Verdict

pytest.importorskip("numpy")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

_BACKEND = str(Path(__file__).with_name("fake_backend.py"))


def _command(dialect: DialectName) -> Sequence[str]:
    return (sys.executable, _BACKEND)


def _jobs(*names: str, dialect: DialectName = "keras") -> list[Job]:
    return [Job(name, dialect, {}) for name in names]


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _all_gone(pids: Path, seconds: float = 5.0) -> bool:
    numbers = [int(word) for word in pids.read_text().split()]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(_alive(pid) for pid in numbers):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def pids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "pids"
    monkeypatch.setenv("FAKE_PIDS", str(path))
    return path


def test_every_death_is_a_verdict_and_the_others_go_on(pids: Path) -> None:
    names = ("a", "crash", "b", "kill", "abort", "c", "memory", "raise", "noise", "d")
    seen: list[tuple[str, int]] = []

    def note(verdict: Verdict, expected: int) -> None:
        seen.append((verdict.name, expected))

    found = runner.run(_jobs(*names), "cpu", 20.0, note, _command).verdicts
    assert [verdict.name for verdict in found] == list(names)
    assert seen == [(name, len(names)) for name in names]
    problems = {verdict.name: verdict.problem for verdict in found}
    assert problems["crash"] == "the process ended with status 7: the kernel is not supported"
    assert problems["kill"] is not None
    assert "SIGKILL, most likely because memory ran out" in problems["kill"]
    assert problems["abort"] is not None
    assert "SIGABRT" in problems["abort"]
    assert problems["memory"] is not None
    assert "MemoryError" in problems["memory"]
    assert problems["raise"] == "ValueError: first line second line"
    assert all(verdict.ok for verdict in found if verdict.name in ("a", "b", "c", "noise", "d"))


def _places(*params: str) -> dict[str, SourceLocation]:
    return {name: SourceLocation("m.yaml", row, 3) for row, name in enumerate(params, start=2)}


def test_a_failure_is_laid_on_the_parameter_that_it_comes_from() -> None:
    params = {"a": 1, "stone": 2}
    job = Job(
        "a", "keras", params, location=SourceLocation("m.yaml", 1, 1), places=_places(*params)
    )
    (found,) = runner.run([job], "cpu", 20.0, command=_command).verdicts
    assert found.location == SourceLocation("m.yaml", 3, 3)
    assert found.problem == "ValueError: stumbled; it computes without stone"
    assert found.params == params


def test_a_trial_that_ends_the_process_costs_nothing_but_itself() -> None:
    entry, params = SourceLocation("m.yaml", 1, 1), {"stone": 1, "crutch": False}
    job = Job("a", "keras", params, location=entry, places=_places(*params))
    seen: list[str] = []
    found = runner.run(
        [job, *_jobs("b")], "cpu", 20.0, lambda verdict, _: seen.append(verdict.name), _command
    ).verdicts
    assert (found[0].problem, found[0].location) == ("ValueError: stumbled", entry)
    assert [verdict.ok for verdict in found] == [False, True]
    assert seen == ["a", "b"]


@pytest.mark.slow
def test_a_hang_is_stopped_with_all_that_it_started(pids: Path) -> None:
    """It would go on for ten minutes: that the next job has run shows that nobody waited."""
    order: list[str] = []
    found = runner.run(
        _jobs("a", "hang", "b"), "cpu", 1.0, lambda verdict, _: order.append(verdict.name), _command
    ).verdicts
    assert order == ["a", "hang", "b"]
    assert [verdict.ok for verdict in found] == [True, False, True]
    assert found[1].problem == "no answer within 1 s: the process was stopped"
    assert found[1].runtime == "fake 1.0"
    assert found[1].seconds >= 1.0
    assert _all_gone(pids)


@pytest.mark.slow
def test_a_framework_that_hangs_while_it_starts_is_stopped(
    pids: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_SLOW", "1")
    found = runner.run(_jobs("a", "b"), "cpu", 0.5, command=_command).verdicts
    problem = "the framework did not start: no answer within 2.5 s: the process was stopped"
    assert [verdict.problem for verdict in found] == [problem, problem]
    assert _all_gone(pids)


def test_backends_run_side_by_side_and_the_order_is_the_jobs() -> None:
    jobs = [
        *_jobs("a"),
        *_jobs("b", dialect="netspresso"),
        *_jobs("c"),
        *_jobs("crash", dialect="netspresso"),
    ]
    found = runner.run(jobs, "cpu", 20.0, command=_command).verdicts
    assert [verdict.name for verdict in found] == ["a", "b", "c", "crash"]


@pytest.mark.parametrize(
    ("wanted", "devices"),
    [
        ("auto", ["cuda:0"]),
        ("cuda", ["cuda:0"]),
        ("cuda:0", ["cuda:0"]),
        ("cpu", ["cpu"]),
        ("all", ["cuda:0", "cpu"]),
    ],
)
def test_devices(wanted: str, devices: list[str]) -> None:
    found = runner.run(_jobs("a", "b"), wanted, 20.0, command=_command).verdicts
    assert [verdict.device for verdict in found] == devices * 2
    assert [verdict.name for verdict in found] == ["a"] * len(devices) + ["b"] * len(devices)
    assert found[0].device_name == ("cpu" if devices[0] == "cpu" else "Fake GPU")


def test_an_absent_device_is_an_error_with_those_present() -> None:
    with pytest.raises(AbsentDeviceError, match=r"cuda:3 is not there; present: fake 1\.0: cuda:0"):
        runner.run(_jobs("a"), "cuda:3", command=_command)
    with pytest.raises(UnknownDeviceError, match="gpu: choose auto"):
        runner.run(_jobs("a"), "gpu", command=_command)


def test_a_missing_framework_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_MISSING", "1")
    outcome = runner.run(_jobs("a", "b"), command=_command)
    assert outcome.missing == ["fake: pip install 'losslint[fake]'"]
    assert [verdict.problem for verdict in outcome.verdicts] == outcome.missing * 2


def test_a_child_that_never_starts_costs_all_its_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_DEAD", "1")
    found = runner.run(_jobs("a", "b"), command=_command).verdicts
    assert [verdict.ok for verdict in found] == [False, False]
    assert found[0].problem is not None
    assert "libfake.so" in found[0].problem
    assert "did not start in 3 tries" in found[0].problem
    gone = runner.run(_jobs("a"), command=lambda dialect: ("/no/such/python",)).verdicts
    assert gone[0].problem is not None
    assert "cannot be started" in gone[0].problem


@pytest.mark.parametrize(("kills", "is_ok"), [(1, True), (2, True), (3, False)])
def test_a_child_that_is_killed_at_its_start_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int, is_ok: bool
) -> None:
    path = tmp_path / "kills"
    path.write_text("now\n" * kills)
    monkeypatch.setenv("FAKE_KILLS", str(path))
    found = runner.run(_jobs("a", "b"), "cpu", 20.0, command=_command).verdicts
    assert [verdict.ok for verdict in found] == [is_ok] * 2
    if not is_ok:
        assert found[0].problem is not None
        assert "in 3 tries: the process was killed by SIGKILL" in found[0].problem


@pytest.mark.slow
def test_starts_are_counted_in_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each loss that ends its process may cost a start that fails, and the others still run."""
    path = tmp_path / "kills"
    monkeypatch.setenv("FAKE_KILLS", str(path))
    path.write_text("now\nnow\n")

    def kill_again(verdict: Verdict, _: int) -> None:
        if verdict.name == "crash":
            path.write_text("now\nnow\n")

    names = ("crash", "a", "crash", "b")
    found = runner.run(_jobs(*names), "cpu", 20.0, kill_again, _command).verdicts
    assert [verdict.ok for verdict in found] == [False, True, False, True]


_HANGING_PARENT = """
import sys
from losslint.dryrun import runner
from losslint.dryrun.records import Job
command = (sys.executable, sys.argv[1])
runner.run([Job("hang", "keras", {})], "cpu", 600.0, command=lambda dialect: command)
"""


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_parent_goes(pids: Path, blow: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _HANGING_PARENT, _BACKEND], stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 20.0
    while not pids.exists() or not pids.read_text().endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    parent.send_signal(blow)
    parent.wait(10.0)
    child, helper = (int(word) for word in pids.read_text().split())
    try:
        if blow == signal.SIGINT:
            assert _all_gone(pids)
        else:
            # Killed from outside, the parent cannot clean up; the child notices by itself.
            deadline = time.monotonic() + 5.0
            while _alive(child) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not _alive(child)
    finally:
        if _alive(helper):
            os.kill(helper, signal.SIGKILL)


def test_the_working_directory_does_not_shadow_a_framework(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "ran"
    for name in ("numpy", "keras", "torch", "tensorflow", "losslint"):
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    program, flag, boot, *arguments = backend_command("keras")
    probe = boot.rpartition("from losslint")[0] + "import numpy; print(numpy.__file__)"
    shown = subprocess.run(
        [program, flag, probe, *arguments], capture_output=True, text=True, check=True
    )
    assert "site-packages" in shown.stdout
    assert not marker.exists()
