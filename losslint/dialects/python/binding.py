"""What assignments do: to names, to attributes, to the items of lists and dicts."""

from __future__ import annotations

import ast

from losslint.dialects.python.expressions import evaluate
from losslint.dialects.python.machine import Machine, Work
from losslint.dialects.python.values import (
    Instance,
    Items,
    Made,
    Pairs,
    Ref,
    Unknown,
    Value,
    known,
)


def bind(machine: Machine, target: ast.expr, value: Value) -> Work:
    """Bind a target to a value."""
    if isinstance(target, ast.Name):
        machine.set(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        count = len(target.elts)
        fits = isinstance(value, Items) and value.is_whole and len(value.items) == count
        items = value.items if fits and isinstance(value, Items) else (Unknown(),) * count
        for each, item in zip(target.elts, items, strict=True):
            yield bind(machine, each, item)
    elif isinstance(target, ast.Starred):
        yield bind(machine, target.value, Unknown())
    elif isinstance(target, ast.Attribute):
        yield _set_attribute(machine, target, value)
    elif isinstance(target, ast.Subscript):
        yield _set_item(machine, target, value)


def _set_attribute(machine: Machine, target: ast.Attribute, value: Value) -> Work:
    of = yield evaluate(machine, target.value)
    thing = machine.heap.get(of) if isinstance(of, Ref) else None
    if isinstance(thing, Instance):
        machine.heap[of] = thing._replace(attributes={**thing.attributes, target.attr: value})
    elif target.attr != "trainable":
        yield _spoil_root(machine, target.value)


def _spoil_root(machine: Machine, node: ast.expr) -> Work:
    """The model or the layer whose parts are written to is not what it was made as."""
    while True:
        if not isinstance(node, ast.Call):
            value = yield evaluate(machine, node)
            thing = machine.heap.get(value) if isinstance(value, (Ref, Made)) else None
            if isinstance(value, (Ref, Made)) and not isinstance(thing, Instance):
                machine.spoil(value)
                return
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        else:
            return


def _set_item(machine: Machine, target: ast.Subscript, value: Value) -> Work:
    """A dict or a list of a name gets an item; what cannot be told of it is unknown."""
    of = yield evaluate(machine, target.value)
    key = yield evaluate(machine, target.slice)
    if not isinstance(of, (Items, Pairs)):
        yield _spoil_root(machine, target)
        return
    if of is machine.custom:
        machine.register(key)
        return
    made: Value = Unknown(of.at)
    if isinstance(of, Pairs) and isinstance(known(key), str):
        rest = tuple(pair for pair in of.pairs if known(pair[0]) != known(key))
        made = Pairs((*rest, (key, value)), of.at, of.is_whole)
        if of in machine.dicts:
            machine.dicts[made] = None
    yield rebind(machine, target.value, of, made)


def rebind(machine: Machine, target: ast.expr, old: Value, new: Value) -> Work:
    """What a target stands for was written to; under another name it is not what it was."""
    if isinstance(old, Pairs):
        machine.changed.add(old)
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        yield bind(machine, target, new)
