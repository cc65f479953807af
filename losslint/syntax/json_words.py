"""The words of a JSON text: numbers and constants, strings in double or single quotes, comments."""

import re

from losslint.syntax.nodes import Scalar

_BLANK = re.compile(r"[ \t\r\n]*")
COMMENT = re.compile(r"#[^\r\n]*|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"')
PLAIN = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null|NaN|-?Infinity"
)
# What it holds is the same between double quotes, \' apart: other escapes mean one thing to Python
# and another to JavaScript, or nothing to JSON.
_SINGLE = re.compile(r"""'(?:[^'\\\x00-\x1f]|\\['"\\bfnrt]|\\u[0-9a-fA-F]{4})*'""")
_QUOTE = re.compile(r"""\\.|\"""")

_MAX_KNOWN = 1_000

# Why `json.load` stops, in its words.
VALUE = "Expecting value"
KEY = "Expecting property name enclosed in double quotes"
COLON = "Expecting ':' delimiter"
COMMA = "Expecting ',' delimiter"


class StopError(Exception):
    """Nothing is read from `at` on. `is_budget`: the text may be sound, but there is too much."""

    def __init__(self, at: int, message: str, *, is_budget: bool = False) -> None:
        super().__init__(message)
        self.at = at
        self.is_budget = is_budget


def refused(at: int, reason: str) -> StopError:
    """Where and why `json.load` stops."""
    return StopError(at, f"json.load stops here: {reason}")


def read_string(text: str, start: int, otherwise: str, known: dict[str, str]) -> tuple[Scalar, str]:
    """The string that starts here, and how one in single quotes is written in double ones.

    `otherwise` is what `json.load` says where no string starts. `known` are strings that were read
    before: a file has ten thousand times the same key, and needs it once.
    """
    if text.startswith("'", start) and (single := _SINGLE.match(text, start)):
        double = '"' + _QUOTE.sub(_escaped, single[0][1:-1]) + '"'
        value = _unescaped(double, 0)[0]
        return Scalar(start, single.end(), value, '"', outer=start), double
    if not text.startswith('"', start):
        raise refused(start, otherwise)
    match = _STRING.match(text, start)
    if match is not None and "\\" not in match[0]:
        value = match[0][1:-1]
        if len(known) < _MAX_KNOWN:
            known.setdefault(value, value)
        value = known.get(value, value)
        return Scalar(start, match.end(), value, '"', outer=start), ""
    value, end = _unescaped(text, start)
    return Scalar(start, end, value, '"', outer=start), ""


def read_plain(text: str, start: int) -> Scalar:
    """The number or constant that starts here."""
    match = PLAIN.match(text, start)
    if match is None:
        raise refused(start, VALUE)
    return Scalar(start, match.end(), match[0], outer=start)


def skip_blanks(text: str, at: int) -> int:
    """Where the next sign stands."""
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _escaped(match: re.Match[str]) -> str:
    """A quote or an escape of a single-quoted string as a double-quoted one has it."""
    return {'"': '\\"', "\\'": "'"}.get(match[0], match[0])


def _unescaped(text: str, start: int) -> tuple[str, int]:
    """What a string with escapes means, and where it ends."""
    import json

    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise refused(error.pos, error.msg.removesuffix(" at")) from None
    return str(value), end
