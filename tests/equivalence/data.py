"""What the losses are measured on: predictions and labels, drawn from seeded generators.

Predictions are logits as NetsPresso sees them, classes on axis 1. The Keras model gets the same
array, and its head turns it into what Keras sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .records import Array, Head

SHAPES = ((2, 5), (7, 3), (16, 10), (3, 200))
MAPS = ((2, 5, 4, 4), (1, 3, 6, 5))
SCALES = (0.1, 2.0, 6.0)


class Data(NamedTuple):
    """Predictions, and the labels of each side."""

    pred: Array
    keras: Array
    netspresso: Array
    sample_weight: Array | None = None


Make = Callable[[np.random.Generator, tuple[int, ...], float], Data]


def several(
    make: Make,
    shapes: tuple[tuple[int, ...], ...] = SHAPES,
    scales: tuple[float, ...] = SCALES,
) -> Iterator[Data]:
    """Data of every shape in every scale."""
    for number, shape in enumerate(shapes):
        for scale in scales:
            yield make(np.random.default_rng((number, *shape)), shape, scale)


def one(make: Make, shape: tuple[int, ...] = (7, 5), scale: float = 2.0, seed: int = 9) -> Data:
    """A single draw."""
    return make(np.random.default_rng((seed, *shape)), shape, scale)


def hot(index: Array, classes: int) -> Array:
    """One-hot labels, the classes on axis 1."""
    return np.moveaxis(np.eye(classes)[index], -1, 1)


def _drawn(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Array:
    # Multiples of 1/1024: TensorFlow resizes in float32 whatever it is given, and loses none.
    return np.round(random.normal(0.0, scale, shape) * 1024) / 1024


def indices(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    """Keras gets class indices, NetsPresso the one-hot floats that its data set makes of them."""
    pred = _drawn(random, shape, scale)
    index = random.integers(0, shape[1], (shape[0], *shape[2:]))
    return Data(pred, index, hot(index, shape[1]))


def one_hot(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    """One-hot labels for both."""
    drawn = indices(random, shape, scale)
    return drawn._replace(keras=drawn.netspresso)


def soft(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    """Labels that share a sum of 1."""
    pred = _drawn(random, shape, scale)
    labels = np.moveaxis(random.dirichlet(np.ones(shape[1]), (shape[0], *shape[2:])), -1, 1)
    return Data(pred, labels, labels)


def binary(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    """Zeros and ones, each by itself."""
    labels = (random.random(shape) < 0.4).astype(np.float64)
    return Data(_drawn(random, shape, scale), labels, labels)


def fractions(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    """Labels anywhere from 0 to 1, each by itself."""
    labels = random.random(shape)
    return Data(_drawn(random, shape, scale), labels, labels)


def maps(ignored: int | None = None, share: float = 0.2, larger: int = 1) -> Make:
    """Maps of class indices, some of them `ignored`; the labels may be larger than the logits."""

    def make(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
        pred = _drawn(random, shape, scale)
        sides = [side * larger for side in shape[2:]]
        index = random.integers(0, shape[1], (shape[0], *sides))
        if ignored is not None:
            index[index == ignored] = (ignored + 1) % shape[1]
            index[random.random(index.shape) < share] = ignored
            if share < 1:
                index.flat[0] = 0 if ignored != 0 else 1
        return Data(pred, index, index)

    return make


def weighted(data: Data, seed: int = 1) -> Data:
    """The same with a weight for each label."""
    random = np.random.default_rng(seed)
    shape = (data.pred.shape[0], *data.pred.shape[2:])
    return data._replace(sample_weight=random.uniform(0.2, 3.0, shape))


def last(pred: Any) -> Any:
    """The classes on the last axis, where Keras expects them."""
    import keras

    return keras.ops.moveaxis(pred, 1, -1)


def softmax(pred: Any) -> Any:
    """A model that ends in a softmax over the last axis."""
    import keras

    return keras.activations.softmax(pred)


def sigmoid(pred: Any) -> Any:
    """A model that ends in a sigmoid."""
    import keras

    return keras.activations.sigmoid(pred)


def covered(pred: Any) -> Any:
    """A layer after the activation, behind which Keras does not find the logits again."""
    import keras

    return keras.ops.reshape(pred, keras.ops.shape(pred))


def difference(pred: Any) -> Any:
    """One unit of two: what one sigmoid unit has to be for two logits to give the same."""
    return pred[:, 1:] - pred[:, :1]


def resized(height: int, width: int) -> Head:
    """A layer that resizes channels-last maps as Keras does, half a pixel inside.

    Keras's own layer, as the matrix that it is: TensorFlow resizes in float32, and so leads back
    a gradient of float64. The entries of the matrix are what the layer makes of single pixels.
    """

    def head(pred: Any) -> Any:
        import keras

        layer = keras.layers.Resizing(height, width, interpolation="bilinear")
        _, low, narrow, classes = pred.shape
        pixels = np.eye(low * narrow).reshape(-1, low, narrow, 1)
        matrix = keras.ops.cast(keras.ops.reshape(layer(pixels), (low * narrow, -1)), pred.dtype)
        flat = keras.ops.reshape(pred, (-1, low * narrow, classes))
        enlarged = keras.ops.einsum("pq,npc->nqc", matrix, flat)
        return keras.ops.reshape(enlarged, (-1, height, width, classes))

    return head


def chain(*heads: Head) -> Head:
    """Heads one after another."""

    def head(pred: Any) -> Any:
        for each in heads:
            pred = each(pred)
        return pred

    return head
