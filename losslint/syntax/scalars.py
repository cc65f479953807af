"""What a scalar's text is as a value: the words, numbers and constants of YAML 1.1 and of JSON.

Which of them a file's reader goes by, `readers.py` tells.
"""

import re
from collections.abc import Set as AbstractSet
from typing import Final, Union

from losslint.syntax.nodes import Scalar


class Unknown:
    """A value that the file alone does not tell."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r})"


UNKNOWN: Final = Unknown("not in this file")
# What OmegaConf raises MissingMandatoryValue for when it is read.
MANDATORY: Final = Unknown("???")
# A scalar at which the reader itself raises: "=", "<<" as a value, an int of 5000 digits.
UNREADABLE: Final = Unknown("the reader raises here")

Value = Union[None, bool, int, float, str, Unknown]

NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
BOOLS: Final[dict[str, bool]] = {
    spelling: value
    for word, value in (
        ("yes", True), ("no", False), ("true", True), ("false", False), ("on", True), ("off", False)
    )
    for spelling in (word, word.capitalize(), word.upper())
}  # fmt: skip

_SIGNS_AND_DIGITS: Final = frozenset("0123456789+-")

# The resolver's patterns as PyYAML documents them for YAML 1.1 (yaml.org/type).
# Compiled when the first number is met that is not written in digits alone.
_FLOAT: Final = r"""[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?
      |\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?
      |[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*
      |[-+]?\.(?:inf|Inf|INF)
      |\.(?:nan|NaN|NAN)\Z"""
_INT: Final = r"""[-+]?0b[0-1_]+
      |[-+]?0[0-7_]+
      |[-+]?(?:0|[1-9][0-9_]*)
      |[-+]?0x[0-9a-fA-F_]+
      |[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"""
# Python refuses to turn more digits than this into an int, and both readers go through Python.
_MAX_DIGITS = 4300
_NO_WORD = frozenset(("", *"0123456789+-.=<~?"))


def are_words(texts: AbstractSet[str]) -> bool:
    """Whether every reader takes each text, unquoted, for just this text; seen quickly."""
    return (
        BOOLS.keys().isdisjoint(texts)
        and NULLS.isdisjoint(texts)
        and _NO_WORD.isdisjoint([text[:1] for text in texts])
    )


def is_int(text: str) -> bool:
    """Whether YAML 1.1 reads a text outside of quotes as an integer."""
    return re.fullmatch(_INT, text, re.VERBOSE) is not None


def is_float(text: str) -> bool:
    """Whether YAML 1.1 reads a text outside of quotes as a float."""
    return re.fullmatch(_FLOAT, text, re.VERBOSE) is not None


def in_digits(text: str) -> int | float | None:
    """The number of a text in decimal digits with at most a point, as nearly all are written."""
    whole, point, part = text.partition(".")
    if not whole.isdigit() or not text.isascii() or len(text) > _MAX_DIGITS:
        return None
    if point:
        return float(text) if not part or part.isdigit() else None
    # With a zero before it, it is another number.
    return int(text) if text[0] != "0" or text == "0" else None


def int_value(text: str) -> int | Unknown:
    """The integer of a YAML 1.1 text, which may be octal, sexagesimal, or have no digit."""
    digits = text.replace("_", "")
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    if len(digits) > _MAX_DIGITS:
        return UNREADABLE
    if ":" in digits:
        total = 0
        for part in digits.split(":"):
            total = total * 60 + int(part)
        return sign * total
    for prefix, base in (("0b", 2), ("0x", 16)):
        if digits.startswith(prefix):
            return sign * int(digits[2:], base) if digits[2:] else UNREADABLE
    if digits.startswith("0") and digits != "0":
        return sign * int(digits, 8)
    return sign * int(digits) if digits else UNREADABLE


def float_value(text: str) -> float | Unknown:
    """The float of a YAML 1.1 text."""
    digits = text.replace("_", "").lower()
    if digits.endswith(".inf"):
        return float("-inf") if digits[0] == "-" else float("inf")
    if digits == ".nan":
        return float("nan")
    if ":" in digits:
        total = 0.0
        for part in digits.lstrip("+-").split(":"):
            total = total * 60 + float(part)
        return -total if digits[0] == "-" else total
    try:
        return float(digits)
    except ValueError:
        # Only behind a tag: !!float x.
        return UNREADABLE


def json_value(text: str) -> Value:
    """What json.load makes of a text outside of quotes."""
    constants: dict[str, Value] = {
        "true": True,
        "false": False,
        "null": None,
        "NaN": float("nan"),
        "Infinity": float("inf"),
        "-Infinity": float("-inf"),
    }
    if text in constants:
        return constants[text]
    if text.lstrip("-").isdigit():
        return int(text) if len(text) <= _MAX_DIGITS else UNREADABLE
    try:
        return float(text)
    except ValueError:
        # The parser has already reported what stands here.
        return UNREADABLE


def surprising_number(scalar: Scalar) -> str | None:
    """How YAML 1.1 reads a number that people write for another: octal 010, sexagesimal 12:30."""
    if not scalar.is_plain or scalar.tag is not None:
        return None
    if scalar.value[:1] not in _SIGNS_AND_DIGITS:
        return None
    digits = scalar.value.lstrip("+-").replace("_", "")
    if len(digits) > _MAX_DIGITS:
        return None
    if ":" in digits:
        return "a base 60 number" if is_int(scalar.value) or is_float(scalar.value) else None
    has_zero = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
    if has_zero and is_int(scalar.value) and int(digits, 8) != int(digits):
        return "an octal number"
    return None
