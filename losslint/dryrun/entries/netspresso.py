"""Entries of `model.losses`, for NetsPresso Trainer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from losslint.catalog import netspresso as catalog
from losslint.catalog.model import LossDef, holds, release_key
from losslint.dialects.records import LossEntry, Site
from losslint.dryrun.entries import EntryTranslator
from losslint.syntax.plain import typed_key


class NetsPressoEntries(EntryTranslator):
    """The trainer needs a list of losses, and a weight for each."""

    def catalog(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The criteria with the parameters of the configs that the trainer ships."""
        newest = release_key(catalog.NEWEST)
        for loss in catalog.LOSSES:
            if holds(loss.since, loss.until, newest) and not _is_gone(loss):
                yield loss.name, dict(loss.example)

    def why_empty(self, site: Site) -> str | None:
        return "no list of losses stands here"

    def why_refused(self, entry: LossEntry) -> str | None:
        return "weight is missing, and the trainer reads it" if entry.weight is None else None

    def keys(self, entry: LossEntry) -> dict[str, Any]:
        """In YAML a key need not be text: whether the trainer takes another is for it to say."""
        keys = super().keys(entry)
        if entry.view.is_mapping:
            pairs = entry.view.pairs()
            keys.update((member.name, typed_key(member, value)) for member, value in pairs)
        return keys


def _is_gone(loss: LossDef) -> bool:
    return loss.replacement is not None or (not loss.params and not loss.example)


TRANSLATOR: Final = NetsPressoEntries()
