"""How large gradients are and how far apart, some parts of them side by side.

Differences are taken in float64, whatever the gradients are held in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from losslint.dryrun.records import Floats, Step
from losslint.dryrun.side_by_side import mapped

_ROWS = 1 << 19  # numbers of a part
_AT_ONCE = 1 << 15  # of these as many as a processor has at hand


def norm(gradients: Mapping[str, Floats]) -> float:
    """The Euclidean norm over all leaves."""
    flat = (gradient.ravel(order="K") for gradient in gradients.values())
    return math.sqrt(sum(sum(mapped(_square, _parts(gradient))) for gradient in flat))


def _square(part: tuple[Floats, ...]) -> float:
    return sum(float(piece @ piece) for (piece,) in _pieces(part))


def difference(one: Step, other: Step) -> float:
    """The largest relative difference of two steps; infinite where one is not finite."""
    worst = abs(one.value - other.value) / max(abs(one.value), 1e-30)
    for path, gradient in one.gradients.items():
        scale = max(float(np.abs(gradient).max(initial=0.0)), 1e-30)
        gap = float(np.abs(gradient - other.gradients[path]).max(initial=0.0))
        worst = max(worst, gap / scale)
    return worst if math.isfinite(worst) else math.inf


class _Apart(NamedTuple):
    """The largest element and the sum of squares, of what is wanted and of the difference to it."""

    largest: float
    squares: float
    largest_gap: float
    gap_squares: float


def error(step: Step, expected: Mapping[str, Floats]) -> float:
    """How far a gradient is from the formula's, as the worst of its leaves.

    Of a leaf it is the largest difference of an element relative to the largest element, so that
    one wrong element among a million counts, or the difference of the whole relative to the
    whole, where that is more. A leaf that the loss does not depend on is measured by the others.
    """
    leaves = [
        _joined(mapped(_apart, _parts(step.gradients[path], gradient)))
        for path, gradient in expected.items()
    ]
    usual = max(leaf.largest for leaf in leaves)
    worst = 0.0
    for leaf in leaves:
        one = leaf.largest_gap / (leaf.largest or usual or 1.0)
        whole = math.sqrt(leaf.gap_squares / leaf.squares) if leaf.squares else 0.0
        worst = max(worst, one, whole)
    return worst


def _joined(parts: list[_Apart]) -> _Apart:
    largest, squares, largest_gap, gap_squares = zip(
        _Apart(0.0, 0.0, 0.0, 0.0), *parts, strict=True
    )
    return _Apart(max(largest), sum(squares), max(largest_gap), sum(gap_squares))


def _apart(part: tuple[Floats, ...]) -> _Apart:
    found = []
    for own, wanted in _pieces(part):
        gap = own - wanted
        peaks = (float(np.abs(each).max(initial=0.0)) for each in (wanted, gap))
        largest, largest_gap = peaks
        found.append(_Apart(largest, float(wanted @ wanted), largest_gap, float(gap @ gap)))
    return _joined(found)


def _parts(*arrays: Floats) -> Iterator[tuple[Floats, ...]]:
    """The same rows of each array, some rows after the other."""
    rows = [np.atleast_1d(array) for array in arrays]
    step = max(1, _ROWS // max(1, math.prod(rows[0].shape[1:])))
    for first in range(0, len(rows[0]), step):
        yield tuple(array[first : first + step] for array in rows)


def _pieces(part: tuple[Floats, ...]) -> Iterator[tuple[Floats, ...]]:
    """The same pieces of each array, in float64."""
    # A framework may hold an axis at another place: what is copied here are some rows.
    flat = [array.reshape(-1) for array in part]
    for begin in range(0, flat[0].size, _AT_ONCE):
        yield tuple(np.asarray(one[begin : begin + _AT_ONCE], np.float64) for one in flat)
