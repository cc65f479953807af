"""Cases of the rules, as files: what only looks like a rule's fault, and what is nearly sound.

`cases/LLnnn/ok/` holds what the rule is silent about, `cases/LLnnn/bad/` what it reports. A case is
a file, or a folder whose files stand beside each other as in an experiment. Comments at its top say
what is expected; beside a file without comments, NAME.expect says the same:

    # expect: LL110 5:7               a finding, with row and column; all of them are named
    # target: netspresso=0.1.0        the release that the file is meant for; newest without it
    # encoding: utf-16                the bytes that are checked, where they are not UTF-8
    # written by: 2.15.0              for NAME.keras.json, the config.json of an archive: its writer

A losslint.toml in ok/ or bad/ holds the settings of the cases beside it. Any other comment says why
the case is here. NAME.fixed.SUFFIX is what the safe fixes of the rule
make of NAME.SUFFIX; its own expectations are those of the text after them.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from losslint.diagnostics import Diagnostic
from losslint.files.discovery import FoundFile
from losslint.files.source import LineIndex, Source, decode
from losslint.linter.apply_rules import Checked
from losslint.linter.fix import fix_source
from losslint.linter.runner import Linter
from losslint.rules import load_rules
from losslint.settings.model import Overrides

CASES = Path(__file__).parent / "cases"
CODES = [registered.code for registered in load_rules()]
SUFFIXES = (".json", ".yaml", ".yml", ".py")
# Holds for the cases beside it, and is none.
SETTINGS = "losslint.toml"
_SAID = re.compile(r"^(?:# )?(expect|target|encoding|written by): (.+)$")


class Said(NamedTuple):
    """What a case says of itself."""

    expected: tuple[str, ...]
    target: tuple[tuple[str, str], ...]
    encoding: str
    written_by: str | None


def said_of(file: Path) -> Said:
    """What stands at the top of a file, or in the .expect beside it."""
    name, _, rest = file.name.partition(".")
    beside = file.with_name(f"{name}.fixed.expect" if "fixed." in rest else f"{name}.expect")
    has_comments = file.suffix != ".json"
    text = file.read_text("utf-8") if has_comments or not beside.exists() else beside.read_text()
    said: dict[str, list[str]] = {}
    for line in text.splitlines() if has_comments or beside.exists() else ():
        if has_comments and not line.startswith("#"):
            break
        if match := _SAID.match(line):
            said.setdefault(match[1], []).append(match[2].strip())
    pairs = (word.partition("=") for words in said.get("target", ()) for word in words.split())
    return Said(
        tuple(said.get("expect", ())),
        tuple((framework, version) for framework, _, version in pairs),
        said.get("encoding", ["utf-8"])[0],
        said.get("written by", [None])[0],
    )


def fixed_of(file: Path) -> Path:
    """Where the text after a rule's safe fixes stands."""
    name, _, rest = file.name.partition(".")
    return file.with_name(f"{name}.fixed.{rest}")


def is_case(entry: Path) -> bool:
    """Whether this is a case: a folder, or a file that belongs to no other."""
    belongs = entry.suffix == ".expect" or ".fixed." in entry.name or entry.name == SETTINGS
    return entry.is_dir() or not belongs


OK, BAD = (list(filter(is_case, sorted(CASES.glob(f"*/{kind}/*")))) for kind in ("ok", "bad"))


def parametrized(cases: list[Path]) -> list[object]:
    return [pytest.param(case, id=f"{case.parts[-3]}-{case.name}") for case in cases]


def files_of(case: Path) -> list[Path]:
    """What is checked of a case."""
    if case.is_file():
        return [case]
    files = [file for file in case.rglob("*") if file.suffix in SUFFIXES]
    return sorted(file for file in files if ".fixed." not in file.name)


class Judged(NamedTuple):
    """A file and what was found in it; without a source where it is no text."""

    found: tuple[Diagnostic, ...]
    source: Source | None = None
    checked: Checked | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """The findings as a case names them."""
        index = LineIndex(self.source.text if self.source is not None else "")
        places = ((d.code, *index.position(d.span.start)) for d in self.found)
        return tuple(f"{code} {row}:{column}" for code, row, column in places)


def judge(file: Path, text: str | None = None) -> Judged:
    """Check a file as the command does that was given its path."""
    said = said_of(file)
    raw = (file.read_text("utf-8") if text is None else text).encode(said.encoding)
    archived = file.name.endswith(".keras.json")
    path = str(file).removesuffix(".json") if archived else str(file)
    linter = Linter(Overrides(target=said.target))
    source = decode(path, raw, "config.json" if archived else None)
    if archived and isinstance(source, Source):
        source = source._replace(written_by=said.written_by)
    outcome = linter.run(FoundFile(path, explicit=True), source)
    assert not outcome.problem
    return Judged(outcome.diagnostics, outcome.source, outcome.checked)


@pytest.mark.parametrize("case", parametrized(OK))
def test_ok_is_not_reported(case: Path) -> None:
    code = case.parts[-3]
    for file in files_of(case):
        judged = judge(file)
        assert sorted(judged.places) == sorted(said_of(file).expected), judged.found
        assert not any(d.code == code for d in judged.found)


@pytest.mark.parametrize("case", parametrized(BAD))
def test_bad_gives_the_findings_that_it_names(case: Path) -> None:
    code = case.parts[-3]
    found: list[Diagnostic] = []
    for file in files_of(case):
        judged = judge(file)
        assert sorted(judged.places) == sorted(said_of(file).expected), judged.found
        found += judged.found
    assert any(d.code == code for d in found)


@pytest.mark.parametrize("case", parametrized(BAD))
def test_safe_fixes_make_the_fixed_file(case: Path) -> None:
    code = case.parts[-3]
    for file in files_of(case):
        after = fixed_of(file)
        judged = judge(file)
        safe = [d for d in judged.found if d.code == code and d.fix is not None and d.fix.safe]
        assert bool(safe) == after.exists()
        if not safe:
            continue
        assert judged.source is not None
        text = after.read_text("utf-8")
        fixed = fix_source(judged.source, partial(checked_as, file), safe.__contains__)
        assert fixed.refused == ()
        assert without_comments(fixed.source.text) == without_comments(text)
        assert sorted(judge(file, text).places) == sorted(said_of(after).expected)


def checked_as(file: Path, source: Source) -> Checked:
    """The findings of a text in the place of a file's own."""
    checked = judge(file, source.text).checked
    assert checked is not None
    return checked


def without_comments(text: str) -> str:
    """A text without what stands at its top, where a case speaks of itself."""
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("#"):
        del lines[0]
    return "".join(lines)


@pytest.mark.parametrize("cases", [OK, BAD], ids=["ok", "bad"])
def test_every_rule_has_three_of_each(cases: list[Path]) -> None:
    counts = Counter(case.parts[-3] for case in cases)
    assert [code for code in CODES if counts[code] < 3] == []


def test_every_file_belongs_to_a_rule() -> None:
    assert sorted(folder.name for folder in CASES.iterdir()) == sorted(CODES)
    assert {folder.name for folder in CASES.glob("*/*")} == {"ok", "bad"}
    counts = Counter((case.parent, case.name.partition(".")[0]) for case in (*OK, *BAD))
    for file in CASES.glob("*/*/*"):
        assert file.name == SETTINGS or counts[file.parent, file.name.partition(".")[0]] == 1, file


def test_every_folder_holds_what_is_checked() -> None:
    for case in (*OK, *BAD):
        assert files_of(case), case
        assert all(file.suffix in SUFFIXES for file in files_of(case)), case
