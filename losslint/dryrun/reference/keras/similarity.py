"""Losses that compare directions of vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.keras.entropy import Axis, axes
from losslint.dryrun.reference.keras.reduction import Array, Samples


def cosine_similarity(true: Array, pred: Array, axis: Axis = -1) -> Samples:
    """−Σ t·p / (|t|·|p|) over `axis`, within −1 … 1; a vector of zeros gives 0."""
    along = axes(axis)
    product = (true * pred).sum(axis=along)
    lengths = np.sqrt((true**2).sum(axis=along) * (pred**2).sum(axis=along))
    return Samples(-product / np.where(lengths == 0.0, 1.0, lengths))


def circle(
    true: Array,
    pred: Array,
    gamma: float = 80.0,
    margin: float = 0.4,
    remove_diagonal: object = True,
) -> Samples:
    """ln(1 + Σ e^(γ·α_n·(s_n − m)) · Σ e^(−γ·α_p·(s_p − 1 + m))) (Sun et al., arXiv:2002.10857).

    s is the cosine of two embeddings, p over those of the same label and n over the others;
    α_p = max(0, 1 + m − s_p), α_n = max(0, s_n + m); s is taken as at most 1. The weights α are
    differentiated too. Losses of 0, those of samples without a partner among them, do not count.

    Args:
        true: labels, shape (B,) or (B, 1).
        pred: embeddings of length 1, shape (B, D).
        gamma: scale, > 0.
        margin: relaxation m, 0 < m < 1.
        remove_diagonal: whether a sample is no partner of itself.
    """
    labels = true.reshape(-1).astype(np.int64)
    cosine = np.minimum(pred @ pred.T, 1.0)
    same = labels[:, None] == labels[None, :]
    partner = same & ~np.eye(len(labels), dtype=bool) if remove_diagonal else same
    attract = -gamma * np.maximum(1.0 + margin - cosine, 0.0) * (cosine - 1.0 + margin)
    repel = gamma * np.maximum(cosine + margin, 0.0) * (cosine - margin)
    exponent = _log_sum_exp(attract, partner) + _log_sum_exp(repel, ~same)
    values = np.logaddexp(0.0, exponent)
    return Samples(values, values > 0.0)


def _log_sum_exp(exponents: Array, chosen: npt.NDArray[np.bool_]) -> Array:
    result: Array = np.logaddexp.reduce(np.where(chosen, exponents, -np.inf), axis=1)
    return result
