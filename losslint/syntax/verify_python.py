"""Whether an edited program is the expected one: what no edit touches is read as before.

The text outside of the edits is the same anyway. What may change is how Python reads it: an edit
with a bracket too many, or one that leaves an argument to another call. So every node outside of
the edits must be there again, at the place that it has moved to.
"""

import ast
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from losslint.diagnostics import Edit, Span
from losslint.syntax.python_text import Places, parse_module

_CHANGED = "Python would read a part differently that no edit touches"


def verify_python(before: str, after: str, edits: Iterable[Edit]) -> str | None:
    """What the edits changed beyond their spans, as a sentence; None when nothing."""
    old, new = parse_module(before), parse_module(after)
    if old.module is None:
        return None
    if new.module is None:
        told = new.problem.message if new.problem is not None else "it cannot be read"
        return f"the result cannot be read: {told}"
    ordered = sorted(edits)
    moves = list(accumulate((len(e.text) - (e.end - e.start) for e in ordered), initial=0))
    gone = _Spans([Span(edit.start, edit.end) for edit in ordered])
    starts = [edit.start + by for edit, by in zip(ordered, moves, strict=False)]
    ends = [start + len(e.text) for start, e in zip(starts, ordered, strict=True)]
    come = _Spans([Span(*each) for each in zip(starts, ends, strict=True)])

    def moved(span: Span) -> Span:
        start, end = bisect_right(gone.ends, span.start), bisect_right(gone.ends, span.end)
        # What is inserted at the end of a node stands behind it.
        end -= end > 0 and gone.starts[end - 1] == span.end
        return Span(span.start + moves[start], span.end + moves[end])

    was = [(moved(each.span), each) for each in _outside(old.module, before, gone)]
    now = [(each.span, each) for each in _outside(new.module, after, come)]
    kinds = Counter((at, type(each.node)) for at, each in was)
    if kinds != Counter((at, type(each.node)) for at, each in now):
        return _CHANGED
    words = Counter((at, _words(each.node)) for at, each in was if not gone.touch_own(each))
    return _CHANGED if words - Counter((at, _words(each.node)) for at, each in now) else None


class _Node(NamedTuple):
    """A node that has a place, and the places of those right below it."""

    node: ast.AST
    span: Span
    parts: list[Span]


class _Spans:
    """The spans of edits, in their order, asked of thousands of nodes."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.starts = [span.start for span in spans]
        self.ends = [span.end for span in spans]

    def hold(self, span: Span) -> bool:
        """Whether a span was written by one of the edits, or goes with it."""
        at = bisect_right(self.starts, span.start) - 1
        return at >= 0 and span.end <= self.ends[at] > self.starts[at]

    def touch_own(self, each: _Node) -> bool:
        """Whether an edit touches more of a node than one of its parts."""
        start, end = each.span
        first, last = bisect_left(self.ends, start), bisect_right(self.starts, end)
        starts = [part.start for part in each.parts] if first < last else []
        for start, end in zip(self.starts[first:last], self.ends[first:last], strict=True):
            # What is inserted at the edge of a part belongs to the whole.
            at = (bisect_left if start == end else bisect_right)(starts, start) - 1
            if at < 0 or each.parts[at].end < end + (start == end):
                return True
        return False


def _outside(module: ast.Module, text: str, edits: _Spans) -> Iterator[_Node]:
    """The nodes outside of the edits."""
    places = Places(text)
    todo: list[ast.AST] = [*module.body]
    while todo:
        node = todo.pop()
        parts: list[Span] = []
        # What stands in the braces of an f-string has its places only in newer releases of Python.
        inside = [] if isinstance(node, ast.JoinedStr) else list(ast.iter_child_nodes(node))
        while inside:
            child = inside.pop()
            if hasattr(child, "lineno"):
                parts.append(places.span(child))  # type: ignore[arg-type]
                todo.append(child)
            else:
                # The parameters of a function, the loops of a comprehension.
                inside += ast.iter_child_nodes(child)
        span = places.span(node)  # type: ignore[arg-type]
        name = node.arg if isinstance(node, ast.keyword) else None
        # An argument that an edit gives a name, or takes it, is the same value at another place.
        is_named = name is not None and edits.hold(Span(span.start, span.start + len(name)))
        if not is_named and not edits.hold(span):
            yield _Node(node, span, sorted(parts))


def _words(node: ast.AST) -> tuple[str, ...]:
    """What is a node's own: its names, values and operators, and how many parts it has."""
    words: list[str] = []
    todo = [node]
    while todo:
        # With it what has no place: operators, the parameters of a function.
        part = todo.pop()
        words.append(type(part).__name__)
        for name, value in ast.iter_fields(part):
            found = value if isinstance(value, list) else [value]
            words.append(f"{name} {len(found)}")
            words += [repr(each) for each in found if not isinstance(each, ast.AST)]
            todo += [e for e in found if isinstance(e, ast.AST) and not hasattr(e, "lineno")]
    return tuple(words)
