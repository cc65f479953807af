"""A table of text, a row at a time: for a terminal of any width, and for a pipe.

The widths are settled before the first row. Where the terminal is too narrow, a column of words
folds; where that does not do, columns are left out, and `note` says which. No cell is cut.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from losslint.report.fold import folded
from losslint.report.paint import Painter, PaintKind
from losslint.text import width_of

_GAP = "  "


class Column(NamedTuple):
    """A column, `width` wide where there is room.

    `least`: how narrow it may be, and then its cells fold; 0: they never do. `rank`: the column of
    the highest rank is the first to be left out; 0: it never is. `right`: as numbers stand.
    """

    heading: str
    width: int
    least: int = 0
    rank: int = 0
    right: bool = False


class Cell(NamedTuple):
    """What stands in a column, and in which colour."""

    text: str
    kind: PaintKind | None = None


class Columns:
    """The columns that a width has room for; 0 has room for all of them."""

    def __init__(self, columns: Sequence[Column], width: int, paint: Painter) -> None:
        self._paint = paint
        kept = list(range(len(columns)))
        every = [each._replace(width=max(each.width, len(each.heading))) for each in columns]
        if width and _least(every, kept) > width:
            # Headings fold first.
            longest = (max(map(len, each.heading.split())) for each in columns)
            pairs = zip(columns, longest, strict=True)
            every = [each._replace(width=max(each.width, word)) for each, word in pairs]
        while width and _least(every, kept) > width and any(every[at].rank for at in kept):
            kept.remove(max(kept, key=lambda at: every[at].rank))
        self._kept, self._width = kept, width
        self._columns = _fitted([every[at] for at in kept], width)
        self._left_out = [each.heading for at, each in enumerate(every) if at not in kept]

    def header(self) -> str:
        """The headings, as a row."""
        headings = [Cell(each.heading, "path") for each in self._columns]
        return self._drawn(headings, [each.width for each in self._columns])

    def note(self, elsewhere: str) -> str:
        """A line that says which columns there was no room for; empty where all are there."""
        left_out = ", ".join(self._left_out)
        note = f"(no room for: {left_out}; {elsewhere})"
        return f"{folded(note, self._width)}\n" if left_out else ""

    def row(self, cells: Sequence[Cell]) -> str:
        """A row of all the columns, in as many lines as its cells need."""
        widths = [each.width if each.least else 0 for each in self._columns]
        return self._drawn([cells[at] for at in self._kept], widths)

    def _drawn(self, cells: list[Cell], widths: list[int]) -> str:
        """Cells in lines, each folded to its width, where that is not 0."""
        every = zip(cells, widths, strict=True)
        parts = [_parts(cell.text, width) if width else [cell.text] for cell, width in every]
        lines = zip_longest(*parts, fillvalue="")
        return "".join(f"{self._line(line, cells)}\n" for line in lines)

    def _line(self, texts: Iterable[str], cells: list[Cell]) -> str:
        parts: list[str] = []
        for column, cell, text in zip(self._columns, cells, texts, strict=True):
            blanks = " " * (column.width - width_of(text))
            shown = self._paint(text, cell.kind) if cell.kind is not None else text
            parts.append(blanks + shown if column.right else shown + blanks)
        return _GAP.join(parts).rstrip(" ")


def _least(columns: Sequence[Column], kept: Sequence[int]) -> int:
    """How wide a table of these columns is at least."""
    widths = [min(columns[at].least or columns[at].width, columns[at].width) for at in kept]
    return sum(widths) + len(_GAP) * (len(kept) - 1)


def _fitted(columns: list[Column], width: int) -> list[Column]:
    """The columns with their widths: what is left over goes to those that fold."""
    if not width:
        return columns
    spare = max(0, width - _least(columns, range(len(columns))))
    wanted = {at: max(0, each.width - each.least) for at, each in enumerate(columns) if each.least}
    fitted = list(columns)
    # Who wants least is served first, so that what it leaves is the others'.
    for turn, at in enumerate(sorted(wanted, key=wanted.__getitem__)):
        more = min(wanted[at], spare // (len(wanted) - turn))
        spare -= more
        fitted[at] = columns[at]._replace(width=columns[at].width - wanted[at] + more)
    return fitted


def _parts(text: str, width: int) -> list[str]:
    """A text in lines of at most so many columns.

    Broken between words; a longer word behind its underscores, and else where the line is full.
    """
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for piece in re.split("(?<=_)", word) if width_of(word) > width else [word]:
            if width_of(lines[-1] + piece) > width and lines[-1]:
                lines.append("")
            for character in piece:
                if width_of(lines[-1] + character) > width:
                    lines.append("")
                lines[-1] += character
    return lines
