"""NetsPresso to Keras."""

from __future__ import annotations

from losslint.catalog.equivalences_model import (
    Equivalence,
    Fact,
    From,
    RowValue,
    Test,
    is_,
    within,
)
from losslint.catalog.equivalences_words import ALL_IGNORED

_CE = ("cross_entropy",)
_SEG = ("seg_cross_entropy",)
_FOCAL = ("focal_loss",)
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
_TRUE_LOGITS: tuple[str, RowValue] = ("from_logits", True)
_SMOOTHING: tuple[str, RowValue] = ("label_smoothing", From("label_smoothing"))
# torch's two switches when they ask for nothing but the mean.
_SWITCHES = ("size_average", "reduce")

CROSS_ENTROPY = (
    Equivalence(
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum",
        "netspresso",
        _CE,
        "sparse_categorical_crossentropy",
        "auto_with_note",
        "exact",
        tests=(_SUM, _NO_SMOOTHING),
        assumes=_CLASSIFICATION,
        params=(_TRUE_LOGITS, ("reduction", "sum")),
        free=_SWITCHES,
        changes=(_LOGITS, "labels are class indices"),
        conditions=("size_average false is torch's old word for a sum",),
    ),
    Equivalence(
        "netspresso.cross_entropy->keras.categorical_crossentropy",
        "netspresso",
        _CE,
        "categorical_crossentropy",
        "auto",
        "exact",
        tests=(_MEAN, within("label_smoothing", 0, 1)),
        assumes=_CLASSIFICATION,
        params=(_TRUE_LOGITS, _SMOOTHING),
        free=_SWITCHES,
        changes=(_LOGITS, _ONE_HOT),
    ),
    Equivalence(
        "netspresso.cross_entropy->keras.*/ignore-index",
        "netspresso",
        _CE,
        None,
        "consent",
        "conditional",
        tests=(Test("ignore_index", "given"),),
        conditions=(
            "ignore_index goes: on the trainer's one-hot labels 0 or more stops the first batch "
            "and a negative one has no effect",
        ),
        part="modifier",
    ),
)

SEG_CROSS_ENTROPY = (
    Equivalence(
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum",
        "netspresso",
        _SEG,
        "sparse_categorical_crossentropy",
        "auto_with_note",
        "exact",
        tests=(_SUM, _NO_SMOOTHING),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, ("ignore_class", From("ignore_index")), ("reduction", "sum")),
        free=_SWITCHES,
        changes=(_LOGITS, _RESIZING, "channels last"),
        conditions=("size_average false is torch's old word for a sum",),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy/mask",
        "netspresso",
        _SEG,
        "categorical_crossentropy",
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
            ALL_IGNORED,
            "with another reduction the loss is too small by the share of pixels that count",
        ),
        provable=False,
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy",
        "netspresso",
        _SEG,
        "categorical_crossentropy",
        "consent",
        "conditional",
        tests=(_MEAN, _SMOOTHED, within("label_smoothing", 0, 1), Test("ignore_index", "null")),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, _SMOOTHING),
        free=_SWITCHES,
        changes=(_LOGITS, _ONE_HOT_MAPS, _RESIZING),
        conditions=("no pixel is ignored",),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy",
        "netspresso",
        _SEG,
        "sparse_categorical_crossentropy",
        "auto_with_note",
        "conditional",
        tests=(_MEAN, _NO_SMOOTHING, Test("ignore_index", "given")),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, ("ignore_class", From("ignore_index"))),
        free=_SWITCHES,
        changes=(_LOGITS, _RESIZING, "channels last"),
        breaks=(ALL_IGNORED,),
    ),
    Equivalence(
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy",
        "netspresso",
        _SEG,
        "sparse_categorical_crossentropy",
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
        "netspresso",
        _FOCAL,
        "binary_crossentropy",
        "auto",
        "exact",
        tests=(Test("alpha", "below", 0), is_("gamma", 0)),
        params=(_TRUE_LOGITS,),
        changes=(_SIGMOID_LOGITS,),
        conditions=(
            "not binary_focal_crossentropy with gamma 0, whose gradient is NaN for logits above "
            "16.6 in float32",
        ),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_focal_crossentropy",
        "netspresso",
        _FOCAL,
        "binary_focal_crossentropy",
        "auto",
        "exact",
        tests=(Test("alpha", "below", 0), Test("gamma", "above", 0)),
        params=(("apply_class_balancing", False), ("gamma", From("gamma")), _TRUE_LOGITS),
        changes=(_SIGMOID_LOGITS,),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_crossentropy/halved",
        "netspresso",
        _FOCAL,
        "binary_crossentropy",
        "auto_with_note",
        "exact",
        tests=(is_("alpha", 0.5), is_("gamma", 0)),
        params=(_TRUE_LOGITS,),
        weight=0.5,
        changes=(_SIGMOID_LOGITS,),
        conditions=("alpha 0.5 halves the loss, and loss_weights 0.5 does so in Keras",),
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_focal_crossentropy/no-gamma",
        "netspresso",
        _FOCAL,
        "binary_focal_crossentropy",
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
    ),
    Equivalence(
        "netspresso.focal_loss->keras.binary_focal_crossentropy/balanced",
        "netspresso",
        _FOCAL,
        "binary_focal_crossentropy",
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
    ),
)

ROWS = (*CROSS_ENTROPY, *SEG_CROSS_ENTROPY, *FOCAL)
