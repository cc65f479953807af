"""A document as the reader of the file sees it: aliases, merge keys and interpolations resolved.

A `ResolvedNode` pairs a node with the place where the document uses it. A finding stands there, at
`at`; where the node itself stands elsewhere, behind an alias or an interpolation, `origin` tells.
They are made when they are asked for: a bomb of aliases costs nothing until somebody walks it.
"""

from __future__ import annotations

from typing import Literal

from losslint.diagnostics import Related, Span
from losslint.syntax.interpolation import is_of_environment, reference
from losslint.syntax.member import Member
from losslint.syntax.merges import Merges, NamedPair, is_merge
from losslint.syntax.nodes import Alias, Document, Mapping, Node, Scalar, Sequence
from losslint.syntax.read_value import UNASKED, ReadValue
from losslint.syntax.readers import Reader

_MAX_HOPS = 30
_Asked = Literal["no", "now", "yes"]


class ResolvedNode(ReadValue):
    """A node, the place where it is used, and the way to it from the root of its document."""

    __slots__ = (
        "_asked", "_items", "_members", "_node", "_origin", "_pairs", "at", "document", "file",
        "hops", "key", "loops", "merges", "parent", "text", "user",
    )  # fmt: skip

    def __init__(
        self,
        document: Document,
        text: str,
        reader: Reader,
        node: Node,
        parent: ResolvedNode | None = None,
        key: str | int | None = None,
    ) -> None:
        self.document = document
        self.text = text
        self.reader = reader
        self.parent = parent
        self.key = key
        self.at = Span(node.start, node.end)
        self.loops = False
        # The other file of the experiment that this stands in; empty for the checked one.
        self.file = ""
        # What in the checked one uses it.
        self.user: ResolvedNode | None = None
        self._origin: Span | None = None
        # Made when they are asked for, and kept: fifty rules walk the same way.
        self._pairs: dict[str, NamedPair] | None = None
        self._members: dict[str, tuple[Member, ResolvedNode]] = {}
        self._items: list[ResolvedNode] | None = None
        self._value = UNASKED
        self._kind = None
        if parent is None:
            self.merges = Merges(document, reader)
            self.hops = 0
        else:
            self.merges = parent.merges
            self.hops = parent.hops
            self.file, self.user = parent.file, parent.user
            if parent._origin is not None:
                # What stands inside an aliased node is reported where the alias is used.
                self._origin = self.at
                self.at = parent.at
        behind = self._behind(node) if isinstance(node, Alias) else node
        self._node: Mapping | Sequence | Scalar = behind
        # Whether an interpolation was followed; what is none needs no following.
        waits = reader.interpolates and isinstance(behind, Scalar) and "${" in behind.value
        self._asked: _Asked = "no" if waits else "yes"

    @classmethod
    def root(cls, document: Document, text: str, reader: Reader) -> ResolvedNode:
        """The view of a whole document."""
        return cls(document, text, reader, document.root)

    def used_by(self, user: ResolvedNode, file: str) -> ResolvedNode:
        """This value, as one of another file that an interpolation of the checked one names."""
        used = ResolvedNode(self.document, self.text, self.reader, self.node, self.parent, self.key)
        used._origin, used.at, used.file, used.user = self.at, user.at, file, user.user or user
        return used

    def _behind(self, node: Alias) -> Mapping | Sequence | Scalar:
        """The node behind an alias."""
        target = self.document.anchored[node.target]
        self._origin = Span(target.start, target.end)
        self.hops += 1
        if isinstance(target, Alias) or target.start <= node.start < target.end:
            # It contains itself, so that it has no value; recursive-alias says so.
            return Scalar(node.start, node.end, "", tag="!recursive", outer=node.start)
        return target

    @property
    def node(self) -> Mapping | Sequence | Scalar:
        """The node behind aliases and interpolations; one of the latter is followed when asked."""
        if self._asked == "no":
            self._asked = "now"
            self._node = self._interpolated(self._node)
            self._asked = "yes"
        return self._node

    @property
    def origin(self) -> Span | None:
        """Where the value stands, if that is another place than the one of its use."""
        return self._origin if self.node else None

    def _interpolated(self, node: Mapping | Sequence | Scalar) -> Mapping | Sequence | Scalar:
        """What an interpolation leads to; the scalar itself where that is not in the file.

        `loops` then tells one that leads back to itself from one that leads elsewhere.
        """
        assert isinstance(node, Scalar)
        parts = reference(node.value)
        if parts is None or self.hops > _MAX_HOPS:
            return node
        start: ResolvedNode | None = self
        for _ in range(parts.levels):
            start = start.parent if start is not None else None
        while not parts.levels and start is not None and start.parent is not None:
            start = start.parent
        target = self._follow(start, parts.steps)
        if target is None:
            return node
        target.hops = max(target.hops, self.hops + 1)
        found = target.node
        self.loops = target._asked == "now" or target.loops or self._is_within(found)
        if self.loops or (
            isinstance(found, Scalar) and "${" in found.value and not is_of_environment(found.value)
        ):
            return node
        self._origin = target.origin or target.at
        return found

    def _is_within(self, node: Node) -> bool:
        """Whether a node is this view's own or one that it stands in."""
        view: ResolvedNode | None = self
        while view is not None:
            if view._node is node:
                return True
            view = view.parent
        return False

    def _follow(self, start: ResolvedNode | None, steps: tuple[str, ...]) -> ResolvedNode | None:
        current = start
        for step in steps:
            if current is None or current._asked == "now":
                return None
            current = current.get(step) if current.is_mapping else current.item(step)
        return current

    def forget(self) -> None:
        """Let go of the views below: they hold this one, and only a collector would free them."""
        todo = [self]
        while todo:
            view = todo.pop()
            todo += [inner for _, inner in view._members.values()]
            todo += view._items or ()
            view._members, view._items = {}, None

    @property
    def source_text(self) -> str:
        """The text that stands at the place of use."""
        return self.text[self.at.start : self.at.end]

    @property
    def related(self) -> tuple[Related, ...]:
        """The place where the value comes from, when that is another one."""
        if self.origin is None or self.origin == self.at or self.file:
            return ()
        return (Related(self.origin, "the value comes from here"),)

    def pairs(self) -> list[tuple[Member, ResolvedNode]]:
        """Keys and values of a mapping: merge keys resolved, the last of equal keys kept."""
        return [self._members.get(name) or self._view_of(name) for name in self._named()]

    def member(self, name: str) -> tuple[Member, ResolvedNode] | None:
        """The key of this name and its value."""
        made = self._members.get(name)
        if made is None and name in self._named():
            made = self._view_of(name)
        return made

    def _named(self) -> dict[str, NamedPair]:
        """What has a name in the mapping; what merge keys bring in stands before its own."""
        if self._pairs is None:
            near, node = self.hops <= _MAX_HOPS, self.node
            self._pairs = self.merges.named(node, near) if isinstance(node, Mapping) else {}
        return self._pairs

    def _inner(self, node: Node, key: str | int) -> ResolvedNode:
        return ResolvedNode(self.document, self.text, self.reader, node, self, key)

    def _view_of(self, name: str) -> tuple[Member, ResolvedNode]:
        """A pair of the mapping as it is used, made once: most keys are never asked for."""
        key, value, via = self._named()[name]
        view = ResolvedNode(self.document, self.text, self.reader, value, self, name)
        at = Span(key.start, key.end) if self._origin is None else self.at
        if via is not None:
            view.hops += 1
            view._origin = view._origin or view.at
            at = view.at = Span(via.start, via.end)
        made = self._members[name] = (Member(name, key, at), view)
        return made

    @property
    def is_open(self) -> bool:
        """Whether there may be keys that cannot be seen: merged, or behind a syntax error."""
        if not isinstance(self.node, Mapping):
            return False
        return self.node.cut or any(
            isinstance(value, Scalar) and is_merge(key) and self.reader.merges
            for key, value in self.node.pairs
        )

    def every(self, name: str) -> list[tuple[Member, ResolvedNode]]:
        """All pairs of a key that stands several times in the mapping itself; none of any other."""
        node, same = self.node, []
        for key, value in node.pairs if isinstance(node, Mapping) else ():
            if isinstance(key, Scalar) and key.value == name:
                member = Member(name, key, Span(key.start, key.end))
                same.append((member, self._inner(value, name)))
        return same if len(same) > 1 else []

    def get(self, name: str) -> ResolvedNode | None:
        """The value of a key."""
        found = self.member(name)
        return found[1] if found else None

    def items(self, most: int | None = None) -> list[ResolvedNode]:
        """The items of a list; `most` of them, where no more are asked for."""
        node, made = self.node, self._items or []
        if not isinstance(node, Sequence):
            return []
        rest = node.items[len(made) : most]
        made += [self._inner(item, i) for i, item in enumerate(rest, len(made))]
        self._items = made
        return made[:most]

    def item(self, step: str) -> ResolvedNode | None:
        """The item at an index written as text."""
        if isinstance(self.node, Sequence) and step.isdigit() and int(step) < len(self.node.items):
            return self._inner(self.node.items[int(step)], int(step))
        return None
