"""Keras 3's losses and the platform's two, as formulas in NumPy float64.

Written from the published formulas and from measured behaviour, not from Keras's code: they are
what Keras's numbers are compared with. Probabilities are clipped to [1e-7, 1 − 1e-7], as every
Keras backend does by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import as_differentiable
from losslint.dryrun.reference.keras import (
    distance,
    entropy,
    margin,
    overlap,
    platform,
    sequence,
    similarity,
)
from losslint.dryrun.reference.keras.reduction import Samples, reduced

_FORMULAS: Mapping[str, Callable[..., Samples]] = MappingProxyType(
    {
        "BinaryCrossentropy": entropy.binary_crossentropy,
        "BinaryFocalCrossentropy": entropy.binary_focal_crossentropy,
        "CTC": sequence.ctc,
        "CategoricalCrossentropy": entropy.categorical_crossentropy,
        "CategoricalFocalCrossentropy": entropy.categorical_focal_crossentropy,
        "CategoricalGeneralizedCrossEntropy": entropy.generalized_crossentropy,
        "CategoricalHinge": margin.categorical_hinge,
        "Circle": similarity.circle,
        "CosineSimilarity": similarity.cosine_similarity,
        "Dice": overlap.dice,
        "Hinge": margin.hinge,
        "Huber": distance.huber,
        "KLDivergence": entropy.kl_divergence,
        "LogCosh": distance.log_cosh,
        "MeanAbsoluteError": distance.mean_absolute_error,
        "MeanAbsolutePercentageError": distance.mean_absolute_percentage_error,
        "MeanSquaredError": distance.mean_squared_error,
        "MeanSquaredLogarithmicError": distance.mean_squared_logarithmic_error,
        "Poisson": distance.poisson,
        "SparseCategoricalCrossentropy": entropy.sparse_categorical_crossentropy,
        "SquaredHinge": margin.squared_hinge,
        "Tversky": overlap.tversky,
    }
)
_COMMON = frozenset({"reduction", "name", "dtype"})
_WHOLE = MappingProxyType({"SSD_LOSS": platform.ssd_loss, "RCNN_LOSS": platform.rcnn_loss})

NAMES = (*_FORMULAS, *_WHOLE)
"""The losses that have a formula here."""


def per_sample(name: str, params: Mapping[str, Any], batch: Batch) -> Samples:
    """A Keras loss before its reduction.

    Args:
        name: class name of the loss.
        params: its parameters as Keras takes them; `reduction`, `name` and `dtype` do not matter.
        batch: `out["pred"]` and `target["true"]`, float64 or integers.

    Raises:
        NotImplementedError: there is no formula for this loss or with one of these parameters.
    """
    formula = _FORMULAS.get(name)
    if formula is None:
        raise NotImplementedError(f"no formula for {name}")
    own = {key: value for key, value in params.items() if key not in _COMMON}
    true = np.asarray(batch.target["true"], dtype=np.float64)
    pred = as_differentiable(batch.out["pred"])
    try:
        with np.errstate(all="ignore"):
            return formula(true, pred, **own)
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
    whole = _WHOLE.get(name)
    if whole is not None:
        return whole(params, batch)
    samples = per_sample(name, params, batch)
    return reduced(samples, params.get("reduction", "sum_over_batch_size"))
