"""A program followed from its first line to its last, and then what of it nobody calls."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice
from typing import Final

from losslint.dialects.python.classes import inlined
from losslint.dialects.python.machine import MAX_CALLS, Machine, Work, run
from losslint.dialects.python.paths import package_of
from losslint.dialects.python.statements import execute
from losslint.dialects.python.values import (
    Function,
    Instance,
    Made,
    Named,
    Object,
    Opaque,
    OwnClass,
    Ref,
    Unknown,
    Value,
)

# Nothing is followed for its own sake where this does not stand; a row too many costs time alone.
_COMPILE: Final = re.compile(r"\.\s*compile\s*\(")

_LOSSES: Final = r"\blosses\.\w+\("
# Neither the end of a longer word, nor an attribute, nor a definition.
_BEFORE_CALL: Final = re.compile(r"(?:\A|(?<![\w.])|\bself\.)(?<!def )(?<!class )\Z")
_SETS: Final = re.compile(r"^[ \t]*self\.\w+[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
_ADDS: Final = re.compile(r"^[ \t]*self\.\w+\.add\(", re.MULTILINE)
# So many calls lead from what nobody calls to what compiles.
_MAX_CALLERS: Final = 5

# The rows of the calls of compile, then those of the calls of what they stand in, and so on.
_Layers = list[list[int]]


def follow(text: str, module: ast.Module) -> Machine:
    """The program, and every function of it that compiles something and that nobody calls."""
    machine = Machine(text)
    run(execute(machine, module.body))
    values = [v for v in machine.module.names.values() if isinstance(v, (Function, OwnClass))]
    patterns = [_COMPILE]
    if "losses" in text:
        bound = [n for n, v in machine.module.names.items() if _is_of_losses(machine, v)]
        patterns.append(re.compile(rf"\b(?:losses|{'|'.join(bound)})[.(]" if bound else _LOSSES))
    for pattern in patterns:
        found = islice(pattern.finditer(text), MAX_CALLS)
        rows = [machine.places.row(each.start()) for each in found]
        _follow_uncalled(machine, values, _callers(machine, values, rows))
    return machine


def _is_of_losses(machine: Machine, value: Value) -> bool:
    """Whether a name stands for Keras's losses, one of them, or an object of one."""
    if isinstance(value, Named):
        return package_of(value.path) == "losses"
    return isinstance(value, Made) and value in machine.losses


def _follow_uncalled(machine: Machine, values: list[Function | OwnClass], layers: _Layers) -> None:
    # Whoever calls comes first, and knows the arguments.
    for value in sorted(values, key=lambda each: -_layer(each, layers)):
        machine.is_dead = False
        run(_uncalled(machine, value, layers))
    # Those that are made by others come last, and may make further ones.
    for value in machine.nested:
        machine.is_dead = False
        run(_uncalled(machine, value, layers))


def _callers(machine: Machine, values: list[Function | OwnClass], rows: list[int]) -> _Layers:
    """Where what compiles is called, and what calls that, as far as nobody calls it."""
    layers = [rows]
    own = [(v, f) for v in values for f in _functions(v) if f.node not in machine.followed]
    while len(layers) <= _MAX_CALLERS:
        held = [(value, function) for value, function in own if _holds(function, layers[-1])]
        names = {_name(f) for _, f in held} | {v.name for v, _ in held if isinstance(v, OwnClass)}
        more = _rows_of_calls(machine, names) if names else []
        if not more or more in layers:
            break
        layers.append(more)
    return layers


def _rows_of_calls(machine: Machine, names: set[str]) -> list[int]:
    """The rows in which something of these names is called: by itself, or as one's own method."""
    text = machine.places.text
    found = islice(re.finditer(rf"(?:{'|'.join(sorted(names))})\(", text), MAX_CALLS)
    starts = [each.start() for each in found]
    return [
        machine.places.row(start)
        for start in starts
        if _BEFORE_CALL.search(text[max(start - 8, 0) : start])
    ]


