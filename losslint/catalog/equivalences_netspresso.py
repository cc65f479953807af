"""NetsPresso to Keras."""

from __future__ import annotations

from losslint.catalog import equivalences_words as words
from losslint.catalog.equivalences_model import (
    Equivalence,
    Fact,
    From,
    Measured,
    Test,
    is_,
    within,
)

_CLASSIFICATION: tuple[Fact, ...] = (("task", ("classification",)),)
_SEGMENTATION: tuple[Fact, ...] = (("task", ("segmentation",)),)
_LOGITS = "the Keras model ends in logits, without a softmax"
_SIGMOID_LOGITS = "the Keras model ends in logits, without a sigmoid"
_ONE_HOT = "labels are one-hot"
_ONE_HOT_MAPS = "labels are one-hot maps, channels last"
_RESIZING = (
    "logits have the size of the labels: where they do not, add keras.layers.Resizing(H, W, "
    'interpolation="bilinear") on the logits'
)
_MEAN = Test("size_average", "mean")
_SUM = Test("size_average", "sum")
_SMOOTHED = Test("label_smoothing", "above", 0)
_NO_SMOOTHING = is_("label_smoothing", 0)
_TRUE_LOGITS = ("from_logits", True)
_SMOOTHING = ("label_smoothing", From("label_smoothing"))
# torch's two switches when they ask for nothing but the mean.
_SWITCHES = ("size_average", "reduce")

CROSS_ENTROPY = (
    Equivalence(
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum",
        "auto_with_note",
        "exact",
        losses=("cross_entropy",),
        tests=(_SUM, _NO_SMOOTHING),
        assumes=_CLASSIFICATION,
        params=(_TRUE_LOGITS, ("reduction", "sum")),
        free=_SWITCHES,
        changes=(_LOGITS, "labels are class indices"),
        conditions=("size_average false is torch's old word for a sum",),
        measured=Measured(2.0e-16, 2.2e-16, 1.1e-07, 1.2e-07),
    ),
    Equivalence(
        "netspresso.cross_entropy->keras.categorical_crossentropy",
        "auto",
        "exact",
        tests=(_MEAN, within("label_smoothing", 0, 1)),
        assumes=_CLASSIFICATION,
        params=(_TRUE_LOGITS, _SMOOTHING),
        free=_SWITCHES,
        changes=(_LOGITS, _ONE_HOT),
        measured=Measured(3.9e-16, 1.1e-15, 3.0e-07, 3.5e-07),
    ),
    Equivalence(
        "netspresso.cross_entropy->keras.*/ignore-index",
        "consent",
        "conditional",
        tests=(Test("ignore_index", "given"),),
        conditions=(
            "ignore_index goes: on the trainer's one-hot labels 0 or more stops the first batch "
            "and a negative one has no effect",
        ),
        part="modifier",
        measured=Measured(1.6e-16, 7.9e-16, 8.9e-08, 3.5e-07),
    ),
)

