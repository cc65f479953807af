"""The factor beside a loss: NetsPresso's weight, Keras's loss_weights."""

from __future__ import annotations

from typing import NamedTuple

from losslint.convert.model import Refused
from losslint.dialects.records import LossEntry, Site
from losslint.syntax.view import View


class Factor(NamedTuple):
    """A factor as it is written; None for none, which is 1.0."""

    value: float | None


def factor_of(entry: LossEntry, site: Site) -> Factor | Refused:
    """The factor of an entry."""
    if entry.dialect == "netspresso":
        return _weight(entry)
    weights = site.owner.get("loss_weights") if site.kind in ("compile", "legacy") else None
    if weights is None or weights.kind == "null":
        return Factor(None)
    if weights.is_mapping or weights.is_list:
        return _of_output(entry, weights)
    if weights.kind == "int":
        return Refused("Keras itself refuses a whole number as loss_weights; write it as a list")
    return _number(weights, "loss_weights")


def _weight(entry: LossEntry) -> Factor | Refused:
    if entry.weight_view is None:
        return Refused(
            "the entry has no `weight`, without which the trainer stops; write `weight: ~` for 1.0"
        )
    return (
        Factor(None) if entry.weight_view.kind == "null" else _number(entry.weight_view, "weight")
    )


def _of_output(entry: LossEntry, weights: View) -> Factor | Refused:
    found: View | None
    if weights.is_list:
        index = entry.output if isinstance(entry.output, int) else 0
        if isinstance(entry.output, str):
            return Refused("loss_weights is a list and the losses are named by output")
        items = weights.items()
        found = items[index] if index < len(items) else None
    else:
        pairs = weights.pairs()
        found = weights.get(entry.output) if isinstance(entry.output, str) else None
        if found is None and entry.output is None and len(pairs) == 1:
            found = pairs[0][1]
    if found is None:
        return Refused("loss_weights does not say which factor belongs to this loss")
    return Factor(None) if found.kind == "null" else _number(found, "loss_weights")


def _number(view: View, word: str) -> Factor | Refused:
    value = view.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        if view.kind == "unknown":
            return Refused(f"the value of `{word}` is not known from this file")
        return Refused(f"`{word}` is no number: the training would stop there")
    if value != value or value in (float("inf"), float("-inf")):
        return Refused(f"`{word}` is not finite")
    return Factor(value)
