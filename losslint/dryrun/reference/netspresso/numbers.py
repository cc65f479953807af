"""Elementary functions in NumPy float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.differentiable_array import (
    DifferentiableArray,
    as_differentiable,
    log_sum_exp,
    value_of,
)

Floats = npt.NDArray[np.float64]


def floats(array: Any) -> Floats:
    """The array in float64; a differentiable one stays so."""
    return as_differentiable(array)


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^−x), without overflow; its derivative is e^−|x| / (1 + e^−|x|)²."""
    plain, small = _powers(x)
    result: Floats = _shares(plain, small)

    def slope() -> Floats:
        return small / (1.0 + small) ** 2

    return _derived(x, result, slope)


def log_softmax(x: Floats) -> Floats:
    """The logarithm of the softmax over the last axis."""
    result: Floats = x - log_sum_exp(x)
    return result


def binary_entropy(x: Floats, y: Floats) -> Floats:
    """−y log σ(x) − (1 − y) log(1 − σ(x)), each element; its derivative by x is σ(x) − y."""
    plain, small = _powers(x)
    result: Floats = np.maximum(plain, 0.0) - plain * y + np.log1p(small)
    return _derived(x, result, lambda: _shares(plain, small) - y)


def _powers(x: Any) -> tuple[Floats, Floats]:
    """The numbers, and e^−|x|."""
    plain: Floats = value_of(x)
    return plain, np.exp(-np.abs(plain))


def _shares(x: Floats, small: Floats) -> Floats:
    """σ(x), all of its digits on both sides: e^min(x, 0) / (1 + e^−|x|)."""
    result: Floats = np.exp(np.minimum(x, 0.0)) / (1.0 + small)
    return result


def _derived(x: Any, result: Floats, slope: Callable[[], Floats]) -> Floats:
    """What was made of each element by itself, with its derivative where that is asked for."""
    if not isinstance(x, DifferentiableArray):
        return result
    return x.derived(result, lambda gradient: x.add_gradient(gradient * slope()))  # type: ignore[return-value]
