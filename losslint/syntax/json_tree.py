"""JSON text to a tree, judged as Python's `json.load` judges it.

Three slips of those who write JSON by hand are problems at their places, and reading goes on as if
they had been written right: commas too many or too few, strings in single quotes, comments. So do
the pairs of an object without its braces, as documentation shows them. Anything else ends the
reading where `json.load` stops, with its reason, and then nothing is fixed: what looks like a slip
in JSON may be right in the language that this is.
"""

from losslint.diagnostics import Span
from losslint.syntax import json_words as words
from losslint.syntax.languages import JSON
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

# A file with as many is no JSON; a config with a comment a line still has fewer.
MAX_PROBLEMS = 1000


class _Open:
    """A collection whose closing bracket has not been read; `comma`: the last sign, if it is one.

    In a mapping, keys and values are `children` in turns. `implied`: it has no brace.
    """

    __slots__ = ("children", "comma", "implied", "is_mapping", "start")

    def __init__(self, start: int, is_mapping: bool, implied: bool = False) -> None:
        self.start = start
        self.is_mapping = is_mapping
        self.implied = implied
        self.children: list[Node] = []
        self.comma = -1

    @property
    def waits(self) -> bool:
        """Whether a key has been read, and not its value."""
        return self.is_mapping and len(self.children) % 2 == 1


