"""How the losses of the two frameworks relate: all rows, and looking them up.

Measured on Keras 3.15.1 with TensorFlow 2.21 against NetsPresso Trainer 1.4.1 on torch 2.13.0: both
losses on the same predictions and labels, over several seeds, shapes and parameters; the worst is
given. `python -m tests.equivalence` measures all of it again. What has no row is not converted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog import (
    equivalences_crossentropy,
    equivalences_focal,
    equivalences_focal_categorical,
    equivalences_modifiers,
    equivalences_netspresso,
    equivalences_netspresso_rest,
    equivalences_rest,
)
from losslint.catalog.equivalences_model import (
    DialectName,
    Equivalence,
    ListCase,
    Measured,
    Nearest,
    named,
)

ROWS: tuple[Equivalence, ...] = tuple(
    named(row)
    for row in (
        *equivalences_crossentropy.ROWS,
        *equivalences_focal.ROWS,
        *equivalences_focal_categorical.ROWS,
        *equivalences_modifiers.ROWS,
        *equivalences_rest.ROWS,
        *equivalences_netspresso.ROWS,
        *equivalences_netspresso_rest.ROWS,
    )
)
"""All rows; of one loss, the one that asks for most comes first. An id may have several rows."""

_BY_ID: Mapping[str, Equivalence] = MappingProxyType({row.id: row for row in reversed(ROWS)})

MEASURED: Mapping[str, Measured] = MappingProxyType(
    {row.id: row.measured for row in ROWS if row.measured is not None}
)
"""By the id of a row: the worst relative difference of value and gradient."""

NEAREST: Mapping[str, Nearest] = MappingProxyType(
    {row.id: row.nearest for row in ROWS if row.nearest is not None}
)
"""By the id of a row: the criterion whose gradient came nearest, of 63 settings."""


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
