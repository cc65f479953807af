"""What a document most likely says of the model and the data around its losses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.equivalences_model import FactName


class ModelInfo(NamedTuple):
    """The facts that are known, in the words of the equivalences.

    `classes` is their number, `void` the label that the losses leave out, where somebody said so.
    """

    known: Mapping[FactName, str] = MappingProxyType({})
    classes: int | None = None
    void: int | None = None

    def merged_with(self, other: ModelInfo) -> ModelInfo:
        """What both say; where they disagree, the other is right."""
        known = MappingProxyType({**self.known, **other.known})
        void = self.void if other.void is None else other.void
        return ModelInfo(known, other.classes or self.classes, void)


def as_model_info(known: Mapping[FactName, str | None], classes: int | None = None) -> ModelInfo:
    """What is known: facts without a value are not."""
    facts = {name: value for name, value in known.items() if value is not None}
    if classes is not None:
        facts["classes"] = "two" if classes == 2 else "more"
    return ModelInfo(MappingProxyType(facts), classes)
