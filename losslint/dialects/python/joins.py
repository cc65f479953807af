"""What is known of a value, a name or an object where two branches of a program meet."""

from __future__ import annotations

from losslint.diagnostics import Span
from losslint.dialects.python.values import (
    Function,
    Functional,
    Instance,
    Items,
    Known,
    Made,
    Named,
    Object,
    Opaque,
    Pairs,
    Ref,
    Sequential,
    Unknown,
    Value,
    known,
)


def joined(first: Value, second: Value) -> Value:
    """A value that may be either of two."""
    if first is second:
        return first
    if isinstance(first, Known) and isinstance(second, Known):
        same = first.value == second.value and type(first.value) is type(second.value)
        return first._replace(written=False) if same else Unknown(first.at)
    if isinstance(first, Items) and isinstance(second, Items):
        return _joined_items(first, second)
    if isinstance(first, Pairs) and isinstance(second, Pairs):
        return _joined_pairs(first, second)
    if isinstance(first, Function) and isinstance(second, Function) and first.node is second.node:
        return first
    if isinstance(first, Named) and isinstance(second, Named) and first.path == second.path:
        return first
    return Unknown(getattr(first, "at", Span(0, 0)))


def _joined_items(first: Items, second: Items) -> Items:
    """A list that may be either of two: what both begin with, and then something unknown."""
    one, other = first.items, second.items
    if len(one) == len(other) and first.is_whole and second.is_whole:
        return Items(tuple(map(_joined_item, one, other)), first.at)
    pairs = enumerate(zip(one, other, strict=False))
    same = next((i for i, (a, b) in pairs if a is not b), min(len(one), len(other)))
    return Items((*one[:same], Unknown(first.at)), first.at, is_whole=False)


def _joined_pairs(first: Pairs, second: Pairs) -> Value:
    """A dict that may be either of two with the same keys."""
    keys = [known(key) for key, _ in first.pairs]
    if not (first.is_whole and second.is_whole) or keys != [known(k) for k, _ in second.pairs]:
        return Unknown(first.at)
    values = map(_joined_item, (v for _, v in first.pairs), (v for _, v in second.pairs))
    return Pairs(tuple(zip((k for k, _ in first.pairs), values, strict=True)), first.at)


def _joined_item(first: Value, second: Value) -> Value:
    """What stands in a container; containers in it are not looked into."""
    if first is not second and isinstance(first, (Items, Pairs)):
        return Unknown(first.at)
    return joined(first, second)


def join_names(into: dict[str, Value], other: dict[str, Value]) -> None:
    for name, value in other.items():
        into[name] = joined(into[name], value) if name in into else value


def join_heaps(into: dict[Ref | Made, Object], other: dict[Ref | Made, Object]) -> None:
    for ref, thing in other.items():
        into[ref] = _joined_object(into[ref], thing) if ref in into else thing


def _joined_object(first: Object, second: Object) -> Object:
    if first is second:
        return first
    if isinstance(first, Sequential) and isinstance(second, Sequential):
        pairs = list(zip(first.layers, second.layers, strict=False))
        same = next((i for i, (a, b) in enumerate(pairs) if a is not b), len(pairs))
        return first._replace(layers=(*first.layers[:same], Unknown(first.at)))
    if isinstance(first, Instance) and isinstance(second, Instance) and first.of is second.of:
        both = dict(first.attributes)
        for name, value in second.attributes.items():
            both[name] = joined(both[name], value) if name in both else value
        return Instance(first.of, both)
    if isinstance(first, Functional) and first == second:
        return first
    return Opaque()
