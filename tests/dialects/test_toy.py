"""A dialect is added without touching what is there: the recipe, tried by a machine.

The package is copied, the files beside this one are laid into it, and the registry gets the new
dialect. What then runs is that package, in a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import losslint

TOY = Path(__file__).parent / "toy" / "added"
NEW = sorted(path.relative_to(TOY) for path in TOY.rglob("*.py"))
REGISTRY = Path("dialects", "registry.py")

SOUND = """\
# What trains.
[loss]
name = "cross_entropy"  # the usual one
weight = 1.0
smoothing = 0.1
"""
BROKEN = SOUND.replace("cross_entropy", "cross_entropi")
MISSPELT = SOUND.replace("smoothing", "smothing")

# A table, and what is found in it: the code, and the text at its place.
JUDGED = (
    ('name = "cross_entropy"\nsmoothing = 1.5\n', "LL113", "1.5"),
    ('name = "cross_entropy"\nsmoothing = "much"\n', "LL112", '"much"'),
    ('name = "contrastive"\nmargin = 1\ndistance = "cosinus"\n', "LL114", '"cosinus"'),
    ('name = "contrastive"\n', "LL111", '"contrastive"'),
    ('name = "l1"\n', "LL101", '"l1"'),
    ('name = "l0"\n', "LL102", '"l0"'),
)


@pytest.fixture(scope="module")
def with_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `import losslint` is a copy that knows the toy dialect."""
    folder = tmp_path_factory.mktemp("with_toy")
    package = folder / "losslint"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(losslint.__file__).parent, package, ignore=ignored)
    assert not any((package / path).exists() for path in NEW)
    shutil.copytree(TOY, package, dirs_exist_ok=True, ignore=ignored)
    registry = (package / REGISTRY).read_text()
    changed = registry.replace("(NETSPRESSO, KERAS)", "(NETSPRESSO, KERAS, TOY)").replace(
        "if TYPE_CHECKING:", "from losslint.dialects.toy import TOY\n\nif TYPE_CHECKING:", 1
    )
    assert changed.count("TOY") == 2
    (package / REGISTRY).write_text(changed)
    return folder


def run(with_toy: Path, where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m losslint …` in a folder, with the package that has the toy."""
    environment = {**os.environ, "PYTHONPATH": str(with_toy), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "losslint", *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def findings(with_toy: Path, where: Path, *arguments: str) -> list[tuple[str, int, int, str]]:
    """Code, row, column and message of each finding."""
    result = run(with_toy, where, "check", "--format", "json", *arguments)
    assert result.returncode in (0, 1), result.stderr
    return [
        (found["code"], found["location"]["row"], found["location"]["column"], found["message"])
        for found in json.loads(result.stdout)
    ]


def test_it_takes_six_files_at_most() -> None:
    assert 0 < len(NEW) <= 6


def test_a_sound_file_is_sound_and_has_a_site(with_toy: Path, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(SOUND)
    result = run(with_toy, tmp_path, "check", "x.toml")
    assert (result.returncode, result.stderr) == (0, "")
    assert "1 file" in result.stdout


def test_a_misspelt_loss_is_found_at_its_place(with_toy: Path, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(BROKEN)
    ((code, row, column, message),) = findings(with_toy, tmp_path, "x.toml")
    assert (code, row, column) == ("LL100", 3, 8)
    assert message == "Toy 1.0.0 knows no loss named `cross_entropi`; did you mean `cross_entropy`?"


def test_a_misspelt_parameter_is_found_at_its_place(with_toy: Path, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(MISSPELT)
    ((code, row, column, message),) = findings(with_toy, tmp_path, "x.toml")
    assert (code, row, column) == ("LL110", 5, 1)
    assert message.startswith("cross_entropy has no parameter `smothing`")
    assert message.endswith("did you mean `smoothing`?")


@pytest.mark.parametrize(("table", "code", "at"), JUDGED)
def test_the_rules_that_hold_for_every_dialect_judge_it(
    table: str, code: str, at: str, with_toy: Path, tmp_path: Path
) -> None:
    text = f"[loss]\n{table}"
    (tmp_path / "x.toml").write_text(text)
    ((found, row, column, _),) = findings(with_toy, tmp_path, "x.toml")
    before = text[: text.index(at)]
    assert (found, row) == (code, before.count("\n") + 1)
    assert column == len(before) - before.rfind("\n")


def test_a_walk_finds_its_files_by_their_suffix_and_words(with_toy: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.toml").write_text(BROKEN)
    (tmp_path / "y.yaml").write_text("model: {losses: [{criterion: l3, weight: ~}]}\n")
    assert [code for code, *_ in findings(with_toy, tmp_path, ".")] == ["LL100", "LL100"]


def test_fixes_mend_it_and_leave_every_other_byte(with_toy: Path, tmp_path: Path) -> None:
    broken = BROKEN.replace("smoothing", "smothing").replace("\n", "\r\n")
    (tmp_path / "x.toml").write_bytes(broken.encode())
    result = run(with_toy, tmp_path, "check", "--fix", "--unsafe-fixes", "x.toml")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "x.toml").read_bytes() == SOUND.replace("\n", "\r\n").encode()


def test_its_losses_are_listed(with_toy: Path, tmp_path: Path) -> None:
    listed = run(with_toy, tmp_path, "loss").stdout
    assert "toy         cross_entropy" in listed
    assert "keras       huber" in listed
    page = run(with_toy, tmp_path, "loss", "absolute_error").stdout
    assert page.startswith("absolute_error · toy")


def test_the_note_about_a_file_without_losses_names_its_marks(
    with_toy: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.toml").write_text("[loss]\nkind = 3\n")
    result = run(with_toy, tmp_path, "check", "x.toml")
    assert result.returncode == 0
    assert "a table `[loss]` with a `name`" in result.stderr
