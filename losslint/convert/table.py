"""The outcome of a conversion on a terminal: a short table, and what it asks for beneath."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.convert.model import EntryPlan
from losslint.convert.report import call, details, dropped, headline, percent
from losslint.convert.work import Result

if TYPE_CHECKING:
    from rich.table import Table


def table(results: list[Result], lossy: bool) -> Table:
    """What → what, the class, and the difference that was measured or proved."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("from", "to"):
        # Wide enough for most names, so that they are not broken, and narrow enough for 80 columns.
        drawn.add_column(heading, overflow="fold", min_width=24)
    for heading in ("class", "value off", "gradient off"):
        drawn.add_column(heading, no_wrap=True)
    for result in results:
        for entry in result.plan.entries:
            goes = result.status == "converted" and entry.target is not None
            numbers = entry.proof or entry.measured
            color = {"auto": "green", "auto_with_note": "yellow"}.get(entry.action, "red")
            drawn.add_row(
                Text(call(entry.source)),
                Text(_target(entry) if goes else _stays(entry, lossy)),
                Text(entry.kind, style=color),
                Text("" if numbers is None else percent(numbers.value)),
                Text("" if numbers is None else percent(numbers.gradient)),
            )
    return drawn


def _target(entry: EntryPlan) -> str:
    return "" if entry.target is None else call(entry.target)


def _stays(entry: EntryPlan, lossy: bool) -> str:
    if entry.goes(lossy):
        return "stays, as the rest does"
    return "needs --lossy" if entry.action == "consent" else "refused"


def beneath(results: list[Result], lossy: bool) -> Iterator[str]:
    """What must be changed and must hold, each once; and why something was refused."""
    seen: set[str] = set()
    for result in results:
        for entry in result.plan.entries:
            if entry.action == "refuse":
                yield f"• {headline(result, entry, lossy)}"
                continue
            if entry.drops and entry.action == "consent" and not entry.goes(lossy):
                yield f"• {headline(result, entry, lossy)}"
            for text in details(entry):
                if text not in seen:
                    seen.add(text)
                    yield f"• {text}"
        for entry in result.plan.dropped:
            yield f"• {dropped(result, entry)}"
