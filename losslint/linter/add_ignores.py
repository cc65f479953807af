"""`--add-ignore`: a comment on each line with findings, which silences them.

A comment is added behind the line, or where none can stand there, as in a text of several lines,
on a line of its own above. Either counts only if the file then reads as before and the findings of
that line, and no others, are gone; else the line is left as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Edit
from losslint.files.source import LineIndex, Source
from losslint.linter.outcome import FileOutcome, LoadedFile, RefusedFix
from losslint.linter.runner import Linter
from losslint.linter.suppressions import OWN
from losslint.settings.model import Settings
from losslint.syntax.edits import edited, newline_of
from losslint.syntax.notebook import as_program
from losslint.syntax.verify_edit import same

# What one line costs is a check or two; no file is taken up by hand that has more of the kind.
_MAX_SINGLY = 200

_OWN_COMMENT = re.compile(r"#[ \t]*losslint:[ \t]*ignore[ \t]*\[(?P<words>[^\]\r\n]*)(?=\])")
_NO_PLACE = "a comment there would change what the file says"
_BROKEN = "what is broken can hold no comment that is sure to be one"


def add_ignores(linter: Linter, outcome: FileOutcome, reason: str) -> FileOutcome:
    """A file's outcome with its findings silenced; `fixed` counts them, `refused` are the others.

    Findings about suppressions themselves are left.
    """
    settings = linter.store.for_file(outcome.path)
    any_found = any(each.code not in OWN for each in outcome.diagnostics)
    if outcome.source is None or not any_found or not isinstance(settings, Settings):
        return outcome
    adding = _Adding(linter, settings, reason)
    before = adding.check(outcome.source)
    checked = before.checked
    assert checked is not None
    found = [each for each in before.diagnostics if each.code not in OWN]
    language = checked.tree.language
    if not language.has_comments:
        return before._replace(refused=(_no_comments(before, language.name, found),))
    if checked.tree.problems:
        return before._replace(refused=tuple(RefusedFix(each, _BROKEN) for each in found))
    after, refused = adding.silenced(before, _by_row(before, found))
    return after._replace(fixed=len(found) - len(refused), refused=tuple(refused))


class _Adding(NamedTuple):
    """How comments are added."""

    linter: Linter
    settings: Settings
    reason: str

    def check(self, source: Source) -> FileOutcome:
        """What is to be reported of a text."""
        lint = self.linter.lint_or_raise(LoadedFile(source, explicit=True, settings=self.settings))
        return self.linter.remaining(lint)

    def silenced(
        self, before: FileOutcome, rows: dict[int, list[Diagnostic]]
    ) -> tuple[FileOutcome, list[RefusedFix]]:
        """The outcome with comments on the rows, and the findings of rows that can have none."""
        at_once = self._tried(before, rows, above=False)
        if at_once is not None:
            return at_once, []
        refused: list[RefusedFix] = []
        # From the end, so that the rows that are still to come keep their numbers.
        for count, row in enumerate(sorted(rows, reverse=True)):
            one = {row: rows[row]}
            after = None
            if count < _MAX_SINGLY:
                after = self._tried(before, one, above=False) or self._tried(
                    before, one, above=True
                )
            before = after or before
            refused += [RefusedFix(each, _NO_PLACE) for each in rows[row] if after is None]
        return before, refused[::-1]

    def _tried(
        self, before: FileOutcome, rows: dict[int, list[Diagnostic]], *, above: bool
    ) -> FileOutcome | None:
        """The outcome with a comment for each row; None where that is not what it should be."""
        source, checked = before.source, before.checked
        assert source is not None
        assert checked is not None
        lines = LineIndex(source.text)
        edits = [self._edit(lines, row, found, above=above) for row, found in rows.items()]
        renewed = _renewed(source, edits)
        if renewed is None:
            return None
        after = self.check(renewed)
        if after.checked is None:
            return None
        old, new = checked.tree, after.checked.tree
        roots = list(zip(old.documents, new.documents, strict=False))
        reads_the_same = (
            not new.problems
            and len(old.documents) == len(new.documents)
            and all(same(one.root, other.root) for one, other in roots)
            and old.language.changed_beside(old.text, new.text, edits) is None
        )
        gone = Counter(each.code for found in rows.values() for each in found)
        left = Counter(each.code for each in before.diagnostics) - gone
        is_left = Counter(each.code for each in after.diagnostics) == left
        return after if reads_the_same and is_left else None

    def _edit(
        self, lines: LineIndex, row: int, found: Iterable[Diagnostic], *, above: bool
    ) -> Edit:
        """What adds the comment: to one that is there, behind the line, or above it."""
        start, end = lines.row_span(row)
        words = ", ".join(sorted({each.code for each in found}))
        line = lines.text[start:end]
        comment = f"# losslint: ignore[{words}] {self.reason}".rstrip()
        if above:
            indent = line[: len(line) - len(line.lstrip(" \t"))]
            return Edit(start, start, f"{indent}{comment}{newline_of(lines.text)}")
        there = list(_OWN_COMMENT.finditer(line))
        if there:
            at = start + there[-1].end()
            return Edit(at, at, f", {words}" if there[-1]["words"].strip() else words)
        blanks = len(line) - len(line.rstrip(" \t"))
        return Edit(end, end, " " * max(2 - blanks, 0) + comment)


def _by_row(outcome: FileOutcome, found: Iterable[Diagnostic]) -> dict[int, list[Diagnostic]]:
    """The findings of each row."""
    assert outcome.source is not None
    lines = LineIndex(outcome.source.text)
    rows: dict[int, list[Diagnostic]] = {}
    for each in found:
        rows.setdefault(lines.position(each.span.start)[0], []).append(each)
    return rows


def _no_comments(outcome: FileOutcome, language: str, found: list[Diagnostic]) -> RefusedFix:
    """One sentence for the whole file, with the other ways to keep its findings silent."""
    findings = "finding" if len(found) == 1 else f"{len(found)} findings"
    told = f"{language} has no comments; --write-baseline FILE takes the {findings} for known"
    first = next((each for each in found if each.path), found[0])
    if first.path is not None:
        told += f", `per-file-ignores` silences {outcome.path}:{first.path}"
    return RefusedFix(first, told)


def _renewed(source: Source, edits: list[Edit]) -> Source | None:
    """A source with edits applied; None where its encoding cannot hold them."""
    renewed = edited(source, edits)
    try:
        renewed.encode()
    except UnicodeEncodeError:
        return None
    if renewed.inside is None:
        return renewed
    # The cells of a notebook are those that they were.
    again = as_program(renewed._replace(text=renewed.inside.file, inside=None))
    return renewed if again.text == renewed.text else None
