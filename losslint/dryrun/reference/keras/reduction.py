"""From per-sample losses to one number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.differentiable_array import number

Array = npt.NDArray[np.float64]
EPSILON = 1e-7
"""Keras's default fuzz factor, `keras.config.epsilon()`."""


class Samples(NamedTuple):
    """Losses before the reduction.

    Attributes:
        values: per-sample losses, any shape.
        valid: which of them count, in the same shape; None where all do.
    """

    values: Array
    valid: npt.NDArray[np.bool_] | None = None


def reduced(samples: Samples, reduction: str | None) -> float:
    """The sum of the valid losses for "sum", "none" and None, else their mean.

    "sum_over_batch_size", "mean" and "mean_with_sample_weight" are the same mean where no sample
    weights are given. A mean over no valid loss is 0; a loss that is a single number already is
    not touched.

    Raises:
        NotImplementedError: the reduction is none of Keras's.
    """
    values, valid = samples
    if values.ndim == 0:
        return number(values)
    total = values.sum() if valid is None else values[valid].sum()
    if reduction in ("sum", "none", None):
        return number(total)
    if reduction not in ("sum_over_batch_size", "mean", "mean_with_sample_weight"):
        raise NotImplementedError(f"no reduction {reduction!r}")
    count = values.size if valid is None else np.count_nonzero(valid)
    return number(total / count) if count else 0.0
