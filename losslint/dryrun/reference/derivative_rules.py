"""How the gradient of a result goes back to the arguments: one rule for each function of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

Plain = npt.NDArray[np.float64]
Axis = int | tuple[int, ...] | None


def summed_to(gradient: Plain, shape: tuple[int, ...]) -> Plain:
    """A gradient of what was broadcast from a shape, as one of that shape."""
    if gradient.shape == shape:
        return gradient
    if gradient.ndim > len(shape):
        gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    narrow = tuple(k for k, side in enumerate(shape) if side == 1 and gradient.shape[k] != 1)
    return gradient.sum(axis=narrow, keepdims=True) if narrow else gradient


def is_basic(place: Any) -> bool:
    """Whether an index names no element twice: of numbers and slices alone."""
    parts = place if isinstance(place, tuple) else (place,)
    return all(
        isinstance(part, (int, np.integer, slice)) or part is None or part is ... for part in parts
    )


def with_reduced_axes(gradient: Plain, axis: Axis, keepdims: bool) -> Plain:
    """A gradient of a reduction with the reduced axes put back."""
    return gradient if keepdims or axis is None else np.expand_dims(gradient, axis)


def of_log_sum_exp(gradient: Plain, result: Plain, value: Plain) -> Plain:
    """The gradient of a logarithm of summed exponentials; where all of them are 0 there is none."""
    with np.errstate(invalid="ignore"):
        return gradient * np.where(np.isneginf(result), 0.0, np.exp(value - result))


def _power(gradient: Plain, _: Plain, base: Any, exponent: Any) -> Plain:
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(np.equal(exponent, 0.0), 0.0, exponent * base ** (exponent - 1.0))
    result: Plain = gradient * steps
    return result


def _refused(*_: object) -> Plain:
    raise TypeError("a differentiable exponent has no rule")


def _left(gradient: Plain, _: Plain, one: Plain, other: Plain) -> Plain:
    """The gradient of the first factor of a product of matrices."""
    result: Plain = (
        gradient[..., None] * other if other.ndim == 1 else gradient @ np.swapaxes(other, -1, -2)
    )
    return result


def _right(gradient: Plain, _: Plain, one: Plain, other: Plain) -> Plain:
    """The gradient of the second factor of a product of matrices."""
    result: Plain = np.swapaxes(one, -1, -2) @ gradient
    return result


DERIVATIVES: Mapping[np.ufunc, tuple[Callable[..., Any], ...]] = MappingProxyType(
    {
        np.add: (lambda g, r, a, b: g, lambda g, r, a, b: g),
        np.subtract: (lambda g, r, a, b: g, lambda g, r, a, b: -g),
        np.multiply: (lambda g, r, a, b: g * b, lambda g, r, a, b: g * a),
        np.divide: (lambda g, r, a, b: g / b, lambda g, r, a, b: -g * r / b),
        np.power: (_power, _refused),
        np.matmul: (_left, _right),
        np.negative: (lambda g, r, a: -g,),
        np.absolute: (lambda g, r, a: g * np.sign(a),),
        np.exp: (lambda g, r, a: g * r,),
        np.log: (lambda g, r, a: g / a,),
        np.log1p: (lambda g, r, a: g / (1.0 + a),),
        np.sqrt: (lambda g, r, a: g / (2.0 * r),),
        np.tanh: (lambda g, r, a: g * (1.0 - r**2),),
        np.arctan: (lambda g, r, a: g / (1.0 + a**2),),
        np.maximum: (
            lambda g, r, a, b: g * np.greater_equal(a, b),
            lambda g, r, a, b: g * np.less(a, b),
        ),
        np.minimum: (
            lambda g, r, a, b: g * np.less_equal(a, b),
            lambda g, r, a, b: g * np.greater(a, b),
        ),
        np.logaddexp: (
            lambda g, r, a, b: of_log_sum_exp(g, r, a),
            lambda g, r, a, b: of_log_sum_exp(g, r, b),
        ),
    }
)
"""For each function its derivative by each argument: of gradient, result and arguments."""

WITHOUT_DERIVATIVE = frozenset(
    (
        np.equal,
        np.not_equal,
        np.less,
        np.less_equal,
        np.greater,
        np.greater_equal,
        np.isfinite,
        np.sign,
    )
)
INDEX_FUNCTIONS = frozenset(
    (np.argsort, np.argmax, np.count_nonzero, np.zeros_like, np.ones_like, np.isin)
)
"""Functions whose result does not change with a small change of their arguments."""
