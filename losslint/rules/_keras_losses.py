"""Keras losses where they meet an output, and what is written of one."""

from collections.abc import Iterator
from typing import NamedTuple

from losslint.dialects.keras.ending import Ending
from losslint.rules._keras_model import endings_of
from losslint.rules._names import known_losses
from losslint.rules.base import Context, LossDef, LossEntry, ResolvedNode, Site, entry_params


class Met(NamedTuple):
    """A loss, where it is named, and how an output comes about that it is computed on."""

    entry: LossEntry
    loss: LossDef
    at: ResolvedNode
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
    for entry, loss in known_losses(site, context):
        if entry.name is not None:
            for ending in endings_of(entry, site, context):
                yield Met(entry, loss, entry.name, ending)


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
            default = param.default if isinstance(param.default, (int, float)) else None
            return view.number if view is not None else default
    return None
