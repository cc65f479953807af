"""The numbers that layers with weights and activations make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from losslint.dialects.keras.activations import ANY, FUNCTIONS, INF, UNKNOWN, Bounds
from losslint.dialects.keras.graph import Place
from losslint.dialects.keras.layer_kinds import Role
from losslint.dialects.keras.layers import Layer, is_last
from losslint.dialects.keras.merges import Numbers
from losslint.dialects.keras.named import Activated, layer_activation, own_activation
from losslint.dialects.keras.number_inputs import NOTHING, Makes, NumberInputs

_SHARES = ("softmax", "sigmoid")


def _computed(reader: NumberInputs, place: Place) -> Numbers:
    layer = place.layer
    if layer.config is None:
        return NOTHING
    bounds = UNKNOWN if layer.is_frozen else ANY
    found = _own(layer, own_activation(layer), bounds)
    return found._replace(over=reader.shapes.read(place).last)


def _recurrent(reader: NumberInputs, place: Place) -> Numbers:
    layer = place.layer
    gate = layer.value("recurrent_activation")
    simple = layer.class_name.startswith("Simple")
    if layer.config is None or (not simple and gate not in (None, "sigmoid", "hard_sigmoid")):
        return NOTHING
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


def _centred(reader: NumberInputs, place: Place) -> Numbers:
    layer = place.layer
    at = layer.activation_at.at
    sources = frozenset((at,))
    if layer.is_frozen:
        return Numbers(sources=sources)
    return Numbers(ANY, "linear", at, False, False, sources=sources)


def _own(layer: Layer, activated: Activated, bounds: Bounds) -> Numbers:
    """The numbers that an activation makes of those of a layer with weights."""
    name, activation, at = activated
    sources = frozenset((layer.view.at,))
    if activation is None:
        return Numbers(activation=name, at=at, sources=sources)
    sums = False if not activation.over_classes else True if name == "softmax" else None
    return Numbers(activation.of(bounds), name, at, sums, False, sources=sources)


def _activated(reader: NumberInputs, place: Place) -> Numbers:
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
    across: int | None = None
    if activation.over_classes:
        last = is_last(layer.axis, shape.rank, default=-1)
        sums = True if last and name == "softmax" else None
        if last is False and name == "softmax" and before.bounds.exact:
            across = layer.axis if isinstance(layer.axis, int) else None
        name = name if last else None
    elif before.sums_to_one is False:
        sums = False
    twice = name in _SHARES and before.activation == name
    return Numbers(
        activation.of(before.bounds), name, at, sums, False, shape.last, twice=twice, across=across,
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


def _unit(reader: NumberInputs, place: Place) -> Numbers:
    layer, before = place.layer, reader.first(place)
    is_unit = layer.value("order") in (None, 2) and is_last(
        layer.axis, reader.shapes.before(place).rank, default=-1
    )
    low = 0.0 if before.bounds.low >= 0 else -1.0
    bounds = Bounds(low, 1.0, before.bounds.exact)
    at = layer.activation_at.at
    return Numbers(bounds, None, at, None, True if is_unit else None, sources=before.sources)


ACTIVATED: Final[Mapping[Role, Makes]] = MappingProxyType(
    {
        "computes": _computed,
        "recurs": _recurrent,
        "centres": _centred,
        "activates": _activated,
        "unit": _unit,
    }
)
