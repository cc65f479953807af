"""Up to which size of predictions and targets a loss is right in its element type.

A batch grows by powers of the square root of 2, and at each size the framework's value and gradient
are compared with the formula's in float64 on the same numbers, as a dry run does. The first size at
which they are not right is the bound. Of the reason, what was measured is said: which operation of
the framework was the first to leave the type's range, whether float64 is right on the same numbers,
whether the formula's own gradient is too small for the type or was clipped away.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun import gradients
from losslint.dryrun.dtypes import rounded_batch, smallest, tolerance
from losslint.dryrun.evaluate import Evaluator, in_one_line, precision_of, type_in
from losslint.dryrun.growth import Growth, growth_of, magnitudes
from losslint.dryrun.nested_arrays import leaf_at
from losslint.dryrun.records import Batch, Job, Step, Stress
from losslint.dryrun.reference.autodiff import value_and_gradients

Gradients = dict[str, npt.NDArray[np.float64]]

_CLOSE, _STRIDE = 17, 4  # to 256 every size, then every fourth and those before a wrong one
_FEW, _MORE = 1000, 16  # of few predictions all may be right by chance: as many samples again
_AT_THE_END = 1e-6  # so near to 0 or 1 a probability loses its gradient to nothing but a clip
_LOGARITHMS = frozenset({"log", "log1p", "log2", "log10"})
_IN_PART = "gradient 0 in part"


class _Rung(NamedTuple):
    """One size: the batch, what the formula and the framework made of it, and what is wrong."""

    size: float
    batch: Batch
    expected: float | None
    gradients: Gradients
    step: Step | None = None
    value_error: float | None = None
    gradient_error: float | None = None
    fault: str | None = None


class _EndlessError(Exception):
    """The formula in float64 gives nothing finite."""


def stress(evaluator: Evaluator, job: Job) -> Stress:
    """Grow the batch of a job until its loss is no longer right. No exception gets out."""
    try:
        return _stress(evaluator, job)
    except Exception as error:  # a larger batch than the dry run's may not fit into the memory
        return Stress("predictions", None, None, None, in_one_line(error), [], [], [])


def _stress(evaluator: Evaluator, job: Job) -> Stress:
    growth = growth_of(job, _batch(evaluator, job))
    with np.errstate(all="ignore"):
        rungs = _climb(evaluator, job, growth)
        wrong = _first_wrong(rungs)
        right = [rung for rung in rungs if wrong is None or rung.size < wrong.size]
        last = right[-1] if right else None
        reason = None
        if wrong is not None:
            reason = _reason(evaluator, job, growth, wrong, last)
        elif last is not None and last.size < _coarse(magnitudes(type_in(job)))[-1][0]:
            reason = "beyond that the formula itself has no finite value"
    return Stress(
        unit=growth.unit,
        bound=None if wrong is None else wrong.size,
        right=None if last is None else last.size,
        fault=None if wrong is None else wrong.fault,
        reason=reason,
        sizes=[rung.size for rung in rungs],
        value_error=[_finite(rung.value_error) for rung in rungs],
        gradient_error=[_finite(rung.gradient_error) for rung in rungs],
    )


def _batch(evaluator: Evaluator, job: Job) -> Batch:
    """The job's batch, with more samples where it holds few predictions."""
    batch = evaluator.batch(job.name, job.params, job.sizes, job.seed)
    count = sum(np.asarray(leaf_at(batch.out, path)).size for path in batch.leaves)
    if count >= _FEW:
        return batch
    more = job.sizes._replace(batch=max(_MORE, job.sizes.batch))
    return evaluator.batch(job.name, job.params, more, job.seed)


def _first_wrong(rungs: list[_Rung]) -> _Rung | None:
    """The first of two in a row that are wrong, or a last one that is.

    A single one is chance: an assignment of boxes, say, that rounding turned at that size alone.
    """
    following = [*rungs[1:], *rungs[-1:]]
    pairs = zip(rungs, following, strict=True)
    return next((one for one, other in pairs if one.fault and other.fault), None)


def _climb(evaluator: Evaluator, job: Job, growth: Growth) -> list[_Rung]:
    """The sizes that were tried, in their order, until two in a row were wrong."""
    rungs: list[_Rung] = []
    todo = list(reversed(_coarse(magnitudes(type_in(job)))))
    while todo:
        size, between = todo.pop()
        try:
            rung = _rung(evaluator, job, growth, size, rungs[0] if rungs else None)
        except _EndlessError:
            if rungs:
                break
            continue  # some losses need a minimum to be defined, as a boundary that is sure
        if rung.fault is not None and between and rungs:
            todo.append((size, []))
            todo.extend((each, []) for each in reversed(between))
            continue
        rungs.append(rung)
        if len(rungs) > 1 and rung.fault is not None and rungs[-2].fault is not None:
            break
    return rungs


def _coarse(sizes: list[float]) -> list[tuple[float, list[float]]]:
    """The sizes to try, each with those before it that are tried only where it is wrong."""
    close = [(size, list[float]()) for size in sizes[:_CLOSE]]
    last = len(sizes) - 1
    far = [*range(_CLOSE + _STRIDE - 1, last, _STRIDE), last]
    after = [_CLOSE - 1, *far]
    return close + [
        (sizes[this], sizes[before + 1 : this]) for before, this in zip(after, far, strict=False)
    ]


