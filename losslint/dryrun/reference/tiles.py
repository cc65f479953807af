"""Sums of parts of an array, of which only one is held at a time.

A formula over millions of pixels leaves an array of that size at each of its steps, and all of them
are needed for the way back. Where it is a sum of parts, each part can go there and back by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from losslint.dryrun.reference.derivative_rules import Plain
from losslint.dryrun.reference.differentiable_array import DifferentiableArray, Tape, number

Part = tuple[Any, Callable[[Any], Any]]
"""An index into the array, of slices and integers, and what is summed of the elements there."""
_MOST_THREADS = 8


def sum_of_parts(array: Any, parts: Iterable[Part]) -> float:
    """The sum of what the parts give; a differentiable number where the array is differentiable.

    Several are computed side by side, as the framework does that is compared: NumPy lets go of
    Python's lock. They are added in their order, so that the sum is always the same.
    """
    if not isinstance(array, DifferentiableArray):
        return float(sum(float(part(array[place])) for place, part in parts))
    total, slope = 0.0, np.zeros(array.shape)
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as threads:
        work = threads.map(lambda part: (part[0], *_there_and_back(array.value, *part)), parts)
        for place, value, steps in work:
            total += value
            slope[place] += steps
    return number(array.derived(total, lambda gradient: array.add_gradient(gradient * slope)))


def _there_and_back(value: Plain, place: Any, part: Callable[[Any], Any]) -> tuple[float, Any]:
    """One part's value, and its derivative by the elements at its place."""
    tape: Tape = []
    leaf = DifferentiableArray(value[place], tape)
    result = part(leaf)
    walk_back(result, tape)
    return float(result.value), 0.0 if leaf.gradient is None else leaf.gradient


def walk_back(result: DifferentiableArray, tape: Tape) -> None:
    """Hand the derivative of a number back to all that it was made of, the last step first."""
    result.add_gradient(np.ones(()))
    while tape:
        made, backward = tape.pop()
        if made.gradient is not None:
            backward(made.gradient)
