"""Models of every kind that the reader of endings knows, built with real Keras.

Each entry builds a model; what its outputs really are is computed on random weights.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops

Build = Callable[[], Any]


def functional(end: Callable[[Any], Any], shape: tuple[int, ...] = (6,)) -> Build:
    """A model of what a function makes of its input."""

    def build() -> Any:
        start = keras.Input(shape)
        return keras.Model(start, end(start))

    return build


def sequential(*make: Callable[[], Any], shape: tuple[int, ...] = (6,)) -> Build:
    """A Sequential model of layers that are made anew."""
    return lambda: keras.Sequential([keras.Input(shape), *(each() for each in make)])


def dense(activation: Any = None, units: int = 3, **more: Any) -> Callable[[], Any]:
    return lambda: layers.Dense(units, activation=activation, **more)


def inner(activation: Any = None, units: int = 3) -> Any:
    """A model that is a layer of another one."""
    start = keras.Input((6,))
    return keras.Model(start, layers.Dense(units, activation=activation)(start))


def nested_twice(activation: Any) -> Callable[[Any], Any]:
    def end(x: Any) -> Any:
        first = keras.Input((6,))
        middle = keras.Model(first, inner(activation)(first))
        return keras.Sequential([keras.Input((6,)), middle, layers.Identity()])(x)

    return end


def two_inside(x: Any) -> Any:
    """The second output of a model that is a layer, called a second time."""
    start = keras.Input((6,))
    model = keras.Model(
        start, {"b": layers.Dense(6)(start), "a": layers.Dense(2, activation="softmax")(start)}
    )
    model(x)
    return model(model(x)["b"])["a"]


def given_by_key(x: Any) -> Any:
    """A model of two named inputs, which gives back what one of them makes."""
    left, right = keras.Input((6,), name="left"), keras.Input((2,), name="right")
    model = keras.Model({"right": right, "left": left}, layers.Identity()(right))
    return model({"left": x, "right": layers.Dense(2, activation="sigmoid")(x)})


def mixture(x: Any) -> Any:
    """Two experts and the gate that weighs them: a probability, though no layer says so."""
    gate = layers.Dense(1, activation="sigmoid")(x)
    one, two = (layers.Dense(3, activation="softmax")(x) for _ in range(2))
    return gate * one + (1.0 - gate) * two


def shared(x: Any) -> Any:
    head = layers.Dense(3)
    return layers.Subtract()([head(x), head(ops.flip(x, axis=-1))])


def own_softmax(x: Any) -> Any:
    raised = ops.exp(layers.Dense(3)(x))
    return raised / ops.sum(raised, axis=-1, keepdims=True)


def heads(*activations: Any) -> Callable[[Any], list[Any]]:
    return lambda x: [layers.Dense(3, activation=each)(x) for each in activations]


def merge(layer: Any, *activations: Any, **config: Any) -> Build:
    """A layer that merges heads."""
    return functional(lambda x: layer(**config)(heads(*activations)(x)))


def on_maps(*make: Callable[[], Any], activation: Any = "softmax") -> Build:
    return sequential(lambda: layers.Conv2D(3, 1, activation=activation), *make, shape=(4, 4, 2))


def in_time(*make: Callable[[], Any]) -> Build:
    return sequential(*make, shape=(5, 4))


_ACTIVATIONS = (
    "linear", "softmax", "sigmoid", "tanh", "relu", "relu6", "leaky_relu", "elu", "selu", "celu",
    "gelu", "silu", "mish", "softplus", "softsign", "exponential", "hard_sigmoid", "hard_silu",
    "log_softmax", "log_sigmoid", "hard_tanh", "soft_shrink", "hard_shrink", "tanh_shrink",
    "squareplus", "sparse_plus", "sparse_sigmoid", "sparsemax",
)  # fmt: skip
_OBJECTS: dict[str, Callable[[], Any]] = {
    "LeakyReLU": layers.LeakyReLU,
    "ReLU": layers.ReLU,
    "ReLU to 1": lambda: layers.ReLU(max_value=1.0),
    "ReLU to 2, sloped": lambda: layers.ReLU(max_value=2.0, negative_slope=0.1),
    "ReLU from 1": lambda: layers.ReLU(threshold=1.0),
    "PReLU": layers.PReLU,
    "ELU": lambda: layers.ELU(alpha=0.5),
    "Softmax": layers.Softmax,
    "Activation": lambda: layers.Activation("sigmoid"),
}
_LAST: dict[str, Callable[[], Any]] = {
    "Identity": layers.Identity,
    "Dropout": lambda: layers.Dropout(0.2),
    "GaussianNoise": lambda: layers.GaussianNoise(0.2),
    "ActivityRegularization": layers.ActivityRegularization,
    "Reshape": lambda: layers.Reshape((1, 3)),
    "Reshape to one": lambda: layers.Reshape((3, 1)),
    "Flatten": layers.Flatten,
    "RepeatVector": lambda: layers.RepeatVector(2),
    "Rescaling": lambda: layers.Rescaling(5.0, offset=-1.0),
    "Rescaling within": lambda: layers.Rescaling(0.5),
    "Rescaling below 0": lambda: layers.Rescaling(-1.0, offset=1.0),
    "BatchNormalization": layers.BatchNormalization,
    "LayerNormalization": layers.LayerNormalization,
    "RMSNormalization": layers.RMSNormalization,
    "UnitNormalization": layers.UnitNormalization,
    "linear": lambda: layers.Activation("linear"),
    "softmax": lambda: layers.Activation("softmax"),
    "LSTM over Reshape": lambda: keras.Sequential([layers.Reshape((3, 1)), layers.LSTM(2)]),
}
_MAPS: dict[str, Callable[[], Any]] = {
    "GlobalAveragePooling2D": layers.GlobalAveragePooling2D,
    "GlobalAveragePooling2D, axes kept": lambda: layers.GlobalAveragePooling2D(keepdims=True),
    "GlobalMaxPooling2D": layers.GlobalMaxPooling2D,
    "AveragePooling2D": lambda: layers.AveragePooling2D(2),
    "MaxPooling2D": lambda: layers.MaxPooling2D(2),
    "UpSampling2D": layers.UpSampling2D,
    "UpSampling2D, bilinear": lambda: layers.UpSampling2D(interpolation="bilinear"),
    "UpSampling2D, bicubic": lambda: layers.UpSampling2D(interpolation="bicubic"),
    "Resizing": lambda: layers.Resizing(7, 7),
    "Resizing, lanczos": lambda: layers.Resizing(7, 7, interpolation="lanczos3"),
    "Cropping2D": lambda: layers.Cropping2D(1),
    "ZeroPadding2D": layers.ZeroPadding2D,
    "Permute": lambda: layers.Permute((3, 1, 2)),
    "Flatten": layers.Flatten,
    "Reshape to rows": lambda: layers.Reshape((16, 3)),
    "Softmax of rows": lambda: layers.Softmax(axis=1),
    "Softmax of maps": lambda: layers.Softmax(axis=(1, 2)),
    "SpatialDropout2D": lambda: layers.SpatialDropout2D(0.2),
}
_TIMES: dict[str, tuple[Callable[[], Any], ...]] = {
    "LSTM": (lambda: layers.LSTM(3),),
    "LSTM, sequences": (lambda: layers.LSTM(3, return_sequences=True),),
    "LSTM, relu": (lambda: layers.LSTM(3, activation="relu"),),
    "LSTM, sigmoid": (lambda: layers.LSTM(3, activation="sigmoid"),),
    "LSTM, softmax": (lambda: layers.LSTM(3, activation="softmax"),),
    "LSTM, linear gates": (lambda: layers.LSTM(3, recurrent_activation="linear"),),
    "GRU": (lambda: layers.GRU(3),),
    "GRU, relu": (lambda: layers.GRU(3, activation="relu"),),
    "SimpleRNN, softmax": (lambda: layers.SimpleRNN(3, activation="softmax"),),
    "RNN": (lambda: layers.RNN(layers.LSTMCell(3), return_sequences=True),),
    "TimeDistributed": (lambda: layers.TimeDistributed(layers.Dense(3)),),
    "TimeDistributed, softmax": (
        lambda: layers.TimeDistributed(layers.Dense(3, activation="softmax")),
    ),
    "TimeDistributed, Flatten": (lambda: layers.TimeDistributed(layers.Flatten()),),
    "TimeDistributed, model": (
        lambda: layers.TimeDistributed(
            keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="sigmoid")])
        ),
    ),
    "Conv1D": (lambda: layers.Conv1D(3, 2),),
    "Conv1DTranspose": (lambda: layers.Conv1DTranspose(3, 2, activation="sigmoid"),),
    "SeparableConv1D": (lambda: layers.SeparableConv1D(3, 2, activation="softmax"),),
    "DepthwiseConv1D": (lambda: layers.DepthwiseConv1D(2, depth_multiplier=2),),
    "EinsumDense": (lambda: layers.EinsumDense("abc,cd->abd", output_shape=(None, 3)),),
    "EinsumDense, softmax": (
        lambda: layers.EinsumDense("abc,cd->abd", output_shape=(None, 3), activation="softmax"),
    ),
    "GlobalAveragePooling1D": (
        lambda: layers.Dense(3, activation="softmax"), layers.GlobalAveragePooling1D,
    ),
    "pooled features": (layers.GlobalMaxPooling1D, lambda: layers.Dense(3)),
    **{
        f"Bidirectional, {mode}": (
            lambda mode=mode: layers.Bidirectional(layers.GRU(3), merge_mode=mode),
        )
        for mode in ("concat", "sum", "ave", "mul")
    },
}  # fmt: skip
_MERGES = (layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum,
           layers.Minimum, layers.Concatenate)  # fmt: skip
_OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": ops.sigmoid,
    "softmax": ops.softmax,
    "log_softmax": ops.log_softmax,
    "relu": ops.relu,
    "relu, cut": lambda x: keras.activations.relu(x, max_value=2.0),
    "leaky_relu": lambda x: ops.leaky_relu(x, negative_slope=0.1),
    "tanh": ops.tanh,
    "exp": ops.exp,
    "abs": ops.abs,
    "square": ops.square,
    "clip": lambda x: ops.clip(x, 0, 1),
    "clip wide": lambda x: ops.clip(x, -2, 3),
    "negative": lambda x: -x,
    "half": lambda x: x / 2.0,
    "one minus sigmoid": lambda x: 1 - ops.sigmoid(x),
    "sigmoid to -1": lambda x: 2 * ops.sigmoid(x) - 1,
    "sigmoid to 10": lambda x: 10 * ops.sigmoid(x),
    "log of sigmoid": lambda x: ops.log(ops.sigmoid(x)),
    "swish by hand": lambda x: x * ops.sigmoid(x),
    "x + relu": lambda x: x + ops.relu(x),
    "x - x": lambda x: x - x,
    "slice": lambda x: ops.softmax(x)[:, :2],
    "one column": lambda x: ops.softmax(x)[:, 1:2],
    "expand": lambda x: ops.expand_dims(ops.softmax(x), 1),
    "reshape": lambda x: ops.reshape(ops.softmax(x), (-1, 3, 1)),
    "transpose": lambda x: ops.transpose(ops.softmax(x)),
    "split": lambda x: ops.split(ops.sigmoid(x), 3, axis=-1)[1],
    "stack": lambda x: ops.stack([ops.sigmoid(x), ops.softmax(x)], axis=1),
    "concatenate": lambda x: ops.concatenate([ops.sigmoid(x), 1 - ops.sigmoid(x)], axis=-1),
    "mean": lambda x: ops.mean(ops.softmax(x), axis=-1, keepdims=True),
    "sum of sigmoids": lambda x: ops.sum(ops.sigmoid(x), axis=-1, keepdims=True),
    "sum of numbers": lambda x: ops.sum(x, axis=-1, keepdims=True),
    "sum of shares": lambda x: ops.sum(ops.softmax(x), axis=-1, keepdims=True),
    "sum of softplus": lambda x: ops.sum(ops.softplus(x), axis=-1),
    "sum of both": lambda x: ops.sum(
        ops.concatenate([ops.sigmoid(x), 1 - ops.sigmoid(x)], axis=-1), axis=-1
    ),
    "sum of a difference": lambda x: ops.sum(x - x, axis=-1, keepdims=True),
    "sum over the batch": lambda x: ops.sum(ops.sigmoid(x), axis=0),
    "direction": lambda x: layers.Dot(-1, normalize=True)([x, layers.Dense(3)(x)]),
    "directions of two": lambda x: layers.Dot(-1, normalize=True)(
        [layers.Dense(3)(x), layers.Dense(3)(x)]
    ),
    "products": lambda x: layers.Dot(-1)([layers.Dense(3)(x), layers.Dense(3)(x)]),
    "product with itself": lambda x: layers.Dot(-1)([x, x]),
    "products of shares": lambda x: layers.Dot(-1)([ops.softmax(x), ops.sigmoid(x)]),
    "matmul": lambda x: ops.matmul(
        layers.Reshape((1, 3))(x), layers.Reshape((3, 1))(layers.Dense(3)(x))
    ),
    "over its sum": lambda x: ops.softplus(x) / ops.sum(ops.softplus(x), axis=-1, keepdims=True),
    "max": lambda x: ops.max(ops.softmax(x), axis=-1, keepdims=True),
    "normalize": lambda x: ops.normalize(x, axis=-1),
    "normalize of shares": lambda x: ops.normalize(ops.softmax(x), axis=-1),
    "maximum with a number": lambda x: ops.maximum(x, 0.0),
    "where": lambda x: ops.where(x > 0, x, 0.0),
    "stop": lambda x: ops.stop_gradient(ops.softmax(x)),
    "cast": lambda x: ops.cast(ops.softmax(x), "float32"),
    "softmax over rows": lambda x: ops.softmax(x, axis=0),
}
_OTHERS: dict[str, Build] = {
    "nested linear": functional(lambda x: inner()(x)),
    "nested softmax": functional(lambda x: inner("softmax")(x)),
    "nested twice": functional(nested_twice("softmax")),
    "nested twice, linear": functional(nested_twice(None)),
    "nested, then activated": functional(lambda x: layers.Softmax()(inner()(x))),
    "a model of two outputs": functional(two_inside),
    "a model of named inputs": functional(given_by_key),
    "Sequential in Sequential": lambda: keras.Sequential(
        [keras.Input((6,)), keras.Sequential([layers.Dense(4), layers.Dense(3)])]
    ),
    "a mixture": functional(mixture),
    "one head twice": functional(shared),
    "softmax by hand": functional(own_softmax),
    "residual": functional(lambda x: layers.Add()([x, layers.Dense(6)(x)])),
    "attention": functional(lambda x: layers.MultiHeadAttention(2, 3)(x, x), (5, 4)),
    "embedding": functional(lambda x: layers.Embedding(3, 3)(ops.cast(x > 0, "int32"))),
    "frozen": sequential(dense(units=3, trainable=False, kernel_initializer="ones")),
    "constrained": sequential(dense("relu"), dense(kernel_constraint="non_neg")),
    "no units of its own": functional(lambda x: x),
    "spectral": sequential(lambda: layers.SpectralNormalization(layers.Dense(3))),
    "own code": functional(lambda x: layers.Lambda(abs)(layers.Dense(3)(x))),
    "16 bits": sequential(dense("softmax", dtype="mixed_float16")),
    "16 bits, then 32": sequential(
        dense(dtype="mixed_float16"), lambda: layers.Activation("softmax", dtype="float32")
    ),
    "32 bits, then 16": sequential(dense("softmax"), lambda: layers.Identity(dtype="bfloat16")),
    "16 bits in time": in_time(
        lambda: layers.TimeDistributed(layers.Dense(3, activation="softmax", dtype="float16"))
    ),
    "16 bits in a model": functional(
        lambda x: keras.Sequential(
            [keras.Input((6,)), layers.Dense(3, activation="sigmoid", dtype="mixed_bfloat16")]
        )(x)
    ),
    "cast to 16 bits": functional(
        lambda x: ops.cast(layers.Dense(3, activation="softmax")(x), "float16")
    ),
    "channels first": sequential(
        lambda: layers.Permute((3, 1, 2)),
        lambda: layers.GlobalAveragePooling2D(data_format="channels_first"),
        shape=(4, 4, 2),
    ),
}


def all_models() -> dict[str, Build]:
    """Every model, by what it is."""
    found: dict[str, Build] = {}
    for name in _ACTIVATIONS:
        found[f"Dense, {name}"] = sequential(dense(name))
        found[f"Activation, {name}, of any"] = sequential(
            dense(), lambda name=name: layers.Activation(name)
        )
        found[f"Activation, {name}, of tanh"] = sequential(
            dense("tanh"), lambda name=name: layers.Activation(name)
        )
        found[f"Activation, {name}, of the input"] = sequential(
            lambda name=name: layers.Activation(name)
        )
    for (name, make), own in itertools.product(_OBJECTS.items(), (True, False)):
        found[f"{name}, {'own' if own else 'behind'}"] = (
            sequential(lambda make=make: layers.Dense(3, activation=make()))
            if own
            else sequential(dense(), make)
        )
    for (name, make), activation in itertools.product(
        _LAST.items(), (None, "softmax", "sigmoid", "tanh", "relu")
    ):
        found[f"{name} behind {activation}"] = sequential(dense(activation), make)
    for (name, make), activation in itertools.product(_MAPS.items(), (None, "softmax", "sigmoid")):
        found[f"{name} of maps, {activation}"] = on_maps(make, activation=activation)
    found |= {name: in_time(*make) for name, make in _TIMES.items()}
    for layer, (one, two) in itertools.product(
        _MERGES,
        ((None, None), ("softmax", "softmax"), ("sigmoid", None), ("relu", "tanh"),
         ("sigmoid", "sigmoid"), ("tanh", "tanh")),
    ):  # fmt: skip
        found[f"{layer.__name__} of {one} and {two}"] = merge(layer, one, two)
    found |= {
        f"operation {name}": functional(lambda x, make=make: make(layers.Dense(3)(x)))
        for name, make in _OPERATIONS.items()
    }
    return found | _OTHERS
