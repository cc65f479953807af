"""The way back through a model: which layer gives a tensor, and which tensors that layer reads.

A model may be a layer of another one, and a layer may hold another: each call of them opens a
scope, whose inputs are tensors of the scope around it. What is walked lies on a stack, and there
is a budget of steps; whoever reads asks for no more tensors than he needs.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

from losslint.dialects.keras.layer_kinds import LayerKind
from losslint.dialects.keras.layers import Layer, read_layer, real_of, text_of
from losslint.dialects.keras.model import (
    FUNCTIONAL,
    MODELS,
    ModelOutput,
    SavedModel,
    model_of,
    output_of,
)
from losslint.syntax.resolved_node import ResolvedNode

_MAX_STEPS: Final = 5_000
_MAX_CHAIN: Final = 12
_MAX_ARGUMENTS: Final = 1_000
_ENTERS: Final = LayerKind("enters", hides=False)


class Tensor(NamedTuple):
    """A tensor: the scope, the layer there by name or number, which of its calls and results."""

    scope: int
    layer: str | int
    call: int = 0
    result: int = 0


# What a layer reads: a tensor, a number that is written there, or anything else.
Operand = Tensor | float | None


class Place(NamedTuple):
    """The layer that gives a tensor, which of its tensors, and what it reads, with the shapes."""

    layer: Layer
    reads: tuple[Operand, ...] = ()
    result: int = 0
    shapes: tuple[ResolvedNode | None, ...] = ()


class _Scope(NamedTuple):
    """A model, and where it is called: the layer that it is or is held by, and on what."""

    model: SavedModel
    holder: Layer | None = None
    given: tuple[Operand, ...] = ()


T = TypeVar("T")


class Reader(Protocol[T]):
    """What is read of each tensor: from the layer that gives it and what was read of its inputs."""

    known: dict[Tensor, T]
    unknown: T

    def needs(self, place: Place) -> Sequence[Operand]:
        """What of the reads has to be read before."""
        ...

    def read(self, place: Place) -> T:
        """What a layer gives, when what it needs is known."""
        ...


class Graph:
    """The tensors of one model, found when they are asked for."""

    def __init__(self, model: SavedModel) -> None:
        self._scopes: list[_Scope] = [_Scope(model)]
        self._places: dict[Tensor, Place | None] = {}
        self._left = _MAX_STEPS

    def output(self, output: ModelOutput | None) -> Tensor | None:
        """One output of the model; without one, that of a Sequential model."""
        scope = self._scopes[0]
        if output is not None:
            return self._referred(0, output.layer, output.tensor)
        return Tensor(0, len(scope.model.layers) - 1) if scope.model.layers else None

    def chain(self, output: ModelOutput | None) -> tuple[Layer, ...]:
        """The layers that an output comes from, the last one first, as long as each reads one."""
        found: list[Layer] = []
        tensor = self.output(output)
        while tensor is not None and len(found) < _MAX_CHAIN:
            place = self.place(tensor)
            if place is None:
                break
            if place.layer.kind.role != "enters" and place.layer.class_name not in MODELS:
                found.append(place.layer)
            read = place.reads[0] if len(place.reads) == 1 else None
            tensor = read if isinstance(read, Tensor) else None
        return tuple(found)

    def walk(self, start: Tensor, reader: Reader[T]) -> T:
        """What a reader says of a tensor."""
        known = reader.known
        todo, entered = [start], set[Tensor]()
        while todo:
            tensor = todo[-1]
            place = self.place(tensor) if tensor not in known and self._left > 0 else None
            self._left -= 1
            if tensor in known or place is None:
                known.setdefault(tensor, reader.unknown)
                todo.pop()
                continue
            needed = [each for each in reader.needs(place) if isinstance(each, Tensor)]
            missing = [each for each in needed if each not in known]
            if missing and tensor not in entered:
                entered.add(tensor)
                # What waits for itself is never known.
                known.update((each, reader.unknown) for each in missing if each in entered)
                todo += [each for each in missing if each not in entered]
                continue
            known[tensor] = reader.read(place)
            todo.pop()
        return known[start]

    def place(self, tensor: Tensor) -> Place | None:
        """Where a tensor comes from; None where the file does not tell."""
        if tensor not in self._places:
            self._places[tensor] = self._place(tensor)
        return self._places[tensor]

    def _place(self, tensor: Tensor) -> Place | None:
        scope = self._scopes[tensor.scope]
        if isinstance(tensor.layer, int):
            if tensor.layer < 0:
                return self._entrance(scope, 0)
            layer = read_layer(scope.model.layers[tensor.layer])
            if layer.class_name == "InputLayer":
                return self._entrance(scope, 0) or Place(layer)
            place = Place(
                layer, (tensor._replace(layer=tensor.layer - 1, result=0),), tensor.result
            )
            is_first = tensor.layer == 0 and not scope.given
            return self._inside(place._replace(reads=()) if is_first else place)
        view = scope.model.named.get(tensor.layer)
        if view is None:
            return None
        layer = read_layer(view)
        nodes = view.get("inbound_nodes")
        calls = nodes.items() if nodes is not None else []
        if not calls:
            names = [each.layer for each in scope.model.inputs]
            number = names.index(tensor.layer) if tensor.layer in names else -1
            return self._entrance(scope, number) or Place(layer)
        call = calls[min(max(tensor.call, 0), len(calls) - 1)]
        reads, shapes = self._arguments(tensor.scope, call)
        return self._inside(Place(layer, reads, tensor.result, shapes))

    def _entrance(self, scope: _Scope, number: int) -> Place | None:
        """What a model inside another one, or a layer inside a layer, is given."""
        if scope.holder is None or not 0 <= number < len(scope.given):
            return None
        return Place(scope.holder._replace(kind=_ENTERS), (scope.given[number],))

    def _inside(self, place: Place) -> Place:
        """The place, with what stands inside of a layer that holds others for its reads."""
        layer = place.layer
        if layer.kind.role != "holds" or not layer.is_builtin or layer.config is None:
            return place
        number = len(self._scopes)
        inner = layer.config.get("layer") or layer.config.get("cell")
        if inner is not None:
            model = SavedModel("Sequential", (inner,))
            self._scopes.append(_Scope(model, layer, place.reads or (None,)))
            return place._replace(reads=(Tensor(number, 0),))
        found = model_of(layer.view)
        if found is None or not found.layers:
            return place._replace(reads=())
        self._scopes.append(_Scope(found, layer, place.reads or (None,)))
        if found.is_sequential:
            return place._replace(reads=(Tensor(number, len(found.layers) - 1),))
        results = _results(found)
        if place.result >= len(results):
            return place._replace(reads=())
        result = results[place.result]
        return place._replace(reads=(self._referred(number, result.layer, result.tensor),))

    def _referred(self, scope: int, name: str, numbers: Sequence[object]) -> Tensor:
        """The tensor that `["name", 1, 0]` is: a model that is a layer counts its calls from 1."""
        call, index = [each if isinstance(each, int) else 0 for each in (*numbers, 0, 0)][:2]
        view = self._scopes[scope].model.named.get(name)
        if view is not None and view.get("config") is not None:
            class_name = text_of(view, "class_name")
            is_model = class_name in FUNCTIONAL
            if class_name == "Sequential":
                nodes = view.get("inbound_nodes")
                is_model = nodes is not None and any(each.is_list for each in nodes.items())
            call -= is_model
        return Tensor(scope, name, call, index)

    def _arguments(
        self, scope: int, call: ResolvedNode
    ) -> tuple[tuple[Operand, ...], tuple[ResolvedNode | None, ...]]:
        """What a layer is called on, at any depth, in the order in which Keras takes it apart."""
        found: list[tuple[Operand, ResolvedNode | None]] = []
        arguments = call.get("args") if call.is_mapping else call
        todo = [arguments] if arguments is not None else []
        while todo and len(found) < _MAX_ARGUMENTS:
            view = todo.pop()
            output = output_of(view) if not call.is_mapping else None
            if output is not None:
                found.append((self._referred(scope, output.layer, output.tensor[:2]), None))
            elif view.is_list:
                todo += reversed(view.items())
            elif view.is_mapping and view.get("class_name") is None:
                todo += [value for _, value in sorted(view.pairs(), key=_name, reverse=True)]
            else:
                found.append(_operand(scope, view))
        return tuple(each for each, _ in found), tuple(shape for _, shape in found)


def _results(model: SavedModel) -> list[ModelOutput]:
    """What a model gives, at any depth, in the order in which Keras takes it apart."""
    found: list[ModelOutput] = []
    todo = [model.output_layers] if model.output_layers is not None else []
    while todo and len(found) < _MAX_ARGUMENTS:
        view = todo.pop()
        output = output_of(view)
        if output is not None:
            found.append(output)
        elif view.is_list:
            todo += reversed(view.items())
        else:
            todo += [value for _, value in sorted(view.pairs(), key=_name, reverse=True)]
    return found


def _name(pair: tuple[object, ResolvedNode]) -> str:
    return str(pair[1].key)


def _operand(scope: int, view: ResolvedNode) -> tuple[Operand, ResolvedNode | None]:
    """One argument in the way of Keras 3: a tensor, or a constant."""
    if not view.is_mapping:
        return real_of(view), None
    config = view.get("config")
    history = config.get("keras_history") if config is not None else None
    output = output_of(history) if history is not None else None
    if config is None or output is None:
        return None, None
    call, index = [each if isinstance(each, int) else 0 for each in (*output.tensor, 0, 0)][:2]
    return Tensor(scope, output.layer, call, index), config.get("shape")
