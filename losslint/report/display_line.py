"""One source line as a terminal shows it: escaped, cut to a width around what matters."""

from typing import NamedTuple

from losslint.text import cell, width_of

ELLIPSIS = "…"

# No terminal is as wide: of a row of megabytes no more is copied on either side of what is shown.
REACH = 10_000


class DisplayLine(NamedTuple):
    """The shown part of a line.

    `columns` holds the terminal column of each shown character, and of the end, from 0; `first`
    is the index in the line of the first shown character.
    """

    text: str
    first: int
    columns: tuple[int, ...]

    def column(self, index: int) -> int:
        """The terminal column of a character of the line, held inside the shown part."""
        return self.columns[min(max(index - self.first, 0), len(self.columns) - 1)]


def display_line(line: str, start: int, end: int, width: int) -> DisplayLine:
    """The part of a line that fits a width, around the characters from `start` to `end`.

    The start is always shown, then as much of the span as fits, then what stands around it.
    """
    # One column is kept for a caret behind the line's end.
    room = width - 1 if start >= len(line) else width
    if len(line) <= room * 4:
        cells = [cell(line, i) for i in range(len(line))]
        widths = [width_of(text) for text in cells]
        if sum(widths) <= room:
            return _view(cells, widths, 0, "", "")
    first, last = _window(line, start, end, room - 2)
    cells = [cell(line, i) for i in range(first, last)]
    before = ELLIPSIS if first > 0 else ""
    after = ELLIPSIS if last < len(line) else ""
    return _view(cells, [width_of(text) for text in cells], first, before, after)


def _view(cells: list[str], widths: list[int], first: int, before: str, after: str) -> DisplayLine:
    columns = [len(before)]
    for width in widths:
        columns.append(columns[-1] + width)
    return DisplayLine(before + "".join(cells) + after, first, tuple(columns))


def _window(line: str, start: int, end: int, room: int) -> tuple[int, int]:
    """Which characters to show: the span first, then both sides in equal parts."""
    last, left = _grow_right(line, start, min(end, len(line)), room)
    if last < end and last < len(line):
        return start, last
    first, unused = _grow_left(line, start, left // 2)
    last, left = _grow_right(line, last, len(line), left - left // 2 + unused)
    first, _ = _grow_left(line, first, left)
    return first, last


def _grow_right(line: str, index: int, limit: int, room: int) -> tuple[int, int]:
    while index < limit:
        width = width_of(cell(line, index))
        if width > room:
            break
        room -= width
        index += 1
    return index, room


def _grow_left(line: str, index: int, room: int) -> tuple[int, int]:
    while index > 0:
        width = width_of(cell(line, index - 1))
        if width > room:
            break
        room -= width
        index -= 1
    return index, room
