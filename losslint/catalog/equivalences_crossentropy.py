"""Keras to NetsPresso: the cross entropies of one choice among several."""

from losslint.catalog import equivalences_words as words
from losslint.catalog.equivalences_model import (
    Equivalence,
    Fact,
    From,
    IgnoredLabel,
    Measured,
    Test,
    is_,
    within,
)

SPARSE = ("sparse_categorical_crossentropy",)
CATEGORICAL = ("categorical_crossentropy",)

SMOOTHING = within("label_smoothing", 0, 1)
_LOGITS = is_("from_logits", True)
_PROBABILITIES = is_("from_logits", False)
_NOT_SEGMENTATION: tuple[Fact, ...] = (("task", ("classification",)),)
_LABEL_SMOOTHING = ("label_smoothing", From("label_smoothing"))
_SEGMENTATION: tuple[Fact, ...] = (("task", ("segmentation",)),)
_ACTIVATED: Fact = ("head", ("softmax", "other"))
_RESIZES_LOGITS: tuple[Fact, ...] = (("resize", ("logits", "none")),)

_ENDS_IN_SOFTMAX = Equivalence(
    "keras.*_crossentropy->netspresso.*/activated-logits",
    "consent",
    "conditional",
    losses=SPARSE,
    target="cross_entropy",
    tests=(_LOGITS, Test("ignore_class", "null")),
    given=(("head", ("softmax",)),),
    assumes=_NOT_SEGMENTATION,
    params=(("label_smoothing", 0.0),),
    changes=(words.NO_SOFTMAX,),
    conditions=(
        "the config says logits and the model ends in a softmax: TensorFlow warns and takes the "
        "true logits, so the training ran as this criterion does",
    ),
    breaks=("on the torch and jax backends the softmax really was applied twice",),
    measured=Measured(1.9e-16, 6.2e-16, 1.1e-07, 3.3e-07),
)

_RESIZED = Equivalence(
    "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized",
    "auto_with_note",
    "exact",
    losses=SPARSE,
    given=(("resize", ("logits",)),),
    assumes=_SEGMENTATION,
    params=(("ignore_index", From("ignore_class")),),
    changes=(words.NO_SOFTMAX, words.NO_RESIZING, words.INDEX_MAPS),
    conditions=(words.NO_WEIGHTS,),
    breaks=(
        words.ALL_IGNORED,
        "with an ignore_class Keras holds probabilities inside [1e-7, 1 - 1e-7], and NetsPresso's "
        "logits go on",
    ),
    measured=Measured(5.5e-16, 3.3e-15, 2.3e-07, 1.7e-06),
)


def _both_ways(row: Equivalence) -> tuple[Equivalence, Equivalence]:
    """A row for a loss of logits, and for one of probabilities; neither holds for the other."""
    return (
        row._replace(
            tests=(*row.tests, _LOGITS), assumes=(*row.assumes, ("head", ("linear", "other")))
        ),
        row._replace(tests=(*row.tests, _PROBABILITIES), assumes=(*row.assumes, _ACTIVATED)),
    )


_RESIZED_TOO_LATE = Equivalence(
    "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized-late",
    "consent",
    "lossy",
    losses=SPARSE,
    given=(("resize", ("probabilities",)),),
    params=(("ignore_index", From("ignore_class")),),
    free=("from_logits",),
    changes=(words.NO_SOFTMAX, words.INDEX_MAPS),
    conditions=(
        "the Keras model resizes probabilities (or shrinks the labels), the criterion resizes "
        "logits: the two losses differ",
    ),
    measured=Measured(3.0e-01, 8.1e-01, 3.0e-01, 8.1e-01),
)

