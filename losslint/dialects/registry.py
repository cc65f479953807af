"""The dialects there are, in the order in which a document is asked for their marks.

What is asked of all of them together stands here, too. A new dialect is a line in DIALECTS and the
import that it needs.
"""

from __future__ import annotations

from os.path import splitext
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.keras import KERAS
from losslint.dialects.netspresso import NETSPRESSO

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef
    from losslint.syntax.nodes import Tree

DIALECTS: Final[tuple[Dialect, ...]] = (NETSPRESSO, KERAS)

SUFFIXES: Final = tuple(dict.fromkeys(suffix for each in DIALECTS for suffix in each.suffixes))
"""What files end in that may hold losses."""


def dialect_named(name: str) -> Dialect:
    """The dialect of a name. Raises KeyError for a name that is none."""
    return {each.name: each for each in DIALECTS}[name]


def parse(name: str, text: str) -> Tree:
    """The tree of a text, by what the name of its file ends in; of any other name, as YAML."""
    suffix = splitext(name)[1].lower()
    dialect = next((each for each in DIALECTS if suffix in each.suffixes), DIALECTS[0])
    return dialect.parse(text, suffix)


def all_losses() -> tuple[LossDef, ...]:
    """What the catalog knows of every loss of every dialect, those that are gone included."""
    return tuple(loss for each in DIALECTS for loss in each.losses())
