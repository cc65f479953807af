"""Connectionist temporal classification (Graves et al., ICML 2006)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from losslint.dryrun.reference.keras.reduction import Array, Samples

BLANK = 0
"""The class that Keras keeps for "no symbol" and pads targets with."""


def ctc(true: Array, pred: Array) -> Samples:
    """−ln of the probability that the frames spell the target, over all alignments.

    Args:
        true: symbols, shape (B, L); a 0 is padding and must stand at the end.
        pred: logits, shape (B, T, C); all T frames count.
    """
    shifted = pred - pred.max(axis=-1, keepdims=True)
    logarithm = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    lengths = (true != BLANK).sum(axis=-1)
    pairs = zip(true.astype(np.int64), lengths, logarithm, strict=True)
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
