"""Cases of the rules, as files: what only looks like a rule's fault, and what is nearly sound.

`cases/LLnnn/ok/` holds what the rule is silent about, `cases/LLnnn/bad/` what it reports. A case is
a file, or a folder whose files stand beside each other as in an experiment. Comments at its top say
what is expected; beside a file without comments, NAME.expect says the same:

    # expect: LL110 5:7               a finding, with row and column; all of them are named
    # target: netspresso=0.1.0        the release that the file is meant for; newest without it
    # encoding: utf-16                the bytes that are checked, where they are not UTF-8
    # written by: 2.15.0              for NAME.keras.json, the config.json of an archive: its writer

Any other comment says why the case is here. NAME.fixed.SUFFIX is what the safe fixes of the rule
make of NAME.SUFFIX; its own expectations are those of the text after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from losslint.diagnostics import Diagnostic
from losslint.files.source import LineIndex, Source, decode
from losslint.linter.apply_rules import Checked
from losslint.linter.fix import fix_source
from losslint.linter.runner import Checker, Outcome
from losslint.rules import load_rules
from losslint.settings.model import Overrides

CASES = Path(__file__).parent / "cases"
CODES = [registered.code for registered in load_rules()]
SUFFIXES = (".json", ".yaml", ".yml")
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


def cases(kind: str) -> Iterator[Path]:
    """Every case of one kind: a folder, or a file that belongs to no other."""
    for entry in sorted(CASES.glob(f"*/{kind}/*")):
        if entry.is_dir() or not (entry.suffix == ".expect" or ".fixed." in entry.name):
            yield entry


def parametrized(kind: str) -> list[object]:
    return [pytest.param(case, id=f"{case.parts[-3]}-{case.name}") for case in cases(kind)]


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
    checker = Checker(Overrides(target=said.target))
    source = decode(path, raw, "config.json" if archived else None)
    if not isinstance(source, Source):
        return Judged(checker.unreadable(source, explicit=True).diagnostics)
    if archived:
        source = source._replace(written_by=said.written_by)
    outcome = checker.check(source, explicit=True)
    assert isinstance(outcome, Outcome)
    found = outcome.report.diagnostics
    checked = outcome.checked and outcome.checked._replace(diagnostics=found)
    return Judged(found, source, checked)


@pytest.mark.parametrize("case", parametrized("ok"))
def test_ok_is_not_reported(case: Path) -> None:
    code = case.parts[-3]
    for file in files_of(case):
        judged = judge(file)
        assert sorted(judged.places) == sorted(said_of(file).expected), judged.found
        assert not any(d.code == code for d in judged.found)


@pytest.mark.parametrize("case", parametrized("bad"))
def test_bad_gives_the_findings_that_it_names(case: Path) -> None:
    code = case.parts[-3]
    found: list[Diagnostic] = []
    for file in files_of(case):
        judged = judge(file)
        assert sorted(judged.places) == sorted(said_of(file).expected), judged.found
        found += judged.found
    assert any(d.code == code for d in found)


@pytest.mark.parametrize("case", parametrized("bad"))
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

        fixed = fix_source(judged.source, partial(checked_as, file), safe.__contains__)
        assert fixed.refused == ()
        assert without_comments(fixed.source.text) == without_comments(after.read_text("utf-8"))


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


@pytest.mark.parametrize("case", parametrized("bad"))
def test_fixed_file_has_the_findings_that_it_names(case: Path) -> None:
    for file in files_of(case):
        after = fixed_of(file)
        if after.exists():
            judged = judge(file, after.read_text("utf-8"))
            assert sorted(judged.places) == sorted(said_of(after).expected), judged.found


@pytest.mark.parametrize("kind", ["ok", "bad"])
@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_three_of_each(code: str, kind: str) -> None:
    assert len([case for case in cases(kind) if case.parts[-3] == code]) >= 3


def test_every_file_belongs_to_a_rule() -> None:
    assert sorted(folder.name for folder in CASES.iterdir()) == sorted(CODES)
    assert {folder.name for folder in CASES.glob("*/*")} == {"ok", "bad"}
    known = {case for kind in ("ok", "bad") for case in cases(kind)}
    for file in CASES.glob("*/*/*"):
        name = file.name.partition(".")[0]
        belongs = [c for c in known if c.parent == file.parent and c.name.partition(".")[0] == name]
        assert len(belongs) == 1, file


def test_every_folder_holds_what_is_checked() -> None:
    for kind in ("ok", "bad"):
        for case in cases(kind):
            assert files_of(case), case
            assert all(file.suffix in SUFFIXES for file in files_of(case)), case
