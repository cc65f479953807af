"""Whether one loss builds, computes, and computes the right thing."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from losslint.dryrun import gradients
from losslint.dryrun.curves import curve_through
from losslint.dryrun.dtypes import narrower, rounded_batch, tolerance
from losslint.dryrun.limits import bounded, ran_out, usual_bound
from losslint.dryrun.nested_arrays import leaf_at
from losslint.dryrun.records import (
    Batch,
    BatchSizes,
    Floats,
    Job,
    MakeBatch,
    ReferenceFormula,
    Runtime,
    Step,
    Verdict,
    uncomputed,
)
from losslint.dryrun.reference.autodiff import value_and_gradients
from losslint.text import in_bytes

_LARGE = 1 << 20
"""Predictions, from which on a batch is computed once."""


class Evaluator(NamedTuple):
    """Everything that computes and checks the losses of one dialect."""

    runtime: Runtime
    batch: MakeBatch
    reference: ReferenceFormula


class Measurement(NamedTuple):
    """What was measured before something went wrong, and what that was.

    `batch` stands there where a curve can be drawn from the step.
    """

    step: Step | None = None
    reference_error: float | None = None
    gradient_error: float | None = None
    batch: Batch | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()
    fits: bool = True


def evaluate(evaluator: Evaluator, job: Job) -> Verdict:
    """Run a job and say what came of it. No exception of a framework gets out."""
    with contextlib.suppress(Exception):  # what is wrong there the step says, too
        evaluator.runtime.load(job)
    start = time.perf_counter()
    job = _bounded_job(job)
    try:
        measured = _measure(evaluator, job)
    except Exception as error:
        measured = Measurement(problem=in_one_line(error), fits=not ran_out(error))
    if not measured.fits:
        room = "" if job.memory is None else f" in {in_bytes(job.memory)}"
        measured = measured._replace(problem=f"does not fit{room}: {measured.problem}")
    elif measured.problem is not None and evaluator.runtime.is_own(job.name):
        whose = f"losslint's own implementation of {job.name}"
        measured = measured._replace(problem=f"{whose}: {measured.problem}")
    seconds = time.perf_counter() - start
    step = measured.step
    curve = None
    if job.points and step is not None and measured.batch is not None:
        curve = curve_through(evaluator.runtime, evaluator.reference, job, measured.batch, step)
    found = None
    if job.stress and measured.problem is None:
        from losslint.dryrun.stress import stress  # it judges as this module does

        found = stress(evaluator, job)
    device_name = evaluator.runtime.devices().get(job.device, job.device)
    return uncomputed(job, evaluator.runtime.label, device_name)._replace(
        ok=measured.problem is None,
        value=None if step is None else step.value,
        gradient_norm=None if step is None else gradients.norm(step.gradients),
        reference_error=measured.reference_error,
        gradient_error=measured.gradient_error,
        seconds=seconds,
        forward_seconds=None if step is None else step.forward_seconds,
        backward_seconds=None if step is None else step.backward_seconds,
        peak_memory=None if step is None else step.peak_memory,
        problem=measured.problem,
        curve=curve,
        stress=found,
        sizes=job.sizes,
        notes=measured.notes,
        fits=measured.fits,
        memory=job.memory,
    )


def in_one_line(error: BaseException) -> str:
    """The exception's class and the line of its message that says most, 300 characters at most."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # Keras wraps what a constructor raised: the reason stands at the end of its text.
    wrapped = [line for line in lines if line.startswith("Exception encountered: ")]
    text = wrapped[-1].removeprefix("Exception encountered: ") if wrapped else " ".join(lines)
    name = type(error).__name__
    return f"{name}: {text}"[:300] if text else name


def _bounded_job(job: Job) -> Job:
    """The job with what it may take where nobody said so, if it grows until it does not fit."""
    if not _grows(job) or job.device != "cpu" or job.memory is not None:
        return job
    return job._replace(memory=usual_bound())


def _grows(job: Job) -> bool:
    return job.find_batch or job.measure_only


def _measure(evaluator: Evaluator, job: Job) -> Measurement:
    """Batch, steps, reference; the first check that fails is the problem."""
    room = job.memory if job.device == "cpu" else None
    # A device may hold what the machine around it cannot.
    with bounded(usual_bound() if room is None and _grows(job) else room):
        batch = drawn(evaluator, job)
    with bounded(room):
        measured = _steps(evaluator, job, batch)._replace(notes=batch.notes)
    step = measured.step
    if measured.problem is not None or job.measure_only or step is None:
        return measured
    try:
        with bounded(room):
            found = value_and_gradients(evaluator.reference, job.name, job.params, batch)
    except NotImplementedError:
        return measured._replace(batch=batch)
    return _compared(measured._replace(batch=batch), step, job, *found)


