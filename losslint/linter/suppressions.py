"""Which findings the comments of a file silence, and what is to be said of the comments.

A finding stands on the line where its span starts.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Edit, Fix, Span, capped, sort_key
from losslint.linter.suppression_comments import (
    MARK,
    Directive,
    Lines,
    Suppression,
    finding,
    moved,
    read_suppressions,
)
from losslint.rules._suppression import BLANKET, INVALID, UNUSED
from losslint.settings.rule_selectors import Vocabulary
from losslint.syntax.comments import comments
from losslint.syntax.nodes import Tree

OWN = frozenset({BLANKET[0], UNUSED[0], INVALID[0]})

# Looking for a near word takes a millisecond; a file may hold many that are wrong.
_MAX_SUGGESTIONS = 50
_LINE_END = re.compile(r"\r\n|\n|\r")


class SuppressionOutcome(NamedTuple):
    """What is left of the diagnostics, and what is to be said of the comments themselves."""

    kept: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]


# A word on a row: what a diagnostic is compared with, however often it is repeated there.
_Key = tuple["int | None", str]


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
    if MARK not in text:
        return SuppressionOutcome(tuple(diagnostics), ())
    lines = Lines(text)
    found, faults = read_suppressions(comments, lines, vocabulary)
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


def _silence(
    diagnostics: Iterable[Diagnostic],
    suppressions: Iterable[tuple[int | None, Directive]],
    lines: Lines,
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


def _unknown(suppressions: Iterable[Suppression], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    words = ((s.at, word) for s in suppressions for word in s.said.words if not word.codes)
    for count, (at, word) in enumerate(words):
        problem = vocabulary.problem(word.text, suggest=count < _MAX_SUGGESTIONS)
        if problem is not None:
            yield finding(INVALID, problem, moved(word.span, at))


def _unused(
    suppression: Suppression, lines: Lines, used: set[_Key], ran: Callable[[str], bool]
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
        edit = Edit(*moved(said.inner, at), ", ".join(rest))
        fix = Fix(f"Take {names} out of the suppression", (edit,))
    else:
        extent = moved(said.extent, at)
        reason = lines.text[at + said.span.end : extent.end].strip()
        fix = Fix("Remove the suppression", (_removal(extent, lines),), safe=not reason)
    message = f"the suppression of {names} silences nothing"
    yield finding(UNUSED, message, moved(said.span, at), fix, hint=None)


def _removal(extent: Span, lines: Lines) -> Edit:
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
