"""The pipeline as every command enters it: what is loaded, what is said at once, what is linted."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile, Missing
from losslint.files.source import Unreadable, decode
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from losslint.syntax.resolved_node import ResolvedNode

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
BROKEN = SOUND.replace("~", "'1'")
NONE = "loss: mse\n"


@pytest.fixture
def linter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Linter:
    monkeypatch.chdir(tmp_path)
    return Linter(Overrides())


def put(name: str, content: str | bytes) -> FoundFile:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return FoundFile(name)


def test_a_file_without_a_word_of_losses_is_not_parsed(linter: Linter) -> None:
    found = put("a.yaml", "key: [\n")
    assert linter.load(found) == FileOutcome("a.yaml")
    named = linter.load(found._replace(explicit=True))
    assert isinstance(named, LoadedFile)
    assert [d.severity for d in linter.lint(named).diagnostics] == ["info"]


def test_what_cannot_be_linted_is_a_problem_or_unreadable(linter: Linter) -> None:
    gone = linter.run(Missing("gone.yaml", "does not exist"))
    assert (gone.problem, gone.diagnostics) == ("gone.yaml does not exist", ())
    walked = linter.run(put("a.keras.yaml", b"\xff" * 9 + b"key"))
    assert walked == FileOutcome("a.keras.yaml")
    loaded = linter.load(FoundFile("a.keras.yaml", explicit=True))
    assert isinstance(loaded, LoadedFile)
    named = linter.lint(loaded)
    assert [d.code for d in named.diagnostics] == ["LL000"]
    assert isinstance(named.unreadable, Unreadable)
    assert linter.load(put("no.keras", b"no archive")) == linter.run(FoundFile("no.keras"))


def test_wrong_settings_are_a_problem_of_each_file(linter: Linter) -> None:
    put("losslint.toml", 'select = ["LL999"]\n')
    outcome = linter.run(put("a.yaml", BROKEN))
    assert "'LL999' is no rule" in outcome.problem
    assert outcome.diagnostics == ()


def test_a_given_text_counts_in_the_place_of_the_file(linter: Linter) -> None:
    put("losslint.toml", '[per-file-ignores]\n"quiet.yaml" = ["LL2"]\n')
    found = put("a.yaml", SOUND)
    given = decode("a.yaml", BROKEN.encode())
    assert [d.code for d in linter.run(found, given).diagnostics] == ["LL211"]
    assert linter.run(found).diagnostics == ()
    # The settings are those of the path that the text is given for.
    quiet = decode("quiet.yaml", BROKEN.encode())
    assert linter.run(FoundFile("quiet.yaml"), quiet).diagnostics == ()
    assert Path("a.yaml").read_text() == SOUND


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_named_file_hears_why_it_holds_no_losses(linter: Linter, encoding: str) -> None:
    found = put("a.yaml", NONE.encode(encoding))
    assert "line 1 has the key `loss`" in linter.run(found._replace(explicit=True)).note
    assert linter.run(found).note == ""


def test_check_silences_nothing(linter: Linter) -> None:
    put("losslint.toml", 'ignore = ["LL211"]\n')
    loaded = linter.load(put("a.yaml", BROKEN + "# losslint: ignore-file[LL2]\n"))
    assert isinstance(loaded, LoadedFile)
    checked = linter.check(loaded)
    assert not isinstance(checked, FileOutcome)
    assert [d.code for d in checked.diagnostics] == ["LL211"]
    assert linter.lint(loaded).diagnostics == ()
    nothing = linter.check(loaded, ())
    assert not isinstance(nothing, FileOutcome)
    assert nothing.diagnostics == ()
    assert len(nothing.sites) == 1


def test_fix_tells_what_it_did_and_writes_nothing(linter: Linter) -> None:
    outcome = linter.run(put("a.yaml", BROKEN))
    fixed = linter.fix(outcome, unsafe=False)
    assert fixed.source is not None
    assert fixed.source.text == BROKEN.replace("'1'", "1")
    assert (fixed.fixed, fixed.refused, fixed.diagnostics) == (1, (), ())
    assert Path("a.yaml").read_text() == BROKEN
    assert linter.fix(fixed, unsafe=True) is fixed


def test_what_was_made_for_a_file_is_freed_without_a_collector(linter: Linter) -> None:
    loaded = linter.load(put("a.yaml", BROKEN))
    assert isinstance(loaded, LoadedFile)
    gc.collect()
    gc.disable()
    try:
        assert linter.lint(loaded).diagnostics
        assert not [each for each in gc.get_objects() if isinstance(each, ResolvedNode)]
    finally:
        gc.enable()
