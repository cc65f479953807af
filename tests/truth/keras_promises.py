"""What Keras's documentation promises of its losses' parameters, apart from losslint's catalog."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

Fits = Callable[[Any], bool]


def number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def truth(value: Any) -> bool:
    return type(value) is bool


def share(value: Any) -> bool:
    return number(value) and 0 <= value <= 1


def from_zero(value: Any) -> bool:
    return number(value) and value >= 0


def above_zero(value: Any) -> bool:
    return number(value) and value > 0


def axes(value: Any) -> bool:
    return value is None or type(value) is int or _whole(value)


def _whole(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(item) is int for item in value)


def class_weights(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(from_zero, value)) and any(value)
    return above_zero(value)


def float_type(value: Any) -> bool:
    return value is None or (isinstance(value, str) and "float" in value)


def text(value: Any) -> bool:
    return value is None or isinstance(value, str)


PROMISES: dict[tuple[str, str], Fits] = {
    ("", "from_logits"): truth,
    ("", "apply_class_balancing"): truth,
    ("", "remove_diagonal"): truth,
    # With 1, nothing is left of the labels.
    ("", "label_smoothing"): lambda value: share(value) and value < 1,
    ("", "axis"): lambda value: type(value) is int,
    ("BinaryCrossentropy", "axis"): axes,
    ("BinaryFocalCrossentropy", "axis"): axes,
    ("Dice", "axis"): axes,
    ("Tversky", "axis"): axes,
    ("", "gamma"): from_zero,
    ("Circle", "gamma"): above_zero,
    ("", "alpha"): from_zero,
    ("BinaryFocalCrossentropy", "alpha"): share,
    ("CategoricalFocalCrossentropy", "alpha"): class_weights,
    ("", "beta"): from_zero,
    ("", "delta"): above_zero,
    ("Circle", "margin"): lambda value: number(value) and 0 < value < 1,
    ("", "ignore_class"): lambda value: value is None or type(value) is int,
    ("", "reduction"): text,
    ("", "name"): text,
    ("", "dtype"): float_type,
}
"""By class and parameter; without a class, that of every other one."""


def usual(cls: type, key: str, value: Any) -> bool:
    """Whether a value is the constructor's own default."""
    parameter = inspect.signature(cls).parameters.get(key)
    return parameter is not None and type(value) is not bool and parameter.default == value
