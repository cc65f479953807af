"""The place where somebody is typing, made readable: a mark stands in for the unfinished word.

A text that is being written is mostly no valid document. The word under the cursor is replaced by
a mark that makes it one, as a key and as a value, and the mark is looked for in what was parsed.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from losslint.diagnostics import Span
from losslint.syntax.edits import line_end, line_start
from losslint.syntax.languages import Language

MARK = "losslint-cursor-mark"

_BEFORE = re.compile(r"[\w.+-]*\Z")
_AFTER = re.compile(r"[\w.+-]*")
_COLON = re.compile(r"[ \t]*:(?=[ \t\r\n]|\Z)")
_COLON_BEHIND_QUOTE = re.compile(r"[ \t]*:")
_COMMENT = re.compile(r"(?:^|[ \t])#")


# "argument" and "member": the name of an argument, and of something in a module of a program.
# "metric": the name of a metric, beside a loss that is the mark; "metric member": one in a module.
Kind = Literal["key", "value", "argument", "member", "metric", "metric member"]


class Attempt(NamedTuple):
    """A text with a mark in the place of `word`, or with something that stands for it.

    `kind` is what the mark stands for. `quote`: the word stands in quotes, which stay. `alone`: a
    key that has no value yet. The `marks` stand behind `start`; where there are none, whatever
    names a loss there is one.
    """

    text: str
    kind: Kind
    word: Span
    quote: str
    alone: bool
    marks: tuple[str, ...] = (MARK,)
    start: int = 0


def attempts(text: str, offset: int, language: Language) -> Iterator[Attempt]:
    """The texts with the mark, as a key and then as a value: a key is what is mostly written."""
    start, end = line_start(text, offset), line_end(text, offset)
    before, after = text[start:offset], text[offset:end]
    opened = _open_quote(before, language)
    quote = before[opened] if opened is not None else ""
    if not quote and language.has_comments and _COMMENT.search(before):
        return
    word = _word(before, after, opened, quote)
    left, right = text[: start + word.start], text[start + word.end :]
    tail = text[start + word.end + len(quote) : end]
    span = Span(start + word.start, start + word.end)
    alone = (_COLON if language.has_plain_words else _COLON_BEHIND_QUOTE).match(tail) is None
    yield Attempt(_as_key(left, right, quote, alone, language), "key", span, quote, alone)
    mark = MARK if quote else language.key(MARK)
    yield Attempt(f"{left}{mark}{right}", "value", span, quote, False)


def _as_key(left: str, right: str, quote: str, alone: bool, language: Language) -> str:
    mark = MARK if quote else language.key(MARK)
    if not alone:
        return f"{left}{mark}{right}"
    # In YAML what follows may be the value; in JSON it is the next pair.
    value = "" if language.has_plain_words else language.null
    return f"{left}{mark}{quote}: {value}{right.removeprefix(quote)}"


def _word(before: str, after: str, opened: int | None, quote: str) -> Span:
    """The word under the cursor, as columns of its line."""
    if opened is not None:
        closing = after.find(quote)
        # A quote that was never closed: the word ends where one would.
        end = closing if closing >= 0 else len(_matched(_AFTER, after))
        return Span(opened + 1, len(before) + end)
    head = _matched(_BEFORE, before)
    if head == "-" and not before[:-1].strip(" \t-"):
        # The dash of a list, with nothing behind it yet.
        head = ""
    return Span(len(before) - len(head), len(before) + len(_matched(_AFTER, after)))


def _matched(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text) if pattern is _BEFORE else pattern.match(text)
    return found[0] if found is not None else ""


def _open_quote(before: str, language: Language) -> int | None:
    """Where the quote stands that is open at the end of a line's beginning."""
    opened: int | None = None
    skip = False
    for column, letter in enumerate(before):
        if skip:
            skip = False
        elif opened is None:
            # In YAML a quote inside a plain word is a letter.
            starts = column == 0 or before[column - 1] in " \t[{,:"
            if letter == '"' or (letter in language.quotes and starts):
                opened = column
        elif letter == "\\" and before[opened] == '"':
            skip = True
        elif letter == before[opened]:
            opened = None
    return opened
