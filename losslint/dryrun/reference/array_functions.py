"""NumPy's functions that are no ufuncs, for differentiable arrays: each with its way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from losslint.dryrun.reference.derivative_rules import Plain
from losslint.dryrun.reference.differentiable_array import DifferentiableArray, value_of


def _tape_of(parts: Sequence[Any]) -> DifferentiableArray:
    """One of the differentiable arrays among the parts."""
    return next(part for part in parts if isinstance(part, DifferentiableArray))


def _hand_back(parts: Iterable[Any], gradients: Iterable[Plain]) -> None:
    """Give each differentiable part its gradient."""
    for part, gradient in zip(parts, gradients, strict=True):
        if isinstance(part, DifferentiableArray):
            part.add_gradient(gradient)


def _where(condition: Any, one: Any, other: Any) -> Any:
    chosen = value_of(condition)

    def backward(gradient: Plain) -> None:
        parts = (np.where(chosen, gradient, 0.0), np.where(chosen, 0.0, gradient))
        _hand_back((one, other), parts)

    if not isinstance(one, DifferentiableArray) and not isinstance(other, DifferentiableArray):
        return np.where(chosen, one, other)
    return _tape_of((one, other)).derived(
        np.where(chosen, value_of(one), value_of(other)), backward
    )


def _concatenate(parts: Sequence[Any], axis: int = 0) -> DifferentiableArray:
    values = [np.asarray(value_of(part), np.float64) for part in parts]
    ends = np.cumsum([value.shape[axis] for value in values])

    def backward(gradient: Plain) -> None:
        _hand_back(parts, np.split(gradient, ends[:-1], axis))

    return _tape_of(parts).derived(np.concatenate(values, axis), backward)


def _stack(parts: Sequence[Any], axis: int = 0) -> DifferentiableArray:
    def backward(gradient: Plain) -> None:
        _hand_back(parts, np.moveaxis(gradient, axis, 0))

    return _tape_of(parts).derived(np.stack([value_of(part) for part in parts], axis), backward)


def _moveaxis(array: DifferentiableArray, source: int, to: int) -> DifferentiableArray:
    value = np.moveaxis(array.value, source, to)
    return array.derived(
        value, lambda gradient: array.add_gradient(np.moveaxis(gradient, to, source))
    )


def _expand_dims(array: DifferentiableArray, axis: Any) -> DifferentiableArray:
    return array.reshape(np.expand_dims(array.value, axis).shape)


def _take_along_axis(array: DifferentiableArray, places: Any, axis: int) -> DifferentiableArray:
    def backward(gradient: Plain) -> None:
        spread = np.zeros(array.shape)
        np.put_along_axis(spread, places, gradient, axis)  # one place a row: none comes twice
        array.add_gradient(spread)

    return array.derived(np.take_along_axis(array.value, places, axis), backward)


def _clip(array: DifferentiableArray, low: Any, high: Any) -> Any:
    return np.minimum(np.maximum(array, low), high)


FUNCTIONS: Mapping[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
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
"""What NumPy's functions do with differentiable arrays."""
