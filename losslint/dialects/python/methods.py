"""Methods of models, lists and objects, as far as they change what a model is compiled with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.diagnostics import Span
from losslint.dialects.python import keras_calls, loss_calls
from losslint.dialects.python.machine import Compiled, Machine, Work
from losslint.dialects.python.signatures import COMPILE
from losslint.dialects.python.values import (
    Functional,
    Items,
    Known,
    Made,
    Method,
    Named,
    Opaque,
    Pairs,
    Ref,
    Sequential,
    Unknown,
    Value,
    known,
    several,
    text_of,
)

if TYPE_CHECKING:
    from losslint.dialects.python.calls import Arguments

# A name that nobody writes, for the third argument by position.
_THIRD = "3"


def call_method(
    machine: Machine, method: Method, args: Arguments, at: Span, node: ast.expr
) -> Work:
    """The value of a method's call, and what it does."""
    of, name = method.of, method.name
    thing = machine.heap.get(of) if isinstance(of, Ref) else None
    if machine.expecting and isinstance(of, Ref) and name != "compile":
        machine.failing.add(of)
    if name == "compile":
        compile_model(machine, of, args, at)
        yield loss_calls.of_own_function(machine, of, args.get("loss", 1))
        return Known(None, at)
    if isinstance(of, Ref) and isinstance(thing, Sequential):
        return _of_sequential(machine, of, thing, name, args)
    if isinstance(of, (Items, Pairs)):
        return (yield _of_collection(machine, of, name, args, node))
    yield from ()
    return Unknown(at)


def _of_sequential(
    machine: Machine, of: Ref, model: Sequential, name: str, args: Arguments
) -> Value:
    if name == "add":
        machine.left -= len(model.layers) // 8
        layer = args.get("layer", 0) or Unknown()
        machine.heap[of] = model._replace(layers=(*model.layers, keras_calls.as_layer(layer)))
    elif name == "pop":
        machine.heap[of] = model._replace(layers=model.layers[:-1])
    return Unknown()


def _of_collection(
    machine: Machine, of: Items | Pairs, name: str, args: Arguments, node: ast.expr
) -> Work:
    from losslint.dialects.python.binding import rebind

    value = args.get("", 0) if args.positional else None
    made: Value | None = None
    if isinstance(of, Items) and value is not None:
        if name == "append":
            machine.left -= len(of.items) // 8
            made = several((*of.items, value), of.at, of.is_whole)
        elif name == "extend":
            more = value.items if isinstance(value, Items) else (Unknown(),)
            whole = of.is_whole and isinstance(value, Items) and value.is_whole
            made = several((*of.items, *more), of.at, whole)
        elif name in ("insert", "remove", "pop", "clear", "reverse", "sort"):
            made = Unknown(of.at)
    elif of is machine.custom:
        for each in args.positional:
            machine.register(each)
    elif isinstance(of, Pairs):
        key = known(value)
        if name == "get" and isinstance(key, str) and of.is_whole:
            found = args.positional
            return of.get(key) or (found[1] if len(found) > 1 else Known(None))
        if name in ("items", "keys", "values") and of.is_whole and not args.args:
            return _views(of, name)
        if name in ("update", "pop", "setdefault", "clear", "popitem"):
            made = Unknown(of.at)
    if made is not None and isinstance(node, ast.Attribute):
        yield rebind(machine, node.value, of, made)
    return Unknown()


def _views(of: Pairs, name: str) -> Items:
    """What `items`, `keys` and `values` give."""
    if name == "items":
        return Items(tuple(Items(pair, of.at) for pair in of.pairs), of.at)
    return Items(tuple(pair[name == "values"] for pair in of.pairs), of.at)


def compile_model(machine: Machine, of: Value, args: Arguments, at: Span) -> None:
    """A call of `compile`, if it is one of Keras's."""
    model = machine.heap.get(of) if isinstance(of, Ref) else None
    is_model = isinstance(model, (Sequential, Functional))
    if machine.expecting:
        return
    if not (is_model or (machine.uses_keras and args.get("loss", 1) is not None)):
        return
    found: list[tuple[str, Span, Value]] = []
    for name, key, value in args.named((*COMPILE, _THIRD)):
        if name == _THIRD and _meant(value):
            # Where no name is written, and Keras's releases differ, its place has no length.
            found.append((_meant(value), Span(key.start, key.start), value))
        elif name != _THIRD and name:
            found.append((name, key, value))
    whole = args.is_whole and len(found) == len(args.args)
    machine.note(
        Compiled(model if is_model and model is not None else Opaque(), of, tuple(found), at, whole)
    )


def _meant(third: Value) -> str:
    """What an argument by position is meant for that Keras 2 took for `metrics`, as it shows.

    Keras 3 takes it for `loss_weights`. Nothing where it does not show.
    """
    if not isinstance(third, (Items, Pairs)):
        return ""
    values = third.items if isinstance(third, Items) else [value for _, value in third.pairs]
    if values and all(isinstance(known(each), (int, float)) for each in values):
        return "loss_weights"
    metrics = [each for each in values if isinstance(each, (Made, Named)) or text_of(each)]
    return "metrics" if len(metrics) == len(values) > 0 else ""
