"""What an expression of a program comes to."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from losslint.diagnostics import Span
from losslint.dialects.python import attributes
from losslint.dialects.python.joins import joined
from losslint.dialects.python.machine import Machine, Work
from losslint.dialects.python.operators import compared, computed, negated
from losslint.dialects.python.paths import starred
from losslint.dialects.python.values import (
    Frame,
    Function,
    Items,
    Known,
    Named,
    Pairs,
    Unknown,
    Value,
    known,
    moved,
    several,
)

_BUILTINS: Final = frozenset(
    ("len", "int", "float", "str", "bool", "list", "tuple", "dict", "range", "print", "max", "min",
     "super", "isinstance", "type", "sum", "abs", "sorted", "zip", "enumerate", "open", "repr",
     "hasattr", "getattr", "round", "map", "set", "any", "all", "id", "iter", "next", "vars",
     "help", "display")
)  # fmt: skip
# So many items of a comprehension are made one by one.
_MAX_ITEMS: Final = 64


def evaluate(machine: Machine, node: ast.expr | None) -> Work | Value:
    """The value of an expression, or the work that it takes; what it does to models is done."""
    machine.left -= 1
    if node is None or machine.is_spent:
        return Unknown()
    handle = _HANDLERS.get(type(node))
    return handle(machine, node) if handle is not None else _inside(machine, node)


def _inside(machine: Machine, node: ast.expr) -> Work:
    """What stands inside may compile something, but what comes out of it is not followed."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and not isinstance(node, _ASIDE):
            yield evaluate(machine, child)
    return Unknown(machine.span(node))


_ASIDE: Final = (ast.SetComp, ast.DictComp, ast.JoinedStr)


def constant(machine: Machine, node: ast.expr) -> Value:
    """A literal. One that is joined of several, or has a prefix, is known and stays as it is."""
    assert isinstance(node, ast.Constant)
    at, value = machine.span(node), node.value
    if value is None or isinstance(value, (bool, int, float)):
        return Known(value, at, written=True)
    if not isinstance(value, str):
        return Unknown(at)
    text = machine.places.text[at.start : at.end]
    plain = text[:1] in "'\"" and text[:3] not in ("'''", '"""') and text[1:-1] == value
    return Known(value, at, written=plain and text[0] == text[-1] and text[0] not in value)


def name(machine: Machine, node: ast.expr) -> Value:
    """What a name stands for where it is used."""
    assert isinstance(node, ast.Name)
    at = machine.span(node)
    value = machine.look_up(node.id)
    if value is not None:
        return moved(value, at)
    if node.id in _BUILTINS:
        return Named(f"builtins.{node.id}", at)
    path = starred(machine.module.stars, node.id)
    return Named(path, at) if path is not None else Unknown(at)


def _collection(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, (ast.List, ast.Tuple))
    items: list[Value] = []
    whole = True
    for each in node.elts:
        starred_value = isinstance(each, ast.Starred)
        value = yield evaluate(machine, each.value if isinstance(each, ast.Starred) else each)
        if starred_value and isinstance(value, Items):
            items += value.items
            whole = whole and value.is_whole
        else:
            # Nobody knows how many a starred one is: it stands for any number.
            whole = whole and not starred_value
            items.append(Unknown() if starred_value else value)
    return several(tuple(items), machine.span(node), whole)


def _dict(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.Dict)
    pairs: list[tuple[Value, Value]] = []
    whole = True
    for key, value in zip(node.keys, node.values, strict=True):
        found = yield evaluate(machine, value)
        if key is None:
            if isinstance(found, Pairs):
                pairs += found.pairs
            whole = whole and isinstance(found, Pairs) and found.is_whole
            continue
        word = yield evaluate(machine, key)
        whole = whole and isinstance(word, Known)
        pairs.append((word, found))
    made = Pairs(tuple(pairs), machine.span(node), whole)
    machine.dicts[made] = None
    return made


def _attribute(machine: Machine, node: ast.expr) -> Work | Value:
    words: list[str] = []
    of = node
    while isinstance(of, ast.Attribute):
        words.append(of.attr)
        of = of.value
    machine.left -= len(words)
    if isinstance(of, ast.Name):
        return attributes.of_chain(machine, name(machine, of), words, machine.span(node))
    return _attribute_of(machine, of, words, machine.span(node))


