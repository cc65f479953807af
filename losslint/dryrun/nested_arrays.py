"""Nested dicts and lists of arrays, addressed by dotted paths ("pred.0")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def leaf_at(tree: Any, path: str) -> Any:
    """The array at a dotted path; raises KeyError or IndexError where there is none."""
    node = tree
    for key in path.split("."):
        node = node[int(key)] if isinstance(node, (list, tuple)) else node[key]
    return node


def with_leaves(tree: dict[str, Any], leaves: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the tree with other arrays at the named paths; the tree itself stays."""
    copy = map_leaves(tree, lambda array: array)
    for path, array in leaves.items():
        head, _, last = path.rpartition(".")
        node = leaf_at(copy, head) if head else copy
        if isinstance(node, list):
            node[int(last)] = array
        else:
            node[last] = array
    return copy


def map_leaves(tree: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """A copy of the tree, tuples as lists, with `change` applied to whatever is no container."""

    def copy_of(node: dict[Any, Any]) -> Opened:
        copy = dict.fromkeys(node)
        return copy, [(child, copy, key) for key, child in node.items()]

    result: dict[str, Any] = rebuilt(tree, copy_of, change)
    return result


Opened = tuple[Any, list[tuple[Any, Any, Any]]]
"""What stands for a mapping, and its children: each with the container and the key it goes to."""


def rebuilt(
    tree: Any,
    opened: Callable[[dict[Any, Any]], Opened],
    change: Callable[[Any], Any] = lambda leaf: leaf,
) -> Any:
    """A copy of plain data, tuples as lists, however deep it is.

    Args:
        tree: nested dicts, lists and tuples.
        opened: what a mapping becomes.
        change: what becomes of what is no container.
    """
    result: list[Any] = [None]
    todo: list[tuple[Any, Any, Any]] = [(tree, result, 0)]
    while todo:
        node, place, key = todo.pop()
        if isinstance(node, dict):
            place[key], children = opened(node)
            todo.extend(children)
        elif isinstance(node, (list, tuple)):
            place[key] = [None] * len(node)
            todo.extend((child, place[key], index) for index, child in enumerate(node))
        else:
            place[key] = change(node)
    return result[0]
