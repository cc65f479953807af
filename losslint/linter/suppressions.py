"""Comments that silence findings: `# losslint: ignore[LL110] reason` and `ignore-file[…]`.

A comment behind content speaks of its own line, a comment alone on its line of the next line that
holds content, and `ignore-file` of the whole file. A finding stands on the line where its span
starts. Which rules are meant must be said: a bare `ignore` silences nothing.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Edit, Fix, Severity, Span, capped, sort_key
from losslint.files.source import LineIndex
from losslint.rules._suppression import BLANKET, INVALID, UNUSED
from losslint.settings.rule_selectors import Vocabulary
from losslint.syntax.comments import comments
from losslint.syntax.nodes import Tree

OWN = frozenset({BLANKET[0], UNUSED[0], INVALID[0]})

_MARK = "losslint:"
_DIRECTIVE = re.compile(r"#[ \t]*losslint:[ \t]*")
_VERB = re.compile(r"(?P<verb>[\w-]+)[ \t]*(?P<open>\[)?")
_WORD = re.compile(r"[^\s,]+")
# What other tools call it: written after "losslint:", it was meant to silence something.
_FOREIGN = frozenset(("disable", "disable-file", "disable-line", "noqa", "nolint", "skip"))
# Looking for a near word takes a millisecond; a file may hold many that are wrong.
_MAX_SUGGESTIONS = 50
# Most comments are alike, and each text is read once; texts without number are not kept.
_MAX_KNOWN = 1_000
_VERBS = ("ignore", "ignore-file")
_HOW = "write `# losslint: ignore[LL110]`, with the rules meant in place of LL110"
_LINE_END = re.compile(r"\r\n|\n|\r")


class SuppressionOutcome(NamedTuple):
    """What is left of the diagnostics, and what is to be said of the comments themselves."""

    kept: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]


class _Word(NamedTuple):
    """One rule named in a comment."""

    text: str
    span: Span
    codes: frozenset[str]


# A word on a row: what a diagnostic is compared with, however often it is repeated there.
_Key = tuple["int | None", str]


class _Directive(NamedTuple):
    """What a comment says, wherever it stands: offsets count from its "#".

    `span` reaches up to "]", `extent` to the end of the reason behind it, `inner` is what stands
    between the brackets.
    """

    span: Span
    extent: Span
    inner: Span
    words: tuple[_Word, ...]
    is_of_file: bool


class _Suppression(NamedTuple):
    """A directive at its place: `at` is where the comment starts, `home` its line.

    `row` is the line that it speaks of, None for the whole file.
    """

    at: int
    row: int | None
    home: int
    said: _Directive


class _Lines(LineIndex):
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


def without_suppressed(
    tree: Tree, diagnostics: Sequence[Diagnostic], vocabulary: Vocabulary, ran: Collection[str]
) -> tuple[Diagnostic, ...]:
    """The diagnostics of a file that none of its comments silences, and those of its comments.

    `ran` are the codes of the rules that were run on it.
    """
    spans = comments(tree)
    outcome = apply_suppressions(tree.text, spans, diagnostics, vocabulary, ran.__contains__)
    own = (d for d in outcome.findings if d.code in ran)
    return tuple(sorted((*outcome.kept, *own), key=lambda d: (d.span, d.code)))


def apply_suppressions(
    text: str,
    comments: Sequence[Span],
    diagnostics: Sequence[Diagnostic],
    vocabulary: Vocabulary,
    ran: Callable[[str], bool],
) -> SuppressionOutcome:
    """Take out the diagnostics that comments silence, and judge the comments.

    `comments` are the spans of the file's comments, from "#" to the end of the line. `ran` tells
    whether the rule of a code was run on this file: a comment for a rule that was not run is no
    finding. The findings can be silenced in the same way, by their own codes.
    """
    if _MARK not in text:
        return SuppressionOutcome(tuple(diagnostics), ())
    lines = _Lines(text)
    found, faults = _read_all(comments, lines, vocabulary)
    used: set[_Key] = set()
    kept = _silence(diagnostics, ((each.row, each.said) for each in found), lines, used)
    wrong = (each for each in faults if each.code == INVALID[0])
    findings = [
        *capped(chain(wrong, _unknown(found, vocabulary))),
        *capped(each for each in faults if each.code == BLANKET[0]),
        *capped(idle for each in found for idle in _unused(each, lines, used, ran)),
    ]
    at_home = ((None if each.row is None else each.home, each.said) for each in found)
    findings = _silence(findings, at_home, lines, used)
    return SuppressionOutcome(tuple(kept), tuple(sorted(findings, key=sort_key)))


def _read_all(
    comments: Iterable[Span], lines: _Lines, vocabulary: Vocabulary
) -> tuple[list[_Suppression], list[Diagnostic]]:
    """The suppressions of a file, and a finding for each comment that was meant to be one."""
    found: list[_Suppression] = []
    faults: list[Diagnostic] = []
    known: dict[str, tuple[_Directive | Diagnostic, ...]] = {}
    for start, end in comments:
        text = lines.text[start:end]
        if _MARK not in text:
            continue
        said = known.get(text)
        if said is None:
            said = tuple(_read(text, vocabulary))
            if len(known) < _MAX_KNOWN:
                known[text] = said
        home = lines.row(start)
        is_alone = not lines.text[lines.row_span(home)[0] : start].strip()
        row = lines.content_after(home) if is_alone else home
        for each in said:
            if isinstance(each, _Directive):
                found.append(_Suppression(start, None if each.is_of_file else row, home, each))
            else:
                faults.append(each._replace(span=_moved(each.span, start)))
    return found, faults


def _read(text: str, vocabulary: Vocabulary) -> Iterator[_Directive | Diagnostic]:
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
                yield _finding(INVALID, f"{verb['verb']!r} silences nothing", span)
            continue
        words = tuple(
            _Word(word[0], Span(*word.span()), vocabulary.codes_of(word[0]))
            for word in _WORD.finditer(text, verb.end(), close if close >= 0 else verb.end())
        )
        if verb["open"] and close < 0:
            yield _finding(INVALID, "the suppression has no closing bracket", span)
        elif not words:
            yield _finding(BLANKET, "the suppression names no rules and silences nothing", span)
        else:
            inner, extent = Span(verb.end(), close), Span(match.start(), end)
            yield _Directive(span, extent, inner, words, verb["verb"] == "ignore-file")


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _silence(
    diagnostics: Iterable[Diagnostic],
    suppressions: Iterable[tuple[int | None, _Directive]],
    lines: _Lines,
    used: set[_Key],
) -> list[Diagnostic]:
    """The diagnostics that nothing silences; the words that silenced one are added to `used`.

    Each suppression comes with the line that it speaks of.
    """
    rows = [(each, lines.row(each.span.start)) for each in diagnostics]
    by_row: dict[int | None, dict[str, frozenset[str]]] = {row: {} for _, row in rows}
    by_row[None] = {}
    for row, said in suppressions:
        if (words := by_row.get(row)) is not None:
            words.update((word.text, word.codes) for word in said.words if word.codes)
    kept: list[Diagnostic] = []
    for diagnostic, own in rows:
        hits = [
            (row, text)
            for row in (None, own)
            for text, codes in by_row[row].items()
            if diagnostic.code in codes
        ]
        if hits:
            used.update(hits)
        else:
            kept.append(diagnostic)
    return kept


def _unknown(suppressions: Iterable[_Suppression], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    words = ((s.at, word) for s in suppressions for word in s.said.words if not word.codes)
    for count, (at, word) in enumerate(words):
        problem = vocabulary.problem(word.text, suggest=count < _MAX_SUGGESTIONS)
        if problem is not None:
            yield _finding(INVALID, problem, _moved(word.span, at))


def _unused(
    suppression: _Suppression, lines: _Lines, used: set[_Key], ran: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    at, said = suppression.at, suppression.said
    idle = [
        word
        for word in said.words
        # A word for the findings made here has its turn only after this one.
        if word.codes
        and (suppression.row, word.text) not in used
        and not word.codes <= OWN
        and all(map(ran, word.codes - OWN))
    ]
    if not idle:
        return
    names = " and ".join(dict.fromkeys(word.text for word in idle))
    gone = {word.span for word in idle}
    rest = [word.text for word in said.words if word.span not in gone]
    if rest:
        edit = Edit(*_moved(said.inner, at), ", ".join(rest))
        fix = Fix(f"Take {names} out of the suppression", (edit,))
    else:
        extent = _moved(said.extent, at)
        reason = lines.text[at + said.span.end : extent.end].strip()
        fix = Fix("Remove the suppression", (_removal(extent, lines),), safe=not reason)
    message = f"the suppression of {names} silences nothing"
    yield _finding(UNUSED, message, _moved(said.span, at), fix, hint=None)


def _removal(extent: Span, lines: _Lines) -> Edit:
    """Delete a suppression: the line where nothing else stands on it, else the space before too."""
    text = lines.text
    start, end = extent
    begin = start
    while begin > 0 and text[begin - 1] in " \t":
        begin -= 1
    line_end = _LINE_END.match(text, end)
    at_start = begin in (0, lines.start_of(start))
    if at_start and (line_end or end == len(text)):
        return Edit(begin, line_end.end() if line_end else end, "")
    # Another suppression follows in the same comment: it keeps the space.
    return Edit(begin if line_end or end == len(text) else start, end, "")


def _finding(
    kind: tuple[str, str, Severity],
    message: str,
    span: Span,
    fix: Fix | None = None,
    hint: str | None = _HOW,
) -> Diagnostic:
    code, name, severity = kind
    return Diagnostic(code, name, severity, message, span, fix, hint=hint)
