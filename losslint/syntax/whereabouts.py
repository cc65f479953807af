"""Where in a document a place lies, as people write it: `compile_config.loss[0].config.axis`."""

import re
from bisect import bisect_right
from collections.abc import Callable
from collections.abc import Sequence as Items
from operator import attrgetter
from typing import Any, NamedTuple

from losslint.diagnostics import Span
from losslint.syntax.nodes import Alias, Mapping, Node, Scalar, Sequence, Tree, span

_PLAIN = re.compile(r"[^\s.\[\]\"']+")
# A longer one leads nobody anywhere, and a file made to have one must not fill a screen.
_MAX_TEXT = 300

_KEY_START = attrgetter("key.start")
_START = attrgetter("start")
_ROOT_START = attrgetter("root.start")


class Whereabouts(NamedTuple):
    """Where a place lies: the keys and numbers that lead there, None where it lies in none.

    `anchor` is what the alias stands for that the place is.
    """

    path: str | None = None
    anchor: Span | None = None


def whereabouts(tree: Tree, place: Span) -> Whereabouts:
    """The way to what a span lies in."""
    at = _last(tree.documents, _ROOT_START, place)
    if at < 0:
        return Whereabouts()
    document, path = tree.documents[at], ""
    node: Node | None = document.root
    last: Node = document.root
    while node is not None and len(path) <= _MAX_TEXT:
        last = node
        step, node = _step(node, place)
        path += step
    text = path.removeprefix(".")
    text = text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "…"
    if isinstance(last, Alias) and span(last) == place:
        return Whereabouts(text or None, span(document.anchored[last.target]))
    return Whereabouts(text or None)


def _step(node: Node, place: Span) -> tuple[str, Node | None]:
    """The next step towards a place, and what it leads to; None where the way ends."""
    if isinstance(node, Mapping):
        at = _last(node.pairs, _KEY_START, place)
        if at >= 0:
            key, value = node.pairs[at]
            if place.end <= max(key.end, value.end) and isinstance(key, Scalar):
                return _word(key.value), value if place.start > key.end else None
    elif isinstance(node, Sequence):
        at = _last(node.items, _START, place)
        if at >= 0 and place.end <= node.items[at].end:
            return f"[{at}]", node.items[at]
    return "", None


def _last(items: Items[object], start: Callable[[Any], int], place: Span) -> int:
    """The index of the last item that starts at a place or before it; -1 where none does."""
    return bisect_right(items, place.start, key=start) - 1


def _word(key: str) -> str:
    if _PLAIN.fullmatch(key):
        return f".{key}"
    import json

    return f"[{json.dumps(key, ensure_ascii=False)}]"
