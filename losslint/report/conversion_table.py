"""The losses of a conversion as a table: what → what, and by how much the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from losslint.convert.console import becomes
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan
from losslint.convert.report import call, percent
from losslint.report.columns import Cell, Column, Columns
from losslint.report.paint import Painter, PaintKind
from losslint.text import visible, width_of

# Wide enough for most names, so that they are not broken, and narrow enough for 80 columns.
_FROM, _TO = 16, 14
_KINDS: dict[str, PaintKind] = {"auto": "added", "auto_with_note": "warning"}


def conversion_table(
    results: list[Conversion], lossy: bool, width: int, paint: Painter
) -> Iterator[str]:
    """The lines of the table, each with its end; below it what there was no room for."""
    rows = [[_row(each, e, lossy) for e in each.plan.entries] for each in results]
    every = list(chain.from_iterable(rows))
    widest = [max((width_of(row[at].text) for row in every), default=0) for at in range(5)]
    columns = Columns(
        [
            Column("from", widest[0], _FROM),
            Column("to", widest[1], _TO),
            Column("class", widest[2], rank=2),
            Column("value off", widest[3], rank=1),
            Column("gradient off", widest[4], rank=3),
        ],
        width,
        paint,
    )
    yield columns.header()
    for result, own in zip(results, rows, strict=True):
        if result.place:
            yield paint(visible(result.name), "path") + "\n"
        yield from map(columns.row, own)
    yield columns.note("--format json has it all")


def _row(result: Conversion, entry: EntryPlan, lossy: bool) -> list[Cell]:
    numbers = entry.proof or entry.measured
    return [
        Cell(call(entry.source)),
        Cell(becomes(result, entry, lossy)),
        Cell(entry.kind, _KINDS.get(entry.action, "removed")),
        Cell("" if numbers is None else percent(numbers.value)),
        Cell("" if numbers is None else percent(numbers.gradient)),
    ]
