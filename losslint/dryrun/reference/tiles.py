"""Sums of parts of an array, of which only one is held at a time.

A formula over millions of pixels leaves an array of that size at each of its steps, and all of them
are needed for the way back. Where it is a sum of parts, each part can go there and back by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

import numpy as np

from losslint.dryrun.reference.derivative_rules import Plain
from losslint.dryrun.reference.differentiable_array import DifferentiableArray, Tape, number
from losslint.dryrun.side_by_side import mapped, threads

Part = tuple[Any, Callable[[Any], Any]]
"""An index into the array, of slices and integers, and what is summed of the elements there."""
TILE = 1 << 15
"""Elements whose steps a processor has at hand."""


def sum_of_parts(array: Any, parts: Iterable[Part]) -> float:
    """The sum of what the parts give; a differentiable number where the array is differentiable.

    Several are computed side by side, as the framework does that is compared. They are added in
    their order, so that the sum is always the same.
    """
    if not isinstance(array, DifferentiableArray):
        return float(sum(mapped(lambda part: float(part[1](_wide(array[part[0]]))), parts)))
    total, slope = 0.0, array.no_gradient()
    with threads() as pool:
        work = pool.map(lambda part: (part[0], *_there_and_back(array, part)), parts)
        for place, value, steps in work:
            total += float(value)
            slope[place] += steps

    def backward(gradient: Plain) -> None:
        weighted = slope if gradient == 1.0 else np.multiply(slope, gradient, out=slope)
        array.add_gradient(weighted, given=True)

    return number(array.derived(total, backward))


def sums_of_parts(array: Any, parts: Iterable[Part]) -> Any:
    """As `sum_of_parts` of parts apart, each of several numbers that are summed by themselves.

    What the sums weigh is known only on the way back, so there each part is computed once more.
    """
    every = list(parts)
    is_traced = isinstance(array, DifferentiableArray)

    def there(part: Part) -> Plain:
        place, function = part
        return np.asarray(function(array.part(place) if is_traced else _wide(array[place])))

    totals: Plain = np.sum(mapped(there, every), axis=0)
    if not is_traced:
        return totals

    def backward(weights: Plain) -> None:
        slope = array.no_gradient()

        def back(part: Part) -> None:
            slope[part[0]] = _there_and_back(array, part, weights)[1]

        mapped(back, every)
        array.add_gradient(slope, given=True)

    return array.derived(totals, backward)


def tiles(shape: tuple[int, ...]) -> Iterator[tuple[Any, ...]]:
    """Indices of parts of about `TILE` elements, which make up the whole array."""
    depth = next((k for k in range(len(shape)) if math.prod(shape[k + 1 :]) <= TILE), 0)
    step = max(1, TILE // max(1, math.prod(shape[depth + 1 :])))
    for leading in product(*map(range, shape[:depth])):
        for begin in range(0, shape[depth], step):
            yield (*leading, slice(begin, begin + step))


def _wide(numbers: Any) -> Plain:
    return np.asarray(numbers, np.float64)


def _there_and_back(array: DifferentiableArray, part: Part, weights: Any = 1.0) -> tuple[Any, Any]:
    """One part's numbers, and the derivative of their weighted sum by the elements at its place."""
    place, function = part
    tape: Tape = []
    leaf = DifferentiableArray(array.part(place), tape)
    result = function(leaf)
    walk_back((result * weights).sum(), tape)
    return result.value, 0.0 if leaf.gradient is None else leaf.gradient


def walk_back(result: DifferentiableArray, tape: Tape) -> None:
    """Hand the derivative of a number back to all that it was made of, the last step first."""
    result.add_gradient(np.ones(()))
    while tape:
        made, backward = tape.pop()
        if made.gradient is not None:
            backward(made.gradient)
