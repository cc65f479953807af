"""Heads as people write them: what each gives in the end, and the loss that it is trained with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
from keras import layers, losses, ops

from tests.truth.own_code import LAYERS as OWN

CATEGORICAL, SPARSE, BINARY = (
    "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy",
)  # fmt: skip
STEPS, MAP = (5, 4), (4, 4, 2)


class Head(NamedTuple):
    """What is made of an input of this shape, and the loss, an instance of one or its name."""

    end: Callable[[Any], Any]
    loss: Any
    shape: tuple[int, ...] = (4,)


def dense(x: Any, units: int = 3, activation: str | None = None, **more: Any) -> Any:
    return layers.Dense(units, activation=activation, **more)(x)


def shares(x: Any, units: int = 3) -> Any:
    return dense(x, units, "softmax")


def chance(x: Any, units: int = 1) -> Any:
    return dense(x, units, "sigmoid")


def over_sum(x: Any) -> Any:
    return x / ops.sum(x, axis=-1, keepdims=True)


def experts(x: Any) -> Any:
    return ops.softmax(layers.Reshape((2, 3))(dense(x, 6)))


def gated(x: Any) -> Any:
    gate = chance(x)
    return gate * shares(x) + (1 - gate) * shares(x)


def both(p: Any) -> Any:
    return layers.Concatenate()([p, 1 - p])


def classes_of_groups(x: Any) -> Any:
    group = chance(x)
    return ops.concatenate([group * shares(x, 2), (1 - group) * shares(x, 2)], axis=-1)


def between_extremes(x: Any) -> Any:
    low, high = ops.min(x, -1, keepdims=True), ops.max(x, -1, keepdims=True)
    return (x - low) / (high - low + 1e-6)


def distance(x: Any) -> Any:
    encode = keras.Sequential([layers.Dense(3)])
    return ops.abs(encode(x) - encode(dense(x, 4)))


def in_time(*inner: Any) -> Callable[[Any], Any]:
    return lambda x: layers.TimeDistributed(keras.Sequential(list(inner)))(x)


def on_maps(layer: Any, activation: str = "softmax", units: int = 3) -> Callable[[Any], Any]:
    return lambda x: layer(layers.Conv2D(units, 1, activation=activation)(x))


def of_two(layer: Any, head: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: layer([head(x), head(x)])


def both_ways(mode: str, **more: Any) -> Callable[[Any], Any]:
    return lambda x: layers.Bidirectional(layers.LSTM(3, **more), merge_mode=mode)(x)


def logits(name: str = "CategoricalCrossentropy") -> Any:
    return getattr(losses, name)(from_logits=True)


SOUND = {
    # Heads that combine probabilities.
    "average": Head(of_two(layers.Average(), shares), CATEGORICAL),
    "half a sum": Head(lambda x: (shares(x) + shares(x)) / 2, SPARSE),
    "weighted": Head(lambda x: 0.3 * shares(x) + 0.7 * shares(x), SPARSE),
    "gate": Head(gated, CATEGORICAL),
    "experts": Head(
        lambda x: ops.sum(ops.expand_dims(shares(x, 2), -1) * experts(x), axis=1), CATEGORICAL
    ),
    "experts by einsum": Head(
        lambda x: ops.einsum("be,bec->bc", shares(x, 2), experts(x)), CATEGORICAL
    ),
    "experts by matmul": Head(
        lambda x: ops.squeeze(ops.matmul(ops.expand_dims(shares(x, 2), 1), experts(x)), 1),
        CATEGORICAL,
    ),
    "geometric mean": Head(
        lambda x: ops.softmax((ops.log(shares(x)) + ops.log(shares(x))) / 2), CATEGORICAL
    ),
    "product over its sum": Head(lambda x: over_sum(shares(x) * shares(x)), CATEGORICAL),
    "product": Head(of_two(layers.Multiply(), chance), BINARY),
    "not": Head(lambda x: 1 - chance(x), BINARY),
    "any of five": Head(lambda x: 1 - ops.prod(1 - chance(x, 5), -1, keepdims=True), BINARY),
    "greatest of five": Head(lambda x: ops.max(chance(x, 5), -1, keepdims=True), BINARY),
    "side by side": Head(of_two(layers.Concatenate(), chance), BINARY),
    "and its counterpart": Head(lambda x: both(chance(x)), CATEGORICAL),
    "stacked": Head(
        lambda x: ops.stack([1 - ops.squeeze(chance(x), -1), ops.squeeze(chance(x), -1)], -1),
        SPARSE,
    ),
    "classes of groups": Head(classes_of_groups, CATEGORICAL),
    "one column": Head(lambda x: shares(x, 2)[:, 1:], BINARY),
    "either": Head(lambda x: ops.where(x[:, :1] > 0.5, chance(x), 1 - chance(x)), BINARY),
    "pooled": Head(lambda x: layers.GlobalAveragePooling1D()(shares(x)), CATEGORICAL, STEPS),
    "mean": Head(lambda x: ops.mean(shares(x), axis=1), CATEGORICAL, STEPS),
    "weighted in time": Head(
        lambda x: ops.sum(shares(x) * ops.softmax(dense(x, 1), axis=1), axis=1), CATEGORICAL, STEPS
    ),
    "pooled map": Head(on_maps(layers.AveragePooling2D(2)), SPARSE, MAP),
    "larger map": Head(on_maps(layers.UpSampling2D(2, interpolation="bilinear")), SPARSE, MAP),
    "resized map": Head(on_maps(layers.Resizing(8, 8)), SPARSE, MAP),
    "cropped map": Head(on_maps(layers.Cropping2D(1)), SPARSE, MAP),
    "greatest in a map": Head(on_maps(layers.MaxPooling2D(2), "sigmoid", 1), BINARY, MAP),
    # Heads that are normalised elsewhere.
    "operation": Head(lambda x: ops.softmax(dense(x)), CATEGORICAL),
    "by hand": Head(lambda x: over_sum(ops.exp(dense(x))), CATEGORICAL),
    "of softplus": Head(lambda x: over_sum(dense(x, 3, "softplus")), CATEGORICAL),
    "of sigmoids": Head(lambda x: over_sum(chance(x, 3) + 1e-7), CATEGORICAL),
    "own layer": Head(lambda x: OWN["sum_to_one"]()(dense(x, 3, "softplus")), CATEGORICAL),
    "own softmax": Head(lambda x: OWN["softmax"]()(dense(x)), CATEGORICAL),
    "exponential of logarithms": Head(lambda x: ops.exp(ops.log_softmax(dense(x))), CATEGORICAL),
    "temperature": Head(lambda x: layers.Softmax()(dense(x) / 2.0), CATEGORICAL),
    "logistic by hand": Head(lambda x: 1 / (1 + ops.exp(-dense(x, 1))), BINARY),
    "tanh moved": Head(lambda x: (dense(x, 1, "tanh") + 1) / 2, BINARY),
    "clipped": Head(lambda x: ops.clip(chance(x), 1e-7, 1 - 1e-7), BINARY),
    "radial": Head(lambda x: ops.exp(-ops.square(dense(x, 1))), BINARY),
    "near each other": Head(lambda x: ops.exp(-ops.sum(distance(x), -1, keepdims=True)), BINARY),
    "direction moved": Head(
        lambda x: (of_two(layers.Dot(-1, normalize=True), dense)(x) + 1) / 2, BINARY
    ),
    "between extremes": Head(lambda x: between_extremes(dense(x)), BINARY),
    "twins": Head(lambda x: chance(distance(x)), BINARY),
    "group normalised": Head(
        lambda x: layers.Softmax()(layers.GroupNormalization(1)(dense(x))), SPARSE
    ),
    "spectral": Head(
        lambda x: layers.SpectralNormalization(layers.Dense(3, activation="softmax"))(x),
        CATEGORICAL,
    ),
    "nested in time": Head(in_time(layers.Dense(3), layers.Softmax()), CATEGORICAL, STEPS),
    "both ways": Head(both_ways("ave", activation="sigmoid"), BINARY, STEPS),
    "by a cell": Head(
        lambda x: layers.RNN(layers.LSTMCell(1, activation="sigmoid"))(x), BINARY, STEPS
    ),
    "lower precision": Head(
        lambda x: layers.Activation("softmax", dtype="float32")(dense(x, dtype="mixed_float16")),
        SPARSE,
    ),
    # Numbers and logits.
    "products": Head(of_two(layers.Dot(-1), dense), logits("BinaryCrossentropy")),
    "logarithms of sums": Head(lambda x: ops.logsumexp(dense(x), axis=1), logits(), STEPS),
    "logarithms of shares": Head(lambda x: ops.log_softmax(dense(x)), logits()),
    "count": Head(lambda x: ops.sum(chance(x, 5), -1, keepdims=True), "poisson"),
    "squares": Head(lambda x: ops.square(dense(x, 1)), "mean_squared_logarithmic_error"),
    "signs": Head(lambda x: 2 * chance(x) - 1, "hinge"),
    "directions": Head(of_two(layers.Dot(-1, normalize=True), dense), "mse"),
    "unit by norm": Head(lambda x: OWN["length_one"]()(dense(x)), losses.Circle()),
    "unit": Head(lambda x: layers.Identity()(ops.normalize(dense(x))), losses.Circle()),
    "attention": Head(lambda x: layers.MultiHeadAttention(2, 2)(x, x), "mse", STEPS),
    "standard of data": Head(
        lambda x: layers.Normalization(mean=0.0, variance=1.0, invert=True)(dense(x, 1)), "mse"
    ),
}

BROKEN = {
    "average": Head(of_two(layers.Average(), dense), CATEGORICAL),
    "side by side": Head(of_two(layers.Concatenate(), dense), BINARY),
    "sum": Head(of_two(layers.Add(), chance), BINARY),
    "difference": Head(of_two(layers.Subtract(), chance), BINARY),
    "sum over an axis": Head(lambda x: ops.sum(chance(x, 5), -1, keepdims=True), BINARY),
    "twice": Head(lambda x: 2 * chance(x), BINARY),
    "moved": Head(lambda x: chance(x) - 0.5, BINARY),
    "logarithm": Head(lambda x: ops.log(chance(x)), BINARY),
    "logarithms of shares": Head(lambda x: ops.log_softmax(dense(x)), CATEGORICAL),
    "direction": Head(of_two(layers.Dot(-1, normalize=True), dense), BINARY),
    "products": Head(of_two(layers.Dot(-1), dense), BINARY),
    "third": Head(lambda x: dense(x) / 3.0, CATEGORICAL),
    "weighted by shares": Head(lambda x: shares(x) * dense(x), CATEGORICAL),
    "normalised behind": Head(lambda x: layers.BatchNormalization()(shares(x)), CATEGORICAL),
    "softmax and logits": Head(lambda x: ops.softmax(dense(x)), logits()),
    "pooled numbers": Head(lambda x: layers.GlobalAveragePooling1D()(dense(x)), CATEGORICAL, STEPS),
    "nested in time": Head(in_time(layers.Dense(3)), CATEGORICAL, STEPS),
    "both ways, sum": Head(both_ways("sum"), CATEGORICAL, STEPS),
    "both ways, product": Head(both_ways("mul"), CATEGORICAL, STEPS),
    "attention": Head(lambda x: layers.MultiHeadAttention(2, 2)(x, x), CATEGORICAL, STEPS),
    "spectral": Head(lambda x: layers.SpectralNormalization(layers.Dense(3))(x), CATEGORICAL),
    "greatest": Head(lambda x: layers.ReLU()(dense(x)), CATEGORICAL),
    "dense behind unit": Head(lambda x: dense(ops.normalize(dense(x))), losses.Circle()),
    "layer normalised": Head(lambda x: layers.LayerNormalization()(dense(x)), losses.Circle()),
    "hinge of a part": Head(lambda x: ops.clip(dense(x, 1), 0, 1), "hinge"),
    "shares of chances": Head(lambda x: chance(x, 3), "kl_divergence"),
    "tanh as a rate": Head(lambda x: dense(x, 1, "tanh"), "poisson"),
}
