"""What a project declares in its settings: losses of its own, and places where losses stand."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from losslint.files.globs import Globs, relative

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef, VersionKey
    from losslint.dialects.dialect import Dialect
    from losslint.dialects.records import LossEntry


class OwnLoss(NamedTuple):
    """A loss that a settings file declares for a framework, or for a form of the project's own.

    `schema` is the JSON Schema of its parameters, as text. `extends` names a loss of the catalog
    whose parameters it has as well. `file` is the settings file.
    """

    framework: str
    name: str
    schema: str = "true"
    extends: str | None = None
    file: str = ""


class OwnSite(NamedTuple):
    """A place where losses stand in the files of a project.

    Attributes:
        root: the folder that the patterns are relative to.
        files: patterns as in .gitignore; which files have such a place.
        path: where it is in a document: `train.loss`, `Loss.Train[*]`.
        dialect: whose losses stand there; empty for those of the project's own.
        name: the key of a loss's name, "*" where the key itself is the name; empty where the losses
            are written as the dialect has them.
        parameters: the key under which the parameters of a loss stand; empty: beside its name.
    """

    root: str
    files: tuple[str, ...]
    path: str
    dialect: str = ""
    name: str = ""
    parameters: str = ""

    def is_in(self, path: str) -> bool:
        """Whether a file, given by its absolute path, has such a place."""
        return _globs(self.files).covers(relative(path, self.root))


@lru_cache(maxsize=256)
def _globs(patterns: tuple[str, ...]) -> Globs:
    return Globs(patterns)


class Declarations(NamedTuple):
    """The losses and the sites that the settings of a file declare."""

    losses: tuple[OwnLoss, ...] = ()
    sites: tuple[OwnSite, ...] = ()

    def sites_in(self, path: str) -> tuple[OwnSite, ...]:
        """The sites of a file."""
        if not self.sites:
            return ()
        whole = os.path.abspath(path)
        return tuple(each for each in self.sites if each.is_in(whole))

    def losses_for(self, dialect: "Dialect") -> tuple[OwnLoss, ...]:
        """The losses of one's own that stand in configs of a dialect."""
        return tuple(each for each in self.losses if dialect.takes(each.framework))

    def loss_of(self, entry: "LossEntry") -> OwnLoss | None:
        """The loss of one's own that an entry names."""
        name = entry.dialect.own_name(entry) if self.losses else None
        if name is None:
            return None
        return next((each for each in self.losses_for(entry.dialect) if each.name == name), None)


NOTHING_DECLARED = Declarations()


def base_of(own: OwnLoss) -> "LossDef | None":
    """The loss of the catalog that one of one's own extends."""
    from losslint.dialects.registry import DIALECTS

    if own.extends is None:
        return None
    losses = (loss for each in DIALECTS if each.takes(own.framework) for loss in each.losses())
    return next((loss for loss in losses if own.extends in spellings(loss)), None)


def spellings(loss: "LossDef") -> set[str]:
    """The names of a loss: that of its class, and those of all releases."""
    return {loss.name, loss.class_name or loss.name, *(each.text for each in loss.names)}


@lru_cache(maxsize=256)
def told(own: OwnLoss) -> "LossDef":
    """A loss of one's own as the catalog tells of its own."""
    from losslint.catalog.own import as_loss

    return as_loss(own.framework, own.name, own.schema, base_of(own), own.file)


def schema_at(own: OwnLoss, version: "VersionKey") -> object:
    """The schema of all its parameters, at a release of the framework."""
    from losslint.catalog.own import whole_schema

    return whole_schema(own.schema, base_of(own), version)
