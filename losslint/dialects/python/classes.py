"""Classes and functions of the program's own: what calling them does."""

from __future__ import annotations

import ast
from typing import Final

from losslint.diagnostics import Span
from losslint.dialects.python.machine import MAX_DEPTH, MAX_STEPS_OF_A_CALL, Machine, Work
from losslint.dialects.python.values import (
    Arg,
    Frame,
    Function,
    Instance,
    Items,
    Known,
    Named,
    OwnClass,
    Pairs,
    Ref,
    Unknown,
    Value,
)

_PLAIN_BASES: Final = ("builtins.object", "abc.ABC")


def own_class(machine: Machine, node: ast.ClassDef) -> Work:
    """A class: its methods, and the constants in its body."""
    from losslint.dialects.python.expressions import evaluate
    from losslint.dialects.python.statements import execute

    plain = True
    members: dict[str, Value] = {}
    for base in node.bases:
        value = yield evaluate(machine, base)
        if isinstance(value, OwnClass):
            members |= value.members
            plain = plain and not value.of_keras
        elif not (isinstance(value, Named) and value.path in _PLAIN_BASES):
            plain = plain and isinstance(base, ast.Name) and base.id == "object"
    outside, machine.frame = machine.frame, Frame(around=machine.frame)
    machine.kept.append(outside)
    yield execute(machine, node.body)
    inside, machine.frame = machine.frame, outside
    machine.is_dead = False
    for name, value in inside.names.items():
        # The names of a class are not seen by its methods.
        members[name] = _method(value, outside)
    return OwnClass(node, members, not plain, machine.span(node))


def parameters(of: OwnClass) -> tuple[str, ...]:
    """What a class takes by position; none where its `__init__` stands elsewhere."""
    start = of.members.get("__init__")
    spec = start.node.args if isinstance(start, Function) else None
    return tuple(each.arg for each in (*spec.posonlyargs, *spec.args)[1:]) if spec else ()


def _method(value: Value, outside: Frame) -> Value:
    if not isinstance(value, Function) or isinstance(value.node, ast.Lambda):
        return value
    words = [getattr(each, "id", "") for each in value.node.decorator_list]
    # Anything but None says that nothing is to be bound in front.
    bound = Known(None) if "staticmethod" in words else None
    return Function(value.node, outside, bound, value.at, value.is_plain)


def instance(machine: Machine, of: OwnClass, args: tuple[Arg, ...], at: Span) -> Work:
    """An object of a plain class, as its `__init__` leaves it."""
    made = Ref(at)
    machine.heap[made] = Instance(of, {})
    start = of.members.get("__init__")
    if isinstance(start, Function):
        bound = Function(start.node, start.around, made, start.at, start.is_plain)
        yield inlined(machine, bound, args)
    return made


def inlined(
    machine: Machine, function: Function, args: tuple[Arg, ...], *, whole: bool = True
) -> Work:
    """Follow a function's body with its arguments: what it returns.

    `whole`: these are all arguments; else what is not among them is unknown, defaults included.
    """
    from losslint.dialects.python.expressions import evaluate
    from losslint.dialects.python.statements import execute

    node = function.node
    if len(machine.running) >= MAX_DEPTH or node in machine.running or not function.is_plain:
        return Unknown()
    names = yield _bound_names(machine, function, args, whole)
    machine.followed.add(node)
    # One call that goes on for ever leaves enough for what follows it.
    spare = max(machine.left - MAX_STEPS_OF_A_CALL, 0) if not machine.running else 0
    machine.left -= spare
    machine.running.append(node)
    outside, machine.frame = machine.frame, Frame(names, function.around)
    before, machine.returned = machine.returned, []
    if isinstance(node, ast.Lambda):
        result = yield evaluate(machine, node.body)
    else:
        yield execute(machine, node.body)
        if not machine.is_dead:
            machine.leave(Known(None))
        result = machine.arrive()
        machine.is_dead = False
    machine.running.pop()
    result = Unknown() if machine.is_spent else result
    machine.left += spare
    machine.frame, machine.returned = outside, before
    return result


def _bound_names(machine: Machine, function: Function, args: tuple[Arg, ...], whole: bool) -> Work:
    """The names of a function's parameters with what they stand for."""
    from losslint.dialects.python.expressions import evaluate

    spec = function.node.args
    order = [each.arg for each in (*spec.posonlyargs, *spec.args)]
    every = (*order, *(each.arg for each in spec.kwonlyargs))
    names: dict[str, Value] = {name: Unknown() for name in every}
    if whole:
        inside, machine.frame = machine.frame, function.around
        for name, default in zip(
            order[len(order) - len(spec.defaults) :], spec.defaults, strict=True
        ):
            names[name] = yield evaluate(machine, default)
        for each, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            names[each.arg] = yield evaluate(machine, value)
        machine.frame = inside
    left = list(order)
    is_static = isinstance(function.bound, Known)
    if function.bound is not None and not is_static and left:
        names[left.pop(0)] = function.bound
    more: list[Value] = []
    named: list[tuple[Value, Value]] = []
    for arg in args:
        if arg.name in names:
            names[arg.name] = arg.value
        elif arg.name:
            named.append((Known(arg.name, arg.key), arg.value))
        elif left:
            names[left.pop(0)] = arg.value
        else:
            more.append(arg.value)
    if spec.vararg is not None:
        names[spec.vararg.arg] = Items(tuple(more)) if whole else Unknown()
    if spec.kwarg is not None:
        names[spec.kwarg.arg] = Pairs(tuple(named)) if whole else Unknown()
    return names
