"""Verdicts for people and for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from losslint.dryrun.nested_arrays import map_leaves
from losslint.dryrun.records import Verdict

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_WIDE = 100


def as_json(verdicts: Sequence[Verdict]) -> str:
    """A list of objects, one a verdict. Numbers that JSON does not have become null."""
    return json.dumps([_fields(verdict) for verdict in verdicts], indent=2, default=str)


def _fields(verdict: Verdict) -> dict[str, Any]:
    fields = verdict._asdict()
    del fields["curve"]
    location = verdict.location
    fields["location"] = None if location is None else location._asdict()
    return map_leaves(fields, _finite)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def problems(verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each verdict that is not ok: the place, the loss, what is wrong with it."""
    return [
        f"{place_of(verdict)}{verdict.name}{_where(verdict)}: {verdict.problem}"
        for verdict in verdicts
        if not verdict.ok
    ]


def _where(verdict: Verdict) -> str:
    """The type and device that something was computed in, if anything was."""
    return f" ({verdict.dtype} on {verdict.device})" if verdict.runtime else ""


def place_of(verdict: Verdict) -> str:
    """ "file:row:column: ", or nothing for a loss of the catalog."""
    return "" if verdict.location is None else f"{verdict.location}: "


def machines(verdicts: Sequence[Verdict]) -> list[str]:
    """Which code computed on which device, each once."""
    pairs = dict.fromkeys(
        f"{verdict.runtime} on {verdict.device}"
        + (f" ({verdict.device_name})" if verdict.device_name != verdict.device else "")
        for verdict in verdicts
        if verdict.runtime
    )
    return list(pairs)


def table(verdicts: Sequence[Verdict], width: int) -> Table:
    """The verdicts as a rich table; nothing of a config is read as markup.

    Args:
        verdicts: one a row.
        width: of the terminal, in columns; a narrow one gets the columns that matter most.
    """
    from rich.table import Table
    from rich.text import Text

    wide = width >= _WIDE
    result = Table(box=None, header_style="bold", pad_edge=False)
    result.add_column("loss", overflow="fold", min_width=16)
    for heading in ("device", "type", "verdict"):
        result.add_column(heading, no_wrap=True)
    for heading in ("value", "gradient", "error", *(("gradient error", "seconds") if wide else ())):
        result.add_column(heading, justify="right", no_wrap=True)
    for verdict in verdicts:
        row = [
            Text(verdict.name),
            Text(verdict.device),
            Text(verdict.dtype + ("+amp" if verdict.amp else "")),
            Text("ok", style="green") if verdict.ok else Text("fails", style="bold red"),
            _number(verdict.value, ".6g"),
            _number(verdict.gradient_norm, ".4g"),
            _number(verdict.reference_error, ".1e"),
        ]
        if wide:
            row += [_number(verdict.gradient_error, ".1e"), _number(verdict.seconds, ".2f")]
        result.add_row(*row)
    return result


def _number(value: float | None, form: str) -> Text:
    from rich.text import Text

    return Text("" if value is None else format(value, form))
