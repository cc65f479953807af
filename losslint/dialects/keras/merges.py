"""The range of what several tensors make together, number by number or side by side.

`free` says that no two of them come from the same weights. Where they do, the range still holds
all numbers, but not every one of it need come: of x - x, for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from losslint.dialects.keras.activations import UNKNOWN, Bounds
from losslint.dialects.keras.layers import Layer


def merged(class_name: str, parts: Sequence[Bounds], *, free: bool) -> Bounds:
    """The range of a sum, a difference, a product and the like."""
    if not parts:
        return UNKNOWN
    exact = free and all(part.exact for part in parts)
    if class_name in ("Subtract", "Divide", "TrueDivide"):
        return _of_two(class_name, parts, exact=exact)
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    if class_name in ("Add", "Average"):
        # What may be any number by itself makes any number of the others.
        exact = exact or (free and any(part.is_any for part in parts))
        share = 1 / len(parts) if class_name == "Average" else 1.0
        return Bounds(sum(lows) * share, sum(highs) * share, exact)
    if class_name in ("Maximum", "Minimum"):
        pick = max if class_name == "Maximum" else min
        return Bounds(pick(lows), pick(highs), exact)
    return _product(parts, exact=exact) if class_name == "Multiply" else UNKNOWN


def _of_two(class_name: str, parts: Sequence[Bounds], *, exact: bool) -> Bounds:
    if len(parts) != 2:
        return UNKNOWN
    first, second = parts
    if class_name == "Subtract":
        return Bounds(first.low - second.high, first.high - second.low, exact)
    if second.low != second.high or not second.low:
        return UNKNOWN
    share = 1 / second.low
    return _product([first, Bounds(share, share, exact=True)], exact=exact)


def _product(parts: Sequence[Bounds], *, exact: bool) -> Bounds:
    if len(parts) > 4:
        # As for any number of shares.
        if all(part.low >= 0 for part in parts):
            return Bounds(0.0, _times([part.high for part in parts]))
        return UNKNOWN
    corners = [_times(corner) for corner in product(*((part.low, part.high) for part in parts))]
    return Bounds(min(corners), max(corners), exact)


def _times(numbers: Sequence[float]) -> float:
    """The product, where 0 times anything is 0."""
    return 0.0 if 0.0 in numbers else prod(numbers)


def joined(parts: Sequence[Bounds]) -> Bounds:
    """The range of tensors side by side."""
    if not parts:
        return UNKNOWN
    exact = all(part.exact for part in parts) or any(part.is_any for part in parts)
    return Bounds(min(part.low for part in parts), max(part.high for part in parts), exact)


def rescaled(layer: Layer, bounds: Bounds) -> Bounds:
    """The range behind a Rescaling."""
    scale, offset = layer.value("scale"), layer.value("offset")
    offset = 0.0 if offset is None else offset
    if not isinstance(scale, (int, float)) or not isinstance(offset, (int, float)):
        return UNKNOWN
    scaled = _product([bounds, Bounds(scale, scale)], exact=bounds.exact)
    return Bounds(scaled.low + offset, scaled.high + offset, scaled.exact)
