"""How many axes a tensor has, and how long the last one is, where a model tells for certain.

An archive of Keras 3 writes the shape of what a layer reads beside it; else the layers tell.
"""

from collections.abc import Sequence
from typing import NamedTuple

from losslint.dialects.keras.graph import Graph, Operand, Place, Tensor
from losslint.dialects.keras.layers import Layer, is_last
from losslint.syntax.resolved_node import ResolvedNode


class Shape(NamedTuple):
    """The number of axes with that of the batch, and the length of the last; None is unknown."""

    rank: int | None = None
    last: int | None = None


_UNKNOWN = Shape()
# What comes out of layers of these roles has the shape of what went in.
_LEVEL = frozenset(("passes", "activates", "levels", "centres", "unit", "enters"))
_SEVERAL = frozenset(("merges", "joins"))
_ONE_INSIDE = frozenset(("SpectralNormalization", "Functional", "Model", "Sequential"))


class ShapeReader:
    """The shapes of the tensors of a model."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.known: dict[Tensor, Shape] = {}
        self.unknown = _UNKNOWN

    def shape(self, tensor: Tensor) -> Shape:
        """The shape of a tensor."""
        return self.graph.walk(tensor, self)

    def needs(self, place: Place) -> Sequence[Operand]:
        """What no file tells: the shapes of what a layer reads."""
        layer = place.layer
        if not layer.is_builtin or layer.kind.role == "recurs":
            return ()
        if layer.kind.role in _SEVERAL:
            return [each for number, each in enumerate(place.reads) if not _at(place, number)]
        return () if _written(place) is not None else place.reads[:1]

    def read(self, place: Place) -> Shape:
        """The shape of what a layer gives."""
        layer, role = place.layer, place.layer.kind.role
        if not layer.is_builtin:
            return _UNKNOWN
        if layer.class_name == "InputLayer" and not place.reads:
            shapes = (layer.config.get(key) for key in _INPUTS) if layer.config is not None else ()
            return next((_shape(each) for each in shapes if each is not None), _UNKNOWN)
        if role in _SEVERAL:
            return _merged(layer, self.shapes(place))
        if layer.class_name == "Permute":
            return _permuted(place, self.before(place))
        if role == "recurs":
            return _recurrent(layer)
        before = self.before(place)
        if role == "enters" and layer.class_name == "TimeDistributed":
            return before._replace(rank=_plus(before.rank, -1))
        if role in _LEVEL:
            return before
        if role == "holds":
            return _held(layer, before)
        return _computed(layer, before) if role == "computes" else _moved(layer, before)

    def before(self, place: Place) -> Shape:
        """The shape of what a layer reads first."""
        written = _written(place)
        if written is not None:
            return written
        first = place.reads[0] if place.reads else None
        return self.shape(first) if isinstance(first, Tensor) else _UNKNOWN

    def shapes(self, place: Place) -> list[Shape]:
        """The shapes of all tensors that a layer reads."""
        return [
            _at(place, number) or self.shape(each)
            for number, each in enumerate(place.reads)
            if isinstance(each, Tensor)
        ]


_INPUTS = ("batch_shape", "batch_input_shape")


def _at(place: Place, number: int) -> Shape | None:
    """The shape that is written beside a tensor that a layer reads."""
    view = place.shapes[number] if number < len(place.shapes) else None
    return _shape(view) if view is not None and view.is_list else None


def _written(place: Place) -> Shape | None:
    """The shape of the first tensor that a layer reads, where the file has it."""
    view = _written_view(place)
    return _shape(view) if view is not None else None


def _written_view(place: Place) -> ResolvedNode | None:
    if place.layer.kind.role in ("enters", "holds"):
        return None
    if place.shapes and place.shapes[0] is not None and place.shapes[0].is_list:
        return place.shapes[0]
    built = place.layer.view.get("build_config")
    view = built.get("input_shape") if built is not None else None
    items = view.items() if view is not None else []
    return (items[0] if items[0].is_list else view) if items else None


def _permuted(place: Place, before: Shape) -> Shape:
    """The shape behind a Permute: its last axis is one of those that it reads."""
    dims = place.layer.config.get("dims") if place.layer.config is not None else None
    order = [each.integer for each in dims.items()] if dims is not None else []
    last = order[-1] if order else None
    if last is None or before.rank != len(order) + 1:
        return Shape(before.rank)
    if last == len(order):
        return before
    view = _written_view(place)
    items = view.items() if view is not None else []
    return Shape(before.rank, _length(items[last]) if 0 < last < len(items) else None)


def _shape(view: ResolvedNode | None) -> Shape:
    items = view.items() if view is not None and view.is_list else []
    return Shape(len(items), _length(items[-1])) if items else _UNKNOWN


def _length(view: ResolvedNode) -> int | None:
    length = view.integer
    return length if length is not None and length > 0 else None


def _plus(rank: int | None, more: int) -> int | None:
    return rank + more if rank is not None else None


def _computed(layer: Layer, before: Shape) -> Shape:
    rank = layer.kind.rank or before.rank
    last = None if layer.is_channels_first else layer.number(layer.kind.units)
    if layer.class_name == "Embedding":
        return Shape(_plus(before.rank, 1), last)
    if layer.class_name == "EinsumDense":
        equation = layer.value("equation")
        after = equation.partition("->")[2] if isinstance(equation, str) else ""
        if after and "." not in after:
            rank = len(after)
        view = layer.config.get("output_shape") if layer.config is not None else None
        items = view.items() if view is not None else []
        last = _length(items[-1]) if items else layer.number("output_shape")
    if layer.class_name.startswith("Depthwise") and not layer.is_channels_first:
        multiplier = layer.number("depth_multiplier") or 1
        last = before.last * multiplier if before.last is not None else None
    return Shape(rank, last)


def _recurrent(layer: Layer) -> Shape:
    rank = 2 if layer.kind.rank is None else layer.kind.rank
    if layer.value("return_sequences") is True:
        rank += 1
    if layer.class_name.endswith("Cell"):
        rank = 2
    return Shape(rank, None if layer.is_channels_first else layer.number(layer.kind.units))


def _held(layer: Layer, inside: Shape) -> Shape:
    if layer.class_name in _ONE_INSIDE:
        return inside
    if layer.class_name == "TimeDistributed":
        return inside._replace(rank=_plus(inside.rank, 1))
    if layer.class_name == "RNN":
        more = layer.value("return_sequences") is True
        return inside._replace(rank=_plus(inside.rank, int(more)))
    mode = layer.config.get("merge_mode") if layer.config is not None else None
    if inside.last is not None and (mode is None or mode.value == "concat"):
        return inside._replace(last=2 * inside.last)
    return inside


def _merged(layer: Layer, shapes: list[Shape]) -> Shape:
    ranks = {shape.rank for shape in shapes}
    lasts = {shape.last for shape in shapes}
    if not shapes or len(ranks) > 1 or layer.class_name == "Stack":
        return _UNKNOWN
    rank, known = ranks.pop(), [shape.last for shape in shapes if shape.last is not None]
    if layer.kind.role == "merges":
        # One of length 1 is stretched.
        return Shape(rank, max(known) if None not in lasts else None)
    if is_last(layer.value("axis"), rank, default=-1):
        return Shape(rank, sum(known) if None not in lasts else None)
    return Shape(rank, known[0] if len(lasts) == 1 and known else None)


def _moved(layer: Layer, before: Shape) -> Shape:
    """The shape behind a layer that moves numbers, or makes fewer or more of them."""
    name, rank, role = layer.class_name, layer.kind.rank, layer.kind.role
    if name == "Reshape":
        return _reshaped(layer)
    if name == "Flatten":
        return Shape(2, before.last if before.rank == 2 else None)
    if name.startswith("Global") and layer.value("keepdims") is not True:
        rank = 2
    if role == "other" or (role == "sums" and name != "Sum") or (role == "moves" and rank is None):
        return _UNKNOWN
    if role in ("averages", "picks", "sums") and rank is None:
        return _reduced(layer, before)
    return Shape(rank or before.rank, None if layer.is_channels_first else before.last)


def _reshaped(layer: Layer) -> Shape:
    # The layer says what follows the batch, the operation all axes.
    for key, batch in (("target_shape", 1), ("newshape", 0)):
        view = layer.config.get(key) if layer.config is not None else None
        items = view.items() if view is not None else []
        if items:
            return Shape(len(items) + batch, _length(items[-1]))
    return _UNKNOWN


def _reduced(layer: Layer, before: Shape) -> Shape:
    """The shape behind a mean or a maximum over one axis."""
    axis = layer.number("axis")
    if axis is None:
        return _UNKNOWN
    keeps = layer.value("keepdims") is True
    rank = before.rank if keeps else _plus(before.rank, -1)
    last = is_last(axis, before.rank)
    if last is None:
        return Shape(rank)
    return Shape(rank, before.last if not last else 1 if keeps else None)
