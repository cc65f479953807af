"""Verdicts of a dry run as a table, each a row as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from losslint.dryrun.records import Verdict
from losslint.dryrun.verdict_formats import size_in_words
from losslint.report.columns import Cell, Column, Columns
from losslint.report.paint import Painter
from losslint.text import in_bytes, visible, width_of

_NAME = 12
_RUNTIME = len("netspresso-trainer 1.4.1 (torch 2.13.0+cu130)")


class VerdictTable:
    """Rows of one table, of losses and types that are known before.

    On a narrow terminal `types`, and nodes, backends and devices where there may be several, go
    last of all: they are what tells a loss's rows apart.
    """

    def __init__(
        self,
        names: Iterable[str],
        types: Sequence[str],
        width: int,
        paint: Painter,
        *,
        several_devices: bool,
        backends: Sequence[str] = (),
        nodes: Sequence[str] = (),
        stressed: bool = False,
    ) -> None:
        self._backends, self._nodes = bool(backends), bool(nodes)
        self._stressed = stressed
        bound = [Column("wrong from", len("1.84e+19"), rank=1, right=True)] if stressed else []
        self._columns = Columns(
            [
                Column("loss", max(map(width_of, map(visible, names)), default=0), _NAME),
                *([Column("node", max(map(len, nodes)), _NAME)] if nodes else []),
                *([Column("backend", max(map(len, backends)))] if backends else []),
                Column("device", len("cuda:0"), rank=1 if several_devices else 3),
                Column("type", max(map(len, types), default=0), rank=1 if types[1:] else 3),
                Column("verdict", 0),
                Column("value", len("-1.23457e-05"), rank=2, right=True),
                Column("gradient", len("1.235e-05"), rank=4, right=True),
                Column("error", len("1.2e-08"), right=True),
                Column("gradient error", 0, rank=5, right=True),
                Column("memory", len("99.9 MB"), rank=7, right=True),
                Column("forward", 0, rank=8, right=True),
                Column("backward", 0, rank=8, right=True),
                Column("seconds", 0, rank=6, right=True),
                *bound,
                # Last, for nobody knows before what nodes have.
                *([Column("framework", _RUNTIME, rank=2)] if nodes else []),
            ],
            width,
            paint,
        )
        self._begun = False

    def row(self, verdict: Verdict) -> str:
        """A verdict as a row, the first one below the headings."""
        begin, self._begun = "" if self._begun else self._columns.header(), True
        bound = None if verdict.stress is None else verdict.stress.bound
        return begin + self._columns.row(
            [
                Cell(visible(verdict.name)),
                *([Cell(verdict.node or "")] if self._nodes else []),
                *([Cell(verdict.backend)] if self._backends else []),
                Cell(verdict.device),
                Cell(type_of(verdict.dtype, amp=verdict.amp)),
                Cell("ok", "added") if verdict.ok else Cell("fails", "error"),
                Cell(_number(verdict.value, ".6g")),
                Cell(_number(verdict.gradient_norm, ".4g")),
                Cell(_number(verdict.reference_error, ".1e")),
                Cell(_number(verdict.gradient_error, ".1e")),
                Cell(in_bytes(verdict.peak_memory)),
                Cell(_number(verdict.forward_seconds, ".3f")),
                Cell(_number(verdict.backward_seconds, ".3f")),
                Cell(_number(verdict.seconds, ".2f")),
                *([Cell(size_in_words(bound))] if self._stressed else []),
                *([Cell(verdict.runtime)] if self._nodes else []),
            ]
        )

    def end(self) -> str:
        """What is to be said below the rows."""
        return self._columns.note("--format json has them") if self._begun else ""


def type_of(dtype: str, *, amp: bool) -> str:
    """An element type as the table names it."""
    return dtype + ("+amp" if amp else "")


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
