"""A key of a mapping, as a reader uses it."""

from losslint.diagnostics import Span
from losslint.syntax.nodes import Scalar


class Member:
    """A key as it is used: its name, its node, and the place to point at."""

    __slots__ = ("at", "key", "name")

    def __init__(self, name: str, key: Scalar, at: Span) -> None:
        self.name = name
        self.key = key
        self.at = at
