"""Cross entropies and the Kullback-Leibler divergence.

`true` and `pred` have one shape (B, …) in float64, with the classes on `axis`; sparse targets lack
that axis. Where the docstring says p, it means probabilities: those given, or those of the logits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.keras.reduction import EPSILON, Array, Samples

Axis = int | list[int] | tuple[int, ...] | None


def axes(axis: Axis) -> int | tuple[int, ...] | None:
    """The axis as NumPy takes it: a list becomes a tuple."""
    return tuple(axis) if isinstance(axis, list) else axis


def log_softmax(logits: Array, axis: Axis = -1) -> Array:
    """ln of the shares of the exponentials."""
    along = axes(axis)
    shifted = logits - logits.max(axis=along, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=along, keepdims=True))
    return result


def _clipped(probabilities: Array) -> Array:
    clipped: Array = np.clip(probabilities, EPSILON, 1.0 - EPSILON)
    return clipped


def _normalised(pred: Array, axis: Axis) -> Array:
    result: Array = pred / pred.sum(axis=axes(axis), keepdims=True)
    return result


def _smoothed(true: Array, smoothing: float | None, classes: int) -> Array:
    """t · (1 − s) + s / K (Szegedy et al., arXiv:1512.00567, section 7)."""
    amount = smoothing or 0.0
    return true * (1.0 - amount) + amount / classes


def binary_crossentropy(
    true: Array,
    pred: Array,
    from_logits: object = False,
    label_smoothing: float | None = 0.0,
    axis: Axis = -1,
) -> Samples:
    """mean over `axis` of −t · ln p − (1 − t) · ln(1 − p)."""
    target = _smoothed(true, label_smoothing, 2)
    return Samples(_bernoulli(target, pred, bool(from_logits)).mean(axis=axes(axis)))


def _bernoulli(target: Array, pred: Array, from_logits: bool) -> Array:
    if from_logits:
        # ln p = −ln(1 + e^−z) and ln(1 − p) = −ln(1 + e^z)
        return target * np.logaddexp(0.0, -pred) + (1.0 - target) * np.logaddexp(0.0, pred)
    probability = _clipped(pred)
    return -target * np.log(probability) - (1.0 - target) * np.log1p(-probability)


def binary_focal_crossentropy(
    true: Array,
    pred: Array,
    apply_class_balancing: object = False,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: object = False,
    label_smoothing: float | None = 0.0,
    axis: Axis = -1,
) -> Samples:
    """mean over `axis` of w · (1 − p_t)^γ · cross entropy (Lin et al., arXiv:1708.02002).

    p_t = t·p + (1 − t)·(1 − p) with the p that is not clipped; w = t·α + (1 − t)·(1 − α) where
    the classes are balanced, else 1.
    """
    target = _smoothed(true, label_smoothing, 2)
    probability = 1.0 / (1.0 + np.exp(-pred)) if from_logits else pred
    hit = target * probability + (1.0 - target) * (1.0 - probability)
    values = (1.0 - hit) ** gamma * _bernoulli(target, probability, from_logits=False)
    if apply_class_balancing:
        values = values * (target * alpha + (1.0 - target) * (1.0 - alpha))
    return Samples(values.mean(axis=axes(axis)))


def categorical_crossentropy(
    true: Array,
    pred: Array,
    from_logits: object = False,
    label_smoothing: float | None = 0.0,
    axis: Axis = -1,
) -> Samples:
    """−Σ t · ln(p / Σp) over `axis`; the smoothing counts the classes on the last axis."""
    target = _smoothed(true, label_smoothing, true.shape[-1])
    if from_logits:
        logarithm = log_softmax(pred, axis)
    else:
        logarithm = np.log(_clipped(_normalised(pred, axis)))
    return Samples(-(target * logarithm).sum(axis=axes(axis)))


def categorical_focal_crossentropy(
    true: Array,
    pred: Array,
    alpha: npt.ArrayLike = 0.25,
    gamma: float = 2.0,
    from_logits: object = False,
    label_smoothing: float | None = 0.0,
    axis: Axis = -1,
) -> Samples:
    """−Σ α · (1 − p)^γ · t · ln p over `axis` (Lin et al., arXiv:1708.02002)."""
    target = _smoothed(true, label_smoothing, true.shape[-1])
    raw = np.exp(log_softmax(pred, axis)) if from_logits else pred
    probability = _clipped(_normalised(raw, axis))
    weight = np.asarray(alpha, dtype=np.float64) * (1.0 - probability) ** gamma
    return Samples(-(weight * target * np.log(probability)).sum(axis=axes(axis)))


def sparse_categorical_crossentropy(
    true: Array,
    pred: Array,
    from_logits: object = False,
    ignore_class: float | None = None,
    axis: int = -1,
) -> Samples:
    """−ln p of the class that the target names; positions of `ignore_class` do not count.

    `true` holds class indices in the shape of `pred` without `axis`, or with a 1 there.
    """
    index = true.squeeze(axis) if true.ndim == pred.ndim else true
    valid = None if ignore_class is None else index != ignore_class
    if valid is not None:
        index = np.where(valid, index, 0)
    logarithm = (
        log_softmax(pred, axis) if from_logits else np.log(_clipped(_normalised(pred, axis)))
    )
    place = np.expand_dims(index.astype(np.int64), axis)
    values = -np.take_along_axis(logarithm, place, axis).squeeze(axis)
    return Samples(values if valid is None else np.where(valid, values, 0.0), valid)


def generalized_crossentropy(true: Array, pred: Array, q: float = 0.5) -> Samples:
    """(1 − p^q) / q of the class that the target names (Zhang, Sabuncu, arXiv:1805.07836).

    `true` holds class indices, shape (B,); `pred` probabilities, shape (B, C); 0 < q < 1.
    """
    index = true.astype(np.int64)[..., None]
    hit = np.take_along_axis(pred, index, -1).squeeze(-1)
    return Samples((1.0 - hit**q) / q)


def kl_divergence(true: Array, pred: Array) -> Samples:
    """Σ t · ln(t / p) over the last axis, both clipped to [1e-7, 1] (Kullback, Leibler 1951)."""
    target = np.clip(true, EPSILON, 1.0)
    return Samples((target * np.log(target / np.clip(pred, EPSILON, 1.0))).sum(axis=-1))
