"""The tree of a document: mappings, sequences, scalars and aliases, each with its exact span.

`start` and `end` are code points of the node's own text; `outer` is where its anchor or tag starts
(equal to `start` without them). The span of a block collection ends with its last
child, not after the blank lines and comments that libyaml counts in. An empty value has
an empty span at the place where a value would stand.
"""

from typing import Final, Literal, NamedTuple, Union

from losslint.diagnostics import Related, Severity, Span
from losslint.syntax.languages import Language

# "" is plain (unquoted); "-" is a value that is absent ("key:" and nothing more).
ScalarStyle = Literal["", "'", '"', "|", ">", "-"]
Quote = Literal["", "'", '"']
BLOCK_STYLES: Final = ("|", ">")
_QUOTES: Final[dict[str, Quote]] = {"'": "'", '"': '"'}

# The tag of what stands for an alias without an anchor: no reader has a value for it.
UNDEFINED = "*"

# Nothing that trains is near these; a file beyond them gets a diagnostic instead of a hang.
MAX_DEPTH = 500
MAX_NODES = 500_000


class Scalar(NamedTuple):
    """A leaf: `value` is its text as a string, before any reader gives it a type."""

    start: int
    end: int
    value: str
    style: ScalarStyle = ""
    anchor: str | None = None
    tag: str | None = None
    outer: int = -1

    @property
    def is_plain(self) -> bool:
        """Whether it stands without quotes."""
        return not self.style

    @property
    def is_absent(self) -> bool:
        """Whether nothing stands there: "key:" and nothing more."""
        return self.style == "-"

    @property
    def is_block(self) -> bool:
        """Whether its lines stand behind a "|" or a ">"."""
        return self.style in BLOCK_STYLES

    @property
    def quote(self) -> Quote:
        """The quotes that it stands in; empty for none."""
        return _QUOTES.get(self.style, "")

    @property
    def is_quoted(self) -> bool:
        """Whether it stands in quotes."""
        return self.quote != ""


class Alias(NamedTuple):
    """A use of an anchor: `target` indexes `Document.anchored`."""

    start: int
    end: int
    name: str
    target: int


class Mapping(NamedTuple):
    """Pairs in the order of the file, duplicates and merge keys included.

    `cut`: a syntax error ended the reading inside it, so that more pairs may follow in the file.
    """

    start: int
    end: int
    pairs: tuple["Pair", ...]
    flow: bool = False
    anchor: str | None = None
    tag: str | None = None
    outer: int = -1
    cut: bool = False


class Sequence(NamedTuple):
    """Items in the order of the file."""

    start: int
    end: int
    items: tuple["Node", ...]
    flow: bool = False
    anchor: str | None = None
    tag: str | None = None
    outer: int = -1


Node = Union[Scalar, Alias, Mapping, Sequence]


class Pair(NamedTuple):
    """A key and its value."""

    key: Node
    value: Node


class Document(NamedTuple):
    """One document of a stream.

    `anchored` holds, in order, every node that carries an anchor, and `mappings` every mapping, in
    the order of their ends.
    """

    root: Node
    anchored: tuple[Node, ...] = ()
    mappings: tuple[Mapping, ...] = ()


class Problem(NamedTuple):
    """What keeps a file from being read, and where. `fix` puts it right, where that is certain.

    `is_budget`: the file may be sound, but is larger or deeper than what is read of one.
    `severity` is less than an error where some releases of the reader take it. `related` are the
    other places that the message speaks of.
    """

    span: Span
    message: str
    fix: tuple[tuple[int, int, str], ...] = ()
    is_budget: bool = False
    severity: Severity = "error"
    related: tuple[Related, ...] = ()


class Tree(NamedTuple):
    """A file's documents, and what is wrong with its syntax.

    `comments` is None for a language whose parser drops them; they are looked for when asked for.
    `frozen` are places that a node has, but where nothing of what it says is written: no edit is
    made there.
    """

    text: str
    language: Language
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()
    comments: tuple[Span, ...] | None = None
    frozen: tuple[Span, ...] = ()


def span(node: Node) -> Span:
    """The span of a node's own text, without anchor and tag."""
    return Span(node.start, node.end)


def outer_span(node: Node) -> Span:
    """The span of a node with its anchor and tag."""
    return Span(node.start if isinstance(node, Alias) or node.outer < 0 else node.outer, node.end)
