"""The places of a program by their lines: `--line`, and the names of several results."""

import re
from collections import Counter
from typing import NamedTuple

from losslint.dialects.records import Site
from losslint.files.source import LineIndex, Source

_WRITTEN = re.compile(r"(?:(?:cell )?([0-9]{1,9}):)?([0-9]{1,9})")
_MANY = 10


class Line(NamedTuple):
    """A line of a program; in a notebook that of a cell, as `check` counts both."""

    row: int
    cell: int | None = None

    def __str__(self) -> str:
        return f"{self.row}" if self.cell is None else f"cell {self.cell}:{self.row}"


def read_line(text: str) -> Line | None:
    """What `--line` was given: `12`, of a notebook `3:2` or `cell 3:2`; None where it is none."""
    found = _WRITTEN.fullmatch(text.strip())
    return None if found is None else Line(int(found[2]), int(found[1]) if found[1] else None)


def line_of(offset: int, index: LineIndex) -> Line:
    """The line of an offset."""
    return Line(index.shown(offset)[0], index.cell(offset))


def on_line(sites: list[Site], source: Source, line: Line) -> list[Site]:
    """The sites of a program that stand on a line."""
    rows = source.lines()
    found: list[Site] = []
    for site in sites:
        at = site.owner.at
        first, last = line_of(at.start, rows), line_of(at.end, rows)
        if first.cell == line.cell and first.row <= line.row <= last.row:
            found.append(site)
    return found


def why_none(sites: list[Site], source: Source, line: Line) -> str:
    """Why none of a program's sites stands on a line."""
    if source.inside is not None and line.cell is None:
        told = f"a line of a notebook is named with its cell, and `--line {line}` has none"
    elif source.inside is None and line.cell is not None:
        told = f"only a notebook has cells, and `--line {line.cell}:{line.row}` names one"
    else:
        told = f"{'line ' if line.cell is None else ''}{line} holds no losses"
    return f"{told}; losses stand at {listed(sites, source)}" if sites else told


def which(sites: list[Site], source: Source) -> str:
    """The end of a sentence about several places, of which one is to be named."""
    return f"; `--line` says which: {listed(sites, source)}"


def listed(sites: list[Site], source: Source) -> str:
    """The places, as they are told; of many the first."""
    told = ", ".join(names(sites[:_MANY], source))
    return told + ", …" if len(sites) > _MANY else told


def names(sites: list[Site], source: Source) -> list[str]:
    """What tells the places of a program apart: their lines; on one line, their columns too."""
    rows = source.lines()
    starts = [site.owner.at.start for site in sites]
    lines = [str(line_of(start, rows)) for start in starts]
    counts = Counter(lines)
    return [
        name if counts[name] == 1 else f"{name}:{rows.shown(start)[1]}"
        for name, start in zip(lines, starts, strict=True)
    ]