class _Reader:
    """One pass over a text with an explicit stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.problems: list[Problem] = []
        self.comments: list[Span] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.mappings: list[Mapping] = []
        self.known: dict[str, str] = {}
        self.count = 0

    def problem(self, start: int, end: int, message: str, *fix: tuple[int, int, str]) -> None:
        # One problem a place: a second complaint about the same character helps nobody.
        if not self.problems or self.problems[-1].span.start != start:
            self.problems.append(Problem(Span(start, end), message, fix))

    def run(self) -> words.StopError | None:
        """Read the text; what ended it early."""
        stopped = None
        try:
            self.skip()
            while self.stack or self.root is None:
                self.step()
                self.skip()
            if self.at < len(self.text):
                raise words.refused(self.at, "Extra data")
        except words.StopError as early:
            # Its traceback holds this frame, which holds it and the tree: garbage for a collector.
            stopped = early.with_traceback(None)
        while self.stack:
            top = self.stack[-1]
            end = top.children[-1].end if top.children else top.start + (not top.implied)
            self.pop(end, cut=stopped is not None)
        return stopped

    def skip(self) -> None:
        """Pass over blanks, and over comments with a problem each."""
        while True:
            self.at = words.skip_blanks(self.text, self.at)
            comment = words.COMMENT.match(self.text, self.at)
            if comment is None:
                return
            self.comments.append(Span(*comment.span()))
            self.problem(*comment.span(), "JSON has no comments; json.load refuses the file here")
            self.at = comment.end()

    def followed_by_colon(self) -> bool:
        return self.text.startswith(":", words.skip_blanks(self.text, self.at))

    def step(self) -> None:
        """Read a sign, a scalar or the start of a collection."""
        self.spend()
        top = self.stack[-1] if self.stack else None
        character = self.text[self.at : self.at + 1]
        if top is None:
            self.value(character)
        elif not character and top.implied and not top.waits:
            self.pop(self.at)
        elif character == ("}" if top.is_mapping else "]") and not top.waits and not top.implied:
            self.at += 1
            self.pop(self.at)
        elif character == "," and not top.waits:
            self.comma(top)
        else:
            if top.children and top.comma < 0 and not top.waits:
                self.missing_comma(top, character)
            if top.is_mapping and not top.waits:
                self.key(top)
            else:
                self.value(character)

    def spend(self) -> None:
        self.count += 1
        if len(self.stack) > MAX_DEPTH:
            raise words.StopError(self.at, f"nested deeper than {MAX_DEPTH} levels", is_budget=True)
        if self.count > MAX_NODES:
            raise words.StopError(self.at, f"more than {MAX_NODES} nodes", is_budget=True)
        if len(self.problems) > MAX_PROBLEMS:
            raise words.StopError(self.at, f"more than {MAX_PROBLEMS} mistakes")

    def comma(self, top: _Open) -> None:
        if top.comma >= 0 or not top.children:
            self.problem(self.at, self.at + 1, "this comma separates nothing")
        else:
            top.comma = self.at
        self.at += 1

    def missing_comma(self, top: _Open, character: str) -> None:
        """Go on behind a value without a comma, where what follows can be nothing but the next."""
        end, at = top.children[-1].end, self.at
        starts = character and (
            character in "\"'{[" or (at > end and words.PLAIN.match(self.text, at))
        )
        # Pairs without braces and commas are YAML, whose strings may stand in quotes.
        if not starts or top.implied:
            raise words.refused(at, words.COMMA)
        if top.is_mapping:
            if character not in "\"'":
                raise words.refused(at, words.COMMA)
            self.string(words.COMMA)
            follows, self.at = self.followed_by_colon(), at
            if not follows:
                raise words.refused(at, words.COMMA)
        self.problem(end, end, 'a "," is missing here', (end, end, ","))

    def key(self, top: _Open) -> None:
        scalar = self.string(words.KEY)
        self.skip()
        if not self.text.startswith(":", self.at):
            top.children.append(scalar)
            raise words.refused(self.at, words.COLON)
        self.at += 1
        top.children.append(scalar)
        top.comma = -1

    def value(self, character: str) -> None:
        if character and character in "{[":
            self.stack.append(_Open(self.at, character == "{"))
            self.at += 1
        elif character and character in "\"'":
            scalar = self.string(words.VALUE)
            if not self.stack and scalar.is_quoted and self.followed_by_colon():
                self.bare_pairs(scalar)
            else:
                self.place(scalar)
        else:
            plain = words.read_plain(self.text, self.at)
            self.at = plain.end
            self.place(plain)

    def bare_pairs(self, key: Scalar) -> None:
        """The start of an object without braces."""
        message = 'a JSON document is one value: the "{" before this key is missing'
        self.problem(key.start, key.end, message)
        self.stack.append(_Open(key.start, True, implied=True))
        self.at = key.start

    def string(self, otherwise: str) -> Scalar:
        """The string that starts here; one in single quotes as it reads in double ones."""
        scalar, double = words.read_string(self.text, self.at, otherwise, self.known)
        start, self.at = scalar.start, scalar.end
        if double:
            fix = (start, self.at, double)
            self.problem(start, self.at, "JSON strings stand in double quotes", fix)
        return scalar

    def place(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].children.append(node)
            self.stack[-1].comma = -1
        else:
            self.root = node

    def pop(self, end: int, *, cut: bool = False) -> None:
        top = self.stack.pop()
        if top.comma >= 0 and not cut:
            comma = (top.comma, top.comma + 1)
            self.problem(*comma, "json.load refuses a trailing comma", (*comma, ""))
        children = top.children
        if top.waits:
            at = children[-1].end
            children.append(Scalar(at, at, "", "-", outer=at))
        if top.is_mapping:
            pairs = tuple(Pair(*children[i : i + 2]) for i in range(0, len(children), 2))
            mapping = Mapping(top.start, end, pairs, True, outer=top.start, cut=cut)
            self.mappings.append(mapping)
            self.place(mapping)
        else:
            self.place(Sequence(top.start, end, tuple(children), True, outer=top.start))


def parse_json(text: str) -> Tree:
    """The tree of a JSON text. Never raises: what json.load refuses is a problem of the tree."""
    reader = _Reader(text)
    stopped = reader.run()
    root, mappings = reader.root, tuple(reader.mappings)
    documents = () if root is None else (Document(root, mappings=mappings),)
    found = reader.problems
    if stopped is not None:
        place = Span(min(stopped.at, len(text)), min(stopped.at + 1, len(text)))
        if not stopped.is_budget:
            found = [problem._replace(fix=()) for problem in found]
        if place.start == len(text) and not text.strip(" \t\r\n"):
            found = [Problem(Span(0, 0), "the file is empty; json.load refuses it")]
        else:
            found.append(Problem(place, str(stopped), is_budget=stopped.is_budget))
    problems = tuple(sorted(found, key=lambda p: p.span))
    return Tree(text, JSON, documents, problems, tuple(reader.comments))
