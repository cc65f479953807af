"""What Keras's losses promise, in NumPy and float64: the second calculation of every batch.

Written from the manual and the papers, and from no code of Keras or losslint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any
_TINY = 1e-7
# The largest number below 1 that float32 has.
_NEARLY = 1 - 2.0**-23

ALIASES = {
    "mse": "MeanSquaredError", "mean_squared_error": "MeanSquaredError",
    "mae": "MeanAbsoluteError", "mean_absolute_error": "MeanAbsoluteError",
    "msle": "MeanSquaredLogarithmicError", "bce": "BinaryCrossentropy",
    "ctc": "CTC", "kl_divergence": "KLDivergence",
}  # fmt: skip


def class_of(written: Any) -> tuple[str, dict[str, Any]]:
    """The class of a loss as it is written, and its parameters."""
    name, config = written, {}
    if isinstance(written, dict):
        name, config = written["class_name"], written["config"]
        if name == "function":
            name, config = config, {}
    if name in ALIASES:
        return ALIASES[name], config
    if name[:1].isupper() or ">" in name:
        return name, config
    return "".join(p.title() for p in name.split("_")), config


def value_of(written: Any, target: Array, output: Array) -> float | None:
    """The loss of a batch; None for one that is not written down here."""
    name, config = class_of(written)
    formula = _FORMULAS.get(name)
    if formula is None:
        return None
    with np.errstate(all="ignore"):
        each = formula(np.asarray(target, "float64"), np.asarray(output, "float64"), config)
        return float(np.sum(each) if config.get("reduction") == "sum" else np.mean(each))


def _softmax(logits: Array, axis: int) -> Array:
    powers = np.exp(logits - logits.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _shares(output: Array, config: dict[str, Any]) -> Array:
    """What a categorical loss takes the output for, summing to one."""
    axis = config.get("axis", -1)
    if config.get("from_logits"):
        return np.clip(_softmax(output, axis), 1e-300, 1)
    return np.clip(output / output.sum(axis, keepdims=True), _TINY, _NEARLY)


def _smooth(target: Array, config: dict[str, Any]) -> Array:
    by = config.get("label_smoothing", 0.0)
    return target * (1 - by) + by / target.shape[config.get("axis", -1)]


def _categorical(target: Array, output: Array, config: dict[str, Any]) -> Array:
    shares, axis = _shares(output, config), config.get("axis", -1)
    return -(_smooth(target, config) * np.log(shares)).sum(axis)


def _sparse(target: Array, output: Array, config: dict[str, Any]) -> Array:
    ids = target.astype(int).reshape(output.shape[:-1])
    onehot = np.eye(output.shape[-1])[ids]
    if not config.get("from_logits"):
        output = np.clip(output, _TINY, _NEARLY)
    return -(onehot * np.log(_shares(output, config))).sum(-1)


def _categorical_focal(target: Array, output: Array, config: dict[str, Any]) -> Array:
    shares, axis = _shares(output, config), config.get("axis", -1)
    alpha, gamma = np.asarray(config.get("alpha", 0.25)), config.get("gamma", 2.0)
    each = alpha * (1 - shares) ** gamma * -_smooth(target, config) * np.log(shares)
    return each.sum(axis)


def _ones(output: Array, config: dict[str, Any]) -> Array:
    if config.get("from_logits"):
        return np.clip(1 / (1 + np.exp(-output)), 1e-300, 1 - 1e-16)
    return np.clip(output, _TINY, _NEARLY)


def _halves(target: Array, config: dict[str, Any]) -> Array:
    by = config.get("label_smoothing", 0.0)
    return target * (1 - by) + by / 2


def _binary(target: Array, output: Array, config: dict[str, Any]) -> Array:
    p, t = _ones(output, config), _halves(target, config)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(config.get("axis", -1))


def _binary_focal(target: Array, output: Array, config: dict[str, Any]) -> Array:
    p, t = _ones(output, config), _halves(target, config)
    right = t * p + (1 - t) * (1 - p)
    each = (1 - right) ** config.get("gamma", 2.0)
    each = each * -(t * np.log(p) + (1 - t) * np.log(1 - p))
    if config.get("apply_class_balancing"):
        alpha = config.get("alpha", 0.25)
        each = each * (t * alpha + (1 - t) * (1 - alpha))
    return each.mean(config.get("axis", -1))


def _generalized(target: Array, output: Array, config: dict[str, Any]) -> Array:
    q = config.get("q", 0.5)
    ids = target.astype(int).reshape(output.shape[:-1])
    right = (np.eye(output.shape[-1])[ids] * output).sum(-1)
    return (1 - right**q) / q


def _divergence(target: Array, output: Array, config: dict[str, Any]) -> Array:
    t, p = np.clip(target, _TINY, 1), np.clip(output, _TINY, 1)
    return (t * np.log(t / p)).sum(-1)


def _huber(target: Array, output: Array, config: dict[str, Any]) -> Array:
    delta, far = config.get("delta", 1.0), np.abs(target - output)
    return np.where(far <= delta, far**2 / 2, delta * far - delta**2 / 2).mean(-1)


def _log_cosh(target: Array, output: Array, config: dict[str, Any]) -> Array:
    far = np.abs(output - target)
    return (far + np.log1p(np.exp(-2 * far)) - np.log(2)).mean(-1)


def _cosine(target: Array, output: Array, config: dict[str, Any]) -> Array:
    axis = config.get("axis", -1)
    lengths = [np.linalg.norm(each, axis=axis) for each in (target, output)]
    return -(target * output).sum(axis) / np.maximum(lengths[0] * lengths[1], 1e-12)


def _logarithmic(target: Array, output: Array, config: dict[str, Any]) -> Array:
    t, p = (np.log1p(np.maximum(each, _TINY)) for each in (target, output))
    return ((t - p) ** 2).mean(-1)


def _signs(target: Array) -> Array:
    return np.where(target == 0, -1.0, target) if set(np.unique(target)) <= {0, 1} else target


def _hinge(target: Array, output: Array, config: dict[str, Any], power: int = 1) -> Array:
    return (np.maximum(1 - _signs(target) * output, 0) ** power).mean(-1)


def _categorical_hinge(target: Array, output: Array, config: dict[str, Any]) -> Array:
    wrong = ((1 - target) * output).max(-1)
    return np.maximum(wrong - (target * output).sum(-1) + 1, 0)


def _overlap(target: Array, output: Array, config: dict[str, Any], tversky: bool) -> Array:
    axis = config.get("axis")
    axis = tuple(axis) if isinstance(axis, list) else axis
    hits = (target * output).sum(axis)
    if not tversky:
        return 1 - (2 * hits + _TINY) / (target.sum(axis) + output.sum(axis) + _TINY)
    false, missed = ((1 - target) * output).sum(axis), (target * (1 - output)).sum(axis)
    weighed = config.get("alpha", 0.5) * false + config.get("beta", 0.5) * missed
    return 1 - (hits + _TINY) / (hits + weighed + _TINY)


Formula = Callable[[Array, Array, dict[str, Any]], Array]
_FORMULAS: dict[str, Formula] = {
    "CategoricalCrossentropy": _categorical,
    "SparseCategoricalCrossentropy": _sparse,
    "CategoricalFocalCrossentropy": _categorical_focal,
    "BinaryCrossentropy": _binary,
    "BinaryFocalCrossentropy": _binary_focal,
    "CategoricalGeneralizedCrossEntropy": _generalized,
    "KLDivergence": _divergence,
    "MeanSquaredError": lambda t, p, _: ((t - p) ** 2).mean(-1),
    "OwnLoss": lambda t, p, _: ((t - p) ** 2).mean(-1),
    "truth>own_loss": lambda t, p, _: ((t - p) ** 2).mean(-1),
    "MeanAbsoluteError": lambda t, p, _: np.abs(t - p).mean(-1),
    "MeanAbsolutePercentageError": lambda t, p, _: (
        100 * np.abs((t - p) / np.maximum(np.abs(t), _TINY))
    ).mean(-1),
    "MeanSquaredLogarithmicError": _logarithmic,
    "Huber": _huber,
    "LogCosh": _log_cosh,
    "CosineSimilarity": _cosine,
    "Poisson": lambda t, p, _: (p - t * np.log(p + _TINY)).mean(-1),
    "Hinge": _hinge,
    "SquaredHinge": lambda t, p, c: _hinge(t, p, c, 2),
    "CategoricalHinge": _categorical_hinge,
    "Dice": lambda t, p, c: _overlap(t, p, c, tversky=False),
    "Tversky": lambda t, p, c: _overlap(t, p, c, tversky=True),
}
"""By class; Circle and CTC are judged by what they are given alone."""
