"""What a fix changes as removed and added rows, and what changes in a file as a unified diff."""

from collections.abc import Iterator
from typing import NamedTuple

from losslint.diagnostics import Edit, Fix
from losslint.files.source import LineIndex, Source
from losslint.report.display_line import REACH

_NO_END = "\n\\ No newline at end of file\n"


class Hunk(NamedTuple):
    """Rows that go and rows that come.

    `row` is the number of the first one in the new text. Where one row takes the place of
    another, `column` (from 0) is where the change starts; it is 0 otherwise.
    """

    row: int
    column: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


def hunks(fix: Fix, index: LineIndex) -> Iterator[Hunk]:
    """The changes of a fix, from the top; edits that share a row are one change."""
    shift, cell = 0, None
    for group in _groups(fix, index):
        # The rows of a notebook are counted anew in each cell.
        shift = shift if index.cell(group[0].start) == cell else 0
        cell = index.cell(group[0].start)
        hunk = _hunk(group, index, shift)
        if hunk.removed != hunk.added:
            yield hunk
        shift += len(hunk.added) - len(hunk.removed)


def _groups(fix: Fix, index: LineIndex) -> list[list[Edit]]:
    groups: list[list[Edit]] = []
    reached = 0
    for edit in sorted(fix.edits):
        first, last = index.position(edit.start)[0], index.position(edit.end)[0]
        if groups and first <= reached:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        reached = max(reached, last)
    return groups


def _hunk(edits: list[Edit], index: LineIndex, shift: int) -> Hunk:
    row = index.position(edits[0].start)[0]
    last = max(index.position(edit.end)[0] for edit in edits)
    start, end = index.row_span(row)[0], index.row_span(last)[1]
    if row == last and end - start > 4 * REACH:
        start = max(start, edits[0].start - REACH)
        end = min(end, max(edit.end for edit in edits) + REACH)
    pieces = []
    reached = start
    for edit in edits:
        pieces += [index.text[reached : edit.start], edit.text]
        reached = max(edit.end, reached)
    pieces.append(index.text[reached:end])
    removed = _rows(index.text[start:end])
    added = _rows("".join(pieces))
    column = edits[0].start - start if len(removed) == len(added) == 1 else 0
    # The rows behind first: an entry that goes is then shown from its own first row.
    while removed and added and removed[-1] == added[-1]:
        del removed[-1], added[-1]
    while removed and added and removed[0] == added[0]:
        del removed[0], added[0]
        row += 1
    return Hunk(index.label(row) + shift, column, tuple(removed), tuple(added))


def _rows(text: str) -> list[str]:
    # A pattern over the three line ends takes a hundred times longer on a row of megabytes.
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def unified_diff(before: Source, after: Source) -> str:
    """The change of one file as a unified diff; empty where there is none.

    Of a notebook the cells that change, each as a text of its own.
    """
    if before.text == after.text:
        return ""
    name = before.path if before.member is None else f"{before.path}!{before.member}"
    if before.inside is None or after.inside is None:
        return _diff(name, before.text, after.text)
    old, new = before.inside.cells(), after.inside.cells()
    # Nothing is meant by a last line end, which most cells do not have.
    pairs = ((cell, f"{text}\n", f"{new[cell]}\n") for cell, text in old.items())
    return "".join(_diff(f"{name}:cell {cell}", *pair) for cell, *pair in pairs)


def _diff(name: str, before: str, after: str) -> str:
    from difflib import unified_diff as difference
    from io import StringIO

    # What applies a diff knows no other line ends; str.splitlines breaks at form feeds, too.
    old, new = list(StringIO(before, newline="")), list(StringIO(after, newline=""))
    lines = difference(old, new, name, name)
    ended = (line if line.endswith(("\n", "\r")) else line + _NO_END for line in lines)
    return "".join(ended)
