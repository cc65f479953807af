"""Reading the comments that silence: `# losslint: ignore[LL110] reason` and `ignore-file[…]`.

A comment behind content speaks of its own line, a comment alone on its line of the next line that
holds content, and `ignore-file` of the whole file. Which rules are meant must be said: a bare
`ignore` silences nothing.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain
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
# Most comments are alike, and each text is read once; texts without number are not kept.
_MAX_KNOWN = 1_000
_HOW = "write `# losslint: ignore[LL110]`, with the rules meant in place of LL110"


class Word(NamedTuple):
    """One rule named in a comment."""

    text: str
    span: Span
    codes: frozenset[str]


class Directive(NamedTuple):
    """What a comment says, wherever it stands: offsets count from its "#".

    `span` reaches up to "]", `extent` to the end of the reason behind it, `inner` is what stands
    between the brackets.
    """

    span: Span
    extent: Span
    inner: Span
    words: tuple[Word, ...]
    is_of_file: bool


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

    def is_content(self, row: int) -> bool:
        """Whether a row holds more than space, a comment or a document's mark."""
        start, stop = self.row_span(row)
        line = self.text[start:stop].strip()
        return bool(line) and not line.startswith("#") and line != "---"

    def content_after(self, row: int) -> int:
        """The next row with content."""
        if not self._content:
            # From the end, once: thousands of comments in a row are no reason to be slow.
            following = self.rows + 1
            for index in range(self.rows, 0, -1):
                self._content.append(following)
                if self.is_content(index):
                    following = index
            self._content.reverse()
        return self._content[row - 1]


class Suppressions:
    """What the comments of a file say of findings, looked up by the lines that it is said of."""

    # A file may have a hundred thousand, most of them alike: none is a record of its own.
    __slots__ = ("_at", "_said", "lines")

    def __init__(self, comments: Iterable[Span], lines: Lines, vocabulary: Vocabulary) -> None:
        self.lines = lines
        self._at = array("q")
        self._said: list[tuple[Directive | Diagnostic, ...]] = []
        known: dict[str, tuple[Directive | Diagnostic, ...]] = {}
        for start, end in comments:
            text = lines.text[start:end]
            if MARK not in text:
                continue
            said = known.get(text)
            if said is None:
                said = tuple(_read(text, vocabulary))
                if len(known) < _MAX_KNOWN:
                    known[text] = said
            self._at.append(start)
            self._said.append(said)

    def directives(self) -> Iterator[tuple[int, Directive]]:
        """What is said, and where the comment starts that says it."""
        both = zip(self._at, self._said, strict=True)
        return ((at, each) for at, said in both for each in said if isinstance(each, Directive))

    def faults(self, code: str) -> Iterator[Diagnostic]:
        """A finding for each comment that was meant to silence something and does not."""
        for at, said in zip(self._at, self._said, strict=True):
            for each in said:
                if not isinstance(each, Directive) and each.code == code:
                    yield each._replace(span=moved(each.span, at))

    def row_of(self, at: int) -> int:
        """The line that the comment at an offset speaks of, if not of the whole file."""
        home = self.lines.row(at)
        return self.lines.content_after(home) if self._is_alone(at) else home

    def on_row(self, row: int | None) -> Iterator[Directive]:
        """What is said of a line; of None: of the whole file."""
        if row is None:
            return (each for _, each in self.directives() if each.is_of_file)
        start, end = self.lines.row_span(row)
        first = row
        while self.lines.is_content(row) and first > 1 and not self.lines.is_content(first - 1):
            first -= 1
        above = self.lines.row_span(first)[0]
        return chain(
            (each for at, each in self._within(above, start) if self._is_alone(at)),
            (each for at, each in self._within(start, end + 1) if not self._is_alone(at)),
        )

    def at_home(self, row: int | None) -> Iterator[Directive]:
        """What is said on a line, wherever it holds; of None: what is said of the whole file."""
        if row is None:
            return self.on_row(None)
        start, end = self.lines.row_span(row)
        return (each for _, each in self._within(start, end + 1))

    def _within(self, start: int, end: int) -> Iterator[tuple[int, Directive]]:
        """What comments between two offsets say of a line."""
        for index in range(bisect_left(self._at, start), bisect_left(self._at, end)):
            for each in self._said[index]:
                if isinstance(each, Directive) and not each.is_of_file:
                    yield self._at[index], each

    def _is_alone(self, at: int) -> bool:
        """Whether a comment stands alone on its line."""
        return not self.lines.text[self.lines.start_of(at) : at].strip()


def _read(text: str, vocabulary: Vocabulary) -> Iterator[Directive | Diagnostic]:
    """The directives of one comment, and a finding for what was meant to be one."""
    starts = list(_DIRECTIVE.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)] * bool(starts)
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
            inner, extent = Span(verb.end(), close), Span(match.start(), end)
            yield Directive(span, extent, inner, words, verb["verb"] == "ignore-file")


def moved(span: Span, by: int) -> Span:
    """A span so many characters further on."""
    return Span(span.start + by, span.end + by)


def finding(
    kind: tuple[str, str, Severity],
    message: str,
    span: Span,
    fix: Fix | None = None,
    hint: str | None = _HOW,
) -> Diagnostic:
    code, name, severity = kind
    return Diagnostic(code, name, severity, message, span, fix, hint=hint)
