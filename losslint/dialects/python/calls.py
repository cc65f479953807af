"""What calls come to: what Keras makes, what the program's own functions return."""

from __future__ import annotations

import ast

from losslint.diagnostics import Span
from losslint.dialects.python import classes, keras_calls, loss_calls, methods
from losslint.dialects.python.expressions import evaluate
from losslint.dialects.python.machine import Machine, Work
from losslint.dialects.python.paths import HARMLESS, is_class, last_of
from losslint.dialects.python.values import (
    Arg,
    Function,
    Functional,
    Items,
    Known,
    Made,
    Method,
    Named,
    OwnClass,
    Pairs,
    Ref,
    Sequential,
    Unknown,
    Value,
    text_of,
)


class Arguments:
    """The arguments of a call; one by position has no name. `is_whole`: there are no others."""

    __slots__ = ("args", "is_whole")

    def __init__(self) -> None:
        self.args: list[Arg] = []
        self.is_whole = True

    @property
    def positional(self) -> list[Value]:
        """The values by position."""
        return [arg.value for arg in self.args if not arg.name]

    def get(self, name: str, position: int | None = None) -> Value | None:
        """An argument by its name, or by its position."""
        for arg in self.args:
            if arg.name == name:
                return arg.value
        by_position = self.positional
        return (
            by_position[position] if position is not None and position < len(by_position) else None
        )

    def named(self, order: tuple[str, ...]) -> tuple[Arg, ...]:
        """The arguments, those by position under their names in order; more have no name."""
        left = iter(order)
        return tuple(arg if arg.name else arg._replace(name=next(left, "")) for arg in self.args)


def call(machine: Machine, node: ast.Call) -> Work:
    """The value of a call."""
    callee = yield evaluate(machine, node.func)
    args = yield _arguments(machine, node)
    at = machine.span(node)
    if isinstance(callee, Named):
        return _of_package(machine, callee, args, at)
    if isinstance(callee, Method):
        return (yield methods.call_method(machine, callee, args, at, node.func))
    if isinstance(callee, Function):
        if not args.is_whole:
            return (yield classes.inlined(machine, callee, tuple(args.args), whole=False))
        return (yield classes.inlined(machine, callee, tuple(args.args)))
    if isinstance(callee, OwnClass):
        return (yield _of_own_class(machine, callee, args, at))
    if isinstance(callee, Made):
        loss_calls.computed(machine, callee, args, at)
        return keras_calls.applied(machine, callee, args, at)
    if isinstance(callee, Ref) and isinstance(machine.heap.get(callee), (Sequential, Functional)):
        return keras_calls.applied(machine, callee, args, at)
    _spoil(machine, args)
    func = node.func
    if isinstance(func, ast.Name) and machine.look_up(func.id) is None:
        # It came with a star, or from where nobody sees.
        return _unseen(Named(func.id, machine.span(func)), args, at)
    return Unknown(at)


def _unseen(callee: Named, args: Arguments, at: Span) -> Unknown:
    """What a call gives whose code is not seen: an object of a class, by the spelling."""
    name = last_of(callee.path)
    if not is_class(name) or name.isupper():
        return Unknown(at)
    return Unknown(at, Made(callee.path, tuple(args.args), at, args.is_whole, "", callee.at))


def _of_package(machine: Machine, callee: Named, args: Arguments, at: Span) -> Value:
    made = keras_calls.made(machine, callee, args, at)
    if made is not None:
        return made
    loss_calls.computed_by_function(machine, callee, args, at)
    if callee.path.split(".")[0] in HARMLESS:
        return Unknown(at)
    _spoil(machine, args)
    return _unseen(callee, args, at)


def _spoil(machine: Machine, args: Arguments) -> None:
    """What code that is not seen is given may come back changed."""
    for value in (arg.value for arg in args.args):
        if isinstance(value, Ref) and isinstance(machine.heap.get(value), Sequential):
            machine.spoil(value)


def _of_own_class(machine: Machine, of: OwnClass, args: Arguments, at: Span) -> Work:
    if of.of_keras:
        # A layer, a model, a loss: what it computes stands in its code.
        named = args.named(classes.parameters(of))
        made = Made(f"__main__.{of.name}", named, at, is_whole=False)
        return made if "compile" not in of.members else Unknown(at)
    return (yield classes.instance(machine, of, tuple(args.args), at))


def _arguments(machine: Machine, node: ast.Call) -> Work:
    found = Arguments()
    for each in node.args:
        value = yield evaluate(machine, each.value if isinstance(each, ast.Starred) else each)
        if not isinstance(each, ast.Starred):
            found.args.append(Arg("", machine.span(each), value))
        elif isinstance(value, Items) and value.is_whole:
            found.args += (Arg("", getattr(v, "at", Span(0, 0)), v) for v in value.items)
        else:
            found.is_whole = False
    for keyword in node.keywords:
        value = yield evaluate(machine, keyword.value)
        if keyword.arg is not None:
            start = machine.span(keyword).start
            found.args.append(Arg(keyword.arg, Span(start, start + len(keyword.arg)), value))
        elif isinstance(value, Pairs) and value.is_whole:
            for key, inner in value.pairs:
                at = key.at if isinstance(key, Known) else Span(0, 0)
                found.args.append(Arg(text_of(key) or "", at, inner))
        else:
            found.is_whole = False
    return found
