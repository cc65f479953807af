"""What the outputs of a model end in, read once: for rules what is certain, else what is likely.

Both go back over the same layers. What is certain is None, and a rule silent, at the first layer
that is not understood; what is likely counts the config of a user's own layer as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from losslint.catalog.model import VersionKey, holds
from losslint.diagnostics import Related, Span
from losslint.dialects.keras.layers import Layer, activation_of, is_cast, layer_name, text_of
from losslint.dialects.keras.model import SavedModel, read_model, way_back
from losslint.dialects.records import LossEntry, Site
from losslint.syntax.resolved_node import ResolvedNode

_COMPARED = ("softmax", "sigmoid", "linear")


class Ending(NamedTuple):
    """One output for certain: the name of its layer, and how its numbers come about.

    `activation` is the last one, `at` where it stands; `twice` says that the same one stands
    right before it; `shaped` that a layer which only moves numbers follows it, `dropped` that a
    Dropout does, `cast` that it or what follows computes in 16 bits, mixed or not, so that the
    loss, which computes in float32, begins with a cast; `units` is the length of the last axis,
    where nothing moves it.
    """

    name: str | None
    activation: str | None = None
    at: Span | None = None
    units: int | None = None
    shaped: bool = False
    dropped: bool = False
    cast: bool = False
    twice: bool = False

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


def endings_of(entry: LossEntry, site: Site, outputs: ModelOutputs) -> tuple[Ending, ...]:
    """What the outputs end in that an entry is the loss of."""
    view = site.view
    if view is None or entry.output is None:
        return outputs.endings
    if isinstance(entry.output, int):
        if not view.is_list or any(item.is_list for item in view.items()):
            return ()
        return outputs.listed[entry.output : entry.output + 1]
    if not view.is_mapping:
        return ()
    pairs = zip(outputs.names, outputs.endings, strict=False)
    return tuple(ending for name, ending in pairs if name == entry.output)


def certain_ending(name: str | None, layers: Iterable[Layer]) -> Ending:
    """Walk back from an output to the layer with weights that it comes from."""
    end = Ending(name)
    for layer in layers:
        if not layer.is_builtin:
            return end
        role = layer.kind.role
        if end.activation is None and is_cast(layer):
            end = end._replace(cast=True)
        if role == "computes" and layer.config is not None:
            return _computed(end, layer, layer.config)
        if role == "activates" and end.activation is None and layer.config is not None:
            end = _activated(end, layer, layer.config)
            if end.activation is None and end.at is not None:
                return end._replace(at=None)
        elif role == "moves" and end.activation is None:
            end = end._replace(shaped=True)
        elif role != "passes":
            return end
        elif end.activation is None:
            end = end._replace(dropped=True)
    return end


def _activated(end: Ending, layer: Layer, config: ResolvedNode) -> Ending:
    """The ending with the activation of a layer that is nothing else; a linear one is passed by."""
    if layer.class_name == "Softmax":
        axis = config.get("axis")
        name = "softmax" if axis is None or axis.value == -1 else None
    else:
        name = activation_of(config)
    return end if name == "linear" else end._replace(activation=name, at=layer.activation_at.at)


def _computed(end: Ending, layer: Layer, config: ResolvedNode) -> Ending:
    own = activation_of(config)
    size = None if end.shaped or layer.is_channels_first else layer.number(layer.kind.units)
    if end.activation is not None:
        twice = own is not None and own == end.activation and own in ("softmax", "sigmoid")
        return end._replace(units=size, twice=twice)
    view = config.get("activation")
    return end._replace(activation=own, at=view.at if view is not None else None, units=size)


class LikelyEnding(NamedTuple):
    """One output as it most likely ends; a likely answer is better than none.

    `head` is "softmax", "sigmoid", "linear" or "other"; `resize` says what a resizing of maps at
    the end gets: "probabilities" or "logits". `classes`: the units, where they count the last axis.
    """

    head: str | None = None
    resize: str | None = None
    units: int | None = None
    classes: int | None = None


def likely_ending(layers: tuple[Layer, ...]) -> LikelyEnding:
    """The end of a chain of layers, the last one first."""
    moved = next((i for i, each in enumerate(layers) if not _only_moves(each)), len(layers))
    behind = _without_linear(layers[moved:])
    if moved:
        # Logits stay logits; but the logits of a softmax no backend finds behind these again.
        is_linear = bool(behind) and _likely_activation(behind[0]) == "linear"
        return LikelyEnding("linear" if is_linear else "other")
    return _likely(behind) if behind else LikelyEnding()


def _likely(chain: tuple[Layer, ...]) -> LikelyEnding:
    """The ending of a chain whose last layer is more than a linear activation."""
    head, index, resize = _likely_activation(chain[0]), 0, None
    activates = chain[0].kind.role == "activates"
    if head is None and activates:
        return LikelyEnding()
    if _is_resize(chain[0]) and len(chain) > 1:
        head, index = _likely_activation(chain[1]) or "other", 1
        if head != "sigmoid":
            resize = "probabilities" if head == "softmax" else "logits"
    elif activates and len(chain) > 1:
        index = 1
        if _is_resize(chain[1]) and len(chain) > 2:
            index = 2
            # What the criterion resizes and compares are logits of a softmax.
            if head != "sigmoid" and _likely_activation(chain[2]) in (None, "linear"):
                resize = "logits"
    units = chain[index].number("units")
    if units is None:
        units = chain[index].number("filters")
    counts = units is not None and units > 1 and not chain[index].is_channels_first
    return LikelyEnding(head or "other", resize, units, units if counts else None)


def _only_moves(layer: Layer) -> bool:
    return layer.is_builtin and layer.kind.role in ("passes", "moves")


def _without_linear(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """A chain from the layer on that says what it ends in: a linear activation adds nothing."""
    start = 0
    while (
        start + 1 < len(layers)
        and layers[start].kind.role == "activates"
        and _likely_activation(layers[start]) == "linear"
        and _likely_activation(layers[start + 1]) is not None
    ):
        start += 1
    return layers[start:]


def _is_resize(layer: Layer) -> bool:
    is_bilinear = text_of(layer.config, "interpolation") == "bilinear"
    return layer.kind.role == "resizes" and is_bilinear


def _likely_activation(layer: Layer) -> str | None:
    """Which of the activations that a loss asks for a layer ends in; None for any other."""
    if layer.class_name == "Softmax":
        return "softmax"
    if layer.config is None:
        return None
    # A null is linear where Keras reads it; what a user's own layer does then, nobody knows.
    by_user = text_of(layer.config, "activation")
    name = activation_of(layer.config) if layer.is_builtin else by_user
    return name if name in _COMPARED else None
