"""How the entries of a config are translated into what a framework is given: one module a dialect.

A module has a `TRANSLATOR`; `translator_of` finds it by the table of backends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from losslint.dialects.records import LossEntry, Site
from losslint.dryrun.backends import BACKENDS
from losslint.dryrun.records import DialectName


class EntryTranslator:
    """What a dry run asks beside the dialect; the defaults suit one without oddities."""

    def catalog(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The losses of the framework's newest release, each with parameters that it takes."""
        raise NotImplementedError

    def why_empty(self, site: Site) -> str | None:
        """Why a site without entries keeps the framework from training, None where it does not."""
        return None

    def why_refused(self, entry: LossEntry) -> str | None:
        """Why the framework would not build the entry, if the file alone tells."""
        return None

    def why_unknown(self, entry: LossEntry) -> str | None:
        """Why only the running trainer knows which loss this is."""
        return None

    def name(self, entry: LossEntry) -> str:
        """The loss as its runtime knows it."""
        return entry.name_text or ""

    def keys(self, entry: LossEntry) -> dict[str, Any]:
        """Each parameter's key as the framework gets it, by what is written."""
        return {argument.name: argument.name for argument in entry.arguments}

    def own_type(self, params: Mapping[Any, Any]) -> str | None:
        """The element type that a loss's parameters make it compute in, None where they do not."""
        return None


def translator_of(dialect: DialectName) -> EntryTranslator | None:
    """The translator of a dialect's entries, None where no backend computes its losses."""
    backend = BACKENDS.get(dialect)
    return None if backend is None else import_module(backend.entries).TRANSLATOR
