"""What is known of Keras's losses: functions, classes, aliases, release by release."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.keras import crossentropy, margin, regression
from losslint.catalog.keras.common import CLASSES_SINCE as CLASSES_SINCE
from losslint.catalog.keras.common import KERAS_3 as KERAS_3
from losslint.catalog.model import LossDef, Name, VersionKey, holds, release_key
from losslint.catalog.releases import KERAS as RELEASES

NEWEST = RELEASES[-1]

LOSSES: tuple[LossDef, ...] = (*crossentropy.LOSSES, *regression.LOSSES, *margin.LOSSES)


class Never(NamedTuple):
    """A name that reads like a loss and is none.

    In the releases `since` to before `until` Keras finds it all the same, and fails later; where
    `until` is the first release of all, none ever found it. `nearest` holds losses that may be
    meant; none of them computes the same.
    """

    text: str
    advice: str
    nearest: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None


_NEVER = (
    Never(
        "mean_squared_percentage_error",
        "no release of Keras ever had it, and no loss computes it",
        ("mean_absolute_percentage_error", "mean_squared_logarithmic_error"),
        until="1.0.0",
    ),
    Never(
        "is_categorical_crossentropy",
        "it was a helper that asks whether a loss is categorical_crossentropy, never a loss",
        ("categorical_crossentropy",),
        since="2.3.0",
        until=KERAS_3,
    ),
    Never(
        "Loss", "it is the abstract class of all losses and computes nothing", since=CLASSES_SINCE
    ),
    Never(
        "LossFunctionWrapper",
        "it is the class that wraps a loss function and computes nothing by itself",
        since=CLASSES_SINCE,
    ),
)
NEVER: Mapping[str, Never] = MappingProxyType({never.text: never for never in _NEVER})


class Lost(NamedTuple):
    """A parameter that get_config leaves out: after saving and loading it is its default again."""

    class_name: str | None
    """The class, or None for all of them."""
    param: str
    since: str
    until: str | None = None


LOST_ON_SAVE = (
    Lost("Huber", "delta", KERAS_3),
    Lost("CosineSimilarity", "axis", KERAS_3),
    Lost("SparseCategoricalCrossentropy", "axis", "3.10.0"),
    Lost(None, "dtype", "3.4.0"),
)

NOT_STRINGS: Mapping[str, LossDef] = MappingProxyType(
    {
        text: loss
        for loss in LOSSES
        if not loss.names
        for text in (loss.name, loss.class_name)
        if text is not None
    }
)
"""Names that keras.losses exports and that no string finds; only the object does."""


def _by_name() -> dict[str, tuple[tuple[LossDef, Name], ...]]:
    found: dict[str, tuple[tuple[LossDef, Name], ...]] = {}
    for loss in LOSSES:
        for name in loss.names:
            found[name.text] = (*found.get(name.text, ()), (loss, name))
    return found


_BY_NAME: Mapping[str, tuple[tuple[LossDef, Name], ...]] = MappingProxyType(_by_name())

_BY_CLASS: Mapping[str, LossDef] = MappingProxyType(
    {loss.class_name: loss for loss in LOSSES if loss.class_name is not None}
)


def find(text: str, version: VersionKey | None = None) -> tuple[LossDef, Name] | None:
    """The loss that a string ever named, with that spelling's releases.

    A spelling may have come back after a pause; its range that holds at `version` is given, or
    else the last one.
    """
    found = _BY_NAME.get(text)
    if found is None:
        return None
    if version is not None:
        for loss, name in found:
            if holds(name.since, name.until, version):
                return loss, name
    return found[-1]


def find_class(class_name: str) -> LossDef | None:
    """The loss of a class, also where no string finds it."""
    return _BY_CLASS.get(class_name)


def class_since(loss: LossDef) -> str:
    """The first release with the class of a loss, which may be older than the string for it."""
    if loss.since is not None and holds(CLASSES_SINCE, None, release_key(loss.since)):
        return loss.since
    named = (name.since for name in loss.names if name.text == loss.class_name)
    return next((since for since in named if since is not None), CLASSES_SINCE)


def all_names() -> Iterator[Name]:
    """Every string that names a loss at some release."""
    return (name for loss in LOSSES for name in loss.names)


def names_at(version: VersionKey) -> tuple[str, ...]:
    """Every string that names a loss at a release."""
    return tuple(
        name.text
        for loss in LOSSES
        for name in loss.names
        if holds(name.since, name.until, version)
    )
