"""Elementary functions in NumPy float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.differentiable_array import as_differentiable, log_sum_exp

Floats = npt.NDArray[np.float64]


def floats(array: Any) -> Floats:
    """The array in float64; a differentiable one stays so."""
    return as_differentiable(array)


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^−x), without overflow."""
    small = np.exp(np.where(x >= 0, -x, x))
    result: Floats = np.where(x >= 0, 1.0, small) / (1.0 + small)
    return result


def log_softmax(x: Floats) -> Floats:
    """The logarithm of the softmax over the last axis."""
    result: Floats = x - log_sum_exp(x)
    return result


def binary_entropy(x: Floats, y: Floats) -> Floats:
    """−y log σ(x) − (1 − y) log(1 − σ(x)), each element."""
    result: Floats = np.maximum(x, 0.0) - x * y + np.log1p(np.exp(-np.abs(x)))
    return result
