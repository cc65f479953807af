"""The pairs of a mapping by name, with what merge keys (`<<`) bring in, found once for each node.

A bomb of mappings that merge mappings has more ways than nodes; remembered by node, it costs no
more than its text.
"""

from typing import Any, NamedTuple

from losslint.syntax.nodes import Alias, Document, Mapping, Node, Pair, Scalar, Sequence
from losslint.syntax.readers import Reader

MAX_MERGED = 2000
_MAX_WORK = 200_000
_MAX_DEPTH = 30


class Inherited(NamedTuple):
    """A pair that a merge key brings in, and the value of that key."""

    key: Scalar
    value: Node
    via: Node


def is_merge(key: Node) -> bool:
    """Whether a key of a YAML mapping is a merge key."""
    return isinstance(key, Scalar) and key.value == "<<" and key.is_plain


class Merges:
    """Resolves the merge keys of one document."""

    __slots__ = ("_found", "_work", "document", "reader")

    def __init__(self, document: Document, reader: Reader) -> None:
        self.document = document
        self.reader = reader
        self._found: dict[int, dict[str, Inherited]] = {}
        self._work = _MAX_WORK

    def named(self, node: Mapping, with_merged: bool) -> dict[str, Any]:
        """What has a name in a mapping, a `Pair` or what is `Inherited`; the latter before."""
        merges, own = False, dict[str, Any]()
        for pair in node.pairs:
            key = pair[0]
            if not isinstance(key, Scalar):
                pair = self._behind_key(*pair)
                if pair is None:
                    continue
                key = pair[0]
            name = key.value
            if name == "<<" and is_merge(key) and self.reader.merges:
                merges = True
                continue
            if name in own:
                # Of equal keys the last counts, in its place.
                del own[name]
            own[name] = pair
        if merges and with_merged:
            brought = self.into(node).items()
            own = {**{name: pair for name, pair in brought if name not in own}, **own}
        return own

    def into(self, node: Mapping, depth: int = 0) -> dict[str, Inherited]:
        """What the merge keys of a mapping bring in, its own pairs not regarded.

        Of a list of mappings the first one that has a key gives it, of several merge keys the last.
        """
        if not self.reader.merges:
            return {}
        known = self._found.get(id(node))
        if known is not None or depth > _MAX_DEPTH:
            return known or {}
        # A mapping that merges itself brings in nothing.
        self._found[id(node)] = {}
        merged: dict[str, Inherited] = {}
        for key, value in node.pairs:
            if is_merge(key):
                merged |= self._from(value, depth)
        self._found[id(node)] = merged
        return merged

    def _from(self, value: Node, depth: int) -> dict[str, Inherited]:
        source = self._behind(value)
        parts = source.items if isinstance(source, Sequence) else (source,)
        brought: dict[str, Inherited] = {}
        for part in parts:
            mapping = self._behind(part)
            if not isinstance(mapping, Mapping) or self._work <= 0:
                continue
            own = {
                key.value: Inherited(key, inner, value)
                for key, inner in mapping.pairs
                if isinstance(key, Scalar) and not is_merge(key)
            }
            for name, pair in {**self.into(mapping, depth + 1), **own}.items():
                self._work -= 1
                if len(brought) < MAX_MERGED:
                    brought.setdefault(name, pair._replace(via=value))
        return brought

    def _behind_key(self, key: Node, value: Node) -> Any:
        """The pair of a key that is an alias of a text, as it is used; None for any other."""
        named = self._behind(key)
        if not isinstance(named, Scalar):
            return None
        used = named._replace(start=key.start, end=key.end, anchor=None, outer=key.start)
        return Pair(used, value)

    def _behind(self, node: Node) -> Node:
        return self.document.anchored[node.target] if isinstance(node, Alias) else node