def _functions(value: Function | OwnClass) -> list[Function]:
    """A function, or the methods of a class."""
    if isinstance(value, Function):
        return [value]
    return [each for each in value.members.values() if isinstance(each, Function)]


def _name(function: Function) -> str:
    return getattr(function.node, "name", "lambda")


def _layer(value: Function | OwnClass, layers: _Layers) -> int:
    """How many calls lead from something to what compiles; -1 where none does."""
    held = (i for i, rows in enumerate(layers) if any(_holds(f, rows) for f in _functions(value)))
    return max(held, default=-1)


def _holds(function: Function, rows: list[int]) -> bool:
    node = function.node
    first = bisect_left(rows, node.lineno)
    return first < len(rows) and rows[first] <= (node.end_lineno or node.lineno)


def _uncalled(machine: Machine, value: Value, layers: _Layers) -> Work:
    """Follow what is only called from elsewhere, whose arguments nobody knows."""
    if isinstance(value, Function) and _waits(machine, value, layers):
        yield inlined(machine, replace(value, is_plain=True), (), whole=False)
    elif isinstance(value, OwnClass):
        methods = _functions(value)
        waiting = [method for method in methods if _waits(machine, method, layers)]
        if waiting:
            waiting.sort(key=lambda each: -_layer(each, layers))
            yield _object(machine, value, methods, waiting)


def _waits(machine: Machine, function: Function, layers: _Layers) -> bool:
    return function.node not in machine.followed and _layer(function, layers) >= 0


def _object(
    machine: Machine, of: OwnClass, methods: list[Function], waiting: list[Function]
) -> Work:
    """Follow the methods that compile something, on an object that all others have seen."""
    made = Ref(of.at)
    machine.heap[made] = Instance(of, {})
    start = of.members.get("__init__")
    if isinstance(start, Function):
        yield _method(machine, made, start)
    others = [each for each in methods if each is not start and each not in waiting]
    yield _set_by(machine, made, [each for each in others if _does(machine, each, _SETS)])
    yield _added_by(machine, made, [each for each in others if _does(machine, each, _ADDS)])
    for method in waiting:
        if method is not start and method.node not in machine.followed:
            yield _method(machine, made, method)


def _set_by(machine: Machine, made: Ref, methods: list[Function]) -> Work:
    """What methods make of the attributes of an object; what two of them set is unknown."""
    thing = machine.heap[made]
    assert isinstance(thing, Instance)
    before = dict(thing.attributes)
    set_by: dict[str, list[Value]] = {}
    for method in methods:
        machine.heap[made] = thing
        yield _method(machine, made, method)
        for name, value in _attributes(machine, made).items():
            if before.get(name) is not value:
                set_by.setdefault(name, []).append(value)
    after = {n: each[0] if len(each) == 1 else Unknown() for n, each in set_by.items()}
    machine.heap[made] = thing._replace(attributes={**before, **after})


def _added_by(machine: Machine, made: Ref, methods: list[Function]) -> Work:
    """What methods add to the models of an object; what two of them change is unknown."""
    thing = machine.heap[made]
    changed: dict[Ref | Made, Object] = {}
    for method in methods:
        before = dict(machine.heap)
        yield _method(machine, made, method)
        for ref, model in before.items():
            if ref is not made and machine.heap[ref] is not model:
                changed[ref] = Opaque() if ref in changed else machine.heap[ref]
        machine.heap |= before
    machine.heap |= {**changed, made: thing}


def _does(machine: Machine, method: Function, what: re.Pattern[str]) -> bool:
    """Whether a method that nobody has called changes its object in a way."""
    node = method.node
    text = machine.places.rows(node.lineno, node.end_lineno or node.lineno)
    return node not in machine.followed and what.search(text) is not None


def _attributes(machine: Machine, of: Ref) -> dict[str, Value]:
    thing = machine.heap.get(of)
    return dict(thing.attributes) if isinstance(thing, Instance) else {}


def _method(machine: Machine, of: Ref, method: Function) -> Work:
    bound = of if method.bound is None else method.bound
    yield inlined(machine, replace(method, bound=bound, is_plain=True), (), whole=False)
