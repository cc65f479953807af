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
    Suppressions,
    Word,
    finding,
    moved,
)
from losslint.rules._suppression import BLANKET, INVALID, UNUSED
from losslint.settings.rule_selectors import Vocabulary
from losslint.syntax.comments import each_comment
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
    spans = each_comment(tree)
    outcome = apply_suppressions(tree.text, spans, diagnostics, vocabulary, ran.__contains__)
    own = (d for d in outcome.findings if d.code in ran)
    return tuple(sorted((*outcome.kept, *own), key=lambda d: (d.span, d.code)))


def apply_suppressions(
    text: str,
    comments: Iterable[Span],
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
    found = Suppressions(comments, Lines(text), vocabulary)
    used: set[_Key] = set()
    kept = _silence(diagnostics, found.on_row, found.lines, used)
    findings = [
        *capped(chain(found.faults(INVALID[0]), _unknown(found, vocabulary))),
        *capped(found.faults(BLANKET[0])),
        *capped(_unused(found, used, ran)),
    ]
    findings = _silence(findings, found.at_home, found.lines, used)
    return SuppressionOutcome(tuple(kept), tuple(sorted(findings, key=sort_key)))


def _silence(
    diagnostics: Iterable[Diagnostic],
    said_of: Callable[[int | None], Iterator[Directive]],
    lines: Lines,
    used: set[_Key],
) -> list[Diagnostic]:
    """The diagnostics that nothing silences; the words that silenced one are added to `used`.

    `said_of` tells what is said of a line, and for None of the whole file.
    """
    known: dict[int | None, dict[str, frozenset[str]]] = {}
    kept: list[Diagnostic] = []
    for diagnostic in diagnostics:
        own = lines.row(diagnostic.span.start)
        for row in (None, own):
            if row not in known:
                words = (word for said in said_of(row) for word in said.words if word.codes)
                known[row] = {word.text: word.codes for word in words}
        hits = [
            (row, text)
            for row in (None, own)
            for text, codes in known[row].items()
            if diagnostic.code in codes
        ]
        if hits:
            used.update(hits)
        else:
            kept.append(diagnostic)
    return kept


def _unknown(suppressions: Suppressions, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    said = suppressions.directives()
    words = ((at, word) for at, each in said for word in each.words if not word.codes)
    for count, (at, word) in enumerate(words):
        problem = vocabulary.problem(word.text, suggest=count < _MAX_SUGGESTIONS)
        if problem is not None:
            yield finding(INVALID, problem, moved(word.span, at))


def _unused(
    suppressions: Suppressions, used: set[_Key], ran: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    texts = {text for _, text in used}
    for at, said in suppressions.directives():
        # A word for the findings made here has its turn only after this one.
        words = [
            word
            for word in said.words
            if word.codes and not word.codes <= OWN and all(map(ran, word.codes - OWN))
        ]
        if any(word.text in texts for word in words):
            row = None if said.is_of_file else suppressions.row_of(at)
            words = [word for word in words if (row, word.text) not in used]
        if words:
            yield _idle(words, at, said, suppressions.lines)


def _idle(idle: list[Word], at: int, said: Directive, lines: Lines) -> Diagnostic:
    """A finding for words of a suppression that silence nothing."""
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
    return finding(UNUSED, message, moved(said.span, at), fix, hint=None)


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
