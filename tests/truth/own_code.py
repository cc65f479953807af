"""Code of a user's own, as models carry it: registered, so that Keras finds it again."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

_register = keras.saving.register_keras_serializable(package="truth")


@_register
class SumToOne(keras.layers.Layer):  # type: ignore[misc]
    """What is not negative, as shares."""

    def call(self, inputs: Any) -> Any:
        return inputs / ops.sum(inputs, axis=-1, keepdims=True)


@_register
class OwnSoftmax(keras.layers.Layer):  # type: ignore[misc]
    """A softmax by hand."""

    def call(self, inputs: Any) -> Any:
        powers = ops.exp(inputs - ops.max(inputs, axis=-1, keepdims=True))
        return powers / ops.sum(powers, axis=-1, keepdims=True)


@_register
class OwnSigmoid(keras.layers.Layer):  # type: ignore[misc]
    """A sigmoid by hand."""

    def call(self, inputs: Any) -> Any:
        return 0.5 * (ops.tanh(inputs * 0.5) + 1.0)


@_register
class LengthOne(keras.layers.Layer):  # type: ignore[misc]
    """Vectors of length one."""

    def call(self, inputs: Any) -> Any:
        return inputs / (ops.norm(inputs, axis=-1, keepdims=True) + 1e-12)


@_register  # type: ignore[untyped-decorator]
def own_sigmoid(inputs: Any) -> Any:
    """A sigmoid as a function."""
    return 0.5 * (ops.tanh(inputs * 0.5) + 1.0)


@_register
class OwnLoss(keras.losses.Loss):  # type: ignore[misc]
    """The mean of the squares."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return ops.mean(ops.square(ops.cast(y_true, y_pred.dtype) - y_pred), axis=-1)


@_register  # type: ignore[untyped-decorator]
def own_loss(y_true: Any, y_pred: Any) -> Any:
    """The mean of the squares, as a function."""
    return ops.mean(ops.square(ops.cast(y_true, y_pred.dtype) - y_pred), axis=-1)


@_register
class OwnMetric(keras.metrics.Mean):  # type: ignore[misc]
    """The mean of what the model gives."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        return super().update_state(y_pred)


LAYERS: dict[str, Any] = {
    "sum_to_one": SumToOne,
    "softmax": OwnSoftmax,
    "sigmoid": OwnSigmoid,
    "length_one": LengthOne,
}
