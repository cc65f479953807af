"""Mending one checked file: which fixes to apply, how to write the result back."""

from __future__ import annotations

from typing import NamedTuple

from losslint.diagnostics import Diagnostic
from losslint.files.source import Source, WriteRefused, write_back
from losslint.linter.apply_rules import Checked
from losslint.linter.fix import Refused, fix_source
from losslint.linter.runner import Checker, Outcome
from losslint.settings.model import Settings, fixable_codes


class Mended(NamedTuple):
    """A file after its fixes: what is left to report, and how many findings are gone."""

    outcome: Outcome
    fixed: int
    refused: tuple[Refused, ...]


def mend(checker: Checker, outcome: Outcome, *, unsafe: bool) -> Mended:
    """Apply the fixes that the settings allow; `unsafe` ones only when asked for."""
    source = outcome.report.source
    settings = checker.store.for_file(outcome.report.path)
    if source is None or not outcome.report.diagnostics or not isinstance(settings, Settings):
        return Mended(outcome, 0, ())
    codes = fixable_codes(settings, checker.vocabulary)
    latest = [outcome]

    def check(text: Source) -> Checked:
        found = checker.check(text, explicit=True)
        if not isinstance(found, Outcome) or found.checked is None:
            # The settings were read for this file before, and cannot fail now.
            raise RuntimeError("a file that was checked cannot be checked again")
        latest[0] = found
        return found.checked._replace(diagnostics=found.report.diagnostics)

    def wanted(diagnostic: Diagnostic) -> bool:
        fix = diagnostic.fix
        return fix is not None and diagnostic.code in codes and (fix.safe or unsafe)

    fixed = fix_source(source, check, wanted)
    return Mended(latest[0], len(fixed.applied), fixed.refused)


def save(before: Source, after: Source) -> WriteRefused | None:
    """Write a mended text back to its file, into its archive where it came from one."""
    content = after.encode(after.text)
    if before.member is None:
        return write_back(before.path, before.raw, content)
    from losslint.files.archive import ArchiveProblem
    from losslint.files.archive_edit import replace_member

    try:
        with open(before.path, "rb") as file:
            raw = file.read()
    except OSError as error:
        return WriteRefused(before.path, f"cannot be read again: {error.strerror}")
    replaced = replace_member(raw, before.member, content)
    if isinstance(replaced, ArchiveProblem):
        return WriteRefused(before.path, replaced.reason)
    return write_back(before.path, raw, replaced)


def unified_diff(before: Source, after: Source) -> str:
    """The change of one file as a unified diff; empty where there is none."""
    if before.text == after.text:
        return ""
    from difflib import unified_diff as difference

    name = before.path if before.member is None else f"{before.path}!{before.member}"
    lines = difference(
        before.text.splitlines(keepends=True),
        after.text.splitlines(keepends=True),
        name,
        name,
    )
    ended = (line if line.endswith(("\n", "\r")) else line + _NO_END for line in lines)
    return "".join(ended)


_NO_END = "\n\\ No newline at end of file\n"
