"""Models of a program as the objects that Keras saves: layers, inbound nodes, output layers."""

from collections.abc import Mapping as Objects
from typing import Final, NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.python.machine import Work
from losslint.dialects.python.nodes import NodeMaker, name_of
from losslint.dialects.python.paths import package_of
from losslint.dialects.python.values import (
    Functional,
    Items,
    Made,
    Object,
    Pairs,
    Ref,
    Sequential,
    Tensor,
    Value,
    text_of,
)
from losslint.syntax.nodes import Mapping, Node, Pair, Sequence

_MAX_TENSORS: Final = 500
_MAX_NESTED: Final = 6

Heap = Objects[Ref | Made, Object]


class BuiltModel(NamedTuple):
    """A model as an object of a tree, and the names of its outputs that Keras made up."""

    node: Mapping
    made_up: tuple[str, ...] = ()


def build(maker: NodeMaker, model: Object, heap: Heap, name: str = "", depth: int = 0) -> Work:
    """The object of a model; None where its outputs are not known."""
    if depth > _MAX_NESTED:
        return None
    if isinstance(model, Sequential):
        return (yield _sequential(maker, model, heap, name, depth))
    if isinstance(model, Functional):
        return (yield _functional(maker, model, heap, name, depth))
    return None


def _sequential(maker: NodeMaker, model: Sequential, heap: Heap, name: str, depth: int) -> Work:
    layers: list[Node] = []
    last: Value | None = None
    for last in model.layers:
        layers.append((yield _layer(maker, last, heap, depth)))
    if isinstance(last, Made):
        ends = package_of(last.path) in ("layers", "ops") and last not in heap
    else:
        ends = isinstance(last, Ref) and isinstance(heap.get(last), (Sequential, Functional))
    if not ends:
        return None
    at = model.at
    listed = Sequence(at.start, at.end, tuple(layers), True, outer=at.start)
    config = maker.made_up(at, name=name, layers=listed)
    node = maker.made_up(
        at, module="keras", class_name="Sequential", config=config, registered_name=None
    )
    made_up = (last.auto_name,) if isinstance(last, Made) and last.auto_name else ()
    return BuiltModel(node, made_up)


def _layer(maker: NodeMaker, layer: Value, heap: Heap, depth: int) -> Work:
    """A layer by itself."""
    if isinstance(layer, Made) and layer not in heap:
        if package_of(layer.path):
            return _with_shape(maker, layer, (yield maker.object(layer)))
        return maker.own(layer, layer.path)
    if isinstance(layer, Ref) and layer in heap:
        built = yield build(maker, heap[layer], heap, layer.auto_name, depth + 1)
        if built is not None:
            return built.node
    at = getattr(layer, "at", Span(0, 0))
    return maker.made_up(at, class_name=maker.unknown(layer))


def _with_shape(maker: NodeMaker, layer: Made, node: Mapping) -> Mapping:
    """An input's shape as Keras saves it: that of a batch."""
    shape = layer.get("shape")
    if not isinstance(shape, Items) or not shape.is_whole:
        return node
    sizes: list[Node] = [maker.scalar(None, shape.at)]
    for size in shape.items:
        is_known = getattr(size, "value", None) is not None
        sizes.append(maker.scalar(getattr(size, "value", None) if is_known else None, shape.at))
    batch = Sequence(shape.at.start, shape.at.end, tuple(sizes), True, outer=shape.at.start)
    config = maker.made_up(layer.at, name=name_of(layer) or "", batch_shape=batch)
    return _replaced(node, "config", config)


def _replaced(node: Mapping, key: str, value: Node) -> Mapping:
    pairs = tuple(Pair(k, value if getattr(k, "value", "") == key else v) for k, v in node.pairs)
    return node._replace(pairs=pairs)


