"""How the losses of the two frameworks relate: all rows, and looking them up.

Measured on Keras 3.15.1 with TensorFlow and on NetsPresso Trainer 1.4.1; what has no row here is
not converted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog import (
    equivalences_crossentropy,
    equivalences_focal,
    equivalences_modifiers,
    equivalences_netspresso,
    equivalences_netspresso_rest,
    equivalences_rest,
)
from losslint.catalog.equivalences_measured import MEASURED, NEAREST
from losslint.catalog.equivalences_model import DialectName, Equivalence, ListCase

__all__ = ["MEASURED", "NEAREST", "ROWS", "find", "list_row", "modifiers", "rows_of"]

ROWS: tuple[Equivalence, ...] = (
    *equivalences_crossentropy.ROWS,
    *equivalences_focal.ROWS,
    *equivalences_modifiers.ROWS,
    *equivalences_rest.ROWS,
    *equivalences_netspresso.ROWS,
    *equivalences_netspresso_rest.ROWS,
)
"""All rows; of one loss, the one that asks for most comes first. An id may have several rows."""

_BY_ID: Mapping[str, Equivalence] = MappingProxyType({row.id: row for row in reversed(ROWS)})


def find(row: str) -> Equivalence:
    """The first row of an id. Raises KeyError for an id that there is not."""
    return _BY_ID[row]


def list_row(source: DialectName, case: ListCase) -> Equivalence:
    """The row about lists that speaks of a case. Raises LookupError where there is none."""
    for row in ROWS:
        if row.list_case == case and row.source == source:
            return row
    raise LookupError(f"{source} has no row about lists for {case!r}")


def rows_of(source: DialectName, loss: str) -> tuple[Equivalence, ...]:
    """The rows that may relate a loss, in the order in which they are tried."""
    return tuple(
        row for row in ROWS if row.part == "loss" and row.source == source and loss in row.losses
    )


def modifiers(source: DialectName, loss: str) -> tuple[Equivalence, ...]:
    """The rows about single parameters of a loss; one of the loss itself goes before one of all."""
    found = [row for row in ROWS if row.part == "modifier" and row.source == source]
    return tuple(
        row
        for row in sorted(found, key=lambda row: not row.losses)
        if not row.losses or loss in row.losses
    )
