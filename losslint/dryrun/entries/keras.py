"""Losses of Keras's configs and of the platform's, for Keras."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from losslint.catalog import keras as catalog
from losslint.catalog import platform
from losslint.catalog.model import holds, release_key
from losslint.dialects.keras.modules import is_of_another_package
from losslint.dialects.keras.sites import picks_by_shape
from losslint.dialects.records import LossEntry
from losslint.dryrun.entries import EntryTranslator
from losslint.dryrun.records import DTYPES

_NEWEST = release_key(catalog.NEWEST)


class KerasEntries(EntryTranslator):
    """Keras knows losses by class, by function and by alias; the platform writes in upper case."""

    def catalog(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Keras's losses with their defaults, and the platform's own."""
        for loss in catalog.LOSSES:
            if loss.class_name is not None and holds(loss.since, loss.until, _NEWEST):
                yield loss.class_name, {}
        for loss in platform.LOSSES:
            yield loss.name, dict(loss.example)

    def why_refused(self, entry: LossEntry) -> str | None:
        if entry.style.is_object and is_of_another_package(entry.view):
            return f"{entry.name_text} is of another package of Keras, and no loss"
        return None

    def why_unknown(self, entry: LossEntry) -> str | None:
        if picks_by_shape(entry):
            return f"{entry.name_text}: the shape of the labels decides which crossentropy it is"
        return None

    def name(self, entry: LossEntry) -> str:
        """The loss's class; a name that today's Keras lacks stays as it is."""
        name = entry.name_text or ""
        if entry.style.is_object or _is_of_the_platform(entry):
            return name
        found = catalog.find(name, _NEWEST)
        if found is None or found[0].class_name is None:
            return name
        loss, spelling = found
        valid = holds(spelling.since, spelling.until, _NEWEST)
        return (loss.class_name or name) if valid else name

    def keys(self, entry: LossEntry) -> dict[str, Any]:
        """Parameters as the loss knows them: the platform writes those of Keras in upper case."""
        keys = super().keys(entry)
        if entry.style.is_upper_case and not _is_of_the_platform(entry):
            return {name: name.lower() if name.isupper() else name for name in keys}
        return keys

    def own_type(self, params: Mapping[Any, Any]) -> str | None:
        """The type that a loss's `dtype` names, or that a saved policy computes in."""
        named = params.get("dtype")
        if isinstance(named, dict) and isinstance(named.get("config"), dict):
            named = named["config"].get("name")  # a saved DTypePolicy
        compute = named.removeprefix("mixed_") if isinstance(named, str) else None
        return compute if compute in DTYPES else None


def _is_of_the_platform(entry: LossEntry) -> bool:
    """Whether an entry of the platform's style names one of the platform's own losses."""
    return entry.style.is_upper_case and platform.find(entry.name_text or "") is not None


TRANSLATOR: Final = KerasEntries()
