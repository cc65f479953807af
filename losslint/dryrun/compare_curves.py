"""Two losses along one line through the same predictions, for a plot of both over each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Side = Callable[[Array], "tuple[float, Array]"]
"""From logits to a loss's value and slope."""

_REACH = 2.0


def both_along(logits: Array, sides: dict[str, Side], points: int) -> dict[str, Any] | None:
    """Value and slope of each side along the first one's steepest descent.

    Args:
        logits: the predictions that both see.
        sides: the losses, by their dialects.
        points: how many places of the line, an odd number so that one is the predictions.

    Returns:
        `places`, and `values` and `slopes` by dialect, without the places at which one of them is
        not finite; None where there is no descent to follow.
    """
    _, slope = next(iter(sides.values()))(logits)
    length = math.sqrt(float((slope**2).mean()))
    if not math.isfinite(length) or length == 0.0:
        return None
    direction = -slope / length
    found: dict[str, Any] = {
        "places": [],
        "values": {name: [] for name in sides},
        "slopes": {name: [] for name in sides},
    }
    for place in np.linspace(-_REACH, _REACH, points):
        there = {name: side(logits + place * direction) for name, side in sides.items()}
        heights = {
            name: (value, float((slope * direction).sum()))
            for name, (value, slope) in there.items()
        }
        if all(math.isfinite(number) for pair in heights.values() for number in pair):
            found["places"].append(float(place))
            for name, (value, along) in heights.items():
                found["values"][name].append(value)
                found["slopes"][name].append(along)
    return found if len(found["places"]) > 1 else None
