"""NetsPresso to Keras."""

from __future__ import annotations

from losslint.catalog.equivalences_crossentropy import ALL_IGNORED
from losslint.catalog.equivalences_model import Class, Equivalence, From, Test, is_, within

_CE = ("cross_entropy",)
_SEG = ("seg_cross_entropy",)
_FOCAL = ("focal_loss",)
_CLASSIFICATION = (("task", ("classification",)),)
_SEGMENTATION = (("task", ("segmentation",)),)
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
        "n2k-06",
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
        "n2k-01",
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
        "n2k-02",
        "netspresso",
        _CE,
        None,
        "consent",
        "conditional",
        tests=(Test("ignore_index", "given"),),
        conditions=(
            "ignore_index goes: on the trainer's one-hot labels 0 or more stops the first batch and a "
            "negative one has no effect",
        ),
        part="modifier",
    ),
)

SEG_CROSS_ENTROPY = (
    Equivalence(
        "n2k-06",
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
        "n2k-05",
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
            "the data gives a sample_weight (N, H, W) that is 0 on ignored pixels and 1 elsewhere: no "
            "Keras loss has both an ignored class and label smoothing",
            _RESIZING,
        ),
        breaks=(
            ALL_IGNORED,
            "with another reduction the loss is too small by the share of pixels that count",
        ),
    ),
    Equivalence(
        "n2k-04",
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
        "n2k-03",
        "netspresso",
        _SEG,
        "sparse_categorical_crossentropy",
        "auto_with_note",
        "conditional",
        tests=(_MEAN, _NO_SMOOTHING),
        assumes=_SEGMENTATION,
        params=(_TRUE_LOGITS, ("ignore_class", From("ignore_index"))),
        free=_SWITCHES,
        changes=(_LOGITS, _RESIZING, "channels last"),
        breaks=(
            ALL_IGNORED,
            "an ignore_index that is not written is -100: set ignore_class to it where such labels occur",
        ),
    ),
)

FOCAL = (
    Equivalence(
        "n2k-07",
        "netspresso",
        _FOCAL,
        "binary_crossentropy",
        "auto",
        "exact",
        tests=(Test("alpha", "below", 0), is_("gamma", 0)),
        params=(_TRUE_LOGITS,),
        changes=(_SIGMOID_LOGITS,),
        conditions=(
            "not binary_focal_crossentropy with gamma 0, whose gradient is NaN for logits above 16.6 in "
            "float32",
        ),
    ),
    Equivalence(
        "n2k-08",
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
        "n2k-10",
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
        "n2k-11",
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
        "n2k-09",
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

_ASSIGNMENT = (
    "which anchors or queries are trained depends on the predictions, so that no labels can be "
    "prepared: in Keras it takes a compute_loss of one's own"
)


def _refused(row: str, loss: str, kind: Class, *why: str) -> Equivalence:
    return Equivalence(row, "netspresso", (loss,), None, "refuse", kind, conditions=why)


REFUSED = (
    _refused(
        "n2k-12",
        "pidnet_loss",
        "conditional",
        "it is exact as code and not as a configuration: a model of four outputs (cross entropy of "
        "extra_p, of pred, of pred where a boundary is predicted, and binary cross entropy of extra_d) with "
        "loss_weights [0.4, 1, 20, 1], a layer that makes the mask and one that resizes with aligned "
        "corners",
    ),
    _refused(
        "n2k-13",
        "retinanet_loss",
        "conditional",
        "it is exact as code and not as a configuration: two outputs with BinaryFocalCrossentropy "
        "(apply_class_balancing true, alpha 0.25, gamma 2) and MeanAbsoluteError, on labels that the "
        "data matches to the anchors",
    ),
    _refused(
        "n2k-14",
        "rtmcc_loss",
        "conditional",
        "it is exact as code and not as a configuration: KLDivergence as a sum on softmax(10 x) of both "
        "axes, on soft labels that the data makes, with weights 1/(512 K)",
    ),
    _refused("n2k-20", "yolox_loss", "none", _ASSIGNMENT),
    _refused("n2k-21", "yolofastest_loss", "none", _ASSIGNMENT),
    _refused("n2k-22", "yolov9_loss", "none", _ASSIGNMENT),
    _refused("n2k-23", "detr_loss", "none", _ASSIGNMENT),
)

LISTS = (
    Equivalence(
        "n2k-30",
        "netspresso",
        (),
        None,
        "auto",
        "exact",
        conditions=("the weight becomes the factor in loss_weights",),
        part="list",
    ),
    Equivalence(
        "n2k-31",
        "netspresso",
        (),
        None,
        "consent",
        "exact",
        conditions=(
            "the model returns the same tensor once for each loss: given a list of losses for one "
            "output, Keras uses the first alone",
        ),
        part="list",
    ),
    Equivalence(
        "n2k-32",
        "netspresso",
        (),
        None,
        "auto_with_note",
        "exact",
        conditions=("of two entries of one criterion NetsPresso keeps the last, and so does this",),
        part="list",
    ),
    Equivalence(
        "n2k-33",
        "netspresso",
        (),
        None,
        "auto_with_note",
        "exact",
        conditions=("keys that the criterion does not know have no effect and are left out",),
        part="list",
    ),
)

ROWS = (*CROSS_ENTROPY, *SEG_CROSS_ENTROPY, *FOCAL, *REFUSED, *LISTS)