def drawn(evaluator: Evaluator, job: Job) -> Batch:
    """The job's batch, with predictions that its type can hold."""
    return rounded_batch(evaluator.batch(job.name, job.params, job.sizes, job.seed), type_in(job))


def _steps(evaluator: Evaluator, job: Job, batch: Batch) -> Measurement:
    """The step on the batch, when one that is repeated gave the same.

    What is repeated is a small batch where the real one takes long, and the figures are never those
    of the first step, which holds what a framework loads when an operation is first used.
    """
    trial = _trial(evaluator, job, batch)
    step = evaluator.runtime.step(job, trial)
    problem = _problem_of(step, job)
    if problem is not None or (job.measure_only and trial is batch):
        return Measurement(step, problem=problem)
    again = evaluator.runtime.step(job, trial)
    exactness = tolerance(precision_of(step, job))
    if gradients.difference(step, again) > (0.0 if job.device == "cpu" else exactness.repeat):
        return Measurement(step, problem="not deterministic: a second run with the seed differs")
    if trial is not batch:
        step = evaluator.runtime.step(job, batch)
        return _fitting(Measurement(step, problem=_problem_of(step, job)), job)
    step = step._replace(
        peak_memory=again.peak_memory,
        forward_seconds=again.forward_seconds,
        backward_seconds=again.backward_seconds,
    )
    return _fitting(Measurement(step), job)


def _trial(evaluator: Evaluator, job: Job, batch: Batch) -> Batch:
    """What is computed twice: a small batch on a processor where the real one is large."""
    count = sum(np.size(leaf_at(batch.out, path)) for path in batch.leaves)
    if job.device != "cpu" or count <= _LARGE or job.measure_only:
        return batch
    usual = BatchSizes()
    sizes = job.sizes._replace(
        batch=min(job.sizes.batch, usual.batch), image=min(job.sizes.image, usual.image)
    )
    return drawn(evaluator, job._replace(sizes=sizes))


def _fitting(measured: Measurement, job: Job) -> Measurement:
    """A device's memory is bounded afterwards: its allocator takes what there is."""
    taken = measured.step.peak_memory if measured.step is not None else None
    if measured.problem is not None or job.memory is None or (taken or 0) <= job.memory:
        return measured
    return measured._replace(problem=f"it takes {in_bytes(taken)}", fits=False)


def _compared(
    measured: Measurement,
    step: Step,
    job: Job,
    expected: float,
    slopes: Mapping[str, Floats],
) -> Measurement:
    """Against what the formula gives."""
    exactness = tolerance(precision_of(step, job))
    error = abs(step.value - expected) / max(abs(expected), 1e-6)
    gradient = gradients.error(step, slopes)
    measured = measured._replace(reference_error=error, gradient_error=gradient)
    if not error <= exactness.value:
        return measured._replace(problem=f"{step.value:.7g}, but the formula gives {expected:.7g}")
    if not gradient <= exactness.gradient:
        return measured._replace(problem=f"the gradient is not the formula's: {gradient:.1e} off")
    return measured


def type_in(job: Job) -> str:
    """The element type of the predictions: with mixed precision always a half float."""
    halves = ("float16", "bfloat16")
    return "float16" if job.amp and job.dtype not in halves else job.dtype


def precision_of(step: Step, job: Job) -> str:
    """The narrowest type that a step was computed in, which says how exact it can be."""
    if job.amp:
        return type_in(job)
    computed = narrower(step.dtype, job.dtype)
    return computed if step.precision is None else narrower(computed, step.precision)


def _problem_of(step: Step, job: Job) -> str | None:
    """What is wrong with a step by itself."""
    if step.device != job.device:
        return f"computed on {step.device}, not on {job.device}"
    if not math.isfinite(step.value):
        return f"the value is not finite: {step.value}"
    slopes = step.gradients.values()
    length = gradients.norm(step.gradients)  # of what is very large or small its square is not
    if not (math.isfinite(length) or all(np.isfinite(slope).all() for slope in slopes)):
        return "the gradient is not finite"
    if not (length or any(slope.any() for slope in slopes)):
        return "the gradient is zero everywhere: nothing would be learned"
    if not job.amp and narrower(step.dtype, job.dtype) != job.dtype:
        return f"computed in {step.dtype}, not in {job.dtype}"
    return None
