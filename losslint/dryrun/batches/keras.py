"""Batches for Keras's losses.

Every batch is drawn from a seeded generator in the domain that its loss expects: probabilities
where it expects probabilities, and away from the points where it has no derivative. A parameter
that fixes a size (one weight a class, an axis) decides that size; a value that is of no use there
is left to the framework to refuse.

`image` of the sizes counts for masks alone, which have an eighth of it on each side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.batches.draws import uniform, zeros_and_ones
from losslint.dryrun.records import Batch, BatchSizes

Params = Mapping[str, Any]
Array = npt.NDArray[Any]

_MAX_RANK = 5  # video: batch, time, height, width, channels
_SIDE = 3  # positions along an axis that only has to be there


def _pair(true: Array, pred: Array) -> Batch:
    return Batch({"pred": pred}, {"true": true}, ("pred",))


def _axis(params: Params) -> int:
    axis = params.get("axis", -1)
    return axis if isinstance(axis, int) and not isinstance(axis, bool) else -1


def _axes(params: Params) -> list[int]:
    """Every axis that a loss averages over, where it takes several."""
    axes = params.get("axis")
    several = [each for each in axes if type(each) is int] if isinstance(axes, list) else []
    return several or [_axis(params)]


def _shape(params: Params, sizes: BatchSizes, last: int) -> tuple[tuple[int, ...], int]:
    """A shape (B, …) with the loss's axis of length `last` in it, and that axis.

    The rank is 2 unless the axis, or one of several, needs more; an axis that no real tensor has is
    not served.
    """
    axis = _axis(params)
    if sizes.rank is not None:
        inside = 0 < axis < sizes.rank or -sizes.rank < axis < 0
        shape = list(_plain(sizes, _SIDE))
        shape[axis if inside else -1] = last
        return tuple(shape), axis if inside else -1
    rank = max(2, *(each + 1 if each >= 0 else -each for each in _axes(params)))
    if axis < -1 and rank == -axis:
        rank += 1  # a negative axis counts from the back and must not land on the batch
    if rank > _MAX_RANK:
        rank, axis = 2, -1
    shape = [sizes.batch] + [_SIDE] * (rank - 1)
    if axis == 0:
        axis = -1
    shape[axis] = last
    return tuple(shape), axis


def _plain(sizes: BatchSizes, last: int) -> tuple[int, ...]:
    """A shape (B, …, last) of the rank that the model has, or of two axes."""
    return (sizes.batch, *[_SIDE] * ((sizes.rank or 2) - 2), last)


def _softmax(logits: Array, axis: int) -> Array:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    result: Array = powers / powers.sum(axis=axis, keepdims=True)
    return result


def _per_class(params: Params, key: str, sizes: BatchSizes) -> int:
    """The number of classes: the model's, else what a list of one weight a class decides."""
    if sizes.rank is not None:
        return sizes.classes
    weights = params.get(key)
    return len(weights) if isinstance(weights, list) and len(weights) > 1 else sizes.classes


