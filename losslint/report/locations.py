"""Offsets to rows and columns, one line index a file, built only when something is shown."""

from collections.abc import Iterator
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Span
from losslint.files.source import LineIndex
from losslint.linter.outcome import FileOutcome


class Location(NamedTuple):
    """Rows and columns from 1; the end is exclusive. In a notebook they count within its `cell`."""

    row: int
    column: int
    end_row: int
    end_column: int
    cell: int | None = None

    def behind(self, path: str) -> str:
        """The start of the place behind the path of its file."""
        cell = "" if self.cell is None else f":cell {self.cell}"
        return f"{path}{cell}:{self.row}:{self.column}"


class Finding(NamedTuple):
    """A diagnostic with its place and the index that knows the other places of its file.

    `path` leads there through the document, where row and column alone lead nobody: in an archive,
    and in a row that no screen shows. Else it is empty.
    """

    diagnostic: Diagnostic
    place: Location
    lines: LineIndex | None
    path: str = ""


# No screen shows more of a row, and nobody counts so far.
_LONG_ROW = 100

TOP = Location(1, 1, 1, 1)


def findings(report: FileOutcome) -> Iterator[Finding]:
    """A file's diagnostics with their places."""
    if not report.diagnostics:
        return
    source = report.source
    index = source.lines() if source is not None else None
    # In an archive, or where all stands in one row, no row leads anywhere.
    no_row = source is not None and (source.member is not None or "\n" not in source.text.strip())
    for diagnostic in report.diagnostics:
        place = location_of(diagnostic.span, index)
        is_hard_to_see = no_row or _is_long(place.row, index)
        yield Finding(diagnostic, place, index, (is_hard_to_see and diagnostic.path) or "")


def _is_long(row: int, index: LineIndex | None) -> bool:
    if index is None:
        return False
    start, end = index.row_span(row)
    return end - start > _LONG_ROW


def location_of(span: Span, index: LineIndex | None) -> Location:
    """The place of a span; a span that reaches out of the text is held inside."""
    if index is None:
        return TOP
    start, end = held(span, index)
    return Location(*index.shown(start), *index.shown(end), index.cell(start))


def held(span: Span, index: LineIndex) -> Span:
    """The part of a span that lies inside the text."""
    start = min(max(span.start, 0), len(index.text))
    return Span(start, min(max(span.end, start), len(index.text)))
