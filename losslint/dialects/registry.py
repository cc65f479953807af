"""The dialects there are, in the order in which a document is asked for their marks.

What is asked of all of them together stands here, too. A new dialect is a line in DIALECTS and the
import that it needs.
"""

from __future__ import annotations

from itertools import chain
from os.path import splitext
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.keras import KERAS
from losslint.dialects.netspresso import NETSPRESSO

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef
    from losslint.dialects.experiment import Experiment
    from losslint.files.listing import FolderListings
    from losslint.syntax.languages import Language

DIALECTS: Final[tuple[Dialect, ...]] = (NETSPRESSO, KERAS)

SUFFIXES: Final = tuple(dict.fromkeys(suffix for each in DIALECTS for suffix in each.suffixes))
"""What files end in that may hold losses."""


def dialect_named(name: str) -> Dialect:
    """The dialect of a name. Raises KeyError for a name that is none."""
    return {each.name: each for each in DIALECTS}[name]


def languages() -> tuple[Language, ...]:
    """What the files of all dialects are written in."""
    return tuple(dict.fromkeys(reader.language for each in DIALECTS for reader in each.readers))


def language_of(name: str) -> Language:
    """The language of a file, by what its name ends in; of any other name, YAML."""
    from losslint.syntax.languages import JSON, YAML

    suffix = splitext(name)[1].lower()
    # Nearly every file is in one of these two, and the others need not be imported for it.
    for each in (YAML, JSON):
        if suffix in each.suffixes:
            return each
    return next((each for each in languages() if suffix in each.suffixes), YAML)


def language_spoken(name: str) -> Language | None:
    """The language that editors call so; None for one in which nobody writes losses."""
    return next((each for each in languages() if name in each.editor_names), None)


def all_losses() -> tuple[LossDef, ...]:
    """What the catalog knows of every loss of every dialect, those that are gone included."""
    return tuple(loss for each in DIALECTS for loss in each.losses())


def companions(
    path: str, declared: tuple[tuple[str, ...], ...], own: bytes, folders: FolderListings
) -> tuple[str, ...]:
    """The other files whose contents decide what is said of one, by all dialects that merge any."""
    each = (d.companions(path, declared, own, folders) for d in DIALECTS if d.merges_files)
    return tuple(chain.from_iterable(each))


def experiments_around(
    path: str, declared: tuple[tuple[str, ...], ...], text: str, folders: FolderListings
) -> tuple[Experiment, ...]:
    """The runs that a file belongs to, by all dialects that merge any."""
    each = (d.experiments_around(path, declared, text, folders) for d in DIALECTS if d.merges_files)
    return tuple(chain.from_iterable(each))


def other_dialect(dialect: Dialect) -> Dialect:
    """The dialect that losses of this one are converted to: the first that is another."""
    return next(other for other in DIALECTS if other is not dialect)
