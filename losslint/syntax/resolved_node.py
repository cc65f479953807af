"""A document as the reader of the file sees it: aliases, merge keys and interpolations resolved.

A `ResolvedNode` pairs a node with the place where the document uses it. A finding stands there, at
`at`; where the node itself stands elsewhere, behind an alias or an interpolation, `origin` tells.
They are made when they are asked for: a bomb of aliases costs nothing until somebody walks it.
"""

from __future__ import annotations

from collections.abc import KeysView
from typing import Any, Literal

from losslint.diagnostics import Span
from losslint.syntax.interpolation import is_of_environment, reference
from losslint.syntax.member import NO_DETOUR, Detour, Member, PlacedValue
from losslint.syntax.merges import Inherited, Merges, is_merge
from losslint.syntax.nodes import Alias, Document, Mapping, Node, Scalar, Sequence
from losslint.syntax.read_value import UNASKED
from losslint.syntax.readers import Reader

_MAX_HOPS = 30
_Asked = Literal["no", "now", "yes"]
_Pair = tuple[Member, "ResolvedNode"]


class ResolvedNode(PlacedValue):
    """A node, the place where it is used, and the way to it from the root of its document."""

    # A large file has a hundred thousand: what few need is made when it is asked for.
    __slots__ = ("_asked", "_items", "_named", "_node", "key", "merges", "parent")

    def __init__(
        self,
        merges: Merges,
        text: str,
        node: Node,
        parent: ResolvedNode | None = None,
        key: str | int | None = None,
    ) -> None:
        self.merges = merges
        self.text = text
        self.reader = merges.reader
        self.parent = parent
        self.key = key
        self._at = None
        self._detour = NO_DETOUR
        # By name a pair of the node, or the `Member` that it becomes when asked for.
        self._named: dict[str, Any] | None = None
        self._items: list[ResolvedNode] | None = None
        self._value = UNASKED
        self._kind = None
        if parent is not None and parent._detour is not NO_DETOUR:
            self._stands_in(parent, node)
        behind = self._behind(node) if isinstance(node, Alias) else node
        self._node: Mapping | Sequence | Scalar = behind
        self._asked: _Asked = "yes"  # whether an interpolation was followed
        if isinstance(behind, Scalar) and "${" in behind.value and self.reader.interpolates:
            self._asked, self._at = "no", self.at

    @classmethod
    def root(cls, document: Document, text: str, reader: Reader) -> ResolvedNode:
        """The view of a whole document."""
        return cls(Merges(document, reader), text, document.root)

    def used_by(self, user: ResolvedNode, file: str, at: Span | None = None) -> ResolvedNode:
        """This value, as one of another file that `user` of the checked one names, or `at` it."""
        used = ResolvedNode(self.merges, self.text, self.node, self.parent, self.key)
        used._detour = Detour(used._detour.hops, self.at, file, user.user or user)
        used._at = at or user.at
        return used

    def of_key(self, member: Member) -> ResolvedNode:
        """A key of the mapping as a value."""
        view = self._inner(member.key, member.name)
        view._at = member.at
        return view

    def _stands_in(self, parent: ResolvedNode, node: Node) -> None:
        """Follow a detour further down."""
        around = parent._detour
        self._detour = Detour(around.hops, None, around.file, around.user)
        if around.origin is not None:
            # What stands inside an aliased node is reported where the alias is used.
            self._detour.origin, self._at = Span(node.start, node.end), parent.at

    def _behind(self, node: Alias) -> Mapping | Sequence | Scalar:
        """The node behind an alias."""
        target = self.document.anchored[node.target]
        self._at = self._at or Span(node.start, node.end)
        detour = self._own_detour()
        detour.origin, detour.hops = Span(target.start, target.end), detour.hops + 1
        if isinstance(target, Alias) or target.start <= node.start < target.end:
            # It contains itself and has no value; recursive-alias says so.
            return Scalar(node.start, node.end, "", tag="!recursive", outer=node.start)
        return target

    @property
    def document(self) -> Document:
        return self.merges.document

    @property
    def node(self) -> Mapping | Sequence | Scalar:
        """The node behind aliases and interpolations; one of the latter is followed when asked."""
        if self._asked == "no":
            self._asked = "now"
            self._node = self._interpolated(self._node)
            self._asked = "yes"
        return self._node

    def _interpolated(self, node: Mapping | Sequence | Scalar) -> Mapping | Sequence | Scalar:
        """What an interpolation leads to; the scalar itself where that is not in the file.

        `loops` then tells one that leads back to itself from one that leads elsewhere.
        """
        assert isinstance(node, Scalar)
        parts = reference(node.value)
        if parts is None or self._detour.hops > _MAX_HOPS:
            return node
        start: ResolvedNode | None = self
        for _ in range(parts.levels):
            start = start.parent if start is not None else None
        while not parts.levels and start is not None and start.parent is not None:
            start = start.parent
        target = self._follow(start, parts.steps)
        if target is None:
            return node
        if self._detour.hops >= target._detour.hops:
            target._own_detour().hops = self._detour.hops + 1
        found = target.node
        loops = target._asked == "now" or target.loops or self._is_within(found)
        if loops or (
            isinstance(found, Scalar) and "${" in found.value and not is_of_environment(found.value)
        ):
            self._own_detour().loops = loops
            return node
        self._own_detour().origin = target.origin or target.at
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
            named = view._named.values() if view._named else ()
            todo += [made.view for made in named if made.__class__ is Member]
            todo += view._items or ()
            view._named = view._items = None

    def pairs(self) -> list[_Pair]:
        """Keys and values of a mapping: merge keys resolved, the last of equal keys kept."""
        named = self._names().items()
        made = [p if p.__class__ is Member else self._made(name, p) for name, p in named]
        return [(member, member.view) for member in made]

    def names(self) -> KeysView[str]:
        """The keys of a mapping, whose values nobody asks for."""
        return self._names().keys()

    def member(self, name: str) -> _Pair | None:
        """The key of this name and its value."""
        pair = (self._names() if self._named is None else self._named).get(name)
        if pair is None:
            return None
        made = pair if pair.__class__ is Member else self._made(name, pair)
        return made, made.view

    def _names(self) -> dict[str, Any]:
        """What has a name in the mapping; what merge keys bring in stands before its own."""
        if self._named is None:
            near, node = self._detour.hops <= _MAX_HOPS, self.node
            self._named = self.merges.named(node, near) if isinstance(node, Mapping) else {}
        return self._named

    def _inner(self, node: Node, key: str | int) -> ResolvedNode:
        return ResolvedNode(self.merges, self.text, node, self, key)

    def _made(self, name: str, pair: Any) -> Member:
        """A pair of the mapping as it is used, made once: most keys are never asked for."""
        view = ResolvedNode(self.merges, self.text, pair.value, self, name)
        at = None if self._detour.origin is None else self.at
        if isinstance(pair, Inherited):
            detour = view._own_detour()
            detour.origin, detour.hops = detour.origin or view.at, detour.hops + 1
            at = view._at = Span(pair.via.start, pair.via.end)
        made = self._names()[name] = Member(name, pair.key, view, at)
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
        pairs = self.node.pairs if isinstance(self.node, Mapping) else ()
        same = [(k, v) for k, v in pairs if isinstance(k, Scalar) and k.value == name]
        if len(same) < 2:
            return []
        made = [Member(name, key, self._inner(value, name)) for key, value in same]
        # A mapping has no items: there these are forgotten with the others.
        self._items = (self._items or []) + [each.view for each in made]
        return [(each, each.view) for each in made]

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
