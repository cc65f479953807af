"""Value and gradient of losses, by the formulas that a dry run compares with; no framework.

A loss of single predictions is followed along the one number that matters of them: the difference
to the label, the probability of the right class. What looks at whole batches, boxes or sequences
is followed through a drawn batch, along its steepest descent, as the report of a dry run does it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.batches import keras as batches
from losslint.dryrun.curves import curve_through
from losslint.dryrun.losses import keras, netspresso
from losslint.dryrun.records import Batch, BatchSizes, Curve, Job, ReferenceFormula, Step
from losslint.dryrun.reference.autodiff import value_and_gradients

# Even: at 0 some formulas have a kink where nothing kinks.
POINTS = 80
# A batch takes its time to compute, and its curve is smooth.
_BATCH_POINTS = 33

Array = npt.NDArray[np.float64]


class Line(NamedTuple):
    """A way for predictions: a number's name and range, the labels, and what is predicted there."""

    along: str
    low: float
    high: float
    target: Array
    at: Callable[[float], Array]


class Drawn(NamedTuple):
    """Value and gradient, along what."""

    along: str
    t: list[float]
    value: list[float]
    gradient: list[float]


def _row(*values: float) -> Array:
    return np.array([values], dtype=np.float64)


_RIGHT = "probability of the right class, the rest shared by two others"
_LOGIT = "logit of the right class, two others at 0"
CHANCES = Line(_RIGHT, 0.02, 0.98, _row(1, 0, 0), lambda p: _row(p, (1 - p) / 2, (1 - p) / 2))
CLASSES = CHANCES._replace(target=np.array([0.0]))
LOGITS = Line(_LOGIT, -5, 5, _row(1, 0, 0), lambda z: _row(z, 0, 0))
SURE = Line("probability where the label is 1", 0.02, 0.98, _row(1), lambda p: _row(p))
UNIT = Line("logit where the label is 1", -5, 5, _row(1), lambda z: _row(z))
_DIFFERENCE = Line("prediction where the label is 0", -3, 3, _row(0), lambda x: _row(x))

# By what draws a loss's batch, which tells what it takes.
_LINES: Mapping[Any, Line] = {
    batches.regression: _DIFFERENCE,
    batches.positive: Line("prediction where the label is 1", 0.05, 3, _row(1), lambda x: _row(x)),
    batches.counts: Line("prediction where the label is 2", 0.2, 6, _row(2), lambda x: _row(x)),
    batches.binary: SURE,
    batches.one_hot: CHANCES,
    batches.sparse: CLASSES,
    batches.index: CLASSES,
    batches.signed: Line("prediction where the label is 1", -2, 2.5, _row(1), lambda x: _row(x)),
    batches.scores: Line(
        "score of the right class, the others at 0 and 0.5",
        -1.5,
        2.5,
        _row(1, 0, 0),
        lambda x: _row(x, 0.5, 0),
    ),
    batches.distributions: Line(
        "first of two probabilities where 0.7 is right",
        0.02,
        0.98,
        _row(0.7, 0.3),
        lambda p: _row(p, 1 - p),
    ),
    batches.directions: Line(
        "angle to the label in degrees",
        -180,
        180,
        _row(1, 0),
        lambda a: _row(np.cos(np.radians(a)), np.sin(np.radians(a))),
    ),
    batches.masks: Line(
        "probability at the pixels of the mask, 0.2 at the others",
        0.0,
        1.0,
        _row(1, 1, 0, 0),
        lambda p: _row(p, p, 0.2, 0.2),
    ),
}
_CRITERIA: Mapping[str, Line] = {
    "cross_entropy": LOGITS,
    "focal_loss": UNIT,
    "seg_cross_entropy": LOGITS._replace(
        along=f"{_LOGIT}, at one pixel",
        target=np.zeros((1, 1, 1)),
        at=lambda z: _row(z, 0, 0).reshape(1, 3, 1, 1),
    ),
}


def looks_at_batches(name: str) -> bool:
    """Whether a loss is followed through a drawn batch."""
    if name in netspresso.LOSSES:
        return name not in _CRITERIA
    return keras.LOSSES[name].batch not in _LINES


def of_keras(name: str, params: Mapping[str, Any]) -> Drawn:
    """A loss of Keras or of the platform, by its class name."""
    line = _LINES.get(keras.LOSSES[name].batch)
    if line is None:
        return _through_batch(name, "keras", params)
    return along(line, lambda pred: keras_value(name, params, line.target, pred))


def of_netspresso(name: str, params: Mapping[str, Any]) -> Drawn:
    """A criterion."""
    line = _CRITERIA.get(name)
    if line is None:
        return _through_batch(name, "netspresso", params)
    return along(line, lambda pred: criterion_value(name, params, line.target, pred))


def keras_value(name: str, params: Mapping[str, Any], target: Array, pred: Any) -> Any:
    """A loss of Keras at predictions, which may be differentiable."""
    return keras.value(name, params, Batch({"pred": pred}, {"true": target}, ("pred",)))


def criterion_value(name: str, params: Mapping[str, Any], target: Array, pred: Any) -> Any:
    """A criterion at predictions, which may be differentiable."""
    labels = target.astype(np.int64) if target.ndim > 2 else target
    batch = Batch({"pred": pred}, {"target": labels}, ("pred",))
    return netspresso.value(name, params, batch, held=batch)


def along(line: Line, value: Callable[[Any], Any]) -> Drawn:
    """A loss along a line; the gradient is that with respect to the number of the line."""

    def reference(_: str, __: Mapping[str, Any], batch: Batch, /, held: Batch | None = None) -> Any:
        return value(batch.out["pred"])

    drawn = Drawn(line.along, [], [], [])
    step = (line.high - line.low) * 1e-6
    for t in map(float, np.linspace(line.low, line.high, POINTS)):
        speed = (line.at(t + step) - line.at(t - step)) / (2 * step)
        batch = Batch({"pred": line.at(t)}, {}, ("pred",))
        found, gradients = value_and_gradients(reference, "", {}, batch)
        drawn.t.append(t)
        drawn.value.append(found)
        drawn.gradient.append(float((gradients["pred"] * speed).sum()))
    return drawn


class _Formula:
    """What computes a loss by its formula, in the place of a framework."""

    label = "NumPy"

    def __init__(self, reference: ReferenceFormula) -> None:
        self._reference = reference

    def devices(self) -> Mapping[str, str]:
        return {"cpu": "cpu"}

    def load(self, job: Job) -> None:
        """Nothing is loaded."""

    def is_own(self, name: str) -> bool:
        return True

    def step(self, job: Job, batch: Batch) -> Step:
        """Value and gradient."""
        value, gradients = value_and_gradients(self._reference, job.name, job.params, batch)
        return Step(value, gradients, "float64", "cpu")

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        return None


def _through_batch(name: str, dialect: str, params: Mapping[str, Any]) -> Drawn:
    """A loss through a drawn batch, along the steepest descent of its formula."""
    rows = keras if dialect == "keras" else netspresso
    batch = rows.batch(name, params, BatchSizes(image=32), 0)
    job = Job(name, dialect, dict(params), points=_BATCH_POINTS)
    formula = _Formula(rows.value)
    curve = curve_through(formula, rows.value, job, batch, formula.step(job, batch))
    assert curve is not None, name
    return _of_curve(curve)


def _of_curve(curve: Curve) -> Drawn:
    return Drawn("step along the descent (rms)", curve.t, curve.value, curve.slope)
