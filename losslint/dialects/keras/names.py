"""Names in a config that somebody wrote by hand: Keras's own, nearly Keras's, or another's.

Where Keras itself wrote a file, any name is one that Keras will look up. Where a person did, the
name has to speak for Keras, too: `cross_entropy` beside `adam` is PyTorch's far more often.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from losslint.catalog import keras
from losslint.catalog.model import holds, version_key

# What `keras.optimizers.get` finds; it asks without regard to case.
OPTIMIZERS = frozenset(
    (
        "adadelta", "adafactor", "adagrad", "adam", "adamax", "adamw", "ftrl", "lion",
        "lossscaleoptimizer", "muon", "nadam", "rmsprop", "schedulefreeadamw", "sgd",
    )
)  # fmt: skip

# What `keras.metrics.get` finds beside the names of losses, in the spelling of its functions; a
# class has the same name in capitals, without the underscores.
_METRICS = frozenset(
    (
        "acc", "accuracy", "auc", "binary_accuracy", "binary_io_u", "categorical_accuracy",
        "ce", "concordance_correlation", "crossentropy", "f1_score", "f_beta_score",
        "false_negatives", "false_positives", "io_u", "log_cosh_error", "mean", "mean_io_u",
        "mean_relative_error", "one_hot_io_u", "one_hot_mean_io_u", "pearson_correlation",
        "precision", "precision_at_recall", "r2_score", "recall", "recall_at_precision",
        "root_mean_squared_error", "sensitivity_at_specificity", "sparse_categorical_accuracy",
        "sparse_top_k_categorical_accuracy", "specificity_at_sensitivity", "sum",
        "top_k_categorical_accuracy", "true_negatives", "true_positives",
    )
)  # fmt: skip

# Losses as PyTorch and its neighbours call them, folded. "crossentropy" is Keras's own, too, but
# only in exactly that spelling.
_OTHERS = frozenset(
    (
        "bce", "bceloss", "bcelogits", "bcewithlogits", "bcewithlogitsloss", "bcedice",
        "binarycrossentropy", "binarycrossentropywithlogits", "binarycrossentropyloss",
        "celoss", "crossentropy", "crossentropyloss", "diceloss", "focalloss", "hingeloss",
        "huberloss", "kldiv", "kldivloss", "l1", "l1loss", "l2", "l2loss", "logloss",
        "maeloss", "mseloss", "nll", "nllloss", "poissonnll", "poissonnllloss", "smoothl1",
        "smoothl1loss", "softmaxcrossentropy", "softcrossentropy", "sigmoidcrossentropy",
    )
)  # fmt: skip

# An early Keras had it, and everybody has it today.
_EVERYDAY = ("cosine",)
# So TensorFlow.js writes them, and so they are right there.
_JAVASCRIPT = re.compile("[a-z]+(?:[A-Z][a-z]+)+")

# In one word this is nobody's spelling but Keras's.
_DISTINCTIVE = ("crossentropy", "mean_", "kullback_leibler", "cosine_proximity")
_MAX_NAME = 60

# How Python writes the way to a loss; as a string it finds none.
_MODULE = re.compile(r"(?:(?:tf|tensorflow)\.)?(?:tf_)?keras\.(?:losses|metrics)\.(?=\w+\Z)")

Nearness = Literal["own", "typo", "variant", "other"]


# One name may stand ten thousand times in a file, and each costs a millisecond.
@lru_cache(maxsize=1024)
def nearness(name: str) -> Nearness:
    """What a string is that stands where a loss is named.

    `own`: Keras has, or once had, a loss of that name. `typo`: a slip of one or two letters away
    from one. `variant`: the same letters in another spelling. `other`: anything else.
    """
    bare = without_module(name)
    if bare != name:
        return "other" if nearness(bare) == "other" else "typo"
    if name in _EVERYDAY or _JAVASCRIPT.fullmatch(name):
        return "other"
    if keras.find(name) or name in keras.NEVER or name in ("ce", "crossentropy"):
        return "own"
    if name in keras.NOT_STRINGS or keras.find_class(name):
        return "own"
    folded = _fold(name)
    if len(name) > _MAX_NAME or folded in _OTHERS:
        return "other"
    names = _spellings()
    if any(_fold(each) == folded for each in names):
        return "variant"
    return "typo" if any(_is_slip(name, each) for each in names) else "other"


def without_module(name: str) -> str:
    """A name without `keras.losses.` before it."""
    return _MODULE.sub("", name)


@lru_cache(maxsize=1024)
def is_distinctive(name: str) -> bool:
    """Whether a name alone says that Keras is meant, whatever stands around it.

    One that today's Keras finds is let through: no rule can find anything wrong with it.
    """
    kind = nearness(name)
    if kind == "own":
        newest = version_key(keras.NEWEST)
        found = keras.find(name, newest)
        is_there = found is not None and newest is not None
        if is_there and found and newest and holds(found[1].since, found[1].until, newest):
            return True
        return is_spelt_as_keras(name)
    return kind == "typo" and any(
        "crossentropy" in each and _is_slip(name, each) for each in _spellings()
    )


def is_spelt_as_keras(name: str) -> bool:
    """Whether a name that Keras has, or had, is nobody else's."""
    return name.startswith(_DISTINCTIVE) or "crossentropy" in name


@lru_cache(maxsize=1024)
def is_metric(name: str) -> bool:
    """Whether `metrics` of Keras may hold a string, slips of the pen included."""
    folded = _fold(name)
    if any(folded == _fold(each) for each in _METRICS) or nearness(name) in ("own", "typo"):
        return True
    return len(name) <= _MAX_NAME and any(_is_slip(name, each) for each in _METRICS)


def is_name_of_metric(name: str) -> bool:
    """Whether `metrics` of Keras takes a string as it is; "iou" is others' word for "io_u"."""
    return name in _METRICS or nearness(name) == "own"


@cache
def _spellings() -> tuple[str, ...]:
    own = (name.text for name in keras.all_names())
    return (*own, *(loss.class_name for loss in keras.LOSSES if loss.class_name))


def _fold(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _is_slip(word: str, name: str) -> bool:
    """Whether a word is a name with a letter wrong, missing, doubled or swapped with the next.

    Short names are near too many words; long ones may have two slips.
    """
    limit = 2 if len(name) >= 12 else 1 if len(name) >= 7 else 0
    if not limit or abs(len(word) - len(name)) > limit:
        return False
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(word, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(name, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return False
    return row[-1] <= limit
