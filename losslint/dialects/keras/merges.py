"""What the numbers of a tensor are, and what several tensors make together.

`free` says that no two of them come from the same weights. Where they do, the range still holds
all numbers, but not every one of it need come: of x - x, for one.
"""

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.keras.activations import UNKNOWN, Bounds
from losslint.dialects.keras.layers import Layer


class Numbers(NamedTuple):
    """The numbers of a tensor, None where it is not known; `Ending` says what the fields mean.

    `sources` are the places of the layers whose weights they come from, None for any: numbers of
    the same weights hang together.
    """

    bounds: Bounds = UNKNOWN
    activation: str | None = None
    at: Span | None = None
    sums_to_one: bool | None = None
    unit_length: bool | None = None
    over: int | None = None
    hidden: bool = False
    cast: bool = False
    twice: bool = False
    across: int | None = None
    sources: frozenset[Span] | None = None


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


def rescaled(layer: Layer, bounds: Bounds) -> Bounds | None:
    """The range behind a Rescaling; None for one that scales each class by itself."""
    scale, offset = layer.real("scale"), layer.real("offset")
    if not scale or offset is None:
        return None
    scaled = _product([bounds, Bounds(scale, scale)], exact=bounds.exact)
    return Bounds(scaled.low + offset, scaled.high + offset, scaled.exact)


def is_free(parts: Sequence[Numbers]) -> bool:
    """Whether no two of the tensors come from the same weights, or from what nobody knows."""
    sources = [each.sources for each in parts]
    known = [each for each in sources if each is not None]
    return len(known) == len(sources) and sum(map(len, known)) == len(frozenset().union(*known))


def together(layer: Layer, parts: Sequence[Numbers], bounds: Bounds) -> Numbers:
    """What becomes of several tensors in one."""
    tensors = [each for each in parts if each.sources != frozenset()]
    sums = {each.sums_to_one for each in tensors}
    said = False if sums == {False} else None
    if sums == {True} and layer.class_name == "Average":
        said = True
    linear = bounds.is_any and {each.activation for each in tensors} == {"linear"}
    known = [each.sources for each in parts if each.sources is not None]
    sources = frozenset[Span]().union(*known) if len(known) == len(parts) else None
    at = layer.activation_at.at
    return Numbers(
        bounds, "linear" if linear else None, at, said, False if linear else None,
        cast=any(each.cast for each in parts), sources=sources,
    )  # fmt: skip
