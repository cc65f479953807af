"""Arrays that note how they were made, so that what is computed from them can be differentiated.

What NumPy can do and is not listed here or in `array_functions` raises TypeError: no gradient is
lost in silence. So do `float()` and `np.asarray()` of a differentiable array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from losslint.dryrun.reference.derivative_rules import (
    DERIVATIVES,
    INDEX_FUNCTIONS,
    WITHOUT_DERIVATIVE,
    Axis,
    Plain,
    is_basic,
    summed_to,
    with_reduced_axes,
)

Backward = Callable[[Plain], None]
"""Hands the gradient of a result back to what the result was made of."""

Tape = list[tuple["DifferentiableArray", Backward]]
"""The results in the order in which they were made, each with how its gradient goes back."""


class DifferentiableArray(NDArrayOperatorsMixin):
    """An array in float64 that depends on a prediction.

    Attributes:
        gradient: the derivative of the loss with respect to it, as far as it is known; else None.
    """

    __slots__ = ("_is_shared", "_numbers", "_tape", "gradient")

    def __init__(self, value: Any, tape: Tape) -> None:
        self._numbers = np.asarray(value)
        self.gradient: Plain | None = None
        self._is_shared = False
        self._tape = tape

    @property
    def value(self) -> Plain:
        """The numbers; those of a large batch are widened when they are first needed as a whole."""
        self._numbers = np.asarray(self._numbers, np.float64)
        return self._numbers

    def no_gradient(self) -> Plain:
        """Zeros for a gradient, in float32 where the numbers are."""
        return np.zeros(self.shape, np.promote_types(self._numbers.dtype, np.float32))

    def part(self, place: Any) -> Plain:
        """The numbers at an index."""
        return np.asarray(self._numbers[place], np.float64)

    def add_gradient(self, gradient: Plain, place: Any = ..., *, given: bool = False) -> None:
        """Take in a gradient, of the whole or of the elements at an index.

        One that nobody else holds is `given`; any other is not changed, but replaced by a sum.
        """
        if place is ...:
            gradient = summed_to(gradient, self.shape)
            if self.gradient is None:
                self.gradient, self._is_shared = gradient, not given
                return
        elif self.gradient is None:
            self.gradient = self.no_gradient()
        if self._is_shared:
            self.gradient, self._is_shared = np.array(self.gradient), False
        if is_basic(place):
            self.gradient[place] += gradient
        else:
            np.add.at(self.gradient, place, gradient)  # an index may name one element twice

    def derived(self, value: Any, backward: Backward) -> DifferentiableArray:
        """A result that was made of this array."""
        result = DifferentiableArray(value, self._tape)
        self._tape.append((result, backward))
        return result

    @property
    def shape(self) -> tuple[int, ...]:
        return self._numbers.shape

    @property
    def ndim(self) -> int:
        return self._numbers.ndim

    @property
    def size(self) -> int:
        return self._numbers.size

    @property
    def T(self) -> DifferentiableArray:  # noqa: N802
        return self.derived(self.value.T, lambda gradient: self.add_gradient(gradient.T))

    def __len__(self) -> int:
        return len(self._numbers)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __iter__(self) -> Iterator[DifferentiableArray]:
        return (self[index] for index in range(len(self)))

    def __array__(self, *_: object, **__: object) -> Any:
        raise TypeError("a differentiable array is no plain array: its gradient would be lost")

    def __getitem__(self, place: Any) -> DifferentiableArray:
        return self.derived(self.part(place), lambda gradient: self.add_gradient(gradient, place))

    def __iadd__(self, other: Any) -> Any:
        return self + other

    def __isub__(self, other: Any) -> Any:
        return self - other

    def reshape(self, *shape: Any) -> DifferentiableArray:
        """As of a plain array."""
        own = self.shape
        return self.derived(
            self.value.reshape(*shape), lambda gradient: self.add_gradient(gradient.reshape(own))
        )

    def squeeze(self, axis: Axis = None) -> DifferentiableArray:
        """As of a plain array."""
        return self.reshape(self.value.squeeze(axis).shape)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> DifferentiableArray:
        """As of a plain array."""

        def backward(gradient: Plain) -> None:
            self.add_gradient(
                np.broadcast_to(with_reduced_axes(gradient, axis, keepdims), self.value.shape)
            )

        return self.derived(self.value.sum(axis=axis, keepdims=keepdims), backward)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> DifferentiableArray:
        """As of a plain array."""
        total = self.sum(axis, keepdims)
        result: DifferentiableArray = total * (total.size / self.size)
        return result

    def max(self, axis: Axis = None, keepdims: bool = False) -> DifferentiableArray:
        """As of a plain array; equal elements share the gradient."""
        largest = self.value.max(axis=axis, keepdims=True)
        here = self.value == largest

        def backward(gradient: Plain) -> None:
            share = here / here.sum(axis=axis, keepdims=True)
            self.add_gradient(with_reduced_axes(gradient, axis, keepdims) * share)

        return self.derived(self.value.max(axis=axis, keepdims=keepdims), backward)

    def argmax(self, axis: int | None = None) -> Any:
        """As of a plain array: places have no gradient."""
        return self.value.argmax(axis)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "reduce" and ufunc is np.logaddexp:
            return self._log_sum_exp(**options)
        if method != "__call__" or options:
            return NotImplemented
        values = [value_of(one) for one in inputs]
        if ufunc in WITHOUT_DERIVATIVE:
            return ufunc(*values)
        if ufunc not in DERIVATIVES:
            return NotImplemented
        # NumPy knows a quick way to a whole power, which its function does not take.
        result = values[0] ** values[1] if ufunc is np.power else ufunc(*values)

        def backward(gradient: Plain) -> None:
            for one, partial in zip(inputs, DERIVATIVES[ufunc], strict=True):
                if isinstance(one, DifferentiableArray):
                    one.add_gradient(partial(gradient, result, *values))

        return self.derived(result, backward)

    def _log_sum_exp(self, axis: Axis = 0, keepdims: bool = False) -> DifferentiableArray:
        powers, base = _powers(self.value, axis)
        total = powers.sum(axis=axis, keepdims=True)
        inner = _logarithm(total) + base
        result = inner if keepdims else inner.squeeze(axis)

        def backward(gradient: Plain) -> None:
            share = with_reduced_axes(gradient, axis, keepdims) / np.where(total == 0.0, 1.0, total)
            self.add_gradient(np.multiply(powers, share, out=powers))

        return self.derived(result, backward)

    def __array_function__(
        self, function: Callable[..., Any], _: Any, arguments: tuple[Any, ...], options: Any
    ) -> Any:
        if function in INDEX_FUNCTIONS:
            return function(*map(value_of, arguments), **options)
        from losslint.dryrun.reference.array_functions import FUNCTIONS

        own = FUNCTIONS.get(function)
        return NotImplemented if own is None else own(*arguments, **options)


def _powers(value: Plain, axis: Axis) -> tuple[Plain, Plain]:
    """e^(value − base), and the base: the largest value along the axis, where it is finite."""
    largest = value.max(axis=axis, keepdims=True)
    base: Plain = np.where(np.isfinite(largest), largest, 0.0)
    powers = value - base
    return np.exp(powers, out=powers), base


def _logarithm(total: Plain) -> Plain:
    with np.errstate(divide="ignore"):
        result: Plain = np.log(total)
    return result


def log_sum_exp(array: Any, axis: int = -1) -> Any:
    """ln Σ e^array, the axis kept as 1, of a plain array or a differentiable one."""
    if isinstance(array, DifferentiableArray):
        return np.logaddexp.reduce(array, axis=axis, keepdims=True)
    powers, base = _powers(np.asarray(array, np.float64), axis)
    return _logarithm(powers.sum(axis=axis, keepdims=True)) + base


def value_of(part: Any) -> Any:
    """The numbers of a differentiable array; anything else as it is."""
    return part.value if isinstance(part, DifferentiableArray) else part


def as_differentiable(array: Any) -> Plain:
    """An array in float64; a differentiable one, which behaves as one, as it is."""
    if isinstance(array, DifferentiableArray):
        return array  # type: ignore[return-value]
    return np.asarray(array, dtype=np.float64)


def number(value: Any) -> float:
    """A Python float, which is quicker than NumPy's; a differentiable number as it is."""
    return value if isinstance(value, DifferentiableArray) else float(value)  # type: ignore[return-value]
