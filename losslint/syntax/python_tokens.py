"""A Python text that somebody is typing, as tokens and statements: mostly it does not parse."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"(?P<string>[rRbBuUfF]{0,2}(?:'''(?:[^\\]|\\.)*?(?:'''|\Z)|\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z)"
    r"|'(?:[^'\\\r\n]|\\.)*'?|\"(?:[^\"\\\r\n]|\\.)*\"?))"
    r"|(?P<comment>#[^\r\n]*)|(?P<word>[^\W\d]\w*)|(?P<number>\.?\d[\w.]*)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>\r\n|[\r\n])"
    r"|(?P<blank>[ \t\f]+|\\(?:\r\n|[\r\n]))|(?P<other>[=!<>:]=|\*\*|.)",
    re.DOTALL,
)
_QUOTE: Final = re.compile(r"[A-Za-z]*('''|\"\"\"|'|\")")


class Token(NamedTuple):
    """A piece of the text. `kind` is a group of the pattern: string, word, open, close, …"""

    kind: str
    start: int
    end: int
    text: str

    @property
    def quote(self) -> str:
        """What a string stands in."""
        found = _QUOTE.match(self.text)
        return found[1] if found is not None else ""

    @property
    def inner(self) -> tuple[int, int]:
        """Where the text in the quotes of a string starts and ends; they may still be open."""
        quote = self.quote
        start = self.start + self.text.index(quote) + len(quote)
        closed = self.end - len(quote) >= start and self.text.endswith(quote)
        return start, self.end - len(quote) * closed


class Statement(NamedTuple):
    """A statement, as far as it is written: how far its line is indented, its start, its tokens."""

    indent: int
    start: int
    tokens: tuple[Token, ...]


def tokens_of(text: str) -> Iterator[Token]:
    """All tokens but blanks."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind != "blank":
            yield Token(kind, found.start(), found.end(), found[0])


def statements_until(text: str, offset: int) -> list[Statement]:
    """The statements up to the one in which an offset lies; none for an offset in a comment.

    The last one has all of its tokens, and none where the offset is behind all statements. Where a
    bracket was never closed, a line ends it that starts with a word no further in than the line
    where the statement started.
    """
    done: list[Statement] = []
    tokens: list[Token] = []
    indent = row = depth = 0
    is_first = True
    for token in tokens_of(text):
        if token.kind == "comment":
            if token.start < offset <= token.end:
                return []
            continue
        column = token.start - row
        is_new = is_first and token.kind == "word" and column <= indent
        ends = token.kind == "end" or token.text == ";"
        if tokens and ((ends and depth == 0) or is_new):
            if token.start >= offset:
                break
            done.append(Statement(indent, tokens[0].start, tuple(tokens)))
            tokens, depth = [], 0
        if not tokens and token.start > offset:
            break
        if token.kind == "end":
            row, is_first = token.end, True
        elif not ends or depth:
            if is_first and not tokens:
                indent = column
            is_first = False
            depth = max(depth + (token.kind == "open") - (token.kind == "close"), 0)
            tokens.append(token)
    return [*done, Statement(indent, tokens[0].start if tokens else offset, tuple(tokens))]
