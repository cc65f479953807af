"""The dialects there are, in the order in which a document is asked for their marks."""

from __future__ import annotations

from typing import Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.keras import KERAS
from losslint.dialects.netspresso import NETSPRESSO

DIALECTS: Final[tuple[Dialect, ...]] = (NETSPRESSO, KERAS)


def dialect_named(name: str) -> Dialect:
    """The dialect of a name. Raises KeyError for a name that is none."""
    for dialect in DIALECTS:
        if dialect.name == name:
            return dialect
    raise KeyError(name)


def other_dialect(dialect: Dialect) -> Dialect:
    """The dialect that losses of this one are converted to: the first that is another."""
    return next(other for other in DIALECTS if other is not dialect)
