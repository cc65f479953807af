"""Methods of models, lists and objects, as far as they change what a model is compiled with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.diagnostics import Span
from losslint.dialects.python import keras_calls
from losslint.dialects.python.machine import Compiled, Machine, Work
from losslint.dialects.python.signatures import COMPILE
from losslint.dialects.python.values import (
    Functional,
    Items,
    Known,
    Method,
    Opaque,
    Pairs,
    Ref,
    Sequential,
    Unknown,
    Value,
    known,
)

if TYPE_CHECKING:
    from losslint.dialects.python.calls import Arguments


def call_method(
    machine: Machine, method: Method, args: Arguments, at: Span, node: ast.expr
) -> Work:
    """The value of a method's call, and what it does."""
    of, name = method.of, method.name
    thing = machine.heap.get(of) if isinstance(of, Ref) else None
    if machine.expecting and isinstance(of, Ref):
        machine.failing.add(of)
    if name == "compile":
        compile_model(machine, of, args, at)
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
            made = Items((*of.items, value), of.at, of.is_whole)
        elif name == "extend":
            more = value.items if isinstance(value, Items) else ()
            whole = of.is_whole and isinstance(value, Items) and value.is_whole
            made = Items((*of.items, *more), of.at, whole)
        elif name in ("insert", "remove", "pop", "clear", "reverse", "sort"):
            made = Unknown(of.at)
    elif isinstance(of, Pairs):
        key = known(value)
        if name == "get" and isinstance(key, str) and of.is_whole:
            found = args.positional
            return of.get(key) or (found[1] if len(found) > 1 else Known(None))
        if name in ("update", "pop", "setdefault", "clear", "popitem"):
            made = Unknown(of.at)
    if made is not None and isinstance(node, ast.Attribute):
        yield rebind(machine, node.value, of, made)
    return Unknown()


def compile_model(machine: Machine, of: Value, args: Arguments, at: Span) -> None:
    """A call of `compile`, if it is one of Keras's."""
    model = machine.heap.get(of) if isinstance(of, Ref) else None
    is_model = isinstance(model, (Sequential, Functional))
    if machine.expecting:
        return
    if not (is_model or (machine.uses_keras and args.get("loss", 1) is not None)):
        return
    found = [(arg.name, arg.key, arg.value) for arg in args.named(COMPILE) if arg.name]
    whole = args.is_whole and len(found) == len(args.args)
    machine.note(
        Compiled(model if is_model and model is not None else Opaque(), of, tuple(found), at, whole)
    )
