"""What a node means to the reader of its file: its value and its type."""

from __future__ import annotations

from typing import Final, Literal

from losslint.syntax.interpolation import is_environment_or_null, is_mixed, is_of_environment
from losslint.syntax.languages import Language
from losslint.syntax.nodes import Mapping, Scalar, Sequence
from losslint.syntax.readers import Reader
from losslint.syntax.scalars import MANDATORY, UNKNOWN, Unknown, Value

ValueKind = Literal["null", "bool", "int", "float", "str", "list", "mapping", "unknown"]

_STANDARD = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_KINDS: dict[type, ValueKind] = {type(None): "null", bool: "bool", int: "int", float: "float"}

# Stands where a value was not asked for yet.
UNASKED: Final = Unknown("not asked for")


class ReadValue:
    """A node and the reader that gives it a meaning."""

    __slots__ = ("_kind", "_value", "reader")

    # Set where a node is made, without a call of its own: a file has many.
    reader: Reader
    _value: Value
    _kind: ValueKind | None

    @property
    def node(self) -> Mapping | Sequence | Scalar:
        """The node that is read."""
        raise NotImplementedError

    @property
    def language(self) -> Language:
        """The language of the document."""
        return self.reader.language

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, Mapping)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, Sequence)

    @property
    def value(self) -> Value:
        """A scalar's value; UNKNOWN for a collection and for what only another file tells."""
        value = self._value
        if value is UNASKED:
            value = UNKNOWN
            if isinstance(self.node, Scalar) and (
                not self.reader.interpolates or "${" not in self.node.value
            ):
                value = self.reader.value_of(self.node)
            self._value = value
        return value

    @property
    def number(self) -> int | float | None:
        """The value where it is a number; a boolean is none."""
        value = self.value
        return None if isinstance(value, (bool, str, Unknown)) else value

    @property
    def integer(self) -> int | None:
        """The value where it is an integer; a boolean is none."""
        number = self.number
        return number if isinstance(number, int) else None

    @property
    def is_of_environment(self) -> bool:
        """Whether this is a variable of the environment: unknown text, but text."""
        if not self.reader.interpolates or not isinstance(self.node, Scalar):
            return False
        return is_of_environment(self.node.value)

    @property
    def is_environment_or_null(self) -> bool:
        """Whether this is a variable of the environment, or null where it is not set."""
        if not self.reader.interpolates or not isinstance(self.node, Scalar):
            return False
        return is_environment_or_null(self.node.value)

    @property
    def kind(self) -> ValueKind:
        """The type of the value as the reader gives it."""
        if self._kind is None:
            self._kind = self._read_kind()
        return self._kind

    def _read_kind(self) -> ValueKind:
        if not isinstance(self.node, Scalar):
            if self.node.tag is not None and not self.node.tag.startswith(_STANDARD):
                return "unknown"
            return "mapping" if isinstance(self.node, Mapping) else "list"
        value = self.value
        if self.reader.interpolates and is_mixed(self.node.value):
            # Text around an interpolation makes a string of whatever it stands for.
            return "str"
        return "unknown" if isinstance(value, Unknown) else _KINDS.get(type(value), "str")

    @property
    def is_mandatory(self) -> bool:
        """Whether this is OmegaConf's "???", which raises when it is read."""
        return self.value is MANDATORY
