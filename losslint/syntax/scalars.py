"""The value that the reader of a file gives to a scalar.

Three readers: `omegaconf` (NetsPresso Trainer), `yaml11` (PyYAML's safe_load) and `json`.
OmegaConf is YAML 1.1 with its own rule for floats: 1e-1 is a float for it and a string for
safe_load; dates stay strings; "???" stands for a value that must still be given.
"""

from __future__ import annotations

import re
from typing import Final, Literal, Union

from losslint.syntax.nodes import UNDEFINED, Scalar

Reader = Literal["omegaconf", "yaml11", "json"]


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

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLS: Final[dict[str, bool]] = {
    spelling: value
    for word, value in (
        ("yes", True), ("no", False), ("true", True), ("false", False), ("on", True), ("off", False)
    )
    for spelling in (word, word.capitalize(), word.upper())
}  # fmt: skip

_SIGNS_AND_DIGITS: Final = frozenset("0123456789+-")

# The resolver's patterns as PyYAML documents them for YAML 1.1 (yaml.org/type).
_FLOAT = re.compile(
    r"""[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?
      |\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?
      |[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*
      |[-+]?\.(?:inf|Inf|INF)
      |\.(?:nan|NaN|NAN)\Z""",
    re.VERBOSE,
)
_INT = re.compile(
    r"""[-+]?0b[0-1_]+
      |[-+]?0[0-7_]+
      |[-+]?(?:0|[1-9][0-9_]*)
      |[-+]?0x[0-9a-fA-F_]+
      |[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+""",
    re.VERBOSE,
)
# Compiled where they are needed, which is seldom.
_OMEGACONF_FLOAT = r"""[-+]?[0-9]+(?:_[0-9]+)*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
      |[-+]?[0-9]+(?:_[0-9]+)*[eE][-+]?[0-9]+"""
_TIMESTAMP = r"""[0-9]{4}-[0-9]{2}-[0-9]{2}
      |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
       (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"""
# Python refuses to turn more digits than this into an int, and both readers go through Python.
_MAX_DIGITS = 4300
_STANDARD = "tag:yaml.org,2002:"


def value_of(scalar: Scalar, reader: Reader) -> Value:
    """What the reader makes of a scalar."""
    if reader == "json":
        return scalar.value if scalar.style == '"' else _json_value(scalar.value)
    if scalar.tag is not None:
        return _tagged(scalar.value, scalar.tag, reader)
    if scalar.style not in ("", "-"):
        return _mandatory(scalar.value, reader)
    return plain_value(scalar.value, reader)


def plain_value(text: str, reader: Reader) -> Value:
    """What a YAML reader makes of an unquoted scalar."""
    if text in _NULL:
        return None
    first = text[0]
    if first in "0123456789+-.":
        return _number(text, reader)
    if first in "yYnNtTfFoO":
        return _BOOLS.get(text, text)
    if text in ("=", "<<"):
        return UNREADABLE
    return _mandatory(text, reader)


_NO_WORD = frozenset(("", *"0123456789+-.=<~?"))


def is_word(text: str) -> bool:
    """Whether every reader takes an unquoted scalar for just this text, seen quickly."""
    return text[:1] not in _NO_WORD and text not in _BOOLS and text not in _NULL


def _mandatory(text: str, reader: Reader) -> Value:
    return MANDATORY if text == "???" and reader == "omegaconf" else text


def _number(text: str, reader: Reader) -> Value:
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _INT.fullmatch(text):
        return _int(text)
    if reader == "omegaconf":
        return _float(text) if re.fullmatch(_OMEGACONF_FLOAT, text, re.VERBOSE) else text
    return UNKNOWN if re.fullmatch(_TIMESTAMP, text, re.VERBOSE) else text


def _int(text: str) -> int | Unknown:
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


def _float(text: str) -> float | Unknown:
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


def _tagged(text: str, tag: str, reader: Reader) -> Value:
    if tag == "!":
        # PyYAML resolves what carries a bare "!" as if it stood without it and without quotes.
        return plain_value(text, reader)
    if tag == _STANDARD + "str":
        return _mandatory(text, reader)
    kind = tag[len(_STANDARD) :] if tag.startswith(_STANDARD) else ""
    if kind == "null":
        return None
    if kind == "bool":
        lowered = {word.lower(): value for word, value in _BOOLS.items()}
        return lowered.get(text.lower(), UNREADABLE)
    try:
        if kind == "int":
            return _int(text)
        if kind == "float":
            return _float(text)
    except (ValueError, IndexError):
        return UNREADABLE
    if kind == "timestamp" and reader == "omegaconf":
        return UNREADABLE
    if tag == UNDEFINED:
        # The parser has already reported it.
        return UNKNOWN
    return UNKNOWN if kind in ("timestamp", "binary") else UNREADABLE


def _json_value(text: str) -> Value:
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


def surprising_number(scalar: Scalar, reader: Reader) -> str | None:
    """How YAML 1.1 reads a number that people write for another: octal 010, sexagesimal 12:30."""
    if reader == "json" or scalar.style or scalar.tag is not None:
        return None
    if scalar.value[:1] not in _SIGNS_AND_DIGITS:
        return None
    digits = scalar.value.lstrip("+-").replace("_", "")
    if len(digits) > _MAX_DIGITS:
        return None
    if not _INT.fullmatch(scalar.value):
        return "a base 60 number" if ":" in digits and _FLOAT.fullmatch(scalar.value) else None
    if ":" in digits:
        return "a base 60 number"
    if len(digits) > 1 and digits.isdigit() and digits[0] == "0" and int(digits, 8) != int(digits):
        return "an octal number"
    return None
