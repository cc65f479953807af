"""The catalog's own mapping, as a conversion uses it, and nothing beside it."""

from __future__ import annotations

from typing import Any, NamedTuple

from losslint.catalog import keras
from losslint.catalog.equivalences import find
from losslint.catalog.equivalences_model import Equivalence
from losslint.convert.model import Refused
from losslint.convert.row_application import resolve
from losslint.convert.row_selection import Match, choose
from tests.convert.support import facts, reading

from .records import KerasLoss

Params = dict[str, Any]


class Pair(NamedTuple):
    """A loss of each framework; `factor` stands beside Keras's, the entry has its own weight."""

    keras: KerasLoss
    factor: float
    entry: dict[str, Any]
    rows: tuple[Equivalence, ...]


class WrongRowError(Exception):
    """The catalog does not choose the row that is to be measured."""


def chosen(row: str, name: str, params: Params, known: dict[str, str] | None = None) -> Match:
    """The catalog's choice for a loss, which must be the row.

    Raises:
        WrongRowError: it is not.
    """
    if find(row).part == "spelling":
        return Match(find(row))
    match = choose(reading(find(row).source, name, params), facts(**(known or {})))
    if isinstance(match, Refused):
        raise WrongRowError(match.reason)
    rows = [one.id for one in (match.row, *match.modifiers)]
    if row not in rows:
        raise WrongRowError(f"the catalog chooses {', '.join(rows)}")
    return match


def mapped(
    row: str,
    name: str,
    params: Params,
    known: dict[str, str] | None = None,
    chosen_by: Params | None = None,
    target: str | None = None,
) -> Pair:
    """A loss and what the catalog makes of it.

    Args:
        row: the row that is to be chosen for it, as such or as a modifier.
        chosen_by: the parameters that choose the row, where they are others than `params`: so a
            row is tried beyond its own conditions.
        target: the loss that is compared where the row has none.

    Raises:
        WrongRowError: the catalog chooses another row, or none.
    """
    source, told = find(row).source, facts(**(known or {}))
    match = chosen(row, name, params if chosen_by is None else chosen_by, known)
    resolved = resolve(match, reading(source, name, params).arguments, told)
    if isinstance(resolved, Refused):
        raise WrongRowError(resolved.reason)
    rows = (match.row, *match.modifiers)
    other, written = match.row.target or target, dict(resolved.params)
    if other is None:
        raise WrongRowError("the row names no loss to compare with")
    if source == "keras":
        entry = {"criterion": other, **written, "weight": resolved.factor}
        return Pair(keras_loss(name, params), 1.0, entry, rows)
    entry = {"criterion": name, **params, "weight": None}
    return Pair(keras_loss(other, written), resolved.factor or 1.0, entry, rows)


def keras_loss(name: str, params: Params) -> KerasLoss:
    """A loss of Keras by the name that configs give it."""
    found = keras.find(name)
    loss = found[0] if found is not None else keras.NOT_STRINGS[name]
    return KerasLoss(str(loss.class_name), params)
