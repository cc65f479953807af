"""Keras to NetsPresso: the cross entropies of one choice among several."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Equivalence, From, Test, Void, is_, within

SPARSE = ("sparse_categorical_crossentropy",)
CATEGORICAL = ("categorical_crossentropy",)
BOTH = SPARSE + CATEGORICAL

NO_SOFTMAX = "take the final softmax out of the model: the criterion takes raw logits"
NO_WEIGHTS = "no sample_weight and no class_weight is passed to fit"
INDEX_LABELS = "give the data set class indices; it makes the one-hot labels itself"
INDEX_MAPS = "labels are maps of class indices (N, H, W)"
SEGMENTATION = "for a segmentation model"
ALL_IGNORED = (
    "a batch of nothing but ignored labels is 0 in Keras and NaN in NetsPresso, with gradient 0 in both"
)
CLIP = (
    "Keras holds probabilities inside [1e-7, 1 - 1e-7] wherever it cannot get back to the logits: "
    "there its loss ends at 16.118 with gradient 0, and NetsPresso's goes on"
)
SMOOTHING = within("label_smoothing", 0, 1)
_IN_CLIP = (
    "TensorFlow with the softmax last goes back to the logits and is exact; otherwise exact while "
    "the probabilities stay inside [1e-7, 1 - 1e-7]"
)
_LOGITS = is_("from_logits", True)
_PROBABILITIES = is_("from_logits", False)
_NOT_SEGMENTATION = (("task", ("classification",)),)
_LABEL_SMOOTHING = ("label_smoothing", From("label_smoothing"))
_SEGMENTATION = (("task", ("segmentation",)),)

_ENDS_IN_SOFTMAX = Equivalence(
    "k2n-02b",
    "keras",
    SPARSE,
    "cross_entropy",
    "consent",
    "conditional",
    tests=(_LOGITS, Test("ignore_class", "null")),
    given=(("head", ("softmax",)),),
    assumes=_NOT_SEGMENTATION,
    params=(("label_smoothing", 0.0),),
    changes=(NO_SOFTMAX,),
    conditions=(
        "the config says logits and the model ends in a softmax: TensorFlow warns and takes the true "
        "logits, so the training ran as this criterion does",
    ),
    breaks=("on the torch and jax backends the softmax really was applied twice",),
)

_RESIZED = Equivalence(
    "k2n-14",
    "keras",
    SPARSE,
    "seg_cross_entropy",
    "auto_with_note",
    "exact",
    given=(("resize", ("logits",)),),
    assumes=_SEGMENTATION,
    params=(("ignore_index", From("ignore_class")),),
    free=("from_logits",),
    changes=(
        "the criterion resizes the logits to the labels itself (bilinear, half-pixel): drop the "
        "model's own Resizing or UpSampling2D and the softmax behind it",
        INDEX_MAPS,
    ),
    conditions=(NO_WEIGHTS,),
    breaks=(ALL_IGNORED,),
)

_RESIZED_TOO_LATE = Equivalence(
    "k2n-14b",
    "keras",
    SPARSE,
    "seg_cross_entropy",
    "consent",
    "lossy",
    given=(("resize", ("probabilities",)),),
    params=(("ignore_index", From("ignore_class")),),
    free=("from_logits",),
    changes=(NO_SOFTMAX, INDEX_MAPS),
    conditions=(
        "the Keras model resizes probabilities (or shrinks the labels), the criterion resizes "
        "logits: the two losses differ",
    ),
)

SPARSE_ROWS = (
    Equivalence(
        "k2n-05",
        "keras",
        SPARSE,
        None,
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
    _RESIZED,
    Equivalence(
        "k2n-03",
        "keras",
        SPARSE,
        "seg_cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(_LOGITS, Test("ignore_class", "given")),
        assumes=(*_SEGMENTATION, ("head", ("linear", "other"))),
        params=(("ignore_index", From("ignore_class")),),
        changes=(SEGMENTATION, INDEX_MAPS),
        conditions=("every batch has a label that counts", NO_WEIGHTS),
        breaks=(
            ALL_IGNORED,
            "NaN in a logit at an ignored pixel: Keras's gradient is 0 there, NetsPresso's NaN",
        ),
    ),
    Equivalence(
        "k2n-04",
        "keras",
        SPARSE,
        "seg_cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(_PROBABILITIES, Test("ignore_class", "given")),
        assumes=_SEGMENTATION,
        params=(("ignore_index", From("ignore_class")),),
        changes=(NO_SOFTMAX, SEGMENTATION, INDEX_MAPS),
        conditions=(
            "the probabilities stay inside [1e-7, 1 - 1e-7]: with ignore_class Keras clips them even "
            "where the softmax is last",
            NO_WEIGHTS,
        ),
        breaks=(CLIP, ALL_IGNORED),
    ),
    _RESIZED._replace(given=_SEGMENTATION, assumes=(("resize", ("logits", "none")),)),
    Equivalence(
        "k2n-01",
        "keras",
        SPARSE,
        "cross_entropy",
        "auto",
        "exact",
        tests=(_LOGITS, Test("ignore_class", "null")),
        assumes=(*_NOT_SEGMENTATION, ("head", ("linear", "other"))),
        params=(("label_smoothing", 0.0),),
        changes=(INDEX_LABELS,),
        conditions=(NO_WEIGHTS,),
        breaks=(
            "a label of -100 is skipped by torch and refused by Keras",
            "an empty batch is an empty array in Keras and NaN in NetsPresso",
        ),
    ),
    Equivalence(
        "k2n-02",
        "keras",
        SPARSE,
        "cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(_PROBABILITIES, Test("ignore_class", "null")),
        assumes=_NOT_SEGMENTATION,
        params=(("label_smoothing", 0.0),),
        changes=(NO_SOFTMAX,),
        conditions=(_IN_CLIP, NO_WEIGHTS),
        breaks=(CLIP,),
    ),
)

CATEGORICAL_ROWS = (
    Equivalence(
        "k2n-12",
        "keras",
        CATEGORICAL,
        "seg_cross_entropy",
        "consent",
        "conditional",
        tests=(SMOOTHING, is_("reduction", "mean_with_sample_weight")),
        given=(("weights", ("mask",)),),
        assumes=_SEGMENTATION,
        params=(_LABEL_SMOOTHING, ("ignore_index", Void())),
        free=("from_logits", "reduction"),
        changes=("write the ignored label into the label map wherever the mask is 0", INDEX_MAPS),
        conditions=("the sample weights are a mask of zeros and ones",),
        breaks=(ALL_IGNORED,),
    ),
    Equivalence(
        "k2n-11",
        "keras",
        CATEGORICAL,
        "cross_entropy",
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
    ),
    _ENDS_IN_SOFTMAX._replace(
        losses=CATEGORICAL, tests=(_LOGITS, SMOOTHING), params=(_LABEL_SMOOTHING,)
    ),
    _RESIZED_TOO_LATE._replace(
        losses=CATEGORICAL, tests=(SMOOTHING,), params=(_LABEL_SMOOTHING,)
    ),
    _RESIZED._replace(losses=CATEGORICAL, tests=(SMOOTHING,), params=(_LABEL_SMOOTHING,)),
    _RESIZED._replace(
        losses=CATEGORICAL,
        tests=(SMOOTHING,),
        params=(_LABEL_SMOOTHING,),
        given=_SEGMENTATION,
        assumes=(("resize", ("logits", "none")),),
    ),
    Equivalence(
        "k2n-08",
        "keras",
        CATEGORICAL,
        "cross_entropy",
        "auto",
        "exact",
        tests=(_LOGITS, SMOOTHING),
        assumes=(*_NOT_SEGMENTATION, ("head", ("linear", "other")), ("labels", ("one-hot", "soft"))),
        params=(_LABEL_SMOOTHING,),
        changes=(INDEX_LABELS,),
        conditions=("every label row sums to 1", NO_WEIGHTS),
    ),
    Equivalence(
        "k2n-09",
        "keras",
        CATEGORICAL,
        "cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(_PROBABILITIES, SMOOTHING),
        assumes=(*_NOT_SEGMENTATION, ("labels", ("one-hot", "soft"))),
        params=(_LABEL_SMOOTHING,),
        changes=(NO_SOFTMAX,),
        conditions=(_IN_CLIP, "every label row sums to 1", NO_WEIGHTS),
        breaks=(CLIP, "with label smoothing every class's probability counts, and the clip bites earlier"),
    ),
)

MODIFIERS = (
    Equivalence(
        "k2n-06",
        "keras",
        BOTH,
        None,
        "consent",
        "exact",
        tests=(Test("reduction", "sum"),),
        params=(("size_average", False),),
        conditions=(
            "size_average is torch's deprecated switch; it is the only way to a sum, because the "
            "trainer drops a key called reduction",
        ),
        part="modifier",
    ),
    Equivalence(
        "k2n-10",
        "keras",
        CATEGORICAL,
        None,
        "auto",
        "exact",
        tests=(is_("axis", 1), is_("label_smoothing", 0)),
        changes=("axis goes: NetsPresso's channels come first in any case",),
        part="modifier",
    ),
    Equivalence(
        "k2n-10b",
        "keras",
        CATEGORICAL,
        None,
        "consent",
        "lossy",
        tests=(is_("axis", 1), Test("label_smoothing", "above", 0)),
        conditions=(
            "with axis 1 Keras divides label_smoothing by the width of the map instead of the number "
            "of classes; the criterion divides by the classes",
        ),
        part="modifier",
    ),
)

ROWS = (*SPARSE_ROWS, *CATEGORICAL_ROWS, *MODIFIERS)
