"""What the layers and operations of Keras do with what they read: a row for each kind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

# "passes": what comes out is what went in; during training Dropout zeroes, but no value is new.
# "moves": numbers change their places only. "activates": an activation and nothing else.
# "resizes": maps get another size. "computes": weights of its own, then an activation.
# "recurs": the same step by step. "levels": shifts and scales each number by itself, as a
# normalisation does. "centres": a normalisation with an offset that it learns. "unit": makes
# vectors of length 1. "averages", "picks": over places, the mean or one of several numbers.
# "merges": several tensors become one, number by number. "joins": side by side. "sums": numbers are
# added, or products of two tensors. "holds": another layer or a whole model
# computes. "enters": the tensor that a layer inside another one is given.
Role = Literal[
    "passes", "moves", "activates", "resizes", "computes", "recurs", "levels", "centres", "unit",
    "averages", "picks", "merges", "joins", "sums", "holds", "enters", "other",
]  # fmt: skip


class LayerKind(NamedTuple):
    """What layers of a class do.

    `units` is the key that counts their outputs; `hides` says that TensorFlow finds no activation
    behind them; `rank` is the number of axes of what comes out, where that is always the same.
    """

    role: Role
    units: str = ""
    hides: bool = True
    rank: int | None = None


OTHER: Final = LayerKind("other")


def _dimensions(pattern: str, kind: LayerKind, extra: int = 2) -> dict[str, LayerKind]:
    """A kind of layer for one to three dimensions, to which the batch and the channels come."""
    return {pattern.format(d): kind._replace(rank=d + extra) for d in (1, 2, 3)}


def _all(kind: LayerKind, *names: str) -> dict[str, LayerKind]:
    return dict.fromkeys(names, kind)


KINDS: Final[Mapping[str, LayerKind]] = MappingProxyType(
    {
        **_all(LayerKind("passes"), "Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
        **_all(LayerKind("passes"), "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
        **_all(LayerKind("passes", hides=False), "Identity", "ActivityRegularization"),
        "Reshape": LayerKind("moves"),
        "Flatten": LayerKind("moves", rank=2),
        "Permute": LayerKind("moves"),
        "RepeatVector": LayerKind("moves", rank=3),
        **_dimensions("Cropping{}D", LayerKind("moves")),
        "Activation": LayerKind("activates"),
        **_all(LayerKind("activates"), "Softmax", "ReLU", "LeakyReLU", "PReLU", "ELU"),
        "Resizing": LayerKind("resizes"),
        **_dimensions("UpSampling{}D", LayerKind("resizes")),
        "Dense": LayerKind("computes", "units"),
        "EinsumDense": LayerKind("computes"),
        **_dimensions("Conv{}D", LayerKind("computes", "filters")),
        **_dimensions("Conv{}DTranspose", LayerKind("computes", "filters")),
        **_dimensions("SeparableConv{}D", LayerKind("computes", "filters")),
        **_dimensions("DepthwiseConv{}D", LayerKind("computes")),
        "Embedding": LayerKind("computes", "output_dim"),
        **_all(LayerKind("computes"), "MultiHeadAttention", "GroupQueryAttention"),
        **_all(LayerKind("recurs", "units"), "LSTM", "GRU", "SimpleRNN"),
        **_all(LayerKind("recurs", "units"), "LSTMCell", "GRUCell", "SimpleRNNCell"),
        **_dimensions("ConvLSTM{}D", LayerKind("recurs", "filters")),
        **_all(LayerKind("levels"), "RMSNormalization", "Normalization"),
        **_all(
            LayerKind("centres"), "BatchNormalization", "LayerNormalization", "GroupNormalization"
        ),
        "UnitNormalization": LayerKind("unit"),
        **_dimensions("AveragePooling{}D", LayerKind("averages")),
        **_dimensions("GlobalAveragePooling{}D", LayerKind("averages")),
        **_dimensions("MaxPooling{}D", LayerKind("picks")),
        **_dimensions("GlobalMaxPooling{}D", LayerKind("picks")),
        "Rescaling": LayerKind("merges"),
        **_all(LayerKind("merges"), "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"),
        "Concatenate": LayerKind("joins"),
        "Dot": LayerKind("sums"),
        **_all(LayerKind("holds"), "TimeDistributed", "Bidirectional"),
        **_all(LayerKind("holds", hides=False), "SpectralNormalization", "RNN"),
        **_all(LayerKind("holds", hides=False), "Functional", "Model", "Sequential"),
    }
)
OPERATIONS: Final[Mapping[str, LayerKind]] = MappingProxyType(
    {
        **_all(LayerKind("passes"), "Cast", "SaturateCast", "StopGradient", "Copy"),
        **_all(LayerKind("moves"), "Reshape", "Ravel", "Transpose", "Swapaxes", "Moveaxis"),
        **_all(LayerKind("moves"), "ExpandDims", "Squeeze", "GetItem", "Slice", "Split", "Unstack"),
        **_all(LayerKind("moves"), "Flip", "Roll", "Repeat", "Tile", "BroadcastTo", "Sort"),
        **_all(LayerKind("merges"), "Add", "Subtract", "Multiply", "Maximum", "Minimum"),
        **_all(LayerKind("merges"), "Divide", "TrueDivide"),
        **_all(LayerKind("joins"), "Concatenate", "Stack"),
        **_all(LayerKind("sums"), "Sum", "Matmul", "Dot"),
        **_all(LayerKind("averages"), "Mean", "AveragePool"),
        **_all(LayerKind("picks"), "Max", "Amax", "Min", "Amin", "MaxPool"),
        **_all(LayerKind("activates"), "Relu", "Relu6", "ReLU", "LeakyRelu", "Elu", "Selu", "Celu"),
        **_all(LayerKind("activates"), "Sigmoid", "HardSigmoid", "SparseSigmoid", "LogSigmoid"),
        **_all(LayerKind("activates"), "Softmax", "LogSoftmax", "Softplus"),
        **_all(LayerKind("activates"), "Softsign", "SoftShrink", "HardShrink", "TanhShrink"),
        **_all(LayerKind("activates"), "Silu", "HardSilu", "Gelu", "Mish", "Squareplus"),
        **_all(LayerKind("activates"), "SparsePlus", "HardTanh", "Tanh", "Exp", "Expm1", "Log"),
        **_all(LayerKind("activates"), "Log1p", "Sqrt", "Square", "Abs", "Absolute", "Negative"),
        **_all(LayerKind("activates"), "Clip"),
        "Normalize": LayerKind("unit"),
    }
)
