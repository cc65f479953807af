"""Documents with exact spans out of the events of a YAML parser."""

import re
from itertools import repeat
from typing import Any, Final, cast

from losslint.diagnostics import Related, Span
from losslint.syntax.nodes import (
    BLOCK_STYLES,
    UNDEFINED,
    Alias,
    Document,
    Mapping,
    Node,
    Pair,
    Problem,
    Scalar,
    ScalarStyle,
    Sequence,
)

# Compiled where they are needed: most files have neither anchors nor block scalars. To PyYAML in
# Python, the comma of "[!, a]" is of the tag.
_PROPERTY = r"[&!][^\s,\[\]{}]*"
_OLDER_PROPERTY = r"&[^\s,\[\]{}]*|!\S*"
_SPACE = r"(?:[ \t\r\n\x85\u2028\u2029]+|#[^\r\n]*)*"
_BLANK_TAIL = r"[ \t\r\n\x85\u2028\u2029]+\Z"
_BEHIND = r"[ \t]*([^\r\n\x85\u2028\u2029]?)"  # the next character of the line, if any
_LINE_END = r"\r\n|[\r\n\x85\u2028\u2029]"

# What a NamedTuple's own constructor calls. Most of the time of a run goes into making nodes, and
# calling this at once takes half as long.
_new: Final = tuple.__new__


