"""What operators make of values that are known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from losslint.diagnostics import Span
from losslint.dialects.python.values import Items, Known, Unknown, Value, known, several

_ARITHMETIC: Final[MappingProxyType[type, Callable[[float, float], object]]] = MappingProxyType(
    {
        ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
        ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    }
)  # fmt: skip
_COMPARISONS: Final[MappingProxyType[type, Callable[[object, object], bool]]] = MappingProxyType(
    {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not}
)
_ORDER: Final[MappingProxyType[type, Callable[[float, float], bool]]] = MappingProxyType(
    {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
)
_LARGE: Final = 1 << 53


def computed(by: ast.operator, left: Value, right: Value, at: Span) -> Value:
    """What an operator makes of two values."""
    one, other, compute = known(left), known(right), _ARITHMETIC.get(type(by))
    if isinstance(by, ast.Add) and (isinstance(left, Items) or isinstance(right, Items)):
        return _added(left, right, at)
    if isinstance(one, str) and isinstance(other, str) and isinstance(by, ast.Add):
        return Known(one + other, at) if len(one) + len(other) < 1000 else Unknown(at)
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    if compute is None or not numbers or max(abs(one), abs(other)) > _LARGE:  # type: ignore[arg-type]
        return Unknown(at)
    try:
        return Known(compute(one, other), at)  # type: ignore[arg-type]
    except (ArithmeticError, ValueError):
        return Unknown(at)


def _added(left: Value, right: Value, at: Span) -> Value:
    """Two lists in a row; what is no list stands for any number of items."""
    parts = [each.items if isinstance(each, Items) else (Unknown(at),) for each in (left, right)]
    whole = all(isinstance(each, Items) and each.is_whole for each in (left, right))
    return several((*parts[0], *parts[1]), at, whole)


def negated(by: ast.unaryop, value: Value, at: Span) -> Value:
    """What `not` or a minus makes of a value."""
    inner = known(value)
    if isinstance(by, ast.Not):
        return Known(not inner, at) if isinstance(value, Known) else Unknown(at)
    if isinstance(by, ast.USub) and isinstance(inner, (int, float)):
        return Known(-inner, at, written=isinstance(value, Known) and value.written)
    return Unknown(at)


def compared(by: ast.cmpop, left: Value, right: Value, at: Span) -> Value:
    """What comparing two values gives."""
    compare, order = _COMPARISONS.get(type(by)), _ORDER.get(type(by))
    one, other = known(left), known(right)
    if order is not None and isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return Known(order(one, other))
    if compare is None or not isinstance(right, Known):
        return Unknown(at)
    if not isinstance(left, Known):
        # What was made is not None.
        is_made = right.value is None and not isinstance(left, Unknown)
        return Known(isinstance(by, (ast.NotEq, ast.IsNot))) if is_made else Unknown()
    if isinstance(by, (ast.Is, ast.IsNot)) and right.value is not None:
        return Unknown()
    return Known(compare(left.value, right.value), at)
