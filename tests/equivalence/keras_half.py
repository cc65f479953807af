"""The Keras half: losses on tensors, or one step of a compiled model, in this process."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .records import Array, Compiled, Direct, KerasLoss, Result

# So large that the weights themselves are lost in the step, and a power of two, which costs no
# digit: what is left of the difference of before and after is the gradient.
_RATE = 2.0**20


class Keras:
    """Keras on TensorFlow, imported once.

    Attributes:
        label: the versions.
    """

    def __init__(self) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        import keras
        import tensorflow as tf

        self.label = f"keras {keras.__version__}, tensorflow {tf.__version__}"

    def run(self, job: Direct | Compiled, dtype: str) -> Result:
        """Value and gradients, or the name of what Keras raises."""
        import keras

        before = keras.config.floatx(), keras.config.dtype_policy()
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        try:
            return _direct(job, dtype) if isinstance(job, Direct) else _compiled(job, dtype)
        except Exception as error:  # a framework may raise anything
            return Result(np.nan, {}, f"Keras: {type(error).__name__}")
        finally:
            keras.config.set_floatx(before[0])
            keras.config.set_dtype_policy(before[1])


def built(loss: KerasLoss, dtype: str) -> Any:
    """The loss as Keras builds it from a saved config."""
    import keras

    if callable(loss.name):
        return loss.name
    config = {"dtype": dtype, **loss.config}
    # One class of Keras's is not among those that it finds by their names.
    kinds = {loss.name: getattr(keras.losses, loss.name)}
    return keras.losses.deserialize({"class_name": loss.name, "config": config}, kinds)


def _direct(job: Direct, dtype: str) -> Result:
    import tensorflow as tf

    tensors = {path: tf.constant(array, dtype) for path, array in job.leaves.items()}
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        total = tf.zeros((), dtype)
        for term in job.terms:
            weights = {} if term.sample_weight is None else {"sample_weight": term.sample_weight}
            leaf = term.leaf
            given = [tensors[one] for one in leaf] if isinstance(leaf, tuple) else tensors[leaf]
            pred = term.head(given)
            value = built(term.loss, dtype)(term.labels, pred, **weights)
            total = total + tf.constant(term.factor, dtype) * value
    slopes = tape.gradient(total, tensors, unconnected_gradients="zero")
    gradients = {path: np.asarray(slope, np.float64) for path, slope in slopes.items()}
    return Result(float(np.sum(total.numpy())), gradients)


def _compiled(job: Compiled, dtype: str) -> Result:
    import keras

    count = len(job.pred)
    given = keras.Input((1,), batch_size=count)
    layer = _logits_layer(job.pred, job.regularizer)
    logits = layer(given)
    outputs = [keras.layers.Lambda(head)(logits) for head in job.heads]
    model = keras.Model(given, outputs if len(outputs) > 1 else outputs[0])
    losses = [built(loss, dtype) for loss in job.losses]
    model.compile(
        keras.optimizers.SGD(_RATE),
        loss=losses if len(losses) > 1 else losses[0],
        loss_weights=None if job.loss_weights is None else list(job.loss_weights),
        run_eagerly=True,
    )
    labels: Any = list(job.labels) if len(job.labels) > 1 else job.labels[0]
    found = model.train_on_batch(np.zeros((count, 1)), labels, **job.fit)
    value = float(np.ravel(found)[0])
    after = np.asarray(layer.get_weights()[0], np.float64)
    before = np.asarray(np.asarray(job.pred, dtype), np.float64)
    return Result(value, {"pred": (before - after) / _RATE})


def _logits_layer(pred: Array, squares: float) -> Any:
    import keras

    class Logits(keras.layers.Layer):  # type: ignore[misc, unused-ignore]
        """Gives its own weights, whatever goes in."""

        def build(self, _: Any) -> None:
            self.logits = self.add_weight(
                shape=pred.shape,
                initializer="zeros",
                regularizer=keras.regularizers.L2(squares) if squares else None,
            )
            self.logits.assign(pred)

        def call(self, _: Any) -> Any:
            return keras.ops.convert_to_tensor(self.logits)

    return Logits()
