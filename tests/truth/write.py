"""Values and their text, written by hand: how a config is spelt is the point here."""

from __future__ import annotations

import random
from typing import NamedTuple


class Raw(NamedTuple):
    """A scalar by its text, quotes, tags and anchors included."""

    text: str


class Pair(NamedTuple):
    """A key, as text, and its value."""

    key: str
    value: Value


class Map(NamedTuple):
    """A mapping in order, duplicates allowed; written as a block unless `flow`."""

    pairs: tuple[Pair, ...]
    flow: bool = False

    def without(self, key: str) -> Map:
        return self._replace(pairs=tuple(pair for pair in self.pairs if pair.key != key))

    def put(self, key: str, value: Value) -> Map:
        """The mapping with a value replaced, or added at the end."""
        if all(pair.key != key for pair in self.pairs):
            return self._replace(pairs=(*self.pairs, Pair(key, value)))
        changed = (Pair(key, value) if pair.key == key else pair for pair in self.pairs)
        return self._replace(pairs=tuple(changed))

    def rename(self, key: str, new: str) -> Map:
        changed = (pair._replace(key=new) if pair.key == key else pair for pair in self.pairs)
        return self._replace(pairs=tuple(changed))

    def get(self, key: str) -> Value | None:
        return next((pair.value for pair in self.pairs if pair.key == key), None)

    @property
    def keys(self) -> list[str]:
        return [pair.key for pair in self.pairs]


class Items(NamedTuple):
    """A list; written as a block unless `flow`."""

    items: tuple[Value, ...]
    flow: bool = True


Value = Raw | Map | Items


def value(data: object) -> Value:
    """Python data as a value."""
    if isinstance(data, dict):
        return Map(tuple(Pair(str(key), value(item)) for key, item in data.items()))
    if isinstance(data, (list, tuple)):
        return Items(tuple(value(item) for item in data))
    if data is None:
        return Raw("null")
    if isinstance(data, bool):
        return Raw(str(data).lower())
    return Raw(str(data))


def flow(node: Value) -> str:
    """A value on one line."""
    if isinstance(node, Raw):
        return node.text
    if isinstance(node, Items):
        return f"[{', '.join(map(flow, node.items))}]"
    return f"{{{', '.join(f'{pair.key}: {flow(pair.value)}' for pair in node.pairs)}}}"


def block(node: Value, indent: int) -> str:
    """A value as it stands behind "key:" or "-", from the blank or line end on."""
    if isinstance(node, Raw):
        return f" {node.text}" if node.text else ""
    if node.flow or not (node.items if isinstance(node, Items) else node.pairs):
        return f" {flow(node)}"
    return "\n" + lines(node, indent + 2)


def lines(node: Map | Items, indent: int) -> str:
    """A collection as lines."""
    space = " " * indent
    if isinstance(node, Map):
        return "\n".join(f"{space}{pair.key}:{block(pair.value, indent)}" for pair in node.pairs)
    written = []
    for item in node.items:
        if isinstance(item, Map) and not item.flow and item.pairs:
            written.append(f"{space}- {lines(item, indent + 2).lstrip()}")
        else:
            written.append(f"{space}-{block(item, indent)}")
    return "\n".join(written)


def restyle(node: Value, rng: random.Random) -> Value:
    """The same value in other clothes: block or flow, quoted keys, another order."""
    if isinstance(node, Raw):
        return node
    if isinstance(node, Items):
        return Items(tuple(restyle(item, rng) for item in node.items), rng.random() < 0.7)
    pairs = [Pair(pair.key, restyle(pair.value, rng)) for pair in node.pairs]
    if rng.random() < 0.2:
        rng.shuffle(pairs)
    if rng.random() < 0.1:
        pairs = [
            p if p.key == "<<" or p.key[:1] in "\"'" else p._replace(key=f'"{p.key}"')
            for p in pairs
        ]
    return Map(tuple(pairs), rng.random() < 0.4)