def regression(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape, _ = _shape(params, sizes, _per_class(params, "delta", sizes))
    true = rng.normal(size=shape)
    # Differences from about 0.2 to 3 on both sides: small and large ones, none at a kink.
    step = rng.uniform(0.2, 3.0, size=shape) * rng.choice((-1.0, 1.0), size=shape)
    return _pair(true, true + step)


def positive(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape = _plain(sizes, sizes.classes)
    true = rng.uniform(0.5, 4.0, size=shape)
    # Off by a fifth at least: at equality a percentage has no derivative.
    factor = np.where(
        zeros_and_ones(rng, shape) > 0, rng.uniform(0.3, 0.8, shape), rng.uniform(1.2, 2, shape)
    )
    return _pair(true, true * factor)


def counts(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape = _plain(sizes, sizes.classes)
    true = rng.integers(1, 4, size=shape).astype(np.float64)
    return _pair(true, rng.uniform(2.0, 8.0, size=shape))


def binary(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape, _ = _shape(params, sizes, sizes.classes)
    true = zeros_and_ones(rng, shape)
    if params.get("from_logits"):
        return _pair(true, rng.normal(size=shape))
    return _pair(true, rng.uniform(0.1, 0.9, size=shape))


def _classified(
    rng: np.random.Generator, params: Params, sizes: BatchSizes
) -> tuple[Array, Array, int]:
    classes = _per_class(params, "alpha", sizes)
    shape, axis = _shape(params, sizes, classes)
    logits = rng.normal(size=shape)
    labels = rng.integers(0, classes, size=np.delete(shape, axis))
    return labels, logits if params.get("from_logits") else _softmax(logits, axis), axis


def one_hot(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    labels, pred, axis = _classified(rng, params, sizes)
    true = np.zeros_like(pred)
    np.put_along_axis(true, np.expand_dims(labels, axis), 1.0, axis)
    return _pair(true, pred)


def sparse(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    labels, pred, axis = _classified(rng, params, sizes)
    ignored = params.get("ignore_class")
    if isinstance(ignored, (int, float)):
        classes = pred.shape[axis]
        flat = labels.reshape(-1)
        flat[flat == ignored] = (int(ignored) + 1) % classes
        if float(ignored).is_integer() and flat.size > 1:
            flat[0] = int(ignored)  # one position to ignore, the others to learn from
    return _pair(labels, pred)


def index(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    labels, pred, _ = _classified(rng, {}, sizes)
    return _pair(labels, pred)


def distributions(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape = _plain(sizes, sizes.classes)
    return _pair(_softmax(rng.normal(size=shape), -1), _softmax(rng.normal(size=shape), -1))


def signed(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape = _plain(sizes, sizes.classes)
    true = 2.0 * zeros_and_ones(rng, shape) - 1.0
    # t·p between −2 and 0.8, and once above 1: inside the margin and beyond it, never at 1.
    product = rng.uniform(-2.0, 0.8, size=shape)
    product.flat[0] = 1.5
    return _pair(true, true * product)


def scores(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape = _plain(sizes, sizes.classes)
    labels = rng.integers(0, sizes.classes, size=shape[:-1])
    true = np.eye(sizes.classes)[labels]
    # The right class stays 1.5 below the margin, so that every sample has something to learn.
    pred = rng.uniform(0.2, 1.0, size=shape) - 0.5 * true
    return _pair(true, pred)


def directions(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    shape, _ = _shape(params, sizes, sizes.classes)
    true = rng.normal(size=shape)
    return _pair(true, true + rng.normal(size=shape))


def embeddings(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    count = max(4, sizes.batch)
    labels = np.arange(count) // 2 % max(2, min(sizes.classes, count // 2))
    vectors = rng.normal(size=_plain(sizes._replace(batch=count), _width(sizes)))
    # A hair shorter than 1: a vector's distance to itself, 1 − |v|², stays above the kink at 0.
    vectors *= 0.99 / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return _pair(labels, vectors)


def _width(sizes: BatchSizes) -> int:
    """The length of an embedding: the model's, else more than there are classes."""
    return 2 * sizes.classes if sizes.rank is None else sizes.classes


def masks(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    side = max(2, sizes.image // 8)
    middle = (side,) * ((4 if sizes.rank is None else sizes.rank) - 2)
    shape = (sizes.batch, *middle, sizes.classes)
    return _pair(zeros_and_ones(rng, shape), uniform(rng, 0.05, 0.95, shape))


def sequences(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    symbols, frames = 3, 8
    if sizes.rank not in (None, 3):
        return _pair(np.ones((sizes.batch, symbols)), rng.normal(size=_plain(sizes, sizes.classes)))
    classes = max(3, sizes.classes) if sizes.rank is None else sizes.classes
    true = rng.integers(1, max(classes, 2), size=(sizes.batch, symbols))
    true[0, 1] = true[0, 0]  # a repeated symbol needs a blank between
    true[-1, -1] = 0  # and one target is shorter: 0 is padding
    return _pair(true, rng.normal(size=(sizes.batch, frames, classes)))
