"""What the outputs of a model end in, read once: for rules what is certain, else what is likely.

Both go back over the same layers. What is certain is None, and a rule silent, at the first layer
that is not understood; what is likely counts the config of a user's own layer as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from losslint.catalog.model import VersionKey, holds
from losslint.diagnostics import Related, Span
from losslint.dialects.keras.activations import ACTIVATIONS, ALIASES, ANY
from losslint.dialects.keras.layers import Layer, activation_of, is_cast, layer_name
from losslint.dialects.keras.model import ModelOutput, SavedModel, read_model, way_back
from losslint.dialects.keras.rank import rank_behind
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode


class Ending(NamedTuple):
    """One output for certain: the name of its layer, and what its numbers are.

    `activation` is the last one, `at` where it stands; `twice` says that the same one stands
    right before it. `units` is the length of the last axis, `rank` the number of axes with that of
    the batch. No number is below `low` or above `high`; and where `low` is below 0 or `high` above
    1, some weights give numbers there. `sums_to_one`: whether the numbers along the last axis do.
    `unit_length`: whether they are a vector of length 1. `hidden` says that something stands behind
    the activation, so that TensorFlow does not find it; `cast` that the loss, which computes in
    float32, begins with a cast, because the output was computed in 16 bits, mixed or not. None is
    unknown everywhere: a rule says nothing then.
    """

    name: str | None
    activation: str | None = None
    at: Span | None = None
    units: int | None = None
    rank: int | None = None
    low: float | None = None
    high: float | None = None
    sums_to_one: bool | None = None
    unit_length: bool | None = None
    hidden: bool = False
    cast: bool = False
    twice: bool = False

    @property
    def may_be_negative(self) -> bool:
        """Whether some weights give numbers below 0 for certain."""
        return self.low is not None and self.low < 0

    @property
    def may_exceed_one(self) -> bool:
        """Whether some weights give numbers above 1 for certain."""
        return self.high is not None and self.high > 1

    @property
    def is_never_negative(self) -> bool:
        """Whether no weights give numbers below 0 for certain."""
        return self.low is not None and self.low >= 0

    @property
    def is_fraction(self) -> bool:
        """Whether all numbers lie from 0 to 1 for certain, as probabilities do."""
        return self.is_never_negative and self.high is not None and self.high <= 1

    @property
    def is_any_number(self) -> bool:
        """Whether every number may come: logits, for one."""
        return (self.low, self.high) == ANY

    @property
    def related(self) -> tuple[Related, ...]:
        """The place of the activation."""
        return (Related(self.at, "the model's output ends here"),) if self.at is not None else ()


class ModelOutputs(NamedTuple):
    """A model's outputs in order, and the keys that a dict of losses may have.

    `by_key` says that the model returns a dict, whose keys those are; `listed` are the outputs as
    a list of losses meets them, where that is known.
    """

    class_name: str
    endings: tuple[Ending, ...]
    names: tuple[str, ...]
    by_key: bool = False
    listed: tuple[Ending, ...] = ()


def read_outputs(site: Site, version: VersionKey) -> ModelOutputs | None:
    """What is certain of the model that a compile config belongs to; None where nothing is."""
    model = read_model(site)
    if model is None or model.class_name is None:
        return None
    if model.is_sequential:
        if not model.layers:
            return None
        name = layer_name(model.layers[-1])
        ending = certain_ending(name, way_back(model))
        return ModelOutputs("Sequential", (ending,), (name or "",), listed=(ending,))
    return _several(model, model.class_name, version)


def ending_of(site: Site, output: ModelOutput | None) -> Ending | None:
    """How one output of a functional model comes about; without one, that of a Sequential model."""
    model = read_model(site)
    if model is None or not model.layers:
        return None
    name = output.layer if output is not None else layer_name(model.layers[-1])
    return certain_ending(name, way_back(model, output))


def _several(model: SavedModel, class_name: str, version: VersionKey) -> ModelOutputs | None:
    outputs = model.outputs
    # A layer that gives two outputs is named after neither.
    if not outputs or not model.flat or len({each.layer for each in outputs}) < len(outputs):
        return None
    endings = tuple(certain_ending(each.layer, way_back(model, each)) for each in outputs)
    keys = tuple(each.key if model.by_key else each.layer for each in outputs)
    listed = endings
    if model.by_key:
        # Flattened, a dict is in the order of its keys; earlier releases went by its own order.
        since = holds("3.7.0", None, version)
        listed = tuple(endings[keys.index(key)] for key in sorted(keys)) if since else ()
    return ModelOutputs(class_name, endings, keys, model.by_key, listed)


def certain_ending(name: str | None, layers: tuple[Layer, ...]) -> Ending:
    """Walk back from an output to the layer with weights that it comes from."""
    end = _walk(Ending(name, rank=rank_behind(layers)), layers)
    known = ACTIVATIONS.get(ALIASES.get(end.activation or "", end.activation or ""))
    if known is None:
        return end
    low, high = known.of(ANY)
    sums = end.activation == "softmax" if not end.hidden else None
    return end._replace(low=low, high=high, sums_to_one=sums, unit_length=False)


def _walk(end: Ending, layers: Iterable[Layer]) -> Ending:
    moved = False
    for layer in layers:
        if not layer.is_builtin:
            return end
        role = layer.kind.role
        if end.activation is None and is_cast(layer):
            end = end._replace(cast=True)
        if role == "computes" and layer.config is not None:
            return _computed(end, layer, layer.config, moved=moved)
        if role == "activates" and end.activation is None and layer.config is not None:
            end = _activated(end, layer, layer.config)
            if end.activation is None and end.at is not None:
                return end._replace(at=None)
        elif role not in ("moves", "passes") or (role == "moves" and end.activation is not None):
            return end
        elif end.activation is None:
            end, moved = end._replace(hidden=True), moved or role == "moves"
    return end


def _activated(end: Ending, layer: Layer, config: ResolvedNode) -> Ending:
    """The ending with the activation of a layer that is nothing else; a linear one is passed by."""
    if layer.class_name == "Softmax":
        axis = config.get("axis")
        name = "softmax" if axis is None or axis.value == -1 else None
    else:
        name = activation_of(config)
    return end if name == "linear" else end._replace(activation=name, at=layer.activation_at.at)


def _computed(end: Ending, layer: Layer, config: ResolvedNode, *, moved: bool) -> Ending:
    own = activation_of(config)
    size = None if moved or layer.is_channels_first else layer.number(layer.kind.units)
    if end.activation is not None:
        twice = own is not None and own == end.activation and own in ("softmax", "sigmoid")
        return end._replace(units=size, twice=twice)
    view = config.get("activation")
    return end._replace(activation=own, at=view.at if view is not None else None, units=size)
