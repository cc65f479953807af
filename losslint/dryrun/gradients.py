"""How large gradients are and how far apart, a part of them at a time.

Differences are taken in float64, whatever the gradients are held in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Floats, Step

_AT_ONCE = 1 << 15  # numbers that a processor has at hand
_COPIED = 1 << 20


def norm(gradients: Mapping[str, Floats]) -> float:
    """The Euclidean norm over all leaves."""
    flat = (gradient.ravel(order="K") for gradient in gradients.values())
    parts = (part for gradient in flat for (part,) in _parts(gradient))
    return math.sqrt(sum(float(part @ part) for part in parts))


def difference(one: Step, other: Step) -> float:
    """The largest relative difference of two steps; infinite where one is not finite."""
    worst = abs(one.value - other.value) / max(abs(one.value), 1e-30)
    for path, gradient in one.gradients.items():
        scale = max(float(np.abs(gradient).max(initial=0.0)), 1e-30)
        gap = float(np.abs(gradient - other.gradients[path]).max(initial=0.0))
        worst = max(worst, gap / scale)
    return worst if math.isfinite(worst) else math.inf


class _Apart(NamedTuple):
    """A leaf's largest element and norm, and those of the difference."""

    largest: float
    size: float
    largest_gap: float
    gap: float


def error(step: Step, expected: Mapping[str, npt.NDArray[np.float64]]) -> float:
    """How far a gradient is from the formula's, as the worst of its leaves.

    Of a leaf it is the largest difference of an element relative to the largest element, so that
    one wrong element among a million counts, or the difference of the whole relative to the
    whole, where that is more. A leaf that the loss does not depend on is measured by the others.
    """
    apart = [_apart(step.gradients[path], gradient) for path, gradient in expected.items()]
    usual = max(leaf.largest for leaf in apart)
    worst = 0.0
    for leaf in apart:
        one = leaf.largest_gap / (leaf.largest or usual or 1.0)
        worst = max(worst, one, leaf.gap / leaf.size if leaf.largest else 0.0)
    return worst


def _apart(found: Floats, expected: Floats) -> _Apart:
    largest = size = largest_gap = squares = 0.0
    for own, wanted in _parts(found, expected):
        gap = own - wanted
        largest = max(largest, float(np.abs(wanted).max(initial=0.0)))
        largest_gap = max(largest_gap, float(np.abs(gap).max(initial=0.0)))
        size += float(wanted @ wanted)
        squares += float(gap @ gap)
    return _Apart(largest, math.sqrt(size), largest_gap, math.sqrt(squares))


def _parts(*arrays: Floats) -> Iterator[tuple[npt.NDArray[np.float64], ...]]:
    """The same part of each array, part after part, in float64."""
    rows = [np.atleast_1d(array) for array in arrays]
    step = max(1, _COPIED // max(1, math.prod(rows[0].shape[1:])))
    for first in range(0, len(rows[0]), step):
        # A framework may give an axis at another place: what then is copied is a few rows.
        flat = [array[first : first + step].reshape(-1) for array in rows]
        for begin in range(0, flat[0].size, _AT_ONCE):
            yield tuple(np.asarray(one[begin : begin + _AT_ONCE], np.float64) for one in flat)
