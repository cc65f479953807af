"""A formula's gradient, exact but for rounding: NumPy code differentiated backwards.

A formula computes with a `DifferentiableArray` as with a plain array. Each step notes how the
gradient of its result goes back to what it was made of, and `value_and_gradients` walks these
notes from the last to the first (reverse accumulation: Linnainmaa, BIT 16, 1976). A difference of
two values would drown in their rounding where a batch is large: there one prediction moves the
loss by less than its last digit.

What NumPy can do and is not listed here raises TypeError: no slope is lost in silence. So do
`float()` and `np.asarray()` of a traced array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, ReferenceFormula
from losslint.dryrun.reference.derivative_rules import (
    DERIVATIVES,
    INDEX_FUNCTIONS,
    WITHOUT_DERIVATIVE,
    Axis,
    Plain,
    fitted,
    opened,
    softened,
)

Back = Callable[[Plain], None]
"""Hands the slope of a result back to what the result was made of."""


def value_and_gradients(
    reference: ReferenceFormula, name: str, params: Mapping[str, Any], batch: Batch
) -> tuple[float, dict[str, Plain]]:
    """A loss by its formula, and its derivative with respect to each of the batch's leaves.

    Raises:
        NotImplementedError: there is no formula for this loss with these parameters.
    """
    tape: Tape = []
    leaves = {
        path: DifferentiableArray(np.array(leaf_at(batch.out, path), np.float64), tape)
        for path in batch.leaves
    }
    there = batch._replace(out=with_leaves(batch.out, leaves))
    result: Any = reference(name, params, there, held=batch)
    if not isinstance(result, DifferentiableArray):
        return float(result), {path: np.zeros(one.shape) for path, one in leaves.items()}
    result.add(np.ones(()))
    while tape:
        made, back = tape.pop()
        if made.slope is not None:
            back(made.slope)
    zeros = {path: np.zeros(one.shape) for path, one in leaves.items()}
    found = {p: zeros[p] if one.slope is None else one.slope for p, one in leaves.items()}
    return float(result.value), found


class DifferentiableArray(NDArrayOperatorsMixin):
    """An array in float64 that depends on a prediction.

    Attributes:
        value: the numbers.
        slope: the derivative of the loss with respect to them, as far as it is known; else None.
    """

    __slots__ = ("_tape", "slope", "value")

    def __init__(self, value: Any, tape: Tape) -> None:
        self.value: Plain = np.asarray(value, np.float64)
        self.slope: Plain | None = None
        self._tape = tape

    def add(self, slope: Plain, place: Any = ...) -> None:
        """Take in a slope, of the whole or of the elements at an index."""
        if self.slope is None:
            self.slope = np.zeros(self.value.shape)
        if place is ...:
            self.slope += fitted(slope, self.value.shape)
        elif _is_basic(place):
            self.slope[place] += slope
        else:
            np.add.at(self.slope, place, slope)  # an index may name one element twice

    def made(self, value: Any, back: Back) -> DifferentiableArray:
        """A result that was made of this array."""
        result = DifferentiableArray(value, self._tape)
        self._tape.append((result, back))
        return result

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return self.value.ndim

    @property
    def size(self) -> int:
        return self.value.size

    @property
    def T(self) -> DifferentiableArray:  # noqa: N802
        return self.made(self.value.T, lambda slope: self.add(slope.T))

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __iter__(self) -> Iterator[DifferentiableArray]:
        return (self[index] for index in range(len(self.value)))

    def __array__(self, *_: object, **__: object) -> Any:
        raise TypeError("a traced array is no plain array: its slope would be lost")

    def __getitem__(self, place: Any) -> DifferentiableArray:
        return self.made(self.value[place], lambda slope: self.add(slope, place))

    def __iadd__(self, other: Any) -> Any:
        return self + other

    def __isub__(self, other: Any) -> Any:
        return self - other

    def reshape(self, *shape: Any) -> DifferentiableArray:
        """As of a plain array."""
        back = self.value.shape
        return self.made(self.value.reshape(*shape), lambda slope: self.add(slope.reshape(back)))

    def squeeze(self, axis: Axis = None) -> DifferentiableArray:
        """As of a plain array."""
        back = self.value.shape
        return self.made(self.value.squeeze(axis), lambda slope: self.add(slope.reshape(back)))

    def sum(self, axis: Axis = None, keepdims: bool = False) -> DifferentiableArray:
        """As of a plain array."""

        def back(slope: Plain) -> None:
            self.add(np.broadcast_to(opened(slope, axis, keepdims), self.value.shape))

        return self.made(self.value.sum(axis=axis, keepdims=keepdims), back)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> DifferentiableArray:
        """As of a plain array."""
        total = self.sum(axis, keepdims)
        result: DifferentiableArray = total * (total.size / self.size)
        return result

    def max(self, axis: Axis = None, keepdims: bool = False) -> DifferentiableArray:
        """As of a plain array; equal elements share the slope."""
        largest = self.value.max(axis=axis, keepdims=True)
        here = self.value == largest

        def back(slope: Plain) -> None:
            share = here / here.sum(axis=axis, keepdims=True)
            self.add(opened(slope, axis, keepdims) * share)

        return self.made(self.value.max(axis=axis, keepdims=keepdims), back)

    def argmax(self, axis: int | None = None) -> Any:
        """As of a plain array: places have no slope."""
        return self.value.argmax(axis)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "reduce" and ufunc is np.logaddexp:
            return self._log_sum_exp(**options)
        if method != "__call__" or options:
            return NotImplemented
        values = [one.value if isinstance(one, DifferentiableArray) else one for one in inputs]
        if ufunc in WITHOUT_DERIVATIVE:
            return ufunc(*values)
        if ufunc not in DERIVATIVES:
            return NotImplemented
        result = ufunc(*values)

        def back(slope: Plain) -> None:
            for one, partial in zip(inputs, DERIVATIVES[ufunc], strict=True):
                if isinstance(one, DifferentiableArray):
                    one.add(partial(slope, result, *values))

        return self.made(result, back)

    def _log_sum_exp(self, axis: Axis = 0, keepdims: bool = False) -> DifferentiableArray:
        inner: Plain = np.logaddexp.reduce(self.value, axis=axis, keepdims=True)
        result = inner if keepdims else inner.squeeze(axis)

        def back(slope: Plain) -> None:
            self.add(softened(opened(slope, axis, keepdims), inner, self.value))

        return self.made(result, back)

    def __array_function__(
        self, function: Callable[..., Any], _: Any, arguments: tuple[Any, ...], options: Any
    ) -> Any:
        if function in INDEX_FUNCTIONS:
            plain = [
                one.value if isinstance(one, DifferentiableArray) else one for one in arguments
            ]
            return function(*plain, **options)
        own = _FUNCTIONS.get(function)
        return NotImplemented if own is None else own(*arguments, **options)


Tape = list[tuple[DifferentiableArray, Back]]
"""The results in the order in which they were made, each with how its slope goes back."""


def _is_basic(place: Any) -> bool:
    parts = place if isinstance(place, tuple) else (place,)
    return all(
        isinstance(part, (int, np.integer, slice)) or part is None or part is ... for part in parts
    )


def _tape_of(parts: Sequence[Any]) -> DifferentiableArray:
    """One of the traced arrays among the parts."""
    return next(part for part in parts if isinstance(part, DifferentiableArray))


def _value(part: Any) -> Any:
    return part.value if isinstance(part, DifferentiableArray) else part


def _where(condition: Any, one: Any, other: Any) -> Any:
    chosen = _value(condition)

    def back(slope: Plain) -> None:
        if isinstance(one, DifferentiableArray):
            one.add(np.where(chosen, slope, 0.0))
        if isinstance(other, DifferentiableArray):
            other.add(np.where(chosen, 0.0, slope))

    if not isinstance(one, DifferentiableArray) and not isinstance(other, DifferentiableArray):
        return np.where(chosen, one, other)
    return _tape_of((one, other)).made(np.where(chosen, _value(one), _value(other)), back)


def _concatenate(parts: Sequence[Any], axis: int = 0) -> DifferentiableArray:
    values = [np.asarray(_value(part), np.float64) for part in parts]
    ends = np.cumsum([value.shape[axis] for value in values])

    def back(slope: Plain) -> None:
        for part, piece in zip(parts, np.split(slope, ends[:-1], axis), strict=True):
            if isinstance(part, DifferentiableArray):
                part.add(piece)

    return _tape_of(parts).made(np.concatenate(values, axis), back)


def _stack(parts: Sequence[Any], axis: int = 0) -> DifferentiableArray:
    def back(slope: Plain) -> None:
        for part, piece in zip(parts, np.moveaxis(slope, axis, 0), strict=True):
            if isinstance(part, DifferentiableArray):
                part.add(piece)

    return _tape_of(parts).made(np.stack([_value(part) for part in parts], axis), back)


def _moveaxis(array: DifferentiableArray, source: int, to: int) -> DifferentiableArray:
    value = np.moveaxis(array.value, source, to)
    return array.made(value, lambda slope: array.add(np.moveaxis(slope, to, source)))


def _expand_dims(array: DifferentiableArray, axis: Any) -> DifferentiableArray:
    return array.reshape(np.expand_dims(array.value, axis).shape)


def _take_along_axis(array: DifferentiableArray, places: Any, axis: int) -> DifferentiableArray:
    def back(slope: Plain) -> None:
        spread = np.zeros(array.shape)
        np.put_along_axis(spread, places, slope, axis)  # one place a row: none comes twice
        array.add(spread)

    return array.made(np.take_along_axis(array.value, places, axis), back)


def _clip(array: DifferentiableArray, low: Any, high: Any) -> Any:
    return np.minimum(np.maximum(array, low), high)


_FUNCTIONS: Mapping[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
    {
        np.where: _where,
        np.concatenate: _concatenate,
        np.stack: _stack,
        np.moveaxis: _moveaxis,
        np.expand_dims: _expand_dims,
        np.take_along_axis: _take_along_axis,
        np.clip: _clip,
    }
)


def as_differentiable(array: Any) -> Plain:
    """An array in float64; a traced one, which behaves as one, as it is."""
    if isinstance(array, DifferentiableArray):
        return array  # type: ignore[return-value]
    return np.asarray(array, dtype=np.float64)


def number(value: Any) -> float:
    """A Python float, which is quicker than NumPy's; a traced number as it is."""
    return value if isinstance(value, DifferentiableArray) else float(value)  # type: ignore[return-value]
