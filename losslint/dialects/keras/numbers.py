"""What the numbers of a tensor are for certain: their range, their sum, what they come from.

Each layer is asked what it makes of what it reads, from the layers with weights of their own to
the output of the model. A layer that is not understood gives numbers of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from losslint.dialects.keras.activations import ANY, FUNCTIONS, INF, UNKNOWN, Bounds
from losslint.dialects.keras.graph import Graph, Operand, Place, Tensor
from losslint.dialects.keras.layers import Layer, Role, is_cast, is_last
from losslint.dialects.keras.merges import (
    Numbers,
    is_free,
    joined,
    merged,
    rescaled,
    together,
)
from losslint.dialects.keras.named import Activated, layer_activation, own_activation
from losslint.dialects.keras.shapes import ShapeReader

_SHARES = ("softmax", "sigmoid")


_NOTHING: Final = Numbers()


class NumberReader:
    """The numbers of the tensors of a model."""

    def __init__(self, graph: Graph, shapes: ShapeReader) -> None:
        self.graph = graph
        self.shapes = shapes
        self.known: dict[Tensor, Numbers] = {}
        self.unknown = _NOTHING

    def needs(self, place: Place) -> Sequence[Operand]:
        """What a layer reads, unless its own weights make any number of anything."""
        role = place.layer.kind.role
        if not place.layer.is_builtin or role in ("computes", "recurs", "centres", "other"):
            return ()
        return place.reads

    def read(self, place: Place) -> Numbers:
        """What a layer makes of what it reads."""
        layer = place.layer
        if not layer.is_builtin:
            return _NOTHING
        if layer.class_name == "InputLayer":
            return Numbers(sources=frozenset((layer.view.at,)))
        of = _BY_ROLE.get(layer.kind.role)
        if of is None or (place.result and layer.kind.role in ("computes", "recurs", "centres")):
            return _NOTHING
        found = of(self, place)
        if layer.kind.role not in ("holds", "enters") and is_cast(layer):
            found = found._replace(cast=True)
        return found._replace(hidden=True) if layer.kind.hides and _is_hiding(layer) else found

    def operands(self, place: Place) -> list[Numbers]:
        """The numbers that a layer reads."""
        return [self._operand(each) for each in place.reads]

    def first(self, place: Place) -> Numbers:
        """The numbers of the first tensor that a layer reads."""
        tensors = [each for each in place.reads if isinstance(each, Tensor)]
        return self.known.get(tensors[0], _NOTHING) if tensors else _NOTHING

    def _operand(self, operand: Operand) -> Numbers:
        if isinstance(operand, Tensor):
            return self.known.get(operand, _NOTHING)
        if operand is None:
            return _NOTHING
        return Numbers(Bounds(operand, operand, exact=True), sources=frozenset())


def _is_hiding(layer: Layer) -> bool:
    """Whether TensorFlow does not find the activation that a layer itself does not apply."""
    if layer.class_name in ("Cast", "SaturateCast"):
        # Nothing is done where it is float32 already; else the layer before says so.
        return layer.value("dtype") != "float32"
    return layer.kind.role not in ("computes", "activates", "centres", "enters")


def _own(layer: Layer, activated: Activated, bounds: Bounds) -> Numbers:
    """The numbers that an activation makes of those of a layer with weights."""
    name, activation, at = activated
    sources = frozenset((layer.view.at,))
    if activation is None:
        return Numbers(activation=name, at=at, sources=sources)
    sums = False if not activation.over_classes else True if name == "softmax" else None
    return Numbers(activation.of(bounds), name, at, sums, False, sources=sources)


def _computed(reader: NumberReader, place: Place) -> Numbers:
    layer = place.layer
    if layer.config is None:
        return _NOTHING
    bounds = UNKNOWN if layer.is_frozen else ANY
    found = _own(layer, own_activation(layer), bounds)
    return found._replace(over=reader.shapes.read(place).last)


def _recurrent(reader: NumberReader, place: Place) -> Numbers:
    layer = place.layer
    gate = layer.value("recurrent_activation")
    simple = layer.class_name.startswith("Simple")
    if layer.config is None or (not simple and gate not in (None, "sigmoid", "hard_sigmoid")):
        return _NOTHING
    bounds = UNKNOWN if layer.is_frozen else ANY
    found = _own(layer, own_activation(layer, default="tanh"), bounds)
    if simple:
        return found
    # What an activation gives is multiplied by a share, so that it may be near 0 as well.
    low, high, exact = found.bounds
    sums = False if found.sums_to_one is False else None
    name = found.activation if sums is False else None
    bounds = Bounds(min(low, 0.0), max(high, 0.0), exact)
    return found._replace(bounds=bounds, activation=name, sums_to_one=sums)


def _activated(reader: NumberReader, place: Place) -> Numbers:
    layer, before = place.layer, reader.first(place)
    if layer.class_name in FUNCTIONS or layer.class_name == "Clip":
        return _function(layer, before)
    shape = reader.shapes.before(place)
    name, activation, at = layer_activation(layer)
    if name == "linear":
        return before
    if activation is None:
        return Numbers(sources=before.sources)
    sums: bool | None = False if name in ("sigmoid", "tanh") else None
    if activation.over_classes:
        last = is_last(layer.axis, shape.rank, default=-1)
        sums = True if last and name == "softmax" else None
        name = name if last else None
    elif before.sums_to_one is False:
        sums = False
    twice = name in _SHARES and before.activation == name
    return Numbers(
        activation.of(before.bounds), name, at, sums, False, shape.last, twice=twice,
        sources=before.sources,
    )  # fmt: skip


def _function(layer: Layer, before: Numbers) -> Numbers:
    """What a function of one number makes, which is no activation."""
    if layer.class_name == "Clip":
        low, high = layer.real("x_min", -INF), layer.real("x_max", INF)
        if low is None or high is None:
            return Numbers(sources=before.sources)
        bounds = before.bounds.through(partial(_clipped, low, high))
    else:
        bounds = FUNCTIONS[layer.class_name](before.bounds)
    sums = False if before.sums_to_one is False else None
    at = layer.activation_at.at
    return Numbers(bounds, None, at, sums, None, hidden=True, sources=before.sources)


def _clipped(low: float, high: float, x: float) -> float:
    return min(max(x, low), high)


def _levelled(reader: NumberReader, place: Place) -> Numbers:
    before = reader.first(place)
    if before.bounds.is_any:
        return before
    return Numbers(sources=before.sources)


def _centred(reader: NumberReader, place: Place) -> Numbers:
    layer = place.layer
    at = layer.activation_at.at
    sources = frozenset((at,))
    if layer.is_frozen:
        return Numbers(sources=sources)
    return Numbers(ANY, "linear", at, False, False, sources=sources)


def _unit(reader: NumberReader, place: Place) -> Numbers:
    layer, before = place.layer, reader.first(place)
    is_unit = layer.value("order") in (None, 2) and is_last(
        layer.axis, reader.shapes.before(place).rank, default=-1
    )
    low = 0.0 if before.bounds.low >= 0 else -1.0
    bounds = Bounds(low, 1.0, before.bounds.exact)
    at = layer.activation_at.at
    return Numbers(bounds, None, at, None, True if is_unit else None, sources=before.sources)


def _moved(reader: NumberReader, place: Place) -> Numbers:
    """Numbers that only change their places; vectors stay whole where the last axis does."""
    before = reader.first(place)
    if _keeps_last(reader, place):
        return before
    return _torn(before)


def _torn(numbers: Numbers) -> Numbers:
    """Numbers whose vectors along the last axis are others than before."""
    return numbers._replace(
        sums_to_one=False if numbers.sums_to_one is False else None,
        unit_length=False if numbers.unit_length is False else None,
    )


def _keeps_last(reader: NumberReader, place: Place) -> bool:
    name = place.layer.class_name
    if place.layer.is_channels_first:
        return False
    if name == "RepeatVector" or name.startswith("Cropping"):
        return True
    if name != "Reshape":
        return False
    last = reader.shapes.read(place).last
    return last is not None and last == reader.shapes.before(place).last


def _resized(reader: NumberReader, place: Place) -> Numbers:
    layer, before = place.layer, reader.first(place)
    if layer.value("interpolation") not in (None, "nearest", "bilinear"):
        return _levelled(reader, place)
    fills = layer.value("pad_to_aspect_ratio") is True
    return _torn(before) if fills or layer.is_channels_first else before


def _averaged(reader: NumberReader, place: Place) -> Numbers:
    return _pooled(reader, place, reader.first(place))


def _picked(reader: NumberReader, place: Place) -> Numbers:
    return _torn(reader.first(place))


def _pooled(reader: NumberReader, place: Place, before: Numbers) -> Numbers:
    layer = place.layer
    if layer.class_name == "Mean":
        last = is_last(layer.axis, reader.shapes.before(place).rank)
        # The mean of vectors of length 1 is shorter.
        return _torn(before) if last is not False else before._replace(unit_length=None)
    return _torn(before) if layer.is_channels_first else before._replace(unit_length=None)


def _merged(reader: NumberReader, place: Place) -> Numbers:
    layer = place.layer
    if layer.class_name == "Rescaling":
        before = reader.first(place)
        bounds = rescaled(layer, before.bounds)
        return together(layer, [before], bounds) if bounds is not None else _NOTHING
    parts = reader.operands(place)
    free = is_free(parts)
    bounds = merged(layer.class_name, [each.bounds for each in parts], free=free)
    return together(layer, parts, bounds)


def _joined(reader: NumberReader, place: Place) -> Numbers:
    parts = reader.operands(place)
    bounds = joined([each.bounds for each in parts])
    found = together(place.layer, parts, bounds)
    return found._replace(sums_to_one=False if found.activation == "linear" else None)


def _summed(reader: NumberReader, place: Place) -> Numbers:
    """Sums over an axis; only of what one activation gives, each number may be as large as any."""
    layer, before = place.layer, reader.first(place)
    if layer.class_name != "Sum":
        return _multiplied(layer, reader.operands(place))
    shape = reader.shapes.before(place)
    count = shape.last if is_last(layer.axis, shape.rank) else None
    low, high, exact = before.bounds
    is_each = before.activation is not None and before.sums_to_one is False
    bounds = UNKNOWN
    if before.bounds.is_any and is_each:
        bounds = ANY
    elif low >= 0:
        bounds = Bounds(low, high * count if count else INF, exact and is_each and (count or 0) > 1)
    return _apart(together(layer, [before], bounds))


def _multiplied(layer: Layer, parts: Sequence[Numbers]) -> Numbers:
    """The products of two tensors; of the directions of two with `normalize`."""
    is_any = len(parts) == 2 and is_free(parts) and all(each.bounds.is_any for each in parts)
    bounds = ANY if is_any else UNKNOWN
    if layer.value("normalize") is True:
        bounds = Bounds(-1.0, 1.0, is_any)
    elif all(each.bounds.low >= 0 for each in parts):
        bounds = Bounds(0.0)
    return _apart(together(layer, parts, bounds))


def _apart(numbers: Numbers) -> Numbers:
    """Of what is divided by a sum, nobody knows what it sums to."""
    return numbers._replace(sums_to_one=None)


def _held(reader: NumberReader, place: Place) -> Numbers:
    layer, inside = place.layer, reader.first(place)
    mode = layer.value("merge_mode") if layer.class_name == "Bidirectional" else None
    if mode not in ("sum", "mul"):
        return _torn(inside) if mode == "concat" else inside
    bounds = merged("Add" if mode == "sum" else "Multiply", [inside.bounds] * 2, free=True)
    return together(layer, [inside], bounds)


_BY_ROLE: Final[Mapping[Role, Callable[[NumberReader, Place], Numbers]]] = MappingProxyType(
    {
        "computes": _computed,
        "recurs": _recurrent,
        "activates": _activated,
        "levels": _levelled,
        "centres": _centred,
        "unit": _unit,
        "moves": _moved,
        "resizes": _resized,
        "averages": _averaged,
        "picks": _picked,
        "merges": _merged,
        "joins": _joined,
        "sums": _summed,
        "holds": _held,
        "passes": lambda reader, place: reader.first(place),
        "enters": lambda reader, place: reader._operand(place.reads[0]),
    }
)
