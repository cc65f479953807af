"""JSON text to a tree, judged as Python's `json.load` judges it.

What `json.load` refuses (a comment, a trailing comma, a missing brace, a single quote) is a problem
at its place, and reading goes on as if it had been written right, so that the losses in the rest
of the file are still checked. The documents that people copy from are full of such fragments.
"""

from __future__ import annotations

from losslint.diagnostics import Span
from losslint.syntax.json_parts import MAX_PROBLEMS, Open
from losslint.syntax.json_scalars import Scalars
from losslint.syntax.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Document,
    Mapping,
    Node,
    Pair,
    Problem,
    Scalar,
    Sequence,
    Tree,
)


class _Reader(Scalars):
    """One pass over a text with an explicit stack."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.stack: list[Open] = []
        self.root: Node | None = None
        self.mappings: list[Mapping] = []
        self.count = 0
        self.overspent = False

    def run(self) -> None:
        self.skip()
        while self.at < len(self.text):
            self.count += 1
            spent = self.spent()
            if spent:
                is_large = len(self.problems) <= MAX_PROBLEMS
                self.problems.append(Problem(Span(self.at, self.at + 1), spent, is_budget=is_large))
                self.overspent = True
                break
            if self.root is not None and not self.stack:
                self.problem(self.at, len(self.text), "content after the end of the JSON document")
                break
            self.step(self.text[self.at])
            self.skip()
        self.finish()

    def spent(self) -> str:
        """Which budget is spent; empty while none is."""
        if len(self.stack) > MAX_DEPTH:
            return f"nested deeper than {MAX_DEPTH} levels"
        if self.count > MAX_NODES:
            return f"more than {MAX_NODES} nodes"
        return f"more than {MAX_PROBLEMS} mistakes" if len(self.problems) > MAX_PROBLEMS else ""

    def step(self, character: str) -> None:
        if character in "{[":
            self.before_value()
            self.stack.append(Open(self.at, character == "{"))
            self.at += 1
        elif character in "}]":
            self.close(character == "}")
        elif character == ",":
            self.comma()
        elif character == ":":
            self.colon()
        else:
            self.leaf(self.scalar(character))

    def before_value(self) -> None:
        """Complain when no value may stand here."""
        if not self.stack:
            return
        top = self.stack[-1]
        if top.expect == "comma":
            # Without braces and commas it is YAML, whose strings may stand in quotes.
            self.is_foreign = self.is_foreign or top.implied
            end = top.children[-1].end
            # In an object, a comma leads to a key, and a key to a colon.
            mends = not top.is_mapping or self.followed_by_colon()
            self.missing(end, 'a "," is missing here', "," if mends else "")
            top.expect = "key" if top.is_mapping else "value"
        if top.expect == "colon":
            end = top.children[-1].end
            mends = not self.followed_by_colon()
            self.missing(end, 'a ":" is missing behind this key', ":" if mends else "")
            top.expect = "value"

    def missing(self, at: int, message: str, sign: str) -> None:
        """Complain of what is missing behind a node; `sign` mends it, where there is one."""
        if sign:
            self.problem(at, at, message, (at, at, sign))
        else:
            self.problem(at, at, message)

    def leaf(self, scalar: Scalar) -> None:
        """Place a scalar as a key or as a value."""
        if not self.stack and self.root is None and self.followed_by_colon():
            message = 'a JSON document is one value: the "{" before this key is missing'
            self.problem(scalar.start, scalar.end, message)
            self.stack.append(Open(scalar.start, True, implied=True))
            # A fragment of JSON starts with a string, YAML with a word.
            self.is_foreign = self.is_foreign or scalar.style != '"'
        if not self.stack:
            self.root = scalar
            return
        self.before_value()
        top = self.stack[-1]
        if top.is_mapping and top.expect in ("first", "key"):
            if scalar.style != '"':
                scalar = self.unquoted_key(scalar)
            top.children.append(scalar)
            top.expect = "colon"
        else:
            self.place(scalar)

    def unquoted_key(self, scalar: Scalar) -> Scalar:
        """A key as it would read between quotes."""
        message = "a key of a JSON object stands in double quotes"
        if "\\" in scalar.value:
            self.problem(*scalar[:2], message)
        else:
            self.problem(*scalar[:2], message, (*scalar[:2], f'"{scalar.value}"'))
        # A word without a colon is no key that lost its quotes.
        self.is_foreign = self.is_foreign or not self.followed_by_colon()
        return scalar._replace(style='"')

    def place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.children.append(node)
        top.expect = "comma"

    def comma(self) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and top.is_mapping and top.expect in ("colon", "value"):
            self.problem(self.at, self.at + 1, "a value is missing before this comma")
            self.place(Scalar(self.at, self.at, "", "-", outer=self.at))
        if top is None or top.expect != "comma":
            self.problem(self.at, self.at + 1, "this comma separates nothing")
        else:
            top.comma = self.at
            top.expect = "key" if top.is_mapping else "value"
        self.at += 1

    def colon(self) -> None:
        top = self.stack[-1] if self.stack else None
        if top is None or top.expect != "colon":
            self.problem(self.at, self.at + 1, 'this ":" follows no key')
        else:
            top.expect = "value"
        self.at += 1

    def close(self, is_mapping: bool) -> None:
        bracket = "}" if is_mapping else "]"
        if not any(o.is_mapping == is_mapping and not o.implied for o in self.stack):
            self.problem(self.at, self.at + 1, f'this "{bracket}" closes nothing')
            self.at += 1
            return
        while self.stack[-1].is_mapping != is_mapping or self.stack[-1].implied:
            missing = "}" if self.stack[-1].is_mapping else "]"
            self.problem(self.at, self.at + 1, f'a "{missing}" is missing before this "{bracket}"')
            self.pop(self.at)
        self.at += 1
        self.pop(self.at)

    def pop(self, end: int) -> None:
        top = self.stack.pop()
        # A mapping that waits for a value has read its colon, not a comma, last.
        dangles = top.comma >= 0 and top.expect == ("key" if top.is_mapping else "value")
        if dangles and not self.overspent:
            comma = (top.comma, top.comma + 1)
            self.problem(*comma, "json.load refuses a trailing comma", (*comma, ""))
        if top.is_mapping and len(top.children) % 2:
            at = top.children[-1].end
            if not self.overspent:
                self.problem(at, at, "this key has no value")
            top.children.append(Scalar(at, at, "", "-", outer=at))
        node: Node
        children = top.children
        if top.is_mapping:
            pairs = tuple(Pair(*children[i : i + 2]) for i in range(0, len(children), 2))
            node = Mapping(top.start, end, pairs, True, outer=top.start, cut=self.overspent)
            self.mappings.append(node)
        else:
            node = Sequence(top.start, end, tuple(children), True, outer=top.start)
        self.place(node)

    def finish(self) -> None:
        """Close what the end of the file left open."""
        while self.stack:
            top = self.stack[-1]
            if not top.implied and not self.overspent:
                bracket = "{" if top.is_mapping else "["
                self.problem(top.start, top.start + 1, f'this "{bracket}" is never closed')
            end = top.children[-1].end if top.children else top.start + (not top.implied)
            self.pop(end)
        if self.root is None and not self.problems:
            self.problem(0, 0, "the file is empty; json.load refuses it")


def parse_json(text: str) -> Tree:
    """The tree of a JSON text. Never raises: what json.load refuses is a problem of the tree."""
    reader = _Reader(text)
    reader.run()
    root, mappings = reader.root, tuple(reader.mappings)
    documents = () if root is None else (Document(root, mappings=mappings),)
    found = reader.problems
    if reader.is_foreign:
        # What looks like a slip in JSON may be right in that language, and mending it spoil it.
        found = [problem._replace(fix=()) for problem in found]
    problems = tuple(sorted(found, key=lambda p: p.span))
    return Tree(text, "json", documents, problems, tuple(reader.comments))
