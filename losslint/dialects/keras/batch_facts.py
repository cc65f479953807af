"""What a saved model, a program or a platform's file says of what Keras's losses get."""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.keras import NEWEST
from losslint.catalog.model import release_key
from losslint.dialects.batch_facts import BatchFact
from losslint.dialects.keras.ending import Ending, ModelOutputs, read_endings, read_outputs
from losslint.dialects.keras.platform import likely_platform
from losslint.dialects.records import LossEntry, Site


def batch_facts(site: Site, entry: LossEntry) -> Iterator[BatchFact]:
    """The facts of the output that an entry trains on, as far as they are certain."""
    if site.is_platform:
        classes = likely_platform(site.root).classes
        if classes is not None:
            yield BatchFact("classes", classes, None)
        return
    outputs = read_outputs(read_endings(site), release_key(NEWEST)) if site.is_compiled else None
    ending = _ending_of(entry, outputs) if outputs is not None else None
    if ending is None:
        return
    if ending.units is not None:
        yield BatchFact("classes", ending.units, ending.at)
    if ending.rank is not None:
        yield BatchFact("rank", ending.rank, ending.at)
    if ending.cast:
        yield BatchFact("mixed", True, ending.at)


def _ending_of(entry: LossEntry, outputs: ModelOutputs) -> Ending | None:
    """The output of an entry; None where several have it, or none is sure to."""
    if isinstance(entry.output, str):
        named = dict(zip(outputs.names, outputs.endings, strict=True))
        return named.get(entry.output)
    if len(outputs.endings) == 1:
        return outputs.endings[0]
    at = entry.output
    if at is None or not 0 <= at < len(outputs.listed):
        return None
    return outputs.listed[at]
