"""A program followed from its first line to its last, and then what of it nobody calls."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from itertools import islice
from typing import Final

from losslint.dialects.python.classes import inlined
from losslint.dialects.python.machine import MAX_CALLS, Machine, Work, run
from losslint.dialects.python.statements import execute
from losslint.dialects.python.values import Function, Instance, OwnClass, Ref, Unknown, Value

# Nothing is followed for its own sake where this does not stand; a row too many costs time alone.
_COMPILE: Final = re.compile(r"\.\s*compile\s*\(")

_SETS: Final = re.compile(r"^[ \t]*self\.\w+[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


def follow(text: str, module: ast.Module) -> Machine:
    """The program, and every function of it that compiles something and that nobody calls."""
    machine = Machine(text)
    found = islice(_COMPILE.finditer(text), MAX_CALLS)
    rows = [machine.places.row(each.start()) for each in found]
    run(execute(machine, module.body))
    for value in list(machine.module.names.values()):
        machine.is_dead = False
        run(_uncalled(machine, value, rows))
    # Those that are made by others come last, and may make further ones.
    for value in machine.nested:
        machine.is_dead = False
        run(_uncalled(machine, value, rows))
    return machine


def _uncalled(machine: Machine, value: Value, rows: list[int]) -> Work:
    """Follow what is only called from elsewhere, whose arguments nobody knows."""
    if isinstance(value, Function) and _waits(machine, value, rows):
        yield inlined(machine, replace(value, is_plain=True), (), whole=False)
    elif isinstance(value, OwnClass):
        methods = [m for m in value.members.values() if isinstance(m, Function)]
        waiting = [method for method in methods if _waits(machine, method, rows)]
        if waiting:
            yield _object(machine, value, methods, waiting)


def _waits(machine: Machine, function: Function, rows: list[int]) -> bool:
    node = function.node
    own = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return node not in machine.followed and any(row in own for row in rows)


def _object(
    machine: Machine, of: OwnClass, methods: list[Function], waiting: list[Function]
) -> Work:
    """Follow the methods that compile something, on an object that all others have seen."""
    made = Ref(of.at)
    machine.heap[made] = Instance(of, {})
    start = of.members.get("__init__")
    if isinstance(start, Function):
        yield _method(machine, made, start)
    before = _attributes(machine, made)
    set_by: dict[str, list[Value]] = {}
    for method in methods:
        if method is start or method in waiting or not _sets_something(machine, method):
            continue
        machine.heap[made] = Instance(of, before)
        yield _method(machine, made, method)
        for name, value in _attributes(machine, made).items():
            if before.get(name) is not value:
                set_by.setdefault(name, []).append(value)
    after = {n: each[0] if len(each) == 1 else Unknown() for n, each in set_by.items()}
    machine.heap[made] = Instance(of, {**before, **after})
    for method in waiting:
        if method is not start:
            yield _method(machine, made, method)


def _sets_something(machine: Machine, method: Function) -> bool:
    """Whether a method that nobody has called sets attributes of its object."""
    node = method.node
    text = machine.places.rows(node.lineno, node.end_lineno or node.lineno)
    return node not in machine.followed and _SETS.search(text) is not None


def _attributes(machine: Machine, of: Ref) -> dict[str, Value]:
    thing = machine.heap.get(of)
    return dict(thing.attributes) if isinstance(thing, Instance) else {}


def _method(machine: Machine, of: Ref, method: Function) -> Work:
    bound = of if method.bound is None else method.bound
    yield inlined(machine, replace(method, bound=bound, is_plain=True), (), whole=False)