def _rung(
    evaluator: Evaluator, job: Job, growth: Growth, size: float, first: _Rung | None
) -> _Rung:
    """Try one size; raises _EndlessError where the formula gives nothing finite."""
    batch = rounded_batch(growth.at(size), type_in(job))
    expected: float | None
    try:
        expected, gradients = value_and_gradients(evaluator.reference, job.name, job.params, batch)
    except NotImplementedError:
        expected, gradients = None, {}
    if expected is not None and not (math.isfinite(expected) and _all_finite(gradients)):
        raise _EndlessError
    rung = _Rung(size, batch, expected, gradients)
    try:
        step = evaluator.runtime.step(job, batch)
    except Exception as error:  # a framework may raise anything
        return rung._replace(fault=f"refused: {in_one_line(error)}")
    return _judged(rung, step, job, growth, first)


def _judged(rung: _Rung, step: Step, job: Job, growth: Growth, first: _Rung | None) -> _Rung:
    """The rung with a step on it, and what is wrong with that."""
    rung = rung._replace(step=step)
    if rung.expected is not None and math.isfinite(step.value) and _all_finite(step.gradients):
        error = abs(step.value - rung.expected) / max(abs(rung.expected), 1e-30)
        gradient = gradients.error(step, rung.gradients)
        rung = rung._replace(value_error=error, gradient_error=gradient)
    return rung._replace(fault=_fault(rung, step, job, growth, first))


def _fault(rung: _Rung, step: Step, job: Job, growth: Growth, first: _Rung | None) -> str | None:
    """What is wrong at a size, None where value and gradient are right."""
    if not math.isfinite(step.value):
        return f"value {step.value}"
    if not _all_finite(step.gradients):
        infinite = any(np.isinf(gradient).any() for gradient in step.gradients.values())
        return "gradient inf" if infinite else "gradient nan"
    if not any(gradient.any() for gradient in step.gradients.values()):
        return "gradient 0"
    if rung.value_error is None or rung.gradient_error is None:
        return None
    allowed = tolerance(precision_of(step, job))
    if not rung.value_error <= allowed.value:
        return "value off"
    if not rung.gradient_error <= allowed.gradient:
        return "gradient off"
    return _IN_PART if growth.bounded and first and _clipped(rung, first, growth) else None


def _reason(
    evaluator: Evaluator, job: Job, growth: Growth, wrong: _Rung, last: _Rung | None
) -> str | None:
    """What a fault comes from, as far as that can be measured."""
    if wrong.step is None:
        return None
    endless = wrong.value_error is None and wrong.expected is not None
    if not endless and growth.bounded and last is not None:
        clipped = _clipped(wrong, last, growth)
        if clipped is not None:
            return clipped
    operation = evaluator.runtime.broken_by(job, wrong.batch)
    usual = None if last is None else evaluator.runtime.broken_by(job, last.batch)
    if operation is not None and operation != usual:
        is_pole = operation in _LOGARITHMS
        return "logarithm of 0, after rounding" if is_pole else f"overflow of {operation}"
    if (lost := _underflow(wrong, smallest(type_in(job)))) is not None:
        return lost
    inside = "overflow" if endless else "rounding or underflow"
    return _of_type(evaluator, job, growth, wrong, inside)


def _underflow(wrong: _Rung, least: float) -> str | None:
    """Whether what the formula gives is below what the type holds with all its digits."""
    if wrong.expected is None:
        return None
    if wrong.fault == "value off":
        small = abs(wrong.expected) < least
        return f"underflow of the value, {wrong.expected:.1e}" if small else None
    largest = max((_largest(part) for part in wrong.gradients.values()), default=0.0)
    return f"underflow of the gradient, {largest:.1e}" if largest < least else None


def _of_type(evaluator: Evaluator, job: Job, growth: Growth, wrong: _Rung, inside: str) -> str:
    """Whether the type is to blame: is the framework right in float64 on the very same numbers?"""
    wide = job._replace(dtype="float64", amp=False)
    try:
        step = evaluator.runtime.step(wide, wrong.batch)
    except Exception:  # not every loss computes in float64
        return "not known: it does not compute in float64"
    if _judged(wrong, step, wide, growth, None).fault is None:
        return f"{inside} within the computation; float64 is right"
    return "not the type: float64 is not right there either"


def _clipped(rung: _Rung, before: _Rung, growth: Growth) -> str | None:
    """Why a probability next to 0 or 1 has no gradient that had one at a smaller size."""
    exact = growth.at(rung.size)
    reason = None
    for path, gradient in rung.gradients.items():
        gone = gradient == 0.0
        if rung.step is not None:
            gone = gone | (rung.step.gradients[path] == 0.0)
        gone &= before.gradients[path] != 0.0
        if (gone & _at_the_end(exact, path)).any():
            return "epsilon clip of probabilities"
        if (gone & _at_the_end(rung.batch, path)).any():
            reason = "probabilities round to 0 or 1"
    return reason


def _at_the_end(batch: Batch, path: str) -> npt.NDArray[np.bool_]:
    leaf = np.asarray(leaf_at(batch.out, path), np.float64)
    near: npt.NDArray[np.bool_] = np.minimum(np.abs(leaf), np.abs(1.0 - leaf)) < _AT_THE_END
    return near


def _largest(gradient: npt.NDArray[np.float64]) -> float:
    return float(np.abs(gradient).max(initial=0.0))


def _all_finite(gradients: Gradients) -> bool:
    return all(np.isfinite(gradient).all() for gradient in gradients.values())


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