SPARSE_ROWS = (
    Equivalence(
        "keras.sparse_categorical_crossentropy->none/ignore-class",
        "refuse",
        "none",
        tests=(Test("ignore_class", "given"),),
        given=(("task", ("classification",)),),
        free=("from_logits",),
        conditions=(
            "the trainer's classification labels are one-hot floats, for which torch takes no "
            "ignore_index of 0 or more and does nothing with a negative one; drop ignore_class "
            "where no label has that class",
        ),
    ),
    _ENDS_IN_SOFTMAX,
    _RESIZED_TOO_LATE,
    *_both_ways(_RESIZED),
    Equivalence(
        "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(_LOGITS, Test("ignore_class", "given")),
        assumes=(*_SEGMENTATION, ("head", ("linear", "other"))),
        params=(("ignore_index", From("ignore_class")),),
        changes=(words.SEGMENTATION, words.INDEX_MAPS),
        conditions=("every batch has a label that counts", words.NO_WEIGHTS),
        breaks=(
            words.ALL_IGNORED,
            "NaN in a logit at an ignored pixel: Keras's gradient is 0 there, NetsPresso's NaN",
        ),
        measured=Measured(4.2e-16, 6.2e-16, 2.1e-07, 2.3e-07),
    ),
    Equivalence(
        "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy/softmax",
        "auto_with_note",
        "conditional",
        tests=(_PROBABILITIES, Test("ignore_class", "given")),
        assumes=(*_SEGMENTATION, _ACTIVATED),
        params=(("ignore_index", From("ignore_class")),),
        changes=(words.NO_SOFTMAX, words.SEGMENTATION, words.INDEX_MAPS),
        conditions=(
            "the probabilities stay inside [1e-7, 1 - 1e-7]: with ignore_class Keras clips them "
            "even where the softmax is last",
            words.NO_WEIGHTS,
        ),
        breaks=(words.CLIP, words.ALL_IGNORED),
        measured=Measured(1.9e-16, 6.4e-16, 1.1e-07, 3.4e-07),
    ),
    *_both_ways(_RESIZED._replace(given=_SEGMENTATION, assumes=_RESIZES_LOGITS)),
    Equivalence(
        "keras.sparse_categorical_crossentropy->netspresso.cross_entropy",
        "auto",
        "exact",
        tests=(_LOGITS, Test("ignore_class", "null")),
        assumes=(*_NOT_SEGMENTATION, ("head", ("linear", "other"))),
        params=(("label_smoothing", 0.0),),
        changes=(words.INDEX_LABELS,),
        conditions=(words.NO_WEIGHTS,),
        breaks=(
            "a label of -100 is skipped by torch and refused by Keras",
            "an empty batch is an empty array in Keras and NaN in NetsPresso",
        ),
        measured=Measured(2.1e-16, 7.9e-16, 1.8e-07, 3.5e-07),
    ),
    Equivalence(
        "keras.sparse_categorical_crossentropy->netspresso.cross_entropy/softmax",
        "auto_with_note",
        "conditional",
        tests=(_PROBABILITIES, Test("ignore_class", "null")),
        assumes=(*_NOT_SEGMENTATION, _ACTIVATED),
        params=(("label_smoothing", 0.0),),
        changes=(words.NO_SOFTMAX,),
        conditions=(words.IN_CLIP, words.NO_WEIGHTS),
        breaks=(words.CLIP,),
        measured=Measured(2.2e-16, 4.6e-16, 1.3e-07, 1.8e-07),
    ),
)

_CATEGORICAL_RESIZED = _RESIZED._replace(
    losses=CATEGORICAL, tests=(SMOOTHING,), params=(_LABEL_SMOOTHING,), breaks=()
)

CATEGORICAL_ROWS = (
    Equivalence(
        "keras.categorical_crossentropy->netspresso.seg_cross_entropy/mask",
        "consent",
        "conditional",
        tests=(SMOOTHING, is_("reduction", "mean_with_sample_weight")),
        given=(("weights", ("mask",)),),
        assumes=_SEGMENTATION,
        params=(_LABEL_SMOOTHING, ("ignore_index", IgnoredLabel())),
        free=("from_logits", "reduction"),
        changes=(
            "write the ignored label into the label map wherever the mask is 0",
            words.INDEX_MAPS,
        ),
        conditions=("the sample weights are a mask of zeros and ones",),
        breaks=(words.ALL_IGNORED,),
        provable=False,
        measured=Measured(3.5e-16, 1.8e-15, 1.7e-07, 4.8e-07),
    ),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.cross_entropy/void-labels",
        "consent",
        "lossy",
        tests=(SMOOTHING,),
        given=(("labels", ("void",)),),
        assumes=_NOT_SEGMENTATION,
        params=(_LABEL_SMOOTHING,),
        free=("from_logits",),
        conditions=(
            "label rows that are all zero or do not sum to 1: on TensorFlow Keras's gradient is "
            "softmax - y there, so void rows push the logits; the criterion's is the true one",
            "void rows stay in the mean, unlike those of an ignore_index",
        ),
        provable=False,
        measured=Measured(2.0e-16, 1.0e00, 1.1e-07, 1.0e00),
    ),
    _ENDS_IN_SOFTMAX._replace(
        losses=CATEGORICAL, tests=(_LOGITS, SMOOTHING), params=(_LABEL_SMOOTHING,)
    ),
    _RESIZED_TOO_LATE._replace(losses=CATEGORICAL, tests=(SMOOTHING,), params=(_LABEL_SMOOTHING,)),
    *_both_ways(_CATEGORICAL_RESIZED),
    *_both_ways(_CATEGORICAL_RESIZED._replace(given=_SEGMENTATION, assumes=_RESIZES_LOGITS)),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.cross_entropy",
        "auto",
        "exact",
        tests=(_LOGITS, SMOOTHING),
        assumes=(
            *_NOT_SEGMENTATION,
            ("head", ("linear", "other")),
            ("labels", ("one-hot", "soft")),
        ),
        params=(_LABEL_SMOOTHING,),
        changes=(words.INDEX_LABELS,),
        conditions=("every label row sums to 1", words.NO_WEIGHTS),
        measured=Measured(3.9e-16, 1.1e-15, 3.0e-07, 1.0e-05),
    ),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.cross_entropy/softmax",
        "auto_with_note",
        "conditional",
        tests=(_PROBABILITIES, SMOOTHING),
        assumes=(*_NOT_SEGMENTATION, _ACTIVATED, ("labels", ("one-hot", "soft"))),
        params=(_LABEL_SMOOTHING,),
        changes=(words.NO_SOFTMAX,),
        conditions=(words.IN_CLIP, "every label row sums to 1", words.NO_WEIGHTS),
        breaks=(words.CLIP, words.CLIP_SMOOTHED),
        measured=Measured(2.6e-16, 3.2e-16, 1.2e-07, 1.3e-07),
    ),
)

ROWS = (*SPARSE_ROWS, *CATEGORICAL_ROWS)
