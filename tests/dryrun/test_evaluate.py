"""An evaluation names the first thing that is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from losslint.dryrun.evaluate import Evaluator, evaluate, in_one_line
from losslint.dryrun.records import Batch, BatchSizes, Job, Step, Verdict
from losslint.dryrun.reference.differentiable_array import as_differentiable, number

_JOB = Job("square", "keras", {}, dtype="float64")


class _Runtime:
    """Sums squares, and then changes the step as the test wants it."""

    label = "fake"

    def __init__(self, **changes: Any) -> None:
        self._changes = changes
        self.steps = 0

    def devices(self) -> Mapping[str, str]:
        return {"cpu": "cpu"}

    def load(self, job: Job) -> None:
        """Nothing is loaded."""

    def is_own(self, name: str) -> bool:
        return name == "own"

    def step(self, job: Job, batch: Batch) -> Step:
        self.steps += 1
        pred = batch.out["pred"]
        step = Step(float((pred**2).sum()), {"pred": 2.0 * pred}, job.dtype, "cpu")
        changes = {
            key: change(self.steps, getattr(step, key)) if callable(change) else change
            for key, change in self._changes.items()
        }
        return step._replace(**changes)


def _batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
    return Batch({"pred": np.arange(1.0, 7.0).reshape(2, 3) / 7.0}, {}, ("pred",))


def _value(name: str, params: Mapping[str, Any], batch: Batch, held: Batch | None = None) -> float:
    if name == "unknown":
        raise NotImplementedError
    return number((as_differentiable(batch.out["pred"]) ** 2).sum())


def _evaluator(**changes: Any) -> Evaluator:
    return Evaluator(_Runtime(**changes), _batch, _value)


def test_all_is_well() -> None:
    verdict = evaluate(_evaluator(), _JOB)
    assert verdict.ok
    assert verdict.problem is None
    assert verdict.value == pytest.approx(91 / 49)
    assert verdict.gradient_norm == pytest.approx(2 * math.sqrt(91) / 7)
    assert verdict.reference_error == 0.0
    assert verdict.gradient_error is not None
    assert verdict.gradient_error == 0.0
    assert verdict.seconds > 0.0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"value": math.nan}, "the value is not finite: nan"),
        ({"value": math.inf}, "the value is not finite: inf"),
        ({"gradients": {"pred": np.full((2, 3), np.nan)}}, "the gradient is not finite"),
        (
            {"gradients": {"pred": np.zeros((2, 3))}},
            "the gradient is zero everywhere: nothing would be learned",
        ),
        (
            {"value": lambda _, value: value * 1.01},
            "1.875714, but the formula gives 1.857143",
        ),
        (
            {"gradients": lambda _, found: {"pred": found["pred"] * 1.01}},
            "the gradient is not the formula's: ",
        ),
        (
            {"value": lambda steps, value: value + steps * 1e-15},
            "not deterministic: a second run with the seed differs",
        ),
        ({"dtype": "float32"}, "computed in float32, not in float64"),
        ({"device": "cuda:0"}, "computed on cuda:0, not on cpu"),
    ],
)
def test_what_is_wrong(changes: dict[str, Any], problem: str) -> None:
    verdict = evaluate(_evaluator(**changes), _JOB)
    assert not verdict.ok
    assert verdict.problem is not None
    assert verdict.problem.startswith(problem)


class _Large(_Runtime):
    """Sums squares of a batch as large as a real image's logits, in the job's own type."""

    def step(self, job: Job, batch: Batch) -> Step:
        pred = batch.out["pred"].astype(job.dtype)
        slope = (pred + pred).astype(np.float64)
        step = Step(float((pred.astype(np.float64) ** 2).sum()), {"pred": slope}, job.dtype, "cpu")
        self._changes["plant"](slope)
        return step


def _large(plant: Callable[[Any], None], dtype: str) -> Verdict:
    def batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
        pred = np.random.default_rng(seed).uniform(0.5, 1.0, (2, 19, 128, 128))
        return Batch({"pred": pred}, {}, ("pred",))

    return evaluate(Evaluator(_Large(plant=plant), batch, _value), _JOB._replace(dtype=dtype))


def _scaled(slope: Any) -> None:
    slope *= 1.001


def _one_off(slope: Any) -> None:
    slope[1, 7, 60, 61] *= 1.001


def _one_lost(slope: Any) -> None:
    slope[0, 0, 0, 0] = 0.0


def _one_moved(slope: Any) -> None:
    slope[0, 0, 0, 0], slope[1, 18, -1, -1] = 0.51, slope[0, 0, 0, 0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_large_gradient_is_right(dtype: str) -> None:
    assert _large(lambda slope: None, dtype).problem is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("plant", [_scaled, _one_off, _one_lost, _one_moved])
def test_a_wrong_element_among_half_a_million_is_found(
    plant: Callable[[Any], None], dtype: str
) -> None:
    problem = _large(plant, dtype).problem
    assert problem is not None
    assert problem.startswith("the gradient is not the formula's: ")


def test_a_leaf_is_measured_by_itself() -> None:
    """A large slope of one prediction hides no wrong one of another."""

    def value(name: str, params: Any, batch: Batch, held: Batch | None = None) -> float:
        return number(1e6 * batch.out["a"].sum() + batch.out["b"].sum())

    class _Two(_Runtime):
        def step(self, job: Job, batch: Batch) -> Step:
            total = float(1e6 * batch.out["a"].sum() + batch.out["b"].sum())
            slopes = {"a": np.full(3, 1e6), "b": np.array([1.0, 1.0, 1.001])}
            return Step(total, slopes, job.dtype, "cpu")

    def batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
        return Batch({"a": np.ones(3), "b": np.ones(3)}, {}, ("a", "b"))

    verdict = evaluate(Evaluator(_Two(), batch, value), _JOB)
    assert verdict.gradient_error == pytest.approx(1e-3)
    assert not verdict.ok


def test_a_wider_type_than_asked_for_is_no_problem() -> None:
    assert evaluate(_evaluator(dtype="float32"), _JOB._replace(dtype="float16")).ok


def test_a_lower_precision_that_is_declared_widens_the_tolerance() -> None:
    rounding = {"value": lambda _, value: value * (1 + 1e-7)}
    assert not evaluate(_evaluator(**rounding), _JOB).ok
    assert evaluate(_evaluator(**rounding, precision="float32"), _JOB).ok


def test_what_losslint_s_own_code_says_is_no_word_of_a_framework() -> None:
    verdict = evaluate(_evaluator(value=math.nan), _JOB._replace(name="own"))
    assert verdict.problem == ("losslint's own implementation of own: the value is not finite: nan")


def test_without_a_formula_the_rest_is_still_judged() -> None:
    verdict = evaluate(_evaluator(), _JOB._replace(name="unknown"))
    assert verdict.ok
    assert verdict.reference_error is None


def test_a_curve_goes_through_the_predictions_and_stays_in_their_domain() -> None:
    verdict = evaluate(_evaluator(), _JOB._replace(points=5))
    curve = verdict.curve
    assert curve is not None
    assert len(curve.t) == len(curve.value) == len(curve.slope) == len(curve.reference) == 5
    assert curve.t[2] == 0.0
    assert curve.value[2] == verdict.value
    assert curve.slope[2] < 0.0
    assert curve.reference == pytest.approx(curve.value)
    # The largest prediction, 6/7, moves by itself over the root mean square.
    direction = 6.0 / math.sqrt(91.0 / 6.0)
    assert max(curve.t) * direction < 1.0 / 7.0


def test_an_exception_becomes_one_line() -> None:
    assert in_one_line(KeyError()) == "KeyError"
    assert in_one_line(ValueError("a\n\n  b")) == "ValueError: a b"
    wrapped = TypeError("<class> could not be deserialized\n\nException encountered: the reason")
    assert in_one_line(wrapped) == "TypeError: the reason"
    assert len(in_one_line(ValueError("x" * 1000))) == 300