class Open:
    """A collection whose end has not been read."""

    __slots__ = ("anchor", "children", "flow", "is_mapping", "outer", "slot", "start", "tag")

    def __init__(self, event: Any, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.flow: bool = bool(event.flow_style)
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.outer: int = event.start_mark.index
        self.start = self.outer
        self.slot = -1
        self.children: list[Node] = []


class Composer:
    """Builds documents from events; one instance a file. `older`: those of PyYAML in Python."""

    def __init__(self, text: str, *, older: bool) -> None:
        self.text = text
        self.property = _OLDER_PROPERTY if older else _PROPERTY
        self.stack: list[Open] = []
        self.roots: list[Node] = []
        # Where the next node goes: the children of the innermost open collection, or the roots.
        self.siblings = self.roots
        self.anchored: list[Node | None] = []
        self.mappings: list[Mapping] = []
        self.names: dict[str, int] = {}
        # Where the node with an anchor begins: at the anchor, or at the tag before it.
        self.outsets: dict[str, int] = {}
        self.documents: list[Document] = []
        self.problems: list[Problem] = []

    def content_start(self, event: Any) -> int:
        """Where a node's own text starts, behind its anchor and tag."""
        at = int(event.start_mark.index)
        if event.anchor is None and event.tag is None:
            return at
        for _ in range(2):
            match = re.compile(self.property).match(self.text, at)
            if match is None:
                break
            at = match.end()
            following = cast("re.Match[str]", re.compile(_SPACE).match(self.text, at)).end()
            if following >= event.end_mark.index and event.end_mark.index <= at:
                # "&a" and nothing: the empty node stands right behind its anchor.
                return at
            at = following
        return at

    def slot(self, anchor: str | None, outer: int) -> int:
        """Reserve the place of an anchored node, so that aliases inside it can point at it."""
        if anchor is None:
            return -1
        if anchor in self.names:
            self.anchor_twice(anchor, outer)
        self.outsets.setdefault(anchor, outer)
        self.names[anchor] = len(self.anchored)
        self.anchored.append(None)
        return len(self.anchored) - 1

    def anchor_twice(self, anchor: str, outer: int) -> None:
        """PyYAML composes no document in which one anchor names two nodes."""
        message = f"the anchor &{anchor} is defined a second time; the reader refuses the file"
        first = Related(self.anchor_span(self.outsets[anchor]), "defined here first")
        self.problems.append(Problem(self.anchor_span(outer), message, related=(first,)))

    def anchor_span(self, at: int) -> Span:
        """The anchor of a node that begins here, perhaps with its tag."""
        for _ in range(2):
            match = re.compile(self.property).match(self.text, at)
            if match is None:
                break
            if match[0].startswith("&"):
                return Span(*match.span())
            at = cast("re.Match[str]", re.compile(_SPACE).match(self.text, match.end())).end()
        return Span(at, at + 1)

    def place(self, node: Node, slot: int) -> None:
        """Hand a finished node to its parent and to its anchor's place."""
        if slot >= 0:
            self.anchored[slot] = node
        self.siblings.append(node)

    def scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        style: ScalarStyle = event.style or ""
        is_block = style in BLOCK_STYLES
        slot = self.slot(event.anchor, start)
        outer = start
        start = outer if event.anchor is None and event.tag is None else self.content_start(event)
        if is_block:
            end = self.block_end(start, end)
        elif not style and (end <= start or not event.value):
            start, end, style = max(start, outer, end), max(start, outer, end), "-"
        self.place(Scalar(start, end, event.value, style, event.anchor, event.tag, outer), slot)

    def block_end(self, start: int, end: int) -> int:
        """A block scalar without the blank lines behind it, except where "+" keeps them."""
        header = self.text[start : start + 4]
        if "+" in re.split(_LINE_END, header, maxsplit=1)[0]:
            return end
        tail = re.compile(_BLANK_TAIL).search(self.text, start, end)
        if tail is None:
            return end
        line_end = re.compile(_LINE_END).search(self.text, tail.start(), end)
        return line_end.end() if line_end else tail.start()

    def alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        target = self.names.get(event.anchor)
        if target is None:
            message = f"the alias *{event.anchor} has no anchor before it"
            self.problems.append(Problem(Span(start, end), message))
            # Without the tag it would read as a null.
            self.place(Scalar(start, end, "", "-", tag=UNDEFINED, outer=start), -1)
            return
        self.place(Alias(start, end, event.anchor, target), -1)

    def open(self, event: Any, is_mapping: bool) -> None:
        opened = Open(event, is_mapping)
        if opened.anchor is not None or opened.tag is not None:
            opened.slot = self.slot(opened.anchor, opened.outer)
            opened.start = self.content_start(event)
        self.stack.append(opened)
        self.siblings = opened.children

    def close(self, end: int, *, cut: bool = False) -> None:
        """Finish the innermost collection; `end` is where its brackets end, if it has them."""
        top = self.stack.pop()
        self.siblings = self.stack[-1].children if self.stack else self.roots
        start, children, flow = top.start, top.children, top.flow
        if not flow or (top.is_mapping and children and self.text[start] != "{"):
            # A single pair in a flow list has no braces of its own.
            end = children[-1].end if children else start
        node: Node
        if top.is_mapping:
            # A key whose value was cut off is left out.
            both = zip(children[::2], children[1::2], strict=False)
            pairs = tuple(map(_new, repeat(Pair), both))
            node = _new(Mapping, (start, end, pairs, flow, top.anchor, top.tag, top.outer, cut))
            self.mappings.append(node)
        else:
            items = tuple(children)
            tag = top.tag
            if cut and flow and all(isinstance(child, Scalar) for child in children):
                # A value whose bracket is not closed: nobody knows what else was meant.
                tag = UNDEFINED
            node = _new(Sequence, (start, end, items, flow, top.anchor, tag, top.outer))
        self.place(node, top.slot)

    def end_document(self) -> None:
        if self.roots:
            # Only a collection that was cut off leaves a hole, and then no document ends.
            anchored = tuple(node for node in self.anchored if node is not None)
            self.documents.append(Document(self.roots[0], anchored, tuple(self.mappings)))
        self.roots, self.anchored, self.mappings = [], [], []
        self.names, self.outsets = {}, {}
        self.siblings = self.roots

    def give_up(self, event: Any, reason: str) -> None:
        """Stop at an event because a budget is spent."""
        at = event.start_mark.index
        self.problems.append(Problem(Span(at, at + 1), reason, is_budget=True))
        self.abandon()

    def abandon(self) -> None:
        """Close what a syntax error left open, so that what was read is still checked."""
        self.doubt_last()
        while self.stack:
            children = self.stack[-1].children
            self.close(children[-1].end if children else self.stack[-1].start, cut=True)
        self.end_document()

    def doubt_last(self) -> None:
        """Forget the value in front of a syntax error on its line: nobody knows what was meant."""
        if not self.stack or (self.stack[-1].is_mapping and len(self.siblings) % 2):
            return
        last = self.siblings[-1] if self.siblings else None
        if isinstance(last, (Mapping, Sequence)):
            self.siblings[-1] = self.doubt_ends(last)
            return
        if not isinstance(last, Scalar) or last.end <= last.start or last.is_block:
            return
        behind = cast("re.Match[str]", re.compile(_BEHIND).match(self.text, last.end))[1]
        if behind and behind not in "#,]}":
            self.siblings[-1] = last._replace(tag=UNDEFINED)

    def doubt_ends(self, last: Mapping | Sequence) -> Node:
        """What indentation alone ended in front of a syntax error, cut, and all that ended with it.

        The next key of each may be what could not be read.
        """
        ended: list[Mapping | Sequence] = []
        node: Node = last
        while isinstance(node, (Mapping, Sequence)) and not node.flow:
            ended.append(node)
            node = node.pairs[-1].value if isinstance(node, Mapping) else node.items[-1]
        at = len(self.mappings) - sum(isinstance(each, Mapping) for each in ended)
        for each in reversed(ended):
            if isinstance(each, Mapping):
                pairs = (*each.pairs[:-1], each.pairs[-1]._replace(value=node))
                node = self.mappings[at] = each._replace(pairs=pairs, cut=True)
                at += 1
            else:
                node = each._replace(items=(*each.items[:-1], node))
            if each.anchor is not None and self.anchored[self.names[each.anchor]] is each:
                self.anchored[self.names[each.anchor]] = node
        return node
