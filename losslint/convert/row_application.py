"""What a chosen row comes to for one loss: its target with parameters, and what must change."""

from collections.abc import Mapping
from typing import NamedTuple

from losslint.catalog.equivalences_model import (
    Equivalence,
    From,
    FromClasses,
    IgnoredLabel,
    RowValue,
)
from losslint.catalog.equivalences_words import (
    ALL_IGNORED,
    CLIP_SMOOTHED,
    ENDINGS,
    NO_RESIZING,
    RAW_LOGITS,
    RESIZED_BY_CRITERION,
)
from losslint.convert.model import Arguments, Refused
from losslint.convert.row_selection import Match
from losslint.dialects.model_info import ModelInfo


class Resolved(NamedTuple):
    """The target's parameters and factor, worked out."""

    params: tuple[tuple[str, object], ...]
    factor: float | None


def resolve(match: Match, arguments: Arguments, facts: ModelInfo) -> Resolved | Refused:
    """The target's parameters and factor; refused where a number is missing for them."""
    params: dict[str, object] = {}
    for row in (match.row, *match.modifiers):
        for name, value in row.params:
            given = _value(value, arguments, facts)
            if isinstance(value, From) and value.param not in arguments.written and given is None:
                continue
            if given is not None or not isinstance(value, From):
                params[name] = given
    factor = _value(match.row.weight, arguments, facts)
    if isinstance(match.row.weight, FromClasses) and factor is None:
        return Refused(
            "the factor of the criterion depends on the number of classes, which the file does "
            "not tell"
        )
    number = factor if isinstance(factor, (int, float)) else None
    return Resolved(tuple(params.items()), number)


def _value(value: RowValue, arguments: Arguments, facts: ModelInfo) -> object:
    if isinstance(value, From):
        return arguments.values.get(value.param)
    if isinstance(value, IgnoredLabel):
        return value.usual if facts.void is None else facts.void
    if isinstance(value, FromClasses):
        if facts.classes is None:
            return None
        return float(facts.classes) if value.what == "classes" else 1 / facts.classes
    return value


def about(row: Equivalence, arguments: Arguments, facts: ModelInfo) -> Equivalence:
    """A row whose changes name what is in the source, and nothing that is not."""
    changes = (_change_asked(text, arguments, facts) for text in row.changes)
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


def _change_asked(text: str, arguments: Arguments, facts: ModelInfo) -> str | None:
    if text in ENDINGS:
        return _ending(text, arguments, facts)
    if text == NO_RESIZING:
        return _resizing(facts)
    return text


def _ending(text: str, arguments: Arguments, facts: ModelInfo) -> str | None:
    """About the activation that the criterion applies itself."""
    head = facts.known.get("head")
    if head == ENDINGS[text]:
        return text
    if head == "linear" or arguments.values.get("from_logits") is True:
        return None
    return text if head is None else RAW_LOGITS


def _resizing(facts: ModelInfo) -> str | None:
    """About the resizing that the criterion does itself."""
    if facts.known.get("resize") == "logits":
        return NO_RESIZING
    # Of a model that is known, the resizing would be known as well.
    return RESIZED_BY_CRITERION if facts.known.get("head") is None else None
