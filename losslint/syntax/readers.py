"""What reads a file, as an object that is asked what it makes of the file's scalars.

OmegaConf, by which NetsPresso Trainer reads, is YAML 1.1 with a rule of its own for floats: 1e-1 is
a float for it and a string for PyYAML's safe_load. Dates stay strings, `${key}` stands for the
value of another key, and "???" for a value that must still be given.
"""

import re
from typing import Final

from losslint.syntax.languages import JSON, YAML, Language
from losslint.syntax.nodes import UNDEFINED, Mapping, Scalar, Sequence
from losslint.syntax.scalars import (
    BOOLS,
    MANDATORY,
    NULLS,
    UNKNOWN,
    UNREADABLE,
    Value,
    float_value,
    in_digits,
    int_value,
    is_float,
    is_int,
    json_value,
    surprising_number,
)

_STANDARD = "tag:yaml.org,2002:"
# What stands before a mapping, and before a list, for PyYAML; "!" says nothing to it.
_MAPPING_TAGS = frozenset(("map", "set", "!"))
_SEQUENCE_TAGS = frozenset(("seq", "omap", "pairs", "!"))
# Compiled where they are needed, which is seldom.
_TIMESTAMP = r"""[0-9]{4}-[0-9]{2}-[0-9]{2}
      |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
       (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"""
_OMEGACONF_FLOAT = r"""[-+]?[0-9]+(?:_[0-9]+)*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
      |[-+]?[0-9]+(?:_[0-9]+)*[eE][-+]?[0-9]+"""
_OMEGACONF_PATH = r"python/object/apply:pathlib\.(_local\.)?(Posix|Windows)?Path"


class Reader:
    """What reads a file. Its one instance is shared by every document that it reads.

    Attributes:
        language: what it reads.
        merges: the key `<<` brings the pairs of other mappings in.
        interpolates: `${key}` stands for the value of another key.
    """

    language: Language
    merges = False
    interpolates = False

    def value_of(self, scalar: Scalar) -> Value:
        """What it makes of a scalar."""
        raise NotImplementedError

    def plain_value(self, text: str) -> Value:
        """What it makes of a text outside of quotes."""
        raise NotImplementedError

    def surprising_number(self, scalar: Scalar) -> str | None:
        """How it reads a number that people write for another one; None where it does not."""
        return None

    def builds(self, collection: Mapping | Sequence) -> bool:
        """Whether it makes something of a collection with such a tag."""
        return True

    def __repr__(self) -> str:
        return f"<reader {type(self).__name__}>"


class _JsonLoad(Reader):
    """Python's json.load."""

    language = JSON

    def value_of(self, scalar: Scalar) -> Value:
        return scalar.value if scalar.is_quoted else json_value(scalar.value)

    def plain_value(self, text: str) -> Value:
        return json_value(text)


class _PyYaml(Reader):
    """PyYAML's safe_load: YAML 1.1."""

    language = YAML
    merges = True
    builds_dates = True

    def value_of(self, scalar: Scalar) -> Value:
        if scalar.tag is not None:
            return self._tagged(scalar.value, scalar.tag)
        if scalar.is_plain or scalar.is_absent:
            return self.plain_value(scalar.value)
        return self._text(scalar.value)

    def plain_value(self, text: str) -> Value:
        if text in NULLS:
            return None
        first = text[0]
        if first in "0123456789+-.":
            number = in_digits(text)
            if number is not None:
                return number
            if is_float(text):
                return float_value(text)
            return int_value(text) if is_int(text) else self._like_number(text)
        if first in "yYnNtTfFoO":
            return BOOLS.get(text, text)
        if text in ("=", "<<"):
            return UNREADABLE
        return self._text(text)

    def surprising_number(self, scalar: Scalar) -> str | None:
        return surprising_number(scalar)

    def builds(self, collection: Mapping | Sequence) -> bool:
        kind = (collection.tag or "!").replace(_STANDARD, "")
        return kind in (_MAPPING_TAGS if isinstance(collection, Mapping) else _SEQUENCE_TAGS)

    def _text(self, text: str) -> Value:
        """A string."""
        return text

    def _like_number(self, text: str) -> Value:
        """A text that starts like a number, and is none of YAML 1.1."""
        return UNKNOWN if re.fullmatch(_TIMESTAMP, text, re.VERBOSE) else text

    def _tagged(self, text: str, tag: str) -> Value:
        if tag == "!":
            # PyYAML resolves what carries a bare "!" as if it stood without it and without quotes.
            return self.plain_value(text)
        if tag == _STANDARD + "str":
            return self._text(text)
        kind = tag[len(_STANDARD) :] if tag.startswith(_STANDARD) else ""
        if kind == "null":
            return None
        if kind == "bool":
            lowered = {word.lower(): value for word, value in BOOLS.items()}
            return lowered.get(text.lower(), UNREADABLE)
        try:
            if kind == "int":
                return int_value(text)
            if kind == "float":
                return float_value(text)
        except (ValueError, IndexError):
            return UNREADABLE
        if tag == UNDEFINED:
            # The parser has already reported it.
            return UNKNOWN
        is_built = kind == "binary" or (kind == "timestamp" and self.builds_dates)
        return UNKNOWN if is_built else UNREADABLE


class _OmegaConf(_PyYaml):
    """OmegaConf.load."""

    interpolates = True
    builds_dates = False

    def builds(self, collection: Mapping | Sequence) -> bool:
        kind = (collection.tag or "!").replace(_STANDARD, "")
        if isinstance(collection, Sequence) and re.fullmatch(_OMEGACONF_PATH, kind):
            return True
        return kind != "set" and super().builds(collection)

    def _text(self, text: str) -> Value:
        return MANDATORY if text == "???" else text

    def _like_number(self, text: str) -> Value:
        return float_value(text) if re.fullmatch(_OMEGACONF_FLOAT, text, re.VERBOSE) else text


class _AnyLoader(_OmegaConf):
    """Whichever loader of YAML a project has: what they read differently is unknown."""

    def plain_value(self, text: str) -> Value:
        value, other = super().plain_value(text), PYYAML.plain_value(text)
        if isinstance(value, bool):
            return value if text.lower() in ("true", "false") else UNKNOWN
        is_read_anew = isinstance(value, int) and text.lstrip("+-") != str(abs(value))
        return UNKNOWN if is_read_anew or type(value) is not type(other) else value

    def surprising_number(self, scalar: Scalar) -> str | None:
        return None

    def _text(self, text: str) -> Value:
        return UNKNOWN if text == "???" else text


JSON_LOAD: Final[Reader] = _JsonLoad()
PYYAML: Final[Reader] = _PyYaml()
OMEGACONF: Final[Reader] = _OmegaConf()
ANY_LOADER: Final[Reader] = _AnyLoader()