class _Graph:
    """The layers that a model's outputs come from, each with its name and its calls."""

    def __init__(self, outputs: list[Tensor]) -> None:
        self.calls: dict[Made | Ref, list[Tensor]] = {}
        self.names: dict[Made | Ref, str] = {}
        todo = list(reversed(outputs))
        seen: set[Tensor] = set()
        while todo and len(seen) < _MAX_TENSORS:
            tensor = todo.pop()
            if tensor in seen:
                continue
            seen.add(tensor)
            self.calls.setdefault(tensor.layer, []).append(tensor)
            todo += (each for each in reversed(tensor.inputs) if isinstance(each, Tensor))
        self.seen = seen
        taken: set[str] = set()
        for index, layer in enumerate(self.calls):
            name = name_of(layer) if isinstance(layer, Made) else layer.auto_name
            # A name that is not known is none that anybody may write.
            name = name if name and name not in taken else f"?{index}"
            taken.add(name)
            self.names[layer] = name

    def place(self, maker: NodeMaker, tensor: Tensor) -> Sequence:
        """A tensor as `["name", 0, 0]`."""
        at = tensor.at
        index = self.calls[tensor.layer].index(tensor)
        words = (self.names[tensor.layer], index, 0)
        items = tuple(maker.scalar(word, at) for word in words)
        return Sequence(at.start, at.end, items, True, outer=at.start)


def _functional(maker: NodeMaker, model: Functional, heap: Heap, name: str, depth: int) -> Work:
    outputs, at = _output_tensors(model.outputs), model.at
    if outputs is None:
        return None
    graph = _Graph([tensor for _, tensor in outputs])
    layers: list[Node] = []
    for layer, calls in graph.calls.items():
        node = yield _layer(maker, layer, heap, depth)
        layers.append(_connected(maker, graph, node, layer, calls))
    places = [(key, graph.place(maker, tensor)) for key, tensor in outputs]
    if isinstance(model.outputs, Tensor):
        written: Node = places[0][1]
    elif isinstance(model.outputs, Pairs):
        pairs = (Pair(maker.key(key, at), place) for key, place in places)
        written = maker.mapping(at, pairs)
    else:
        written = Sequence(at.start, at.end, tuple(p for _, p in places), True, outer=at.start)
    listed = Sequence(at.start, at.end, tuple(layers), True, outer=at.start)
    config = maker.made_up(at, name=name, layers=listed, output_layers=written)
    node = maker.made_up(
        at, module="keras", class_name="Functional", config=config, registered_name=None
    )
    return BuiltModel(node, tuple(_made_up(graph, outputs)))


def _made_up(graph: _Graph, outputs: list[tuple[str, Tensor]]) -> list[str]:
    """The names of outputs that nobody wrote."""
    found: list[str] = []
    for _, tensor in outputs:
        layer, name = tensor.layer, graph.names[tensor.layer]
        written = text_of(layer.get("name")) if isinstance(layer, Made) else None
        if written != name:
            found.append(name)
    return found


def _output_tensors(outputs: Value) -> list[tuple[str, Tensor]] | None:
    """The outputs with their keys; None where one is not known, or they nest."""
    if isinstance(outputs, Tensor):
        return [("", outputs)]
    found: list[tuple[str, Tensor]] = []
    if isinstance(outputs, Items) and outputs.is_whole:
        for value in outputs.items:
            if not isinstance(value, Tensor):
                return None
            found.append(("", value))
    elif isinstance(outputs, Pairs) and outputs.is_whole:
        for key, value in outputs.pairs:
            name = text_of(key)
            if name is None or not isinstance(value, Tensor):
                return None
            found.append((name, value))
    return found or None


def _connected(
    maker: NodeMaker, graph: _Graph, node: Mapping, layer: Made | Ref, calls: list[Tensor]
) -> Mapping:
    """A layer in a functional model: its name, and what it reads."""
    at = layer.at
    nodes: list[Node] = []
    for call in calls:
        tensors: list[Node] = []
        for value in call.inputs:
            history: dict[str, object] = {}
            if isinstance(value, Tensor) and value in graph.seen:
                history["keras_history"] = graph.place(maker, value)
            config = maker.made_up(at, **history)
            tensors.append(maker.made_up(at, class_name="__keras_tensor__", config=config))
        several = Sequence(at.start, at.end, tuple(tensors), True, outer=at.start)
        args = Sequence(at.start, at.end, (several,), True, outer=at.start)
        first = args if len(tensors) > 1 else several
        if tensors:
            nodes.append(maker.made_up(at, args=first, kwargs=maker.mapping(at, ())))
    inbound = Sequence(at.start, at.end, tuple(nodes), True, outer=at.start)
    more = maker.made_up(at, name=graph.names[layer], inbound_nodes=inbound)
    return node._replace(pairs=(*node.pairs, *more.pairs))
