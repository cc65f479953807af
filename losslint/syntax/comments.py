"""The comments of a YAML tree, found in the gaps between its leaves.

libyaml drops comments. They can only stand where no scalar, anchor, tag or alias stands, so
the gaps between the leaves are searched for a "#" at the start of a line or behind a blank.
"""

import re
from bisect import bisect_left

from losslint.diagnostics import Span
from losslint.syntax.nodes import Alias, Mapping, Node, Scalar, Tree

_COMMENT = re.compile(r"(?:(?<=[ \t\r\n,\[\]{}])|\A)#[^\r\n\x85\u2028\u2029]*")
_HEADER = re.compile(r"[|>][^\r\n#]*")


def comments(tree: Tree) -> tuple[Span, ...]:
    """The spans of all comments, in order, from their "#" to the end of the line."""
    if tree.comments is not None:
        return tree.comments
    if "#" not in tree.text:
        return ()
    told = tree.language.comments(tree.text)
    if told is not None:
        return told
    found: list[Span] = []
    at = 0
    for start, end in _leaves(tree):
        _search(tree.text, at, start, found)
        at = max(at, end)
    _search(tree.text, at, len(tree.text), found)
    return tuple(found)


def _search(text: str, start: int, end: int, found: list[Span]) -> None:
    at = text.find("#", start, end)
    while at >= 0:
        match = _COMMENT.match(text, at)
        if match is None:
            at += 1
        else:
            found.append(Span(*match.span()))
            at = match.end()
        at = text.find("#", at, end)


def _leaves(tree: Tree) -> list[tuple[int, int]]:
    """The spans that are no gap: scalars, aliases and the anchors and tags before nodes."""
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
        elif isinstance(node, Alias):
            spans.append((node.start, node.end))
        elif isinstance(node, Mapping):
            for pair in node.pairs:
                stack += pair
        else:
            stack += node.items
    spans.sort()
    return spans


def comments_within(tree: Tree, start: int, end: int) -> tuple[Span, ...]:
    """The comments that overlap a span."""
    every = comments(tree)
    first = bisect_left(every, (start, 0))
    if first and every[first - 1].end > start:
        first -= 1
    return tuple(c for c in every[first:] if c.start < end)