SEG_CROSS_ENTROPY = (
    Equivalence(
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum",
        "auto_with_note",
        "exact",
        losses=("seg_cross_entropy",),
        tests=(_SUM, _NO_SMOOTHING),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, ("ignore_class", From("ignore_index")), ("reduction", "sum")),
        free=_SWITCHES,
        changes=(_LOGITS, _RESIZING, "channels last"),
        conditions=("size_average false is torch's old word for a sum",),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy/mask",
        "consent",
        "conditional",
        tests=(_MEAN, _SMOOTHED, within("label_smoothing", 0, 1), Test("ignore_index", "given")),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, _SMOOTHING, ("reduction", "mean_with_sample_weight")),
        free=("ignore_index", *_SWITCHES),
        changes=(
            _LOGITS,
            _ONE_HOT_MAPS,
            "the data gives a sample_weight (N, H, W) that is 0 on ignored pixels and 1 "
            "elsewhere: no Keras loss has both an ignored class and label smoothing",
            _RESIZING,
        ),
        breaks=(
            words.ALL_IGNORED,
            "with another reduction the loss is too small by the share of pixels that count",
        ),
        provable=False,
        measured=Measured(3.5e-16, 1.8e-15, 1.7e-07, 4.8e-07),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy",
        "consent",
        "conditional",
        tests=(_MEAN, _SMOOTHED, within("label_smoothing", 0, 1), Test("ignore_index", "null")),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, _SMOOTHING),
        free=_SWITCHES,
        changes=(_LOGITS, _ONE_HOT_MAPS, _RESIZING),
        conditions=("no pixel is ignored",),
        measured=Measured(2.8e-16, 6.0e-16, 2.2e-07, 2.4e-07),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy",
        "auto_with_note",
        "conditional",
        tests=(_MEAN, _NO_SMOOTHING, Test("ignore_index", "given")),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, ("ignore_class", From("ignore_index"))),
        free=_SWITCHES,
        changes=(_LOGITS, _RESIZING, "channels last"),
        breaks=(words.ALL_IGNORED,),
        measured=Measured(5.5e-16, 3.3e-15, 2.3e-07, 1.7e-06),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy",
        "auto_with_note",
        "conditional",
        tests=(_MEAN, _NO_SMOOTHING, Test("ignore_index", "null")),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS,),
        free=_SWITCHES,
        changes=(_LOGITS, _RESIZING, "channels last"),
        breaks=(
            "an ignore_index that is not written is -100: set ignore_class to it where such "
            "labels occur",
        ),
    ),
)

FOCAL = (
    Equivalence(
        "netspresso.focal_loss->keras.binary_crossentropy",
        "auto",
        "exact",
        tests=(Test("alpha", "below", 0), is_("gamma", 0)),
        params=(_TRUE_LOGITS,),
        changes=(_SIGMOID_LOGITS,),
        conditions=(
            "not binary_focal_crossentropy with gamma 0, whose gradient is NaN for logits above "
            "16.6 in float32",
        ),
        measured=Measured(2.3e-16, 2.8e-16, 2.0e-07, 1.5e-07),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_focal_crossentropy",
        "auto",
        "exact",
        tests=(Test("alpha", "below", 0), Test("gamma", "above", 0)),
        params=(("apply_class_balancing", False), ("gamma", From("gamma")), _TRUE_LOGITS),
        changes=(_SIGMOID_LOGITS,),
        measured=Measured(3.4e-16, 3.5e-15, 2.0e-07, 1.8e-06),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_crossentropy/halved",
        "auto_with_note",
        "exact",
        tests=(is_("alpha", 0.5), is_("gamma", 0)),
        params=(_TRUE_LOGITS,),
        weight=0.5,
        changes=(_SIGMOID_LOGITS,),
        conditions=("alpha 0.5 halves the loss, and loss_weights 0.5 does so in Keras",),
        measured=Measured(2.6e-16, 2.8e-16, 2.3e-07, 1.3e-07),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_focal_crossentropy/no-gamma",
        "consent",
        "conditional",
        tests=(Test("alpha", "at_least", 0), is_("gamma", 0)),
        params=(
            ("apply_class_balancing", True),
            ("alpha", From("alpha")),
            ("gamma", 0.0),
            _TRUE_LOGITS,
        ),
        changes=(_SIGMOID_LOGITS,),
        breaks=("Keras's gradient is NaN for confident logits (above 16.6 in float32)",),
        measured=Measured(4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_focal_crossentropy/balanced",
        "auto",
        "exact",
        tests=(Test("alpha", "at_least", 0), Test("gamma", "above", 0)),
        params=(
            ("apply_class_balancing", True),
            ("alpha", From("alpha")),
            ("gamma", From("gamma")),
            _TRUE_LOGITS,
        ),
        changes=(_SIGMOID_LOGITS,),
        conditions=("apply_class_balancing is written, because Keras ignores alpha without it",),
        measured=Measured(4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07),
    ),
)

ROWS = (*CROSS_ENTROPY, *SEG_CROSS_ENTROPY, *FOCAL)
