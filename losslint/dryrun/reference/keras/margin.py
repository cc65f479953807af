"""Losses of margins, regions, embeddings and sequences.

Unless a docstring says otherwise, `true` and `pred` have one shape in float64. Hinge losses are of
shape (…, D) and give shape (…). Of the losses of masks `axis` names the axes that are summed over:
with None all of them, and the loss is one number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.differentiable_array import as_differentiable
from losslint.dryrun.reference.keras.entropy import Axis, axes, log_softmax
from losslint.dryrun.reference.keras.reduction import EPSILON, Array, Samples
from losslint.dryrun.reference.tiles import Part, sums_of_parts, tiles

BLANK = 0
"""The class that Keras keeps for "no symbol" and pads targets with."""


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


def dice(true: Array, pred: Array, axis: Axis = None) -> Samples:
    """1 − 2 Σ t·p / (Σ t + Σ p + 1e-7) (Milletari et al., arXiv:1606.04797, without squares)."""
    both, wanted, found = _sums(true, pred, axis, lambda t, p: (t * p, t, p))
    return Samples(1.0 - 2.0 * both / (wanted + found + EPSILON))


def tversky(
    true: Array, pred: Array, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None
) -> Samples:
    """1 − TP / (TP + α·FN + β·FP + 1e-7) (Salehi et al., arXiv:1706.05721).

    FN = Σ t·(1 − p), FP = Σ (1 − t)·p. In the paper α weights the false positives; in Keras 3.3.0
    to 3.15.1 it weights the false negatives, and that is what is computed here.
    """
    hit, missed, wrong = _sums(true, pred, axis, lambda t, p: (t * p, t * (1.0 - p), (1.0 - t) * p))
    return Samples(1.0 - hit / (hit + alpha * missed + beta * wrong + EPSILON))


def _sums(
    true: Array, pred: Array, axis: Axis, terms: Callable[[Array, Array], tuple[Array, ...]]
) -> Iterable[Array]:
    """The sum of each term over the axes; over all of them part by part."""
    along = axes(axis)
    if along is not None:
        return [term.sum(axis=along) for term in terms(true, pred)]

    def part(place: tuple[Any, ...]) -> Part:
        return place, lambda p: np.stack(
            [term.sum() for term in terms(as_differentiable(true[place]), p)]
        )

    sums: Iterable[Array] = sums_of_parts(pred, map(part, tiles(pred.shape)))
    return sums


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


def ctc(true: Array, pred: Array) -> Samples:
    """−ln of the probability that the frames spell the target, over all alignments.

    Connectionist temporal classification (Graves et al., ICML 2006).

    Args:
        true: symbols, shape (B, L); a 0 is padding and must stand at the end.
        pred: logits, shape (B, T, C); all T frames count.
    """
    lengths = (true != BLANK).sum(axis=-1)
    pairs = zip(true.astype(np.int64), lengths, log_softmax(pred), strict=True)
    return Samples(np.stack([_negative_likelihood(row[:n], log_p) for row, n, log_p in pairs]))


def _negative_likelihood(symbols: npt.NDArray[np.int64], log_p: Array) -> Array:
    """The forward algorithm over the symbols with blanks between them, in the log domain."""
    states = np.full(2 * len(symbols) + 1, BLANK)
    states[1::2] = symbols
    # A path may step over the blank between two different symbols.
    skips = np.zeros(len(states), dtype=bool)
    skips[2:] = (states[2:] != BLANK) & (states[2:] != states[:-2])
    reach = np.concatenate((log_p[0, states[:2]], np.full(max(len(states) - 2, 0), -np.inf)))
    for frame in log_p[1:]:
        one = np.concatenate(([-np.inf], reach[:-1]))
        two = np.where(skips, np.concatenate(([-np.inf, -np.inf], reach))[: len(states)], -np.inf)
        reach = np.logaddexp(np.logaddexp(reach, one), two) + frame[states]
    result: Array = -np.logaddexp.reduce(reach[-2:])
    return result
