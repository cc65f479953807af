"""Comparing what came of two jobs, and what that says of a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from losslint.catalog.equivalences_model import Measured

from .records import Case, Result

EXACT = {"float64": 1e-12, "float32": 1e-4}
"""What rounding may do.

A double is rounded by 1.1e-16. The losses add some hundred terms, and where a gradient is a small
difference of two numbers near 1 a few digits more are lost: the worst of all draws is some 1e-14.
A parameter that is off by 1e-9 shows above this line, Keras's clip (1e-7) far above it.
"""

ROOM = 10.0
"""By how much a conditional row may exceed its recorded number, which other draws made."""

APART = 1e-3
"""From where on two losses are not the same: a condition that matters less would not be one."""

NEAR = 0.05
"""How far a number that is no rounding may lie from the recorded one, which has two digits."""

SINGLE = {"float64": 1e-6, "float32": 1e-4}
"""Up to here a number may be the rounding of a framework that computes in float32 all the same."""


class Difference(NamedTuple):
    """Relative differences of value and gradient; NaN where one side has no number."""

    value: float
    gradient: float
    problem: str = ""


Word = Literal["same", "differs", "CONTRADICTED"]


class Verdict(NamedTuple):
    """What came of a row: the worst difference where its conditions hold, and what is wrong."""

    row: str
    kind: str
    word: Word
    recorded: tuple[float, float] | None
    measured: tuple[float, float]
    held: int
    broken: int
    wrong: tuple[str, ...] = ()


def difference(case: Case, first: Result, second: Result) -> Difference:
    """How far two results are apart."""
    problem = case.problem or first.problem or second.problem
    if problem:
        return Difference(math.nan, math.nan, problem)
    value = _relative(abs(first.value - second.value), abs(first.value), abs(second.value))
    value = 0.0 if case.slopes_alone else value
    apart = size = 0.0
    for leaf in sorted(set(first.gradients) | set(second.gradients)):
        one, other = (_slope(result, leaf, case) for result in (first, second))
        if one is None or other is None or one.shape != other.shape:
            return Difference(value, math.nan, f"gradients of {leaf} have different shapes")
        if one.size:
            apart = _worse(apart, float(np.max(np.abs(one - other))))
            size = max(size, float(np.max(np.abs(one))), float(np.max(np.abs(other))))
    return Difference(value, _relative(apart, size))


def _slope(result: Result, leaf: str, case: Case) -> np.ndarray | None:
    slope = result.gradients.get(leaf)
    return None if slope is None else np.asarray(case.look(slope), np.float64)


def _worse(first: float, second: float) -> float:
    return second if math.isnan(second) or second > first else first


def _relative(apart: float, *sizes: float) -> float:
    if not math.isfinite(apart):
        return math.nan
    return apart / max(*sizes, 1e-300) if apart else 0.0


def judge(
    row: str,
    kind: str,
    recorded: Measured | None,
    found: Sequence[tuple[Case, Difference]],
    dtype: str = "float64",
) -> Verdict:
    """What the cases of a row say of its kind and its recorded numbers."""
    held = [(case, one) for case, one in found if not case.breaks]
    broken = [(case, one) for case, one in found if case.breaks]
    numbers = None
    if recorded is not None:
        wide = (recorded.value, recorded.gradient)
        numbers = wide if dtype == "float64" else recorded[2:]
    wrong = [
        f"{one.problem or 'nothing'} where {case.refuses or 'a number'} was expected"
        for case, one in found
        if one.problem not in case.refuses.split(" or ")
    ]
    value, gradient = 0.0, 0.0
    for _, one in held:
        value, gradient = _worse(value, one.value), _worse(gradient, one.gradient)
    if kind in ("exact", "conditional"):
        wrong += _not_equal(held, numbers, kind, dtype)
        wrong += [
            f"makes no difference: {case.breaks}" for case, one in broken if not _is_apart(one)
        ]
    elif not any(_is_apart(one) for _, one in held):
        wrong.append("the two are the same in every draw")
    if not held:
        wrong.append("nothing was measured")
    word: Word = "CONTRADICTED" if wrong else "same"
    if not wrong and not _reproduced(numbers, (value, gradient), dtype):
        word = "differs"
    unique = tuple(dict.fromkeys(wrong))
    return Verdict(row, kind, word, numbers, (value, gradient), len(held), len(broken), unique)


def _not_equal(
    held: Sequence[tuple[Case, Difference]],
    numbers: tuple[float, float] | None,
    kind: str,
    dtype: str,
) -> list[str]:
    known = numbers if kind == "conditional" and numbers is not None else (0.0, 0.0)
    allowed = [max(EXACT[dtype], ROOM * number) for number in known]
    return [
        one.problem or f"differs by {one.value:.1e}, gradient {one.gradient:.1e}"
        for _, one in held
        if not (one.value <= allowed[0] and one.gradient <= allowed[1])
    ]


def _is_apart(one: Difference) -> bool:
    return not (one.value <= APART and one.gradient <= APART)


def _reproduced(
    recorded: tuple[float, float] | None, found: tuple[float, float], dtype: str
) -> bool:
    """Whether the recorded numbers came out again; rounding is no number to reproduce."""
    if recorded is None:
        return True
    for number, again in zip(recorded, found, strict=True):
        exact = EXACT[dtype]
        if number <= exact and again <= exact:
            continue
        small = max(number, again) <= SINGLE[dtype]
        if small and again <= number * ROOM:
            continue
        if small or not number / (1 + NEAR) <= again <= number * (1 + NEAR):
            return False
    return True
