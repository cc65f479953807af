"""Parameters as other frameworks call them, which no likeness of names leads back from."""

from losslint.rules.base import Argument, LossEntry
from losslint.text import folded

_IGNORED = (
    "ignorelabel",
    "ignoredlabel",
    "ignoredclass",
    "ignorevalue",
    "ignoreid",
    "voidindex",
    "voidlabel",
    "voidclass",
)
_IGNORING = ("ignoreindex", "ignoreclass")
_SMOOTHED = ("smooth", "smoothing", "smoothingfactor", "lsm", "labelsmoothingfactor")

_CLASS_WEIGHTS = frozenset(
    (
        "weights",
        "classweight",
        "classweights",
        "clsweight",
        "clsweights",
        "ceweight",
        "ceweights",
        "weightperclass",
        "weightsperclass",
        "perclassweight",
        "perclassweights",
    )
)


def other_name(word: str, names: list[str]) -> str | None:
    """The parameter among `names` that other frameworks call by a word."""
    key = folded(word)
    if key in _IGNORED or key in _IGNORING:
        return next((name for name in names if folded(name) in _IGNORING), None)
    if key in _SMOOTHED:
        return next((name for name in names if folded(name) == "labelsmoothing"), None)
    return None


def asks_for_class_weights(argument: Argument, entry: LossEntry) -> bool:
    """Whether an argument is named as the weights of the classes are where there are any.

    One number under `weights` may as well be a misspelt `weight`, where that is missing.
    """
    if entry.dialect.has_class_weights:
        return False
    key = folded(argument.name)
    if key == "weights" and entry.weight is None and argument.view.kind not in ("list", "mapping"):
        return False
    return key in _CLASS_WEIGHTS
