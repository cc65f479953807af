"""The parameters that calls of Keras take by position, and what is not written but holds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from losslint.catalog import keras
from losslint.dialects.python.paths import last_of, package_of

_CONV = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")
_LAYERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Dense": ("units", "activation", "use_bias"),
        **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), (*_CONV, "groups", "activation")),
        **dict.fromkeys(
            ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
            (*_CONV[:4], "output_padding", *_CONV[4:], "activation"),
        ),
        **dict.fromkeys(
            ("SeparableConv1D", "SeparableConv2D"), (*_CONV, "depth_multiplier", "activation")
        ),
        **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), ("units", "activation")),
        "Activation": ("activation",),
        "Dropout": ("rate",),
        "Embedding": ("input_dim", "output_dim"),
        "Flatten": ("data_format",),
        "Permute": ("dims",),
        "Reshape": ("target_shape",),
        "RepeatVector": ("n",),
        "Softmax": ("axis",),
        "UpSampling2D": ("size",),
        "TimeDistributed": ("layer",),
        "Bidirectional": ("layer",),
        "Input": ("shape",),
        "InputLayer": ("shape",),
        "Lambda": ("function",),
    }
)
_AT_THRESHOLD = ("thresholds", "top_k", "class_id", "name", "dtype")
_COUNT = ("thresholds", "name", "dtype")
_TOP_K = ("k", "name", "dtype", "from_sorted_ids")
_LOGITS = ("name", "dtype", "from_logits", "label_smoothing", "axis")
_RATE = ("num_thresholds", "class_id", "name", "dtype")
_IOU = ("name", "dtype", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis")
_ONE_HOT_IOU = ("name", "dtype", "ignore_class", "sparse_y_pred", "axis")
_METRICS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AUC": ("num_thresholds", "curve", "summation_method", "name", "dtype", "thresholds"),
        "BinaryAccuracy": ("name", "dtype", "threshold"),
        "BinaryCrossentropy": _LOGITS,
        "BinaryIoU": ("target_class_ids", "threshold", "name", "dtype"),
        "CategoricalCrossentropy": _LOGITS,
        "F1Score": ("average", "threshold", "name", "dtype"),
        "FBetaScore": ("average", "beta", "threshold", "name", "dtype"),
        **dict.fromkeys(
            ("FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives"), _COUNT
        ),
        "IoU": ("num_classes", "target_class_ids", *_IOU),
        "MeanIoU": ("num_classes", *_IOU),
        "OneHotIoU": ("num_classes", "target_class_ids", *_ONE_HOT_IOU),
        "OneHotMeanIoU": ("num_classes", *_ONE_HOT_IOU),
        "Precision": _AT_THRESHOLD,
        "PrecisionAtRecall": ("recall", *_RATE),
        "R2Score": ("class_aggregation", "num_regressors", "name", "dtype"),
        "Recall": _AT_THRESHOLD,
        "RecallAtPrecision": ("precision", *_RATE),
        "SensitivityAtSpecificity": ("specificity", *_RATE),
        "SparseCategoricalCrossentropy": ("name", "dtype", "from_logits", "ignore_class", "axis"),
        "SparseTopKCategoricalAccuracy": _TOP_K,
        "SpecificityAtSensitivity": ("sensitivity", *_RATE),
        "TopKCategoricalAccuracy": _TOP_K,
    }
)
_NAME_FIRST = ("name", "dtype", "axis")

# Classes of layers that end in no activation unless they are given one.
WITHOUT_ACTIVATION: Final = frozenset(
    name for name, params in _LAYERS.items() if "activation" in params and "units" not in params
) - {"Activation"} | {"Dense"}


def positional(path: str) -> tuple[str, ...]:
    """The names of what a class of Keras takes by position, as far as they are known."""
    name, package = last_of(path), package_of(path)
    if package == "layers":
        return _LAYERS.get(name, ())
    if package == "losses":
        loss = keras.find_class(name)
        return tuple(param.name for param in loss.params) if loss is not None else ()
    if package == "metrics":
        return _METRICS.get(name, _NAME_FIRST)
    return ("learning_rate",) if package == "optimizers" else ()


COMPILE: Final = ("optimizer", "loss")
"""What `compile` takes by position in every release; the order of what follows changed."""
