"""What a row asks of the user, in words about the source that is at hand.

A row speaks of every loss that it relates. Whether there is a softmax to take out, or a layer that
resizes, is for the config and the model around it to say; where neither tells, the row's own words
stand.
"""

from __future__ import annotations

from collections.abc import Mapping

from losslint.catalog.equivalences_model import Equivalence
from losslint.catalog.equivalences_words import (
    ALL_IGNORED,
    CLIP_SMOOTHED,
    ENDINGS,
    NO_RESIZING,
    RAW_LOGITS,
    RESIZED_BY_CRITERION,
)
from losslint.convert.model import Arguments, Facts


def about(row: Equivalence, arguments: Arguments, facts: Facts) -> Equivalence:
    """A row whose changes name what is in the source, and nothing that is not."""
    changes = (_change(text, arguments, facts) for text in row.changes)
    breaks = (text for text in row.breaks if not _is_idle(text, row, arguments.values))
    return row._replace(
        changes=tuple(text for text in changes if text is not None), breaks=tuple(breaks)
    )


def _is_idle(text: str, row: Equivalence, values: Mapping[str, object]) -> bool:
    """Whether it is about a parameter that the source leaves off."""
    if text == CLIP_SMOOTHED:
        return values.get("label_smoothing") == 0
    if text == ALL_IGNORED and row.source == "keras":
        return "ignore_class" in values and values["ignore_class"] is None
    return False


def _change(text: str, arguments: Arguments, facts: Facts) -> str | None:
    if text in ENDINGS:
        return _ending(text, arguments, facts)
    if text == NO_RESIZING:
        return _resizing(facts)
    return text


def _ending(text: str, arguments: Arguments, facts: Facts) -> str | None:
    """About the activation that the criterion applies itself."""
    head = facts.known.get("head")
    if head == ENDINGS[text]:
        return text
    if head == "linear" or arguments.values.get("from_logits") is True:
        return None
    return text if head is None else RAW_LOGITS


def _resizing(facts: Facts) -> str | None:
    """About the resizing that the criterion does itself."""
    if facts.known.get("resize") == "logits":
        return NO_RESIZING
    # Of a model that is known, the resizing would be known as well.
    return RESIZED_BY_CRITERION if facts.known.get("head") is None else None
