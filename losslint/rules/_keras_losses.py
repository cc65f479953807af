"""Keras losses where they meet an output, and what is written of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from losslint.catalog.model import LossDef
from losslint.diagnostics import Span
from losslint.dialects.keras.ending import Ending
from losslint.dialects.records import LossEntry, Site
from losslint.rules._keras_model import endings_of
from losslint.rules._names import find_loss
from losslint.rules.base import Context, entry_params
from losslint.syntax.resolved_node import ResolvedNode


class Met(NamedTuple):
    """A loss, where it is named, and how an output comes about that it is computed on."""

    entry: LossEntry
    loss: LossDef
    at: Span
    ending: Ending

    @property
    def ends(self) -> str:
        """How the output ends, as sentences begin."""
        activation = self.ending.activation
        if activation in (None, "linear"):
            return "the model ends without an activation"
        return f"the model ends in {activation}"


def on_outputs(site: Site, context: Context) -> Iterator[Met]:
    """Each loss that Keras knows with each output that it is certain to be computed on."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None or entry.name is None:
            continue
        for ending in endings_of(entry, site, context):
            yield Met(entry, loss, entry.name.at, ending)


def written(entry: LossEntry, name: str) -> ResolvedNode | None:
    """The value of a parameter, as the entry's style spells it; None where it is not written."""
    found = entry.argument(entry.style.spelled(name))
    return found.view if found is not None else None


def number_of(entry: LossEntry, loss: LossDef, name: str, context: Context) -> float | None:
    """The number that a parameter is, written or by default; None for what is no number."""
    spelled = entry.style.spelled(name)
    for param in entry_params(entry, loss, context):
        if param.name == spelled:
            view = written(entry, name)
            value = param.default if view is None else view.value
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return float(value) if is_number else None  # type: ignore[arg-type]
    return None
