"""Overlap losses of masks; `true` and `pred` have one shape in float64.

`axis` names the axes that are summed over: with None all of them, and the loss is one number.
"""

from __future__ import annotations

from losslint.dryrun.reference.keras.entropy import Axis, axes
from losslint.dryrun.reference.keras.reduction import EPSILON, Array, Samples


def dice(true: Array, pred: Array, axis: Axis = None) -> Samples:
    """1 − 2 Σ t·p / (Σ t + Σ p + 1e-7) (Milletari et al., arXiv:1606.04797, without squares)."""
    along = axes(axis)
    both = (true * pred).sum(axis=along)
    return Samples(1.0 - 2.0 * both / (true.sum(axis=along) + pred.sum(axis=along) + EPSILON))


def tversky(
    true: Array, pred: Array, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None
) -> Samples:
    """1 − TP / (TP + α·FN + β·FP + 1e-7) (Salehi et al., arXiv:1706.05721).

    FN = Σ t·(1 − p), FP = Σ (1 − t)·p. In the paper α weights the false positives; in Keras 3.3.0
    to 3.15.1 it weights the false negatives, and that is what is computed here.
    """
    along = axes(axis)
    hit = (true * pred).sum(axis=along)
    missed = (true * (1.0 - pred)).sum(axis=along)
    wrong = ((1.0 - true) * pred).sum(axis=along)
    return Samples(1.0 - hit / (hit + alpha * missed + beta * wrong + EPSILON))
