"""Reading the comments that silence: `# losslint: ignore[LL110] reason` and `ignore-file[…]`.

A comment behind content speaks of its own line, a comment alone on its line of the next line that
holds content, and `ignore-file` of the whole file. Which rules are meant must be said: a bare
`ignore` silences nothing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Fix, Severity, Span
from losslint.files.source import LineIndex
from losslint.rules._suppression import BLANKET, INVALID
from losslint.settings.rule_selectors import Vocabulary

MARK = "losslint:"
_DIRECTIVE = re.compile(r"#[ \t]*losslint:[ \t]*")
_VERB = re.compile(r"(?P<verb>[\w-]+)[ \t]*(?P<open>\[)?")
_WORD = re.compile(r"[^\s,]+")
# What other tools call it: written after "losslint:", it was meant to silence something.
_FOREIGN = frozenset(("disable", "disable-file", "disable-line", "noqa", "nolint", "skip"))
_VERBS = ("ignore", "ignore-file")
_HOW = "write `# losslint: ignore[LL110]`, with the rules meant in place of LL110"


class Word(NamedTuple):
    """One rule named in a comment."""

    text: str
    span: Span
    codes: frozenset[str]


class Suppression(NamedTuple):
    """One suppression. `row` is the line that it speaks of, None for the whole file.

    `span` reaches up to "]", `extent` to the end of the reason behind it. `inner` is what stands
    between the brackets, `home` the line of the comment.
    """

    span: Span
    extent: Span
    inner: Span
    words: tuple[Word, ...]
    row: int | None
    home: int


class Lines(LineIndex):
    """The rows of a text, and what stands on them."""

    __slots__ = ("_content",)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._content: list[int] = []

    def row(self, offset: int) -> int:
        return self.position(offset)[0]

    def start_of(self, offset: int) -> int:
        """Where the line of an offset starts."""
        return self.row_span(self.row(offset))[0]

    def alone(self, offset: int) -> bool:
        """Whether nothing but space stands before an offset on its line."""
        return not self.text[self.start_of(offset) : offset].strip()

    def content_after(self, row: int) -> int:
        """The next row that holds more than space, a comment or a document's mark."""
        if not self._content:
            # From the end, once: thousands of comments in a row are no reason to be slow.
            following = self.rows + 1
            for index in range(self.rows, 0, -1):
                self._content.append(following)
                start, stop = self.row_span(index)
                line = self.text[start:stop].strip()
                if line and not line.startswith("#") and line != "---":
                    following = index
            self._content.reverse()
        return self._content[row - 1]


def read_suppressions(
    comment: Span, lines: Lines, vocabulary: Vocabulary
) -> Iterator[Suppression | Diagnostic]:
    """The suppressions of one comment, and a finding for what was meant to be one."""
    text = lines.text
    home = lines.row(comment.start)
    row = lines.content_after(home) if lines.alone(comment.start) else home
    starts = list(_DIRECTIVE.finditer(text, *comment))
    ends = [match.start() for match in starts[1:]] + [comment.end] * bool(starts)
    for match, end in zip(starts, ends, strict=True):
        verb = _VERB.match(text, match.end(), end)
        if verb is None:
            continue
        close = text.find("]", verb.end(), end) if verb["open"] else -1
        span = Span(match.start(), close + 1 if close >= 0 else verb.end())
        if verb["verb"] not in _VERBS:
            if verb["open"] or verb["verb"] in _FOREIGN:
                yield finding(INVALID, f"{verb['verb']!r} silences nothing", span)
            continue
        words = tuple(
            Word(word[0], Span(*word.span()), vocabulary.codes_of(word[0]))
            for word in _WORD.finditer(text, verb.end(), close if close >= 0 else verb.end())
        )
        if verb["open"] and close < 0:
            yield finding(INVALID, "the suppression has no closing bracket", span)
        elif not words:
            yield finding(BLANKET, "the suppression names no rules and silences nothing", span)
        else:
            inner = Span(verb.end(), close)
            extent = Span(match.start(), end)
            where = None if verb["verb"] == "ignore-file" else row
            yield Suppression(span, extent, inner, words, where, home)


def finding(
    kind: tuple[str, str, Severity],
    message: str,
    span: Span,
    fix: Fix | None = None,
    hint: str | None = _HOW,
) -> Diagnostic:
    code, name, severity = kind
    return Diagnostic(code, name, severity, message, span, fix, hint=hint)
