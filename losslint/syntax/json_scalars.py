"""The scalars of a JSON text, and what stands between them: repaired where json.load refuses."""

from __future__ import annotations

import re

from losslint.diagnostics import Span
from losslint.syntax.json_parts import (
    BLANK,
    COMMENT,
    CONSTANTS,
    FOREIGN,
    LOOSE_STRING,
    NUMBER,
    NUMBERISH,
    PLAIN_SINGLE,
    QUOTE,
    SINGLE,
    STRING,
    WORD,
)
from losslint.syntax.nodes import Problem, Scalar


class Scalars:
    """A text and a place in it; what is read moves the place on, what is wrong is noted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.problems: list[Problem] = []
        self.comments: list[Span] = []
        # Whether this is no JSON with a slip in it, but another language: YAML, Python, prose.
        self.is_foreign = False

    def problem(self, start: int, end: int, message: str, *fix: tuple[int, int, str]) -> None:
        # One problem a place: a second complaint about the same character helps nobody.
        if not self.problems or self.problems[-1].span.start != start:
            self.problems.append(Problem(Span(start, end), message, fix))

    def skip(self) -> None:
        """Pass over blanks, and over comments with a problem each."""
        while True:
            match = BLANK.match(self.text, self.at)
            self.at = match.end() if match else self.at
            comment = COMMENT.match(self.text, self.at)
            if comment is None or not (self.text[self.at] == "#" or comment.end() - self.at > 1):
                return
            self.comments.append(Span(*comment.span()))
            self.problem(*comment.span(), "JSON has no comments; json.load refuses the file here")
            self.at = comment.end()

    def followed_by_colon(self) -> bool:
        match = BLANK.match(self.text, self.at)
        return self.text.startswith(":", match.end() if match else self.at)

    def scalar(self, character: str) -> Scalar:
        """The scalar that starts here, repaired where json.load would refuse it."""
        start = self.at
        if character == '"':
            return self.string(start)
        if character == "'":
            match = SINGLE.match(self.text, start)
            if match:
                return self.single(start, match[0])
        word = WORD.match(self.text, start)
        self.at = word.end() if word else start + 1
        text = self.text[start : self.at]
        if text not in CONSTANTS and not NUMBER.match(text):
            replacement = FOREIGN.get(text)
            if not self.followed_by_colon():
                self.foreign(start, text, replacement)
            text = replacement or text
        return Scalar(start, self.at, text, outer=start)

    def single(self, start: int, literal: str) -> Scalar:
        """A string in single quotes: mended where all of it means the same in double ones."""
        self.at = start + len(literal)
        message = "JSON strings stand in double quotes"
        if PLAIN_SINGLE.fullmatch(literal) is None:
            self.problem(start, self.at, message)
            return Scalar(start, self.at, literal[1:-1], '"', outer=start)
        double = '"' + QUOTE.sub(_escaped, literal[1:-1]) + '"'
        self.problem(start, self.at, message, (start, self.at, double))
        return Scalar(start, self.at, self.unescape(start, double), '"', outer=start)

    def foreign(self, start: int, text: str, replacement: str | None) -> None:
        if replacement is not None:
            message = f"{text} is not JSON; write {replacement}"
            self.problem(start, self.at, message, (start, self.at, replacement))
        else:
            shown = text if len(text) <= 40 else text[:39] + "…"
            self.problem(start, self.at, f"{shown} is no JSON value")
            # "..." stands for what was left out of an example that is JSON otherwise.
            if text != "..." and not NUMBERISH.match(text):
                self.is_foreign = True

    def string(self, start: int) -> Scalar:
        match = STRING.match(self.text, start)
        if match is None:
            return self.broken_string(start)
        self.at = match.end()
        raw = match[0][1:-1]
        if "\\" in raw:
            raw = self.unescape(start, match[0])
        return Scalar(start, self.at, raw, '"', outer=start)

    def broken_string(self, start: int) -> Scalar:
        match = LOOSE_STRING.match(self.text, start)
        assert match is not None  # it starts with the quote that led here
        self.at = match.end()
        if match[1]:
            self.problem(start, self.at, "a control character in a JSON string must be escaped")
            return Scalar(start, self.at, match[0][1:-1], '"', outer=start)
        self.problem(start, self.at, "this string is never closed")
        return Scalar(start, self.at, match[0][1:], '"', outer=start)

    def unescape(self, start: int, literal: str) -> str:
        import json

        try:
            return str(json.loads(literal))
        except ValueError as error:
            position = start + getattr(error, "pos", 0)
            self.problem(position, position + 1, "this escape is not one of JSON's")
            return literal[1:-1]


def _escaped(match: re.Match[str]) -> str:
    """A quote or an escape of a single-quoted string as a double-quoted one has it."""
    return {'"': '\\"', "\\'": "'"}.get(match[0], match[0])
