"""The configs of fixtures/: sound ones are clean, broken ones give what stands beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report import render
from losslint.report.model import ReportOptions
from losslint.settings.model import Overrides
from tests.command import losslint

ROOT = Path(__file__).parent.parent / "fixtures"
STYLES = ("netspresso", "keras", "python")
OTHERS = sorted((ROOT / "others" / "sound").iterdir())
SOUND = sorted(p for style in STYLES for p in (ROOT / style / "sound").iterdir())
BROKEN = sorted(
    p for style in STYLES for p in (ROOT / style / "broken").iterdir() if p.suffix != ".expect"
)


def identify(path: Path) -> str:
    return f"{path.parts[-3]}-{path.name}"


def check(path: Path, monkeypatch: pytest.MonkeyPatch) -> FileOutcome:
    monkeypatch.chdir(path.parent.parent)
    outcome = Linter(Overrides()).run(FoundFile(f"{path.parent.name}/{path.name}", True))
    assert not outcome.problem
    return outcome


@pytest.mark.parametrize("path", SOUND, ids=identify)
def test_sound_configs_are_clean(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = check(path, monkeypatch)
    assert outcome.diagnostics == ()
    assert outcome.sites == (path.name != "training.yaml")


@pytest.mark.parametrize("path", BROKEN, ids=identify)
def test_broken_configs_give_what_is_expected(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = check(path, monkeypatch)
    shown = "".join(render("concise", [outcome], ReportOptions({})))
    assert shown == path.with_name(path.name + ".expect").read_text("utf-8")


@pytest.mark.parametrize("path", OTHERS, ids=identify)
def test_what_others_read_is_left_alone(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    done = losslint("check", "--no-cache", "--fix", "--unsafe-fixes", path.name, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert copy.read_bytes() == path.read_bytes()
