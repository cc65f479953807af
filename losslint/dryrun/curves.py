"""Value and slope of a loss along a line through the predictions."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.gradients import norm
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, Curve, Job, ReferenceFormula, Runtime, Step

_REACH = 2.0


class _Line(NamedTuple):
    """Predictions, a direction of root mean square 1, and how far it may be followed."""

    points: dict[str, npt.NDArray[np.float64]]
    direction: dict[str, npt.NDArray[np.float64]]
    reach: float


def curve_through(
    runtime: Runtime, reference: ReferenceFormula, job: Job, batch: Batch, step: Step
) -> Curve | None:
    """The loss at `job.points` places along the line of steepest descent.

    The line goes to both sides of the predictions: to the right as a training step would. It ends
    where a prediction would leave the domain that all of them lie in, (0, 1) or the positive
    numbers, and 2 root mean squares away at most. Places where the loss is not finite are left out.

    Returns:
        None where the loss computes nowhere else on the line.
    """
    line = _descent(batch, step)
    curve = Curve([], [], [], [])
    for t in np.linspace(-line.reach, line.reach, job.points):
        leaves = {path: point + t * line.direction[path] for path, point in line.points.items()}
        there = batch._replace(out=with_leaves(batch.out, leaves))
        try:
            found = runtime.step(job, there)
        except Exception:  # a place off the domain is no finding: the batch itself was judged
            continue
        slope = sum(float((found.gradients[p] * line.direction[p]).sum()) for p in line.points)
        if math.isfinite(found.value) and math.isfinite(slope):
            curve.t.append(float(t))
            curve.value.append(found.value)
            curve.slope.append(slope)
            curve.reference.append(_reference_at(reference, job, there))
    known = all(math.isfinite(value) for value in curve.reference)
    return curve._replace(reference=curve.reference if known else []) if curve.t else None


def _reference_at(reference: ReferenceFormula, job: Job, batch: Batch) -> float:
    try:
        return reference(job.name, job.params, batch)
    except NotImplementedError:
        return math.nan


def _descent(batch: Batch, step: Step) -> _Line:
    points = {path: np.asarray(leaf_at(batch.out, path), np.float64) for path in batch.leaves}
    count = sum(point.size for point in points.values())
    length = norm(step.gradients) / math.sqrt(count)
    direction = {path: step.gradients[path] / np.float64(-length) for path in points}
    values = np.concatenate([point.reshape(-1) for point in points.values()])
    speeds = np.abs(np.concatenate([part.reshape(-1) for part in direction.values()]))
    distance = np.full_like(values, np.inf)
    if (values > 0.0).all():
        distance = values if not (values < 1.0).all() else np.minimum(values, 1.0 - values)
    moving = speeds > 0.0
    # A tenth away from the border: at it logarithms are infinite, and the plot would show no more.
    border = float((distance[moving] / speeds[moving]).min()) * 0.9
    return _Line(points, direction, min(_REACH, border))
