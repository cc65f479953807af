"""YAML text to a tree, from the event stream of libyaml (through ruamel.yaml's C parser)."""

from __future__ import annotations

import re
from typing import Any, cast

from losslint.diagnostics import Span
from losslint.syntax.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Alias,
    Document,
    Mapping,
    Node,
    Pair,
    Problem,
    Scalar,
    Sequence,
    Style,
    Tree,
)

_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*")
_SPACE = re.compile(r"(?:[ \t\r\n\x85\u2028\u2029]+|#[^\r\n]*)*")
_BLANK_TAIL = re.compile(r"[ \t\r\n\x85\u2028\u2029]+\Z")
_LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


class _Open:
    """A collection whose end has not been read."""

    __slots__ = ("anchor", "children", "flow", "is_mapping", "outer", "slot", "start", "tag")

    def __init__(self, event: Any, is_mapping: bool, slot: int) -> None:
        self.is_mapping = is_mapping
        self.flow: bool = bool(event.flow_style)
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.outer: int = event.start_mark.index
        self.start: int = self.outer
        self.slot = slot
        self.children: list[Node] = []


class _Composer:
    """Builds documents from events; one instance a file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.roots: list[Node] = []
        self.anchored: list[Node | None] = []
        self.names: dict[str, int] = {}
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self.count = 0

    def content_start(self, event: Any) -> int:
        """Where a node's own text starts, behind its anchor and tag."""
        at = int(event.start_mark.index)
        if event.anchor is None and event.tag is None:
            return at
        for _ in range(2):
            match = _PROPERTY.match(self.text, at)
            if match is None:
                break
            at = match.end()
            following = cast("re.Match[str]", _SPACE.match(self.text, at)).end()
            if following >= event.end_mark.index and event.end_mark.index <= at:
                # "&a" and nothing: the empty node stands right behind its anchor.
                return at
            at = following
        return at

    def slot(self, anchor: str | None) -> int:
        """Reserve the place of an anchored node, so that aliases inside it can point at it."""
        if anchor is None:
            return -1
        self.names[anchor] = len(self.anchored)
        self.anchored.append(None)
        return len(self.anchored) - 1

    def place(self, node: Node, slot: int) -> None:
        """Hand a finished node to its parent and to its anchor's place."""
        if slot >= 0:
            self.anchored[slot] = node
        (self.stack[-1].children if self.stack else self.roots).append(node)

    def scalar(self, event: Any) -> None:
        slot = self.slot(event.anchor)
        outer, end = event.start_mark.index, event.end_mark.index
        start = outer if event.anchor is None and event.tag is None else self.content_start(event)
        style: Style = event.style or ""
        if style in ("|", ">"):
            end = self.block_end(start, end)
        elif end <= start and not style:
            start, end, style = max(start, outer), max(start, outer), "-"
        self.place(Scalar(start, end, event.value, style, event.anchor, event.tag, outer), slot)

    def block_end(self, start: int, end: int) -> int:
        """A block scalar without the blank lines behind it, except where "+" keeps them."""
        header = self.text[start : start + 4]
        if "+" in _LINE_END.split(header, maxsplit=1)[0]:
            return end
        tail = _BLANK_TAIL.search(self.text, start, end)
        if tail is None:
            return end
        line_end = _LINE_END.search(self.text, tail.start(), end)
        return line_end.end() if line_end else tail.start()

    def alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        target = self.names.get(event.anchor)
        if target is None:
            message = f"the alias *{event.anchor} has no anchor before it"
            self.problems.append(Problem(Span(start, end), message))
            self.place(Scalar(start, end, "", "-", outer=start), -1)
            return
        self.place(Alias(start, end, event.anchor, target), -1)

    def open(self, event: Any, is_mapping: bool) -> None:
        self.stack.append(_Open(event, is_mapping, self.slot(event.anchor)))
        if event.anchor is not None or event.tag is not None:
            self.stack[-1].start = self.content_start(event)

    def close(self, end: int, *, cut: bool = False) -> None:
        """Finish the innermost collection; `end` is where its brackets end, if it has them."""
        top = self.stack.pop()
        children = top.children
        if not top.flow:
            end = children[-1].end if children else top.start
        properties = (top.flow, top.anchor, top.tag, top.outer)
        node: Node
        if top.is_mapping:
            pairs = tuple(Pair(*children[i : i + 2]) for i in range(0, len(children) - 1, 2))
            node = Mapping(top.start, end, pairs, *properties, cut)
        else:
            node = Sequence(top.start, end, tuple(children), *properties)
        self.place(node, top.slot)

    def end_document(self) -> None:
        if self.roots:
            # Only a collection that was cut off leaves a hole, and then no document ends.
            anchored = tuple(node for node in self.anchored if node is not None)
            self.documents.append(Document(self.roots[0], anchored))
        self.roots, self.anchored, self.names = [], [], {}

    def feed(self, event: Any, kind: str) -> bool:
        """Take one event; False when a budget is spent."""
        self.count += 1
        if kind == "ScalarEvent":
            self.scalar(event)
        elif kind == "MappingStartEvent":
            self.open(event, True)
        elif kind == "SequenceStartEvent":
            self.open(event, False)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.close(event.end_mark.index)
        elif kind == "AliasEvent":
            self.alias(event)
        elif kind == "DocumentEndEvent":
            self.end_document()
        return not (len(self.stack) > MAX_DEPTH or self.count > MAX_NODES)

    def overspent(self, at: int) -> Problem:
        if len(self.stack) > MAX_DEPTH:
            return Problem(Span(at, at + 1), f"nested deeper than {MAX_DEPTH} levels")
        return Problem(Span(at, at + 1), f"more than {MAX_NODES} nodes")

    def abandon(self) -> None:
        """Close what a syntax error left open, so that what was read is still checked."""
        while self.stack:
            children = self.stack[-1].children
            self.close(children[-1].end if children else self.stack[-1].start, cut=True)
        self.end_document()


