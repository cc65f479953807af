"""The outcome of a conversion as a table on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losslint.convert.report import call, details, headline, percent
from losslint.convert.work import Result

if TYPE_CHECKING:
    from rich.table import Table


def table(results: list[Result], lossy: bool) -> Table:
    """What → what, the class, the measured difference, what must be changed."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("from", "to", "class", "measured", "what you must change, what must hold"):
        drawn.add_column(heading, overflow="fold")
    for result in results:
        for entry in result.plan.entries:
            goes = result.status == "converted" and entry.target is not None
            told = details(entry) if goes else (headline(result, entry, lossy),)
            numbers = entry.proof or entry.measured
            measured = "" if numbers is None else percent(numbers.gradient)
            color = {"auto": "green", "auto_with_note": "yellow"}.get(entry.action, "red")
            drawn.add_row(
                Text(call(entry.source)),
                Text(call(entry.target) if goes and entry.target is not None else "—"),
                Text(entry.kind, style=color),
                Text(measured),
                Text("\n".join(told)),
            )
    return drawn
