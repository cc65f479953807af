"""The comments of a YAML tree, found in the gaps between its leaves.

libyaml drops comments. They can only stand where no scalar, anchor, tag or alias stands, so
the gaps between the leaves are searched for a "#" at the start of a line or behind a blank.
"""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain

from losslint.diagnostics import Span
from losslint.syntax.nodes import Alias, Mapping, Node, Scalar, Tree

_COMMENT = re.compile(r"(?:(?<=[ \t\r\n,\[\]{}])|\A)#[^\r\n\x85\u2028\u2029]*")
_HEADER = re.compile(r"[|>][^\r\n#]*")


def comments(tree: Tree) -> tuple[Span, ...]:
    """The spans of all comments, in order, from their "#" to the end of the line."""
    return tree.comments if tree.comments is not None else tuple(each_comment(tree))


def each_comment(tree: Tree) -> Iterator[Span]:
    """The same one by one: a file may have a hundred thousand."""
    text = tree.text
    told = tree.comments
    if told is None and "#" in text:
        told = tree.language.comments(text)
    if told is not None or "#" not in text:
        yield from told or ()
        return
    others = iter(_leaves_with_sign(tree))
    start, end = next(others, _NOWHERE)
    at = text.find("#")
    while at >= 0:
        while end <= at:
            start, end = next(others, _NOWHERE)
        match = _COMMENT.match(text, at) if at < start else None
        if match is not None:
            yield Span(at, match.end())
        behind = end if at >= start else at + 1
        at = text.find("#", match.end() if match is not None else behind)


_NOWHERE = (sys.maxsize, sys.maxsize)


def _leaves_with_sign(tree: Tree) -> list[tuple[int, int]]:
    """The scalars whose text may hold a "#", which then starts no comment. Few have any.

    In an alias, an anchor or a tag none stands behind a blank.
    """
    spans: list[tuple[int, int]] = []
    stack: list[Node] = [document.root for document in tree.documents]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            start = node.start
            if node.is_block:
                header = _HEADER.match(tree.text, start)
                start = header.end() if header else start
                # A comment behind the header ends with its line, where the content starts.
                line_end = tree.text.find("\n", start, node.end)
                start = line_end if line_end >= 0 else node.end
            spans.append((start, node.end))
        elif not isinstance(node, Alias):
            inner = chain.from_iterable(node.pairs) if isinstance(node, Mapping) else node.items
            stack += [n for n in inner if not isinstance(n, Scalar) or "#" in n.value or n.is_block]
    spans.sort()
    return spans


def comments_within(tree: Tree, start: int, end: int) -> tuple[Span, ...]:
    """The comments that overlap a span."""
    every = comments(tree)
    first = bisect_left(every, (start, 0))
    if first and every[first - 1].end > start:
        first -= 1
    return tuple(c for c in every[first:] if c.start < end)