def parse_yaml(text: str) -> Tree:
    """The tree of a YAML text. Never raises: what cannot be read is a problem of the tree."""
    # Imported here because a JSON file needs no YAML parser, and this import is the largest one.
    from _ruamel_yaml import CParser
    from ruamel.yaml.error import YAMLError

    composer = _Composer(text)
    at = 0
    try:
        parser = CParser(text)
        while True:
            event = parser.get_event()
            kind = type(event).__name__
            if event is None or kind == "StreamEndEvent":
                break
            at = event.start_mark.index
            if not composer.feed(event, kind):
                composer.problems.append(composer.overspent(at))
                composer.abandon()
                break
    except YAMLError as error:
        composer.problems.append(_problem(error, text, at))
        composer.abandon()
    except UnicodeEncodeError as error:
        span = Span(error.start, error.end)
        composer.problems.append(Problem(span, "a lone surrogate is no character"))
    return Tree(text, "yaml", tuple(composer.documents), tuple(composer.problems))


_BAD_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _problem(error: Any, text: str, at: int) -> Problem:
    """libyaml's complaint as a problem at its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        # A reader error counts bytes; the character itself is quickly found again.
        match = _BAD_CHARACTER.search(text)
        if match is not None:
            character = f"U+{ord(match[0]):04X}"
            return Problem(Span(*match.span()), f"the character {character} is not allowed in YAML")
        return Problem(Span(at, min(at + 1, len(text))), "cannot be read as YAML")
    start = min(mark.index, len(text))
    parts = [str(error.problem or "cannot be read as YAML")]
    if getattr(error, "context", None):
        parts.append(str(error.context))
    end = start + 1 if start < len(text) and text[start] not in "\r\n" else start
    return Problem(Span(start, end), ", ".join(parts))
