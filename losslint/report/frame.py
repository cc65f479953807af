"""A place in a source, drawn: rows around it, carets under it, a label behind the carets."""

from collections.abc import Iterator
from typing import NamedTuple

from losslint.diagnostics import Severity, Span
from losslint.files.source import LineIndex
from losslint.report.display_line import REACH, DisplayLine, display_line
from losslint.report.locations import held
from losslint.report.paint import Painter

# Rows shown before and after the place.
CONTEXT = 2

# A place of more rows is shown by its first and its last one.
_MAX_ROWS = 4

_MIN_WIDTH = 20


class Extent(NamedTuple):
    """A span as rows (from 1) and columns in their text (from 0, the end exclusive)."""

    row: int
    column: int
    end_row: int
    end_column: int


class Canvas(NamedTuple):
    """What all frames of one diagnostic share: how many digits rows have, the terminal's width."""

    lines: LineIndex
    paint: Painter
    digits: int
    width: int

    def gutter(self, row: int | None, body: str = "") -> str:
        """One line of output: the row's number, the bar, the body."""
        number = "" if row is None else str(self.lines.label(row))
        bar = self.paint(f"{number:>{self.digits}} |", "frame")
        return f"{bar} {body}" if body else bar

    def row(self, row: int, start: int, end: int, indent: int = 0) -> DisplayLine:
        """A row's text, cut around the columns from `start` to `end`."""
        first, last = self.lines.row_span(row)
        # Of a row of megabytes no more is copied than what can be shown of it, and around it.
        cut = max(start - REACH, 0) if last - first > 4 * REACH else 0
        line = self.lines.text[first + cut : min(last, first + start + 3 * REACH)]
        found = display_line(line, start - cut, min(end - cut, len(line)), self.room(indent))
        return found._replace(first=found.first + cut)

    def room(self, indent: int = 0) -> int:
        """How many columns the gutter and an indent leave for text."""
        return max(self.width - self.digits - 3 - indent, _MIN_WIDTH)


def extent(span: Span, index: LineIndex) -> Extent:
    """The rows and columns to draw; a span that ends with a line end stays on its row."""
    start, end = held(span, index)
    row, column = index.position(start)
    end_row, end_column = index.position(end)
    if end_row > row and end_column == 1:
        end_row -= 1
        end_column = len(index.text) + 1
    return Extent(
        row,
        min(column - 1, _length(index, row)),
        end_row,
        min(end_column - 1, _length(index, end_row)),
    )


def rows_around(place: Extent, index: LineIndex) -> tuple[int, int]:
    """First and last row to show: the place and its context, without blank rows at the edges."""
    first, last = max(place.row - CONTEXT, 1), min(place.end_row + CONTEXT, index.rows)
    while first < place.row and _cell(index, first) != _cell(index, place.row):
        first += 1
    while last > place.end_row and _cell(index, last) != _cell(index, place.end_row):
        last -= 1
    while first < place.row and _is_blank(index, first):
        first += 1
    while last > place.end_row and _is_blank(index, last):
        last -= 1
    return first, last


def frame(canvas: Canvas, place: Extent, severity: Severity) -> Iterator[str]:
    """The frame of a diagnostic: its place under carets, with the rows around it."""
    first, last = rows_around(place, canvas.lines)
    indent = "  " if place.end_row > place.row else ""
    yield canvas.gutter(None)
    for row in range(first, place.row):
        yield canvas.gutter(row, _context(canvas, row, indent))
    yield from _marked(canvas, place, severity)
    for row in range(place.end_row + 1, last + 1):
        yield canvas.gutter(row, _context(canvas, row, indent))
    yield canvas.gutter(None)


def labelled(canvas: Canvas, place: Extent, label: str) -> Iterator[str]:
    """The frame of a related place: its first row alone, with a label."""
    end = place.end_column if place.end_row == place.row else _length(canvas.lines, place.row)
    shown = canvas.row(place.row, place.column, end)
    line = _underline(shown, place.column, end, "-")
    yield canvas.gutter(None)
    yield canvas.gutter(place.row, shown.text)
    yield canvas.gutter(None, f"{canvas.paint(line, 'frame')} {canvas.paint(label, 'frame')}")


def _marked(canvas: Canvas, place: Extent, severity: Severity) -> Iterator[str]:
    if place.end_row > place.row:
        yield from _first_row(canvas, place, severity)
        yield from _inner_rows(canvas, place, severity)
        yield from _last_row(canvas, place, severity)
        return
    shown = canvas.row(place.row, place.column, place.end_column)
    yield canvas.gutter(place.row, shown.text)
    line = _underline(shown, place.column, place.end_column, "^")
    indent = line[: len(line) - len(line.lstrip())]
    yield canvas.gutter(None, indent + canvas.paint(line.lstrip(), severity))


def _first_row(canvas: Canvas, place: Extent, severity: Severity) -> Iterator[str]:
    shown = canvas.row(place.row, place.column, place.column + 1, 2)
    start = shown.column(place.column)
    if not shown.text[:start].strip():
        yield canvas.gutter(place.row, f"{canvas.paint('/', severity)} {shown.text}")
        return
    yield canvas.gutter(place.row, f"  {shown.text}")
    yield canvas.gutter(None, " " + canvas.paint("_" * (start + 1) + "^", severity))


def _inner_rows(canvas: Canvas, place: Extent, severity: Severity) -> Iterator[str]:
    bar = canvas.paint("|", severity)
    if place.end_row - place.row >= _MAX_ROWS:
        yield canvas.gutter(None, f"{bar} ...")
        return
    for row in range(place.row + 1, place.end_row):
        yield canvas.gutter(row, f"{bar} {canvas.row(row, 0, 0, 2).text}".rstrip())


def _last_row(canvas: Canvas, place: Extent, severity: Severity) -> Iterator[str]:
    last = max(place.end_column - 1, 0)
    shown = canvas.row(place.end_row, last, place.end_column, 2)
    bar = canvas.paint("|", severity)
    yield canvas.gutter(place.end_row, f"{bar} {shown.text}".rstrip())
    yield canvas.gutter(None, canvas.paint("|" + "_" * (shown.column(last) + 1) + "^", severity))


def _underline(shown: DisplayLine, start: int, end: int, mark: str) -> str:
    left, right = shown.column(start), shown.column(end)
    return " " * left + mark * max(right - left, 1)


def _context(canvas: Canvas, row: int, indent: str) -> str:
    text = canvas.row(row, 0, 0, len(indent)).text
    return indent + text if text.strip() else ""


def _length(index: LineIndex, row: int) -> int:
    first, last = index.row_span(row)
    return last - first


def _cell(index: LineIndex, row: int) -> int | None:
    return index.cell(index.row_span(row)[0])


def _is_blank(index: LineIndex, row: int) -> bool:
    first, last = index.row_span(row)
    return not index.text[first:last].strip()
