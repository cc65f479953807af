"""The same findings, in the same order, with and without the cache and however many work."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import losslint
from losslint.diagnostics import Diagnostic, Edit, Fix, Related, Span
from losslint.files.cache_folder import clean
from losslint.files.discovery import FoundFile
from losslint.linter.cache_keys import open_cache
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.parallel import LOST, FileBatch, WorkerPool, outcomes
from losslint.linter.runner import Linter
from losslint.linter.serialize import pack, unpack
from losslint.settings.model import Overrides
from tests.command import losslint as run_losslint

ROOT = Path(__file__).parent.parent
BROKEN = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: '1'\n"
SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
SUPPRESSED = BROKEN.replace("'1'", "'1'  # losslint: ignore[LL211]")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every kind of file, a cache of its own, and settings."""
    folder = tmp_path / "project"
    for copy in range(6):
        shutil.copytree(ROOT / "fixtures", folder / f"copy{copy}")
        (folder / f"copy{copy}" / "none.yaml").write_text("key: value\n")
    (folder / "wide.yaml").write_bytes(BROKEN.encode("utf-16"))
    (folder / "suppressed.yaml").write_text(SUPPRESSED + "#  losslint: ignore[LL999]\n")
    (folder / "broken.yaml").write_text(BROKEN + "  [\n")
    (folder / "bytes.yaml").write_bytes(BROKEN.encode() + b"\xff\n")
    (folder / "archive.keras").write_bytes(b"no archive")
    (folder / "losslint.toml").write_text('[per-file-ignores]\n"copy1/" = ["LL1"]\n')
    (folder / "copy2" / "losslint.toml").write_text('target = ["netspresso=0.2.0"]\n')
    monkeypatch.setenv("LOSSLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    return folder


def check(*options: str) -> tuple[int, bytes]:
    done = run_losslint("check", "--format", "json", *options)
    assert done.stderr == b""
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_cache_and_jobs_change_nothing() -> None:
    plain = check("--no-cache", "--jobs", "1")
    assert plain[0] == 1
    assert plain[1].count(b'"code"') > 50
    for options in (
        ("--no-cache", "--jobs", "2"),
        ("--no-cache", "--jobs", "5"),
        ("--no-cache",),
        ("--jobs", "3"),
        (),
        ("--jobs", "1"),
        ("--jobs", "3"),
    ):
        assert check(*options) == plain, options


def collected(linter: Linter, jobs: int) -> list[FileOutcome]:
    files = (FoundFile(str(path)) for path in sorted(Path().rglob("*.yaml")))
    found = list(outcomes(linter, files, jobs))
    assert not any(each.problem for each in found)
    return found


@pytest.mark.usefixtures("project")
def test_a_remembered_outcome_is_the_same_object_by_value() -> None:
    fresh = collected(Linter(Overrides()), 1)
    for jobs in (1, 2):
        cache = open_cache()
        assert cache is not None
        assert collected(Linter(Overrides(), cache), jobs) == fresh
        assert cache.save() is None
        assert collected(Linter(Overrides(), open_cache()), jobs) == fresh
        clean()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("forks", [True, False])
def test_every_kind_of_process_gives_the_same_answers(forks: bool) -> None:
    linter = Linter(Overrides())
    steps = (linter.load(FoundFile(str(path))) for path in sorted(Path().rglob("*.yaml")))
    works = tuple(step for step in steps if isinstance(step, LoadedFile))[:40]
    here = [linter.lint(work)._replace(source=None, checked=None) for work in works]
    pool = WorkerPool(linter, 2, forks=forks)
    batches = [pool.handed(FileBatch(part)) for part in (works[:3], works[3:], works[:1])]
    answers = [answer for each in batches if each.results for answer in each.results.result()]
    pool.close()
    assert answers == [*here, here[0]]


def numbered(folder: Path, count: int, poison: int) -> list[FoundFile]:
    """So many files with a finding each; one of them holds the word `poison`."""
    for index in range(count):
        text = BROKEN + ("# poison\n" if index == poison else "")
        (folder / f"{index:03}.yaml").write_text(text)
    return [FoundFile(str(folder / f"{index:03}.yaml")) for index in range(count)]


def poisoned(linter: Linter, act: Callable[[], None]) -> Linter:
    """A linter that acts where it meets the word `poison`."""
    lint = linter.lint_or_raise

    def instead(file: LoadedFile) -> FileOutcome:
        if b"poison" in file.content.raw:
            act()
        return lint(file)

    linter.lint_or_raise = instead  # type: ignore[method-assign]
    return linter


def raise_on_purpose() -> None:
    raise ValueError("on purpose")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_mistake_of_ours_costs_one_file(jobs: int, tmp_path: Path) -> None:
    files = numbered(tmp_path, 60, poison=30)
    found = list(outcomes(poisoned(Linter(Overrides()), raise_on_purpose), files, jobs))
    failures = [each for each in found if each.problem]
    assert [found.index(each) for each in failures] == [30]
    assert failures[0].problem.startswith(f"{files[30].path}: internal error: ValueError: on purp")
    assert sum(not each.problem for each in found) == 59


def test_a_killed_process_costs_what_it_had(tmp_path: Path) -> None:
    parent = os.getpid()

    def die() -> None:
        assert os.getpid() != parent
        os.kill(os.getpid(), signal.SIGKILL)

    files = numbered(tmp_path, 600, poison=30)
    found = list(outcomes(poisoned(Linter(Overrides()), die), files, 2))
    assert len(found) == 600
    assert found[30] is LOST
    whole = [at for at, each in enumerate(found) if not each.problem]
    assert all(each.diagnostics for each in found if not each.problem)
    # What was handed over when it was killed is lost, the rest of the run is not.
    assert len(whole) > 300
    assert multiprocessing.active_children() == []


def command(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "losslint", "check", "-f", "concise", "--jobs", "2", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )


@pytest.mark.slow
def test_ctrl_c_ends_a_run_with_a_sentence(tmp_path: Path) -> None:
    numbered(tmp_path, 3000, poison=-1)
    process = command(tmp_path, "--no-cache")
    assert process.stdout is not None
    first = process.stdout.readline()
    # As a terminal does: to every process of the run.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, err) == (2, b"losslint: interrupted\n")
    lines = (first + out).splitlines()
    assert lines[0].startswith(b"000.yaml:4:15: LL211")
    # The last one may have been cut within.
    assert [line for line in lines[:-1] if b": LL211 " not in line] == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_processes_end_with_the_one_that_asks(tmp_path: Path) -> None:
    numbered(tmp_path, 3000, poison=-1)
    process = command(tmp_path, "--no-cache")
    assert process.stdout is not None
    process.stdout.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 2
    process.kill()
    process.communicate()
    for _ in range(600):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            return
        time.sleep(0.1)
    pytest.fail("a process outlives the run that it works for")


def test_the_order_is_that_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(400):
        (tmp_path / f"{index:03}.yaml").write_text(BROKEN if index % 7 == 0 else "key: 1\n")
    monkeypatch.chdir(tmp_path)
    names = [f"{index:03}.yaml" for index in range(400)]
    assert [o.path for o in collected(Linter(Overrides()), 4)] == names


def replace_unseen(path: Path, text: str) -> None:
    """Another text of the same length under the same time stamp."""
    status = path.stat()
    assert len(text) == status.st_size
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_lying_time_stamp_deceives_nobody(project: Path) -> None:
    for each in project.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    file = project / "model.yaml"
    file.write_text(SOUND.replace("~", "~  "))
    assert check() == (0, b"[]\n")
    replace_unseen(file, BROKEN)
    assert check()[0] == 1
    (project / "losslint.toml").write_text('ignore = ["LL211"]\n')
    assert check()[0] == 0
    (project / "losslint.toml").write_text('ignore = ["LL210"]\n')
    assert check()[0] == 1
    assert check("--ignore", "LL2")[0] == 0
    assert check()[0] == 1


def test_a_neighbour_that_changes_is_seen(project: Path) -> None:
    for each in project.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    (project / "model.yaml").write_text(SOUND.replace("model:", "model:\n  task: classification"))
    (project / "training.yaml").write_text("training:\n  epochs: 3\n")
    assert check() == (0, b"[]\n")
    assert check() == (0, b"[]\n")
    (project / "training.yaml").write_text(SOUND + "training:\n  epochs: 3\n")
    assert b"LL502" in check()[1]


@pytest.mark.slow
def test_code_that_changes_is_seen(project: Path, tmp_path: Path) -> None:
    """The same version, the same size, the same time: a rule says something else."""
    copy = tmp_path / "code"
    package = Path(losslint.__file__).parent
    shutil.copytree(package, copy / "losslint", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}

    def severities() -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "losslint", "check", "-f", "json", str(project / "wide.yaml")],
            capture_output=True,
            check=False,
            cwd=project,
            env=environment,
        )
        return done.stdout

    assert b'"error"' in severities()
    assert severities() == severities()
    rule = copy / "losslint" / "rules" / "invalid_weight.py"
    text = rule.read_text()
    assert '"LL211"' in text
    replace_unseen(rule, text.replace('"LL211"', '"LL299"'))
    assert b"LL299" in severities()


def test_results_come_back_as_they_went() -> None:
    fix = Fix("Do", (Edit(1, 2, "é\udc80"), Edit(3, 3, "")), safe=False)
    place = Related(Span(5, 6), "there")
    outcome = FileOutcome(
        "a.yaml",
        None,
        (
            Diagnostic("LL1", "a", "error", "m\n\ud800", Span(0, 1), fix, (place,), "hint"),
            Diagnostic("LL2", "b", "info", "", Span(1, 1)),
        ),
        2,
    )
    for each in (outcome, FileOutcome("a.yaml", sites=7), FileOutcome("a.yaml", note="é")):
        assert unpack("a.yaml", pack(each)) == each
    for junk in (b"", b"[]", b"null", b"[1,[[1]]]", b"\xff"):
        with pytest.raises(ValueError, match=r"."):
            unpack("a.yaml", junk)
