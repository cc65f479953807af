"""The languages that configs are written in, as objects that are asked what they have.

A language is never compared by its name: what differs between two is a property with a meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losslint.diagnostics import Edit, Span
    from losslint.files.source import Inside
    from losslint.syntax.nodes import Tree


Pulse = Callable[[], None]
"""What somebody is called by who works on a text; it raises where nobody waits any more."""


class Language:
    """One language. Its one instance is shared by every tree that is written in it.

    Attributes:
        name: as people call it.
        suffixes: of the names of its files.
        editor_names: as the protocol of language servers names it.
        null: how null is written where the file shows no spelling of its own.
        true, false: how the booleans are written.
        quotes: what a string may stand in.
        has_plain_words: a string may stand without quotes.
        has_comments: it has comments.
        has_anchors: a value may be named by an anchor and used again.
        has_blocks: a collection may be laid out by its indentation, without brackets.
        is_code: its files are programs, in which no keys and numbers lead to a place.
        allows_mark: a byte order mark may stand before the text.
    """

    name: str
    suffixes: tuple[str, ...]
    editor_names: tuple[str, ...]
    null: str
    true = "true"
    false = "false"
    quotes: tuple[str, ...]
    has_plain_words: bool
    has_comments: bool
    has_anchors: bool
    has_blocks: bool
    is_code = False
    allows_mark: bool

    def parse(self, text: str) -> Tree:
        """The tree of a text. Never raises: what cannot be read is a problem of the tree."""
        raise NotImplementedError

    def read(self, text: str, inside: Inside | None, pulse: Pulse | None) -> Tree:
        """The same, where more is at hand: how the text stands in its file may tell some of it.

        `pulse` is called now and then; whoever wants to end a long reading early raises.
        """
        return self.parse(text)

    def pieces(self, text: str) -> tuple[str, ...]:
        """What a text is put together of, each piece read as it is inside; mostly the whole."""
        return (text,)

    def comments(self, text: str) -> tuple[Span, ...] | None:
        """The comments of a text; None where they are found between the leaves of its tree."""
        return None

    def changed_beside(self, before: str, after: str, edits: Iterable[Edit]) -> str | None:
        """What edits changed beyond their spans that no tree of losses shows; None when nothing."""
        return None

    def told(self, sentence: str) -> str:
        """A sentence whose `key: value` are written as in this language."""
        return sentence

    def key(self, name: str) -> str:
        """A plain word as the key of a mapping."""
        return name if self.has_plain_words else f'"{name}"'

    def __repr__(self) -> str:
        return f"<language {self.name}>"


class _Yaml(Language):
    name = "YAML"
    suffixes = (".yaml", ".yml")
    editor_names = ("yaml",)
    null = "~"
    quotes = ('"', "'")
    has_plain_words = has_comments = has_anchors = has_blocks = allows_mark = True

    def parse(self, text: str) -> Tree:
        return self.read(text, None, None)

    def read(self, text: str, inside: Inside | None, pulse: Pulse | None) -> Tree:
        from losslint.syntax.yaml_tree import parse_yaml

        return parse_yaml(text, pulse)

    def pieces(self, text: str) -> tuple[str, ...]:
        from losslint.syntax.yaml_documents import pieces_of

        return pieces_of(text)


class _Json(Language):
    name = "JSON"
    suffixes = (".json",)
    editor_names = ("json", "jsonc")
    null = "null"
    quotes = ('"',)
    has_plain_words = has_comments = has_anchors = has_blocks = allows_mark = False

    def parse(self, text: str) -> Tree:
        from losslint.syntax.json_tree import parse_json

        return parse_json(text)


YAML: Final[Language] = _Yaml()
JSON: Final[Language] = _Json()
