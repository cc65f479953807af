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
    copy: dict[str, Any] = dict.fromkeys(tree)
    todo: list[tuple[Any, Any, Any]] = [(copy, key, child) for key, child in tree.items()]
    while todo:
        place, key, node = todo.pop()
        if isinstance(node, dict):
            place[key] = dict.fromkeys(node)
            todo.extend((place[key], name, child) for name, child in node.items())
        elif isinstance(node, (list, tuple)):
            place[key] = [None] * len(node)
            todo.extend((place[key], index, child) for index, child in enumerate(node))
        else:
            place[key] = change(node)
    return copy