def _attribute_of(machine: Machine, of: ast.expr, words: list[str], at: Span) -> Work:
    return attributes.of_chain(machine, (yield evaluate(machine, of)), words, at)


def _subscript(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.Subscript)
    of = yield evaluate(machine, node.value)
    index = yield evaluate(machine, node.slice)
    key, at = known(index), machine.span(node)
    if isinstance(of, Pairs) and of.is_whole and isinstance(key, str):
        return moved(of.get(key) or Unknown(), at)
    if isinstance(of, Items) and of.is_whole and isinstance(key, int):
        index = key + len(of.items) if key < 0 else key
        return moved(of.items[index], at) if 0 <= index < len(of.items) else Unknown(at)
    return Unknown(at)


def _call(machine: Machine, node: ast.expr) -> Work:
    from losslint.dialects.python import calls

    assert isinstance(node, ast.Call)
    return calls.call(machine, node)


def _conditional(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.IfExp)
    test = yield evaluate(machine, node.test)
    if isinstance(test, Known):
        return (yield evaluate(machine, node.body if test.value else node.orelse))
    first = yield evaluate(machine, node.body)
    second = yield evaluate(machine, node.orelse)
    return joined(first, second)


def _binary(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.BinOp)
    # A chain of operators leans to the left, and may be long.
    left = yield evaluate(machine, node.left)
    right = yield evaluate(machine, node.right)
    return computed(node.op, left, right, machine.span(node))


def _unary(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.UnaryOp)
    value = yield evaluate(machine, node.operand)
    return negated(node.op, value, machine.span(node))


def _compare(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.Compare)
    left = yield evaluate(machine, node.left)
    values: list[Value] = []
    for each in node.comparators:
        values.append((yield evaluate(machine, each)))
    if len(values) > 1:
        return Unknown(machine.span(node))
    return compared(node.ops[0], left, values[0], machine.span(node))


def _boolean(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.BoolOp)
    is_or = isinstance(node.op, ast.Or)
    value: Value = Unknown()
    for each in node.values:
        value = yield evaluate(machine, each)
        if not isinstance(value, Known):
            value = Unknown(machine.span(node))
            break
        if bool(value.value) is is_or:
            break
    return value


def _lambda(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Lambda)
    machine.kept.append(machine.frame)
    return Function(node, machine.frame, None, machine.span(node))


def _named(machine: Machine, node: ast.expr) -> Work:
    assert isinstance(node, ast.NamedExpr)
    value = yield evaluate(machine, node.value)
    machine.set(node.target.id, value)
    return value


def _comprehension(machine: Machine, node: ast.expr) -> Work:
    """A list made of a few known items; of others it is one of any length."""
    from losslint.dialects.python.binding import bind
    from losslint.dialects.python.loops import items_of

    assert isinstance(node, (ast.ListComp, ast.GeneratorExp))
    first, at = node.generators[0], machine.span(node)
    items = items_of((yield evaluate(machine, first.iter)))
    plain = len(node.generators) == 1 and not first.ifs and items is not None
    if items is None or not plain or len(items) > _MAX_ITEMS:
        return Items((Unknown(at),), at, is_whole=False)
    made: list[Value] = []
    outside, machine.frame = machine.frame, Frame(around=machine.frame)
    for item in items:
        yield bind(machine, first.target, item)
        made.append((yield evaluate(machine, node.elt)))
    machine.frame = outside
    return Items(tuple(made), at)


def _await(machine: Machine, node: ast.expr) -> Work | Value:
    assert isinstance(node, ast.Await)
    return evaluate(machine, node.value)


_HANDLERS: Final[MappingProxyType[type, Callable[[Machine, ast.expr], Work | Value]]] = (
    MappingProxyType({
        ast.Constant: constant, ast.Name: name,
        ast.List: _collection, ast.Tuple: _collection, ast.Dict: _dict, ast.Call: _call,
        ast.Attribute: _attribute, ast.Subscript: _subscript, ast.IfExp: _conditional,
        ast.BinOp: _binary, ast.UnaryOp: _unary, ast.Compare: _compare, ast.BoolOp: _boolean,
        ast.Lambda: _lambda, ast.NamedExpr: _named, ast.Await: _await,
        ast.ListComp: _comprehension, ast.GeneratorExp: _comprehension,
    })
)  # fmt: skip
