"""Regression losses: differences of values, averaged over the last axis.

`true` and `pred` have one shape (…, D) in float64; the results have shape (…).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.keras.reduction import EPSILON, Array, Samples


def mean_squared_error(true: Array, pred: Array) -> Samples:
    """mean (t − p)²."""
    return Samples(((true - pred) ** 2).mean(axis=-1))


def mean_absolute_error(true: Array, pred: Array) -> Samples:
    """mean |t − p|."""
    return Samples(np.abs(true - pred).mean(axis=-1))


def mean_absolute_percentage_error(true: Array, pred: Array) -> Samples:
    """100 · mean |t − p| / max(|t|, 1e-7)."""
    scale = np.maximum(np.abs(true), EPSILON)
    return Samples(100.0 * (np.abs(true - pred) / scale).mean(axis=-1))


def mean_squared_logarithmic_error(true: Array, pred: Array) -> Samples:
    """mean (ln(1 + max(t, 1e-7)) − ln(1 + max(p, 1e-7)))²."""
    difference = np.log1p(np.maximum(true, EPSILON)) - np.log1p(np.maximum(pred, EPSILON))
    return Samples((difference**2).mean(axis=-1))


def huber(true: Array, pred: Array, delta: npt.ArrayLike = 1.0) -> Samples:
    """mean of d²/2 where |d| ≤ δ, else δ·|d| − δ²/2 (Huber, Ann. Math. Statist. 35, 1964).

    Args:
        delta: the threshold δ > 0, or one for each position of the last axis.
    """
    threshold = np.asarray(delta, dtype=np.float64)
    distance = np.abs(true - pred)
    linear = threshold * distance - threshold**2 / 2.0
    return Samples(np.where(distance <= threshold, distance**2 / 2.0, linear).mean(axis=-1))


def log_cosh(true: Array, pred: Array) -> Samples:
    """mean ln cosh(p − t), written so that no exponential overflows."""
    distance = np.abs(pred - true)
    return Samples((distance + np.log1p(np.exp(-2.0 * distance)) - np.log(2.0)).mean(axis=-1))


def poisson(true: Array, pred: Array) -> Samples:
    """mean p − t · ln(p + 1e-7): a Poisson likelihood without its constant."""
    return Samples((pred - true * np.log(pred + EPSILON)).mean(axis=-1))
