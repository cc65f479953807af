"""Hinge losses; `true` and `pred` have one shape (…, D) in float64, the results shape (…)."""

from __future__ import annotations

import numpy as np

from losslint.dryrun.reference.keras.reduction import Array, Samples


def _signs(true: Array) -> Array:
    """−1 and +1 for labels that are all 0 or 1; any others stay."""
    return 2.0 * true - 1.0 if np.isin(true, (0.0, 1.0)).all() else true


def hinge(true: Array, pred: Array) -> Samples:
    """mean max(0, 1 − t·p) with t = ±1."""
    return Samples(np.maximum(1.0 - _signs(true) * pred, 0.0).mean(axis=-1))


def squared_hinge(true: Array, pred: Array) -> Samples:
    """mean max(0, 1 − t·p)² with t = ±1."""
    return Samples((np.maximum(1.0 - _signs(true) * pred, 0.0) ** 2).mean(axis=-1))


def categorical_hinge(true: Array, pred: Array) -> Samples:
    """max(0, 1 + max (1 − t)·p − Σ t·p), over the last axis.

    With one-hot t this is the multi-class hinge of Weston and Watkins (1998), but that the largest
    wrong score counts as at least 0: the right class's entry is 0 in (1 − t)·p.
    """
    right = (true * pred).sum(axis=-1)
    wrong = ((1.0 - true) * pred).max(axis=-1)
    return Samples(np.maximum(1.0 + wrong - right, 0.0))
