"""A document as the reader of the file sees it: aliases, merge keys and interpolations resolved.

A `View` pairs a node with the place where the document uses it. A finding stands at the use (`at`);
where the node itself stands elsewhere, behind an alias or an interpolation, `origin` tells.
Views are made when they are asked for: a bomb of aliases costs nothing until somebody walks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from losslint.diagnostics import Related, Span
from losslint.syntax.nodes import Alias, Document, Mapping, Node, Scalar, Sequence
from losslint.syntax.scalars import (
    MANDATORY,
    UNKNOWN,
    UNREADABLE,
    Reader,
    Unknown,
    Value,
    value_of,
)

Kind = Literal["null", "bool", "int", "float", "str", "list", "mapping", "unknown"]

_INTERPOLATION = re.compile(r"\$\{(\.*)([^${}:.\[\]]*(?:(?:\.[^${}:.\[\]]+)|(?:\[[^\]]+\]))*)\}")
_BRACE = re.compile(r"\$?\{|\}")
_STEP = re.compile(r"[^.\[\]]+")
_STANDARD = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_MAX_HOPS = 30
_MAX_MERGED = 10_000

_KINDS: dict[type, Kind] = {type(None): "null", bool: "bool", int: "int", float: "float"}


class _Unasked:
    """Stands where a value was not asked for yet."""


_UNASKED = _Unasked()


class View:
    """A node, the place where it is used, and the way to it from the root of its document."""

    __slots__ = (
        "_items",
        "_members",
        "_value",
        "at",
        "document",
        "hops",
        "key",
        "node",
        "origin",
        "parent",
        "reader",
        "text",
    )

    def __init__(
        self,
        document: Document,
        text: str,
        reader: Reader,
        node: Node,
        parent: View | None = None,
        key: str | int | None = None,
    ) -> None:
        self.document = document
        self.text = text
        self.reader: Reader = reader
        self.parent = parent
        self.key = key
        self.at = Span(node.start, node.end)
        self.origin: Span | None = None
        # Made when they are asked for, and kept: fifty rules walk the same way.
        self._members: dict[str, tuple[Member, View]] | None = None
        self._items: list[View] | None = None
        self._value: Value | _Unasked = _UNASKED
        self.hops: int = parent.hops if parent is not None else 0
        if parent is not None and parent.origin is not None:
            # What stands inside an aliased node is reported where the alias is used.
            self.origin = self.at
            self.at = parent.at
        self.node: Mapping | Sequence | Scalar = self._behind(node)

    @classmethod
    def root(cls, document: Document, text: str, reader: Reader) -> View:
        """The view of a whole document."""
        return cls(document, text, reader, document.root)

    def _behind(self, node: Node) -> Mapping | Sequence | Scalar:
        """The node behind an alias or an interpolation."""
        if isinstance(node, Alias):
            target = self.document.anchored[node.target]
            self.origin = Span(target.start, target.end)
            self.hops += 1
            if isinstance(target, Alias) or target.start <= node.start < target.end:
                # It contains itself, so that it has no value; recursive-alias says so.
                return Scalar(node.start, node.end, "", tag="!recursive", outer=node.start)
            node = target
        if self.reader == "omegaconf" and isinstance(node, Scalar) and "${" in node.value:
            return self._interpolated(node)
        return node

    def _interpolated(self, node: Scalar) -> Mapping | Sequence | Scalar:
        match = _INTERPOLATION.fullmatch(node.value)
        if match is None or self.hops > _MAX_HOPS:
            return node
        dots, path = match.groups()
        start: View | None = self
        if dots:
            for _ in dots:
                start = start.parent if start is not None else None
        else:
            while start is not None and start.parent is not None:
                start = start.parent
        if start is None:
            return node
        target = self._follow(start, _STEP.findall(path))
        if target is None or (isinstance(target.node, Scalar) and "${" in target.node.value):
            return node
        self.origin = target.origin or target.at
        return target.node

    def _follow(self, start: View, steps: list[str]) -> View | None:
        current: View | None = start
        hops = self.hops + 1
        for step in steps:
            if current is None or hops > _MAX_HOPS:
                return None
            current.hops = max(current.hops, hops)
            current = current.get(step) if current.is_mapping else current.item(step)
        return current

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, Mapping)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, Sequence)

    @property
    def value(self) -> Value:
        """A scalar's value; UNKNOWN for a collection and for what only another file tells."""
        value = self._value
        if isinstance(value, _Unasked):
            value = UNKNOWN
            if isinstance(self.node, Scalar) and (
                self.reader != "omegaconf" or "${" not in self.node.value
            ):
                value = value_of(self.node, self.reader)
            self._value = value
        return value

    @property
    def kind(self) -> Kind:
        """The type of the value as the reader gives it."""
        if not isinstance(self.node, Scalar):
            if self.node.tag is not None and not self.node.tag.startswith(_STANDARD):
                return "unknown"
            return "mapping" if isinstance(self.node, Mapping) else "list"
        value = self.value
        if self.reader == "omegaconf" and is_mixed(self.node.value):
            # Text around an interpolation makes a string of whatever it stands for.
            return "str"
        return "unknown" if isinstance(value, Unknown) else _KINDS.get(type(value), "str")

    @property
    def is_mandatory(self) -> bool:
        """Whether this is OmegaConf's "???", which raises when it is read."""
        return self.value is MANDATORY

    @property
    def is_unreadable(self) -> bool:
        """Whether the reader raises at this scalar."""
        return self.value is UNREADABLE

    @property
    def source_text(self) -> str:
        """The text that stands at the place of use."""
        return self.text[self.at.start : self.at.end]

    @property
    def related(self) -> tuple[Related, ...]:
        """The place where the value comes from, when that is another one."""
        if self.origin is None or self.origin == self.at:
            return ()
        return (Related(self.origin, "the value comes from here"),)

    def pairs(self) -> list[tuple[Member, View]]:
        """Keys and values of a mapping: merge keys resolved, the last of equal keys kept."""
        return list(self._by_name().values())

    def _by_name(self) -> dict[str, tuple[Member, View]]:
        if self._members is None:
            found: dict[str, tuple[Member, View]] = {}
            for member, view in self._own_pairs():
                found.pop(member.name, None)
                found[member.name] = (member, view)
            merged = self._merged_pairs()
            if merged:
                inherited = {name: pair for name, pair in merged.items() if name not in found}
                found = {**inherited, **found}
            self._members = found
        return self._members

    def _own_pairs(self) -> Iterator[tuple[Member, View]]:
        if not isinstance(self.node, Mapping):
            return
        for key, value in self.node.pairs:
            if isinstance(key, Scalar) and not self._is_merge(key):
                name = value_of(key, self.reader)
                at = Span(key.start, key.end) if self.origin is None else self.at
                member = Member(name if isinstance(name, str) else key.value, key, at)
                yield member, View(self.document, self.text, self.reader, value, self, member.name)

    def _is_merge(self, key: Scalar) -> bool:
        return key.value == "<<" and not key.style and self.reader != "json"

    def _merged_pairs(self) -> dict[str, tuple[Member, View]]:
        """What merge keys bring in.

        Of a list of mappings the first one that has a key gives it, of several merge keys the last.
        """
        found: dict[str, tuple[Member, View]] = {}
        if not isinstance(self.node, Mapping) or self.reader == "json":
            return found
        for key, value in self.node.pairs:
            if not (isinstance(key, Scalar) and self._is_merge(key)) or self.hops > _MAX_HOPS:
                continue
            source = View(self.document, self.text, self.reader, value, self, "<<")
            brought: dict[str, tuple[Member, View]] = {}
            for part in source.items() if source.is_list else [source]:
                for member, view in part.pairs():
                    if len(found) + len(brought) > _MAX_MERGED:
                        return found | brought
                    inherited = Member(member.name, member.key, Span(value.start, value.end))
                    view.origin = view.origin or view.at
                    view.at = inherited.at
                    brought.setdefault(member.name, (inherited, view))
            found |= brought
        return found

    @property
    def is_open(self) -> bool:
        """Whether there may be keys that cannot be seen: merged, or behind a syntax error."""
        if not isinstance(self.node, Mapping):
            return False
        return self.node.cut or any(
            isinstance(value, Scalar) and isinstance(key, Scalar) and self._is_merge(key)
            for key, value in self.node.pairs
        )

    def member(self, name: str) -> tuple[Member, View] | None:
        """The key of this name and its value."""
        return self._by_name().get(name)

    def get(self, name: str) -> View | None:
        """The value of a key."""
        found = self.member(name)
        return found[1] if found else None

    def items(self) -> list[View]:
        """The items of a list."""
        if not isinstance(self.node, Sequence):
            return []
        if self._items is None:
            self._items = [
                View(self.document, self.text, self.reader, item, self, index)
                for index, item in enumerate(self.node.items)
            ]
        return list(self._items)

    def item(self, step: str) -> View | None:
        """The item at an index written as text."""
        if isinstance(self.node, Sequence) and step.isdigit() and int(step) < len(self.node.items):
            index = int(step)
            return View(self.document, self.text, self.reader, self.node.items[index], self, index)
        return None


