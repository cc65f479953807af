"""Keras 3's losses and the platform's two: one row a loss.

The formulas are written from the published ones and from measured behaviour, not from Keras's
code: they are what Keras's numbers are compared with. Probabilities are clipped to
[1e-7, 1 − 1e-7], as every Keras backend does by default.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from losslint.dryrun.batches import detection
from losslint.dryrun.batches import keras as batches
from losslint.dryrun.dtypes import held
from losslint.dryrun.records import Batch, BatchSizes, DrawBatch
from losslint.dryrun.reference.differentiable_array import as_differentiable
from losslint.dryrun.reference.keras import distance, entropy, margin, platform
from losslint.dryrun.reference.keras.reduction import Samples, reduced


class KerasLoss(NamedTuple):
    """How a loss of Keras is fed and checked.

    Attributes:
        batch: draws a batch in its domain.
        formula: its value for each sample, of targets, predictions and its own parameters.
    """

    batch: DrawBatch
    formula: Callable[..., Samples]


class PlatformLoss(NamedTuple):
    """How a loss of the platform is fed and checked.

    Attributes:
        batch: draws a batch in its domain.
        formula: its value, of its parameters and a batch.
    """

    batch: DrawBatch
    formula: Callable[[Mapping[str, Any], Batch], float]


KERAS: Mapping[str, KerasLoss] = MappingProxyType(
    {
        "BinaryCrossentropy": KerasLoss(batches.binary, entropy.binary_crossentropy),
        "BinaryFocalCrossentropy": KerasLoss(batches.binary, entropy.binary_focal_crossentropy),
        "CTC": KerasLoss(batches.sequences, margin.ctc),
        "CategoricalCrossentropy": KerasLoss(batches.one_hot, entropy.categorical_crossentropy),
        "CategoricalFocalCrossentropy": KerasLoss(
            batches.one_hot, entropy.categorical_focal_crossentropy
        ),
        "CategoricalGeneralizedCrossEntropy": KerasLoss(
            batches.index, entropy.generalized_crossentropy
        ),
        "CategoricalHinge": KerasLoss(batches.scores, margin.categorical_hinge),
        "Circle": KerasLoss(batches.embeddings, margin.circle),
        "CosineSimilarity": KerasLoss(batches.directions, margin.cosine_similarity),
        "Dice": KerasLoss(batches.masks, margin.dice),
        "Hinge": KerasLoss(batches.signed, margin.hinge),
        "Huber": KerasLoss(batches.regression, distance.huber),
        "KLDivergence": KerasLoss(batches.distributions, entropy.kl_divergence),
        "LogCosh": KerasLoss(batches.regression, distance.log_cosh),
        "MeanAbsoluteError": KerasLoss(batches.regression, distance.mean_absolute_error),
        "MeanAbsolutePercentageError": KerasLoss(
            batches.positive, distance.mean_absolute_percentage_error
        ),
        "MeanSquaredError": KerasLoss(batches.regression, distance.mean_squared_error),
        "MeanSquaredLogarithmicError": KerasLoss(
            batches.positive, distance.mean_squared_logarithmic_error
        ),
        "Poisson": KerasLoss(batches.counts, distance.poisson),
        "SparseCategoricalCrossentropy": KerasLoss(
            batches.sparse, entropy.sparse_categorical_crossentropy
        ),
        "SquaredHinge": KerasLoss(batches.signed, margin.squared_hinge),
        "Tversky": KerasLoss(batches.masks, margin.tversky),
    }
)
PLATFORM: Mapping[str, PlatformLoss] = MappingProxyType(
    {
        "RCNN_LOSS": PlatformLoss(detection.rcnn, platform.rcnn_loss),
        "SSD_LOSS": PlatformLoss(detection.ssd, platform.ssd_loss),
    }
)
LOSSES: Mapping[str, KerasLoss | PlatformLoss] = MappingProxyType({**KERAS, **PLATFORM})
_OF_EVERY_LOSS = frozenset({"reduction", "name", "dtype"})


def batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
    """A batch that fits the loss, the same for the same arguments.

    Args:
        name: class name of a Keras 3 loss, "SSD_LOSS" or "RCNN_LOSS".
        params: the loss's parameters.
        sizes: how large.
        seed: any integer ≥ 0.

    Returns:
        `out["pred"]` and `target["true"]` in float64, index targets in int64; for RCNN_LOSS what
        `reference.keras.platform.rcnn_parts` lists.
    """
    loss = LOSSES.get(name)
    # What Keras does not know gets numbers too: it is Keras that refuses it, in its own words.
    draw = batches.regression if loss is None else loss.batch
    # The name takes part, so that no two losses see the same numbers by chance.
    return draw(np.random.default_rng([seed, zlib.crc32(name.encode())]), params, sizes)


def per_sample(name: str, params: Mapping[str, Any], batch: Batch) -> Samples:
    """A Keras loss before its reduction.

    Args:
        name: class name of the loss.
        params: its parameters as Keras takes them; `reduction`, `name` and `dtype` do not matter.
        batch: `out["pred"]` and `target["true"]`, float64 or integers.

    Raises:
        NotImplementedError: there is no formula for this loss or with one of these parameters.
    """
    loss = KERAS.get(name)
    if loss is None:
        raise NotImplementedError(f"no formula for {name}")
    own = {key: value for key, value in params.items() if key not in _OF_EVERY_LOSS}
    true = held(np.asarray(batch.target["true"]))
    pred = as_differentiable(batch.out["pred"])
    try:
        with np.errstate(all="ignore"):
            return loss.formula(true, pred, **own)
    except (TypeError, ValueError, IndexError) as error:
        raise NotImplementedError(f"no formula for {name} with these parameters: {error}") from None


def value(name: str, params: Mapping[str, Any], batch: Batch, held: Batch | None = None) -> float:
    """A loss of Keras or of the platform, reduced as its `reduction` says.

    Without a reduction the per-sample values are added: that is what TensorFlow differentiates.
    `held` does not count: Keras's losses differentiate everything that they derive.

    Raises:
        NotImplementedError: there is no formula for this loss or with one of these parameters.
    """
    del held
    own = PLATFORM.get(name)
    if own is not None:
        return own.formula(params, batch)
    samples = per_sample(name, params, batch)
    return reduced(samples, params.get("reduction", "sum_over_batch_size"))
