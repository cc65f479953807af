"""The parameters that calls of Keras take by position, and what is not written but holds."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from losslint.catalog import keras
from losslint.dialects.python.paths import last_of, package_of

_CONV = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")
_LAYERS: Final = MappingProxyType(
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
_LIKE_ACCURACY = ("name", "dtype", "threshold")
_METRICS: Final = MappingProxyType(
    {
        "AUC": ("num_thresholds", "curve", "summation_method", "name"),
        "Precision": ("thresholds", "top_k", "class_id", "name"),
        "Recall": ("thresholds", "top_k", "class_id", "name"),
        "BinaryAccuracy": _LIKE_ACCURACY,
        "TopKCategoricalAccuracy": ("k", "name"),
        "SparseTopKCategoricalAccuracy": ("k", "name"),
        "MeanIoU": ("num_classes", "name"),
    }
)
# What a layer's call may be given beside its inputs without giving more than one tensor.
_NAME_FIRST = ("name", "dtype")

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
