"""The numbers of layers that move, pick or put together what they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from losslint.dialects.keras.activations import ANY, INF, UNKNOWN, Bounds
from losslint.dialects.keras.graph import Place
from losslint.dialects.keras.layer_kinds import Role
from losslint.dialects.keras.layers import Layer, is_last
from losslint.dialects.keras.merges import Numbers, is_free, joined, merged, rescaled, together
from losslint.dialects.keras.number_inputs import NOTHING, Makes, NumberInputs


def _moved(reader: NumberInputs, place: Place) -> Numbers:
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
        across=None,
    )


def _keeps_last(reader: NumberInputs, place: Place) -> bool:
    name = place.layer.class_name
    if place.layer.is_channels_first:
        return False
    if name == "RepeatVector" or name.startswith("Cropping"):
        return True
    if name != "Reshape":
        return False
    last = reader.shapes.read(place).last
    return last is not None and last == reader.shapes.before(place).last


def _levelled(reader: NumberInputs, place: Place) -> Numbers:
    before = reader.first(place)
    if before.bounds.is_any:
        return before
    return Numbers(sources=before.sources)


def _resized(reader: NumberInputs, place: Place) -> Numbers:
    layer, before = place.layer, reader.first(place)
    if layer.value("interpolation") not in (None, "nearest", "bilinear"):
        return _levelled(reader, place)
    fills = layer.value("pad_to_aspect_ratio") is True
    return _torn(before) if fills or layer.is_channels_first else before


def _picked(reader: NumberInputs, place: Place) -> Numbers:
    return _torn(reader.first(place))


def _averaged(reader: NumberInputs, place: Place) -> Numbers:
    layer, before = place.layer, reader.first(place)
    if layer.class_name == "Mean":
        last = is_last(layer.axis, reader.shapes.before(place).rank)
        # The mean of vectors of length 1 is shorter.
        is_torn = last is not False
    else:
        is_torn = layer.is_channels_first
    return _torn(before) if is_torn else before._replace(unit_length=None, across=None)


def _merged(reader: NumberInputs, place: Place) -> Numbers:
    layer = place.layer
    if layer.class_name == "Rescaling":
        before = reader.first(place)
        bounds = rescaled(layer, before.bounds)
        return together(layer, [before], bounds) if bounds is not None else NOTHING
    parts = reader.operands(place)
    free = is_free(parts)
    bounds = merged(layer.class_name, [each.bounds for each in parts], free=free)
    return together(layer, parts, bounds)


def _joined(reader: NumberInputs, place: Place) -> Numbers:
    parts = reader.operands(place)
    bounds = joined([each.bounds for each in parts])
    found = together(place.layer, parts, bounds)
    return found._replace(sums_to_one=False if found.activation == "linear" else None)


def _summed(reader: NumberInputs, place: Place) -> Numbers:
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


def _held(reader: NumberInputs, place: Place) -> Numbers:
    layer, inside = place.layer, reader.first(place)
    mode = layer.value("merge_mode") if layer.class_name == "Bidirectional" else None
    if mode not in ("sum", "mul"):
        return _torn(inside) if mode == "concat" else inside
    bounds = merged("Add" if mode == "sum" else "Multiply", [inside.bounds] * 2, free=True)
    return together(layer, [inside], bounds)


MOVED: Final[Mapping[Role, Makes]] = MappingProxyType(
    {
        "moves": _moved,
        "levels": _levelled,
        "resizes": _resized,
        "averages": _averaged,
        "picks": _picked,
        "merges": _merged,
        "joins": _joined,
        "sums": _summed,
        "holds": _held,
        "passes": lambda reader, place: reader.first(place),
        "enters": lambda reader, place: reader.operand(place.reads[0]),
    }
)
