"""What the statements of a program do to its names and objects.

Branches are followed from the same state and joined behind.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final

from losslint.dialects.python.binding import bind, rebind
from losslint.dialects.python.classes import own_class
from losslint.dialects.python.expressions import evaluate
from losslint.dialects.python.machine import Machine, Moment, Work
from losslint.dialects.python.operators import computed
from losslint.dialects.python.paths import PACKAGES, canonical
from losslint.dialects.python.values import (
    Function,
    Items,
    Known,
    Named,
    Pairs,
    Unknown,
)

_PLAIN_DECORATORS: Final = ("function", "wraps", "lru_cache", "cache", "jit", "staticmethod",
                     "classmethod")  # fmt: skip


def execute(machine: Machine, body: Sequence[ast.stmt]) -> Work:
    """Follow statements in order, as long as they are reached."""
    for statement in body:
        machine.left -= 1
        if machine.is_dead or machine.is_spent:
            return
        handle = _HANDLERS.get(type(statement))
        work = handle(machine, statement) if handle is not None else None
        if work is not None:
            yield work


def _expression(machine: Machine, node: ast.stmt) -> object:
    assert isinstance(node, ast.Expr)
    return evaluate(machine, node.value)


def _return(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, ast.Return)
    value = yield evaluate(machine, node.value)
    machine.leave(Known(None) if node.value is None else value)


def _stop(machine: Machine, node: ast.stmt) -> None:
    machine.is_dead = True


def _import(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Import)
    for alias in node.names:
        head = alias.name.split(".")[0]
        machine.uses_keras = machine.uses_keras or _is_keras(head)
        path = alias.name if alias.asname else head
        machine.set(alias.asname or head, Named(canonical(path)))


def _is_keras(head: str) -> bool:
    return head in PACKAGES or head.startswith("keras")


def _import_from(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.ImportFrom)
    module = "." * node.level + (node.module or "")
    machine.uses_keras = machine.uses_keras or _is_keras(module.split(".")[0])
    for alias in node.names:
        if alias.name == "*":
            machine.module.stars.append(canonical(module))
        else:
            machine.set(alias.asname or alias.name, Named(canonical(f"{module}.{alias.name}")))


def _assign(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, (ast.Assign, ast.AnnAssign))
    if node.value is None:
        return
    value = yield evaluate(machine, node.value)
    for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
        yield bind(machine, target, value)


def _augment(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, ast.AugAssign)
    old = yield evaluate(machine, node.target)
    value = yield evaluate(machine, node.value)
    made = computed(node.op, old, value, machine.span(node))
    yield rebind(machine, node.target, old, made)


def _if(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, ast.If)
    test = yield evaluate(machine, node.test)
    if isinstance(test, Known):
        yield execute(machine, node.body if test.value else node.orelse)
    else:
        yield _branches(machine, (node.body, node.orelse))


def _branches(machine: Machine, bodies: Sequence[Sequence[ast.stmt]]) -> Work:
    """Follow bodies of which one runs, and join what comes of those that end."""
    before = machine.moment()
    ends: list[Moment] = []
    for body in bodies:
        machine.restore(before)
        machine.is_dead = False
        yield execute(machine, body)
        if not machine.is_dead:
            ends.append(machine.moment())
    machine.join(ends)


def _match(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, ast.Match)
    yield evaluate(machine, node.subject)
    for case in node.cases:
        for each in ast.walk(case.pattern):
            captured = getattr(each, "name", None)
            if isinstance(captured, str):
                machine.set(captured, Unknown())
    yield _branches(machine, (*(case.body for case in node.cases), ()))


def _loop(machine: Machine, node: ast.stmt) -> object:
    from losslint.dialects.python import loops

    if isinstance(node, (ast.Break, ast.Continue)):
        loops.leave_round(machine, node)
        return None
    follow = loops.follow_while if isinstance(node, ast.While) else loops.follow_for
    return follow(machine, node)


def _with(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, (ast.With, ast.AsyncWith))
    expecting = False
    for item in node.items:
        expecting = expecting or _expects(item.context_expr)
        yield evaluate(machine, item.context_expr)
        if item.optional_vars is not None:
            yield bind(machine, item.optional_vars, Unknown())
    machine.expecting += expecting
    yield execute(machine, node.body)
    machine.expecting -= expecting


def _expects(context: ast.expr) -> bool:
    """Whether a test expects what stands in the block to fail."""
    word = context.func if isinstance(context, ast.Call) else context
    name = getattr(word, "attr", "") or getattr(word, "id", "")
    return name.startswith(("assertRaises", "assertWarns")) or name in ("raises", "warns")


def _try(machine: Machine, node: ast.stmt) -> Work:
    handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
    body: list[ast.stmt] = getattr(node, "body", [])
    bodies = [[*body, *getattr(node, "orelse", [])], *(handler.body for handler in handlers)]
    for handler in handlers:
        if handler.name:
            machine.set(handler.name, Unknown())
    yield _branches(machine, bodies)
    yield execute(machine, getattr(node, "finalbody", []))


def _function(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    decorators: list[str] = []
    for each in node.decorator_list:
        inner = each.func if isinstance(each, ast.Call) else each
        decorators.append(getattr(inner, "attr", "") or getattr(inner, "id", ""))
    plain = all(each in _PLAIN_DECORATORS for each in decorators)
    made = Function(node, machine.frame, None, machine.span(node), plain)
    machine.set(node.name, made)
    machine.kept.append(machine.frame)
    if machine.running:
        machine.nested.append(made)


def _class(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, ast.ClassDef)
    machine.set(node.name, (yield own_class(machine, node)))


def _delete(machine: Machine, node: ast.stmt) -> Work:
    assert isinstance(node, ast.Delete)
    for target in node.targets:
        if isinstance(target, ast.Name):
            machine.set(target.id, Unknown())
        elif isinstance(target, ast.Subscript):
            of = yield evaluate(machine, target.value)
            if isinstance(of, (Items, Pairs)):
                yield rebind(machine, target.value, of, Unknown(of.at))


def _global(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Global)
    machine.frame.of_module.update(node.names)


def _nonlocal(machine: Machine, node: ast.stmt) -> None:
    # What is written under the name is seen in this function, and unknown outside of it.
    assert isinstance(node, ast.Nonlocal)
    frame = machine.frame.around
    while frame is not None and frame is not machine.module:
        frame.names |= {name: Unknown() for name in node.names if name in frame.names}
        frame = frame.around


_HANDLERS: Final[MappingProxyType[type, Callable[[Machine, ast.stmt], object]]] = MappingProxyType(
    {
        ast.Expr: _expression, ast.Return: _return, ast.Raise: _stop, ast.Break: _loop,
        ast.Continue: _loop, ast.Import: _import, ast.ImportFrom: _import_from, ast.Assign: _assign,
        ast.AnnAssign: _assign, ast.AugAssign: _augment, ast.If: _if, ast.For: _loop,
        ast.AsyncFor: _loop, ast.While: _loop, ast.With: _with, ast.AsyncWith: _with,
        ast.Try: _try, getattr(ast, "TryStar", ast.Try): _try, ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function, ast.ClassDef: _class, ast.Match: _match,
        ast.Delete: _delete, ast.Global: _global, ast.Nonlocal: _nonlocal,
    }
)  # fmt: skip
