"""The same findings, in the same order, with and without the cache and however many work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import losslint
from losslint.cleaning import clean
from losslint.crew import Forked, Spawned
from losslint.diagnostics import Diagnostic, Edit, Fix, Related, Span
from losslint.discovery import Found
from losslint.lane import outcomes
from losslint.memory import open_memory
from losslint.reading import Work
from losslint.results import Result, pack, unpack
from losslint.run import Checker, Outcome
from losslint.settings import Overrides

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
    done = subprocess.run(
        [sys.executable, "-m", "losslint", "check", "--format", "json", *options],
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    return done.returncode, done.stdout


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


def collected(checker: Checker, jobs: int) -> list[Outcome]:
    files = (Found(str(path)) for path in sorted(Path().rglob("*.yaml")))
    found = list(outcomes(checker, files, jobs))
    assert all(isinstance(each, Outcome) for each in found)
    return [each._replace(checked=None) for each in found if isinstance(each, Outcome)]


@pytest.mark.usefixtures("project")
def test_a_remembered_outcome_is_the_same_object_by_value() -> None:
    fresh = collected(Checker(Overrides()), 1)
    for jobs in (1, 2):
        memory = open_memory()
        assert memory is not None
        assert collected(Checker(Overrides(), memory), jobs) == fresh
        assert memory.save() is None
        assert collected(Checker(Overrides(), open_memory()), jobs) == fresh
        clean()


@pytest.mark.usefixtures("project")
def test_every_kind_of_worker_gives_the_same_answers() -> None:
    checker = Checker(Overrides())
    steps = (checker.prepare(Found(str(path))) for path in sorted(Path().rglob("*.yaml")))
    works = tuple(step for step in steps if isinstance(step, Work))[:40]
    here = [checker.judge(work) for work in works]
    for crew in (Forked(checker, 2), Spawned(Overrides(), 2)):
        try:
            lots = [crew.submit(works[:3]), crew.submit(works[3:]), crew.submit(works[:1])]
            answers = [answer for lot in lots for answer in crew.answers(lot)]
        finally:
            crew.close()
        packed = [answer for answer in answers if isinstance(answer, bytes)]
        assert [unpack(each) for each in packed] == [*here, here[0]]


def test_a_worker_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SOUND)
    checker = Checker(Overrides())
    work = checker.prepare(Found(str(path)))
    assert isinstance(work, Work)

    def judge(_: object) -> Result:
        raise ValueError("on purpose")

    monkeypatch.setattr(checker, "judge", judge)
    crew = Forked(checker, 1)
    lot = crew.submit((work,))
    with pytest.raises(RuntimeError, match="ValueError: on purpose"):
        crew.answers(lot)
    crew.close()


def test_the_order_is_that_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(400):
        (tmp_path / f"{index:03}.yaml").write_text(BROKEN if index % 7 == 0 else "key: 1\n")
    monkeypatch.chdir(tmp_path)
    names = [f"{index:03}.yaml" for index in range(400)]
    assert [o.report.path for o in collected(Checker(Overrides()), 4)] == names


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
    result = Result(
        2,
        (
            Diagnostic("LL1", "a", "error", "m\n\ud800", Span(0, 1), fix, (place,), "hint"),
            Diagnostic("LL2", "b", "info", "", Span(1, 1)),
        ),
    )
    assert unpack(pack(result)) == result
    assert unpack(pack(Result(7))) == Result(7)
    for junk in (b"", b"[]", b"null", b"[1,[[1]]]", b"\xff"):
        with pytest.raises(ValueError, match=r"."):
            unpack(junk)