def is_mixed(text: str) -> bool:
    """Whether a scalar holds an interpolation and other text beside it."""
    if "${" not in text:
        return False
    return not text.startswith("${") or 0 < _closing(text, 0) < len(text)


def is_closed(text: str) -> bool:
    """Whether every interpolation of a scalar is closed; one behind a backslash is plain text."""
    at = text.find("${")
    while at >= 0:
        end = at + 2 if text[max(at - 1, 0) : at] == "\\" else _closing(text, at)
        if end == 0:
            return False
        at = text.find("${", end)
    return True


def _closing(text: str, start: int) -> int:
    """Where the braces that open at `start` are closed; 0 where they are not."""
    depth = 0
    for match in _BRACE.finditer(text, start):
        depth += 1 if match[0] != "}" else -1
        if depth == 0:
            return match.end()
    return 0


class Member:
    """A key as it is used: its name, its node, and the place to point at."""

    __slots__ = ("at", "key", "name")

    def __init__(self, name: str, key: Scalar, at: Span) -> None:
        self.name = name
        self.key = key
        self.at = at


_MAX_PLAIN = 100_000


def plain(view: View) -> object:
    """The Python data of a view: None, bool, int, float, str, list and dict, or an `Unknown`.

    What is nested too deeply or repeated by aliases beyond a bound becomes UNKNOWN.
    """
    result: list[object] = [None]
    # (view, container, slot): the container takes the value under the slot.
    todo: list[tuple[View, object, object]] = [(view, result, 0)]
    budget = _MAX_PLAIN
    while todo:
        current, container, slot = todo.pop()
        budget -= 1
        value: object
        if budget < 0:
            value = UNKNOWN
        elif current.is_mapping:
            value = dict[str, object]()
            members = current.pairs()
            for member, _ in members:
                value[member.name] = None
            todo += [(child, value, member.name) for member, child in members]
        elif current.is_list:
            items = current.items()
            value = [None] * len(items)
            todo += [(child, value, index) for index, child in enumerate(items)]
        else:
            value = current.value
        container[slot] = value  # type: ignore[index]
    return result[0]
