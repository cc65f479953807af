"""Where a loss stops being right: how a batch grows, what a bound is, and what it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

np = pytest.importorskip("numpy")

from losslint.dryrun.backends import open_evaluator  # noqa: E402
from losslint.dryrun.collect_jobs import JobOptions, all_jobs  # noqa: E402
from losslint.dryrun.dtypes import rounded  # noqa: E402
from losslint.dryrun.evaluate import Evaluator, evaluate  # noqa: E402
from losslint.dryrun.growth import BEHIND, growth_of, magnitudes  # noqa: E402
from losslint.dryrun.losses import keras as keras_losses  # noqa: E402
from losslint.dryrun.losses import netspresso as netspresso_losses  # noqa: E402
from losslint.dryrun.nested_arrays import leaf_at  # noqa: E402
from losslint.dryrun.records import Batch, BatchSizes, Job, Step, Stress  # noqa: E402
from losslint.dryrun.reference.differentiable_array import (  # noqa: E402
    as_differentiable,
    number,
)
from losslint.dryrun.verdict_formats import bound_of  # noqa: E402

from .stress import DTYPES, PAGE, Bound, golden, jobs, measured, page_with  # noqa: E402

_LOSSES = {"keras": keras_losses, "netspresso": netspresso_losses}
_STEP = math.sqrt(2.0) * 1.01


class _Squares:
    """The sum of squares as a narrow type computes it, and what a test makes of that."""

    label = "fake"

    def __init__(self, change: Callable[[Step, Any], Step] = lambda step, pred: step) -> None:
        self._change = change

    def devices(self) -> Mapping[str, str]:
        return {"cpu": "cpu"}

    def load(self, job: Job) -> None:
        """Nothing is loaded."""

    def is_own(self, name: str) -> bool:
        return False

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        squares = rounded(batch.out["pred"] ** 2, job.dtype)
        return None if np.isfinite(squares).all() else "square"

    def step(self, job: Job, batch: Batch) -> Step:
        pred = batch.out["pred"]
        value = float(rounded(np.asarray((pred**2).sum()), job.dtype))
        slope = rounded(2.0 * pred, job.dtype)
        return self._change(Step(value, {"pred": slope}, job.dtype, job.device), pred)


def _batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
    return Batch({"pred": np.arange(1.0, 7.0).reshape(2, 3) - 2.5}, {}, ("pred",))


def _value(name: str, params: Mapping[str, Any], batch: Batch, held: Batch | None = None) -> float:
    if name == "unknown":
        raise NotImplementedError
    return number((as_differentiable(batch.out["pred"]) ** 2).sum())


def _stressed(
    dtype: str, change: Callable[[Step, Any], Step] = lambda step, pred: step, name: str = "squares"
) -> Stress:
    job = Job(name, "keras", {}, dtype=dtype, stress=True)
    verdict = evaluate(Evaluator(_Squares(change), _batch, _value), job)
    assert verdict.ok
    assert verdict.stress is not None
    return verdict.stress


def test_a_square_leaves_float16_where_it_must() -> None:
    found = _stressed("float16")
    # The squares add up to 19/12.25 of the largest: 65504 is passed at 205.5.
    assert found.bound == 256.0
    assert found.right == pytest.approx(256.0 / math.sqrt(2.0))
    assert (found.fault, found.reason) == ("value inf", "overflow of square")
    assert found.unit == "predictions"
    assert bound_of(found) == "value inf from predictions of 256: overflow of square"


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_the_bound_is_found_between_two_coarse_sizes(dtype: str) -> None:
    found = _stressed(dtype)
    assert found.bound == 2.0**64  # its square is 2 to the 128, the first that is too large
    assert found.fault == "value inf"
    assert found.sizes == sorted(set(found.sizes))


def test_without_a_bound_the_last_size_is_told() -> None:
    found = _stressed("float64")
    assert (found.bound, found.fault, found.reason) == (None, None, None)
    assert found.right == 2.0**64
    assert bound_of(found) == "right up to predictions of 1.84e+19"


def _vanishing(step: Step, pred: Any) -> Step:
    lost = np.abs(pred).max() > 12.0
    return step._replace(gradients={"pred": step.gradients["pred"] * (not lost)})


def _off(step: Step, pred: Any) -> Step:
    return step._replace(value=step.value * (2.0 if np.abs(pred).max() > 12.0 else 1.0))


def _once(step: Step, pred: Any) -> Step:
    return step._replace(value=step.value * (2.0 if 12.0 < np.abs(pred).max() < 17.0 else 1.0))


def _refusing(step: Step, pred: Any) -> Step:
    if np.abs(pred).max() > 12.0:
        raise ValueError("too much")
    return step


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_vanishing, "gradient 0"),
        (_off, "value off"),
        (_refusing, "refused: ValueError: too much"),
    ],
)
def test_what_else_may_be_wrong(change: Callable[[Step, Any], Step], fault: str) -> None:
    found = _stressed("float32", change)
    assert (found.bound, found.fault) == (16.0, fault)


def test_float64_is_asked_before_a_type_is_blamed() -> None:
    found = _stressed("float32", _off)
    assert found.reason == "not the type: float64 is not right there either"


def test_one_wrong_size_alone_is_no_bound() -> None:
    assert _stressed("float32", _once).bound == 2.0**64


def test_without_a_formula_only_what_is_not_finite_is_found() -> None:
    assert _stressed("float32", _off, "unknown").fault == "value inf"


def test_a_loss_that_fails_on_its_usual_batch_is_not_stressed() -> None:
    job = Job("squares", "keras", {}, dtype="float32", stress=True)
    verdict = evaluate(Evaluator(_Squares(lambda step, _: _off(step, 99.0)), _batch, _value), job)
    assert not verdict.ok
    assert verdict.stress is None


def test_a_batch_that_does_not_fit_costs_the_stress_alone() -> None:
    def batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
        if sizes.batch > 2:
            raise MemoryError
        return _batch(name, params, sizes, seed)

    job = Job("squares", "keras", {}, dtype="float32", stress=True)
    verdict = evaluate(Evaluator(_Squares(), batch, _value), job)
    assert verdict.ok
    assert verdict.stress is not None
    assert bound_of(verdict.stress) == "not tried: MemoryError"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_sizes_are_powers_of_the_root_of_2_that_the_type_holds(dtype: str) -> None:
    sizes = magnitudes(dtype)
    assert sizes[:3] == [1.0, math.sqrt(2.0), 2.0]
    assert np.isfinite(rounded(np.asarray(sizes), dtype)).all()


_EVERY = all_jobs(JobOptions())


@pytest.mark.parametrize("job", _EVERY, ids=lambda job: job.name)
def test_every_loss_of_the_catalog_grows_to_the_size_that_is_said(job: Job) -> None:
    batch = _LOSSES[job.dialect].batch(job.name, job.params, job.sizes, job.seed)
    growth = growth_of(job, batch)
    grown = growth.at(64.0)
    assert growth.at(64.0).leaves == batch.leaves
    if growth.unit == BEHIND:
        part = slice(None) if job.name != "SSD_LOSS" else slice(0, -12)
        for path in batch.leaves:
            chances = leaf_at(grown.out, path)[..., part]
            assert (chances >= 0.0).all()
            assert (chances <= 1.0).all()
            assert np.minimum(chances, 1.0 - chances).min() < 1e-12
        return
    sizes = [np.abs(leaf_at(grown.out, path)).max() for path in batch.leaves]
    if growth.unit == "values" and grown.target is not batch.target:
        sizes.append(np.abs(grown.target["true"]).max())
    assert max(sizes) == pytest.approx(64.0)


def test_labels_boxes_and_anchors_stay() -> None:
    for job in _EVERY:
        batch = _LOSSES[job.dialect].batch(job.name, job.params, job.sizes, job.seed)
        grown = growth_of(job, batch).at(64.0)
        if job.name in ("CTC", "Hinge", "Circle", "SparseCategoricalCrossentropy"):
            assert (grown.target["true"] == batch.target["true"]).all()
        if job.name == "detr_loss":
            assert (grown.out["pred"][..., :4] == batch.out["pred"][..., :4]).all()
            layers = (tree["aux_pred"][0]["pred_boxes"] for tree in (grown.out, batch.out))
            assert np.array_equal(*layers)
        if job.name == "SSD_LOSS":
            assert (grown.out["pred"][..., -8:] == batch.out["pred"][..., -8:]).all()


def test_without_a_sure_boundary_pidnet_has_no_value() -> None:
    """As the trainer's: the mean over no pixel at all. Its stress begins where there is one."""
    (job,) = (job for job in _EVERY if job.name == "pidnet_loss")
    batch = netspresso_losses.batch(job.name, job.params, job.sizes, job.seed)
    growth = growth_of(job, batch)
    values = [netspresso_losses.value(job.name, job.params, growth.at(s)) for s in (1.0, 16.0)]
    assert [math.isfinite(value) for value in values] == [False, True]


def test_the_golden_file_knows_every_loss_in_every_type() -> None:
    known = [(each.dialect, each.name, each.dtype) for each in golden()]
    assert known == [(job.dialect, job.name, job.dtype) for job in jobs()]
    assert {dtype for _, _, dtype in known} == set(DTYPES)


def test_every_bound_has_a_reason() -> None:
    for each in golden():
        assert (each.bound is None) == (each.fault is None), each
        assert each.fault is None or each.reason, each


def test_the_page_shows_the_golden_file() -> None:
    text = PAGE.read_text("utf-8")
    # `python -m tests.dryrun.stress` measures and writes both.
    assert page_with(text, golden()) == text


_SAMPLE = (
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CosineSimilarity",
    "KLDivergence",
    "MeanSquaredError",
    "SquaredHinge",
    "cross_entropy",
    "focal_loss",
    "retinanet_loss",
    "seg_cross_entropy",
    "yolox_loss",
)


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.torch
def test_a_sample_is_measured_anew() -> None:
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    sample = [job for job in jobs() if job.name in _SAMPLE]
    expected = {(each.name, each.dtype): each for each in golden()}
    for found in measured(sample):
        assert _same(found, expected[found.name, found.dtype]), found


def _same(found: Bound, known: Bound) -> bool:
    """The same fault at the same size; one that grows smoothly may be found a size beside."""
    if found.fault != known.fault or found.unit != known.unit:
        return False
    if known.bound is None or found.bound is None or not known.fault:
        return found.bound == known.bound
    room = _STEP if known.fault.endswith(" off") else 1.0
    return max(found.bound, known.bound) / min(found.bound, known.bound) <= room


@pytest.mark.torch
def test_torch_tells_which_operation_left_the_range() -> None:
    pytest.importorskip("torch")
    evaluator = open_evaluator("netspresso")
    job = Job("yolox_loss", "netspresso", {"l1_activate_epoch": 300}, dtype="float16")
    batch = evaluator.batch(job.name, job.params, job.sizes, job.seed)
    growth = growth_of(job, batch)
    assert evaluator.runtime.broken_by(job, growth.at(1.0)) is None
    assert evaluator.runtime.broken_by(job, growth.at(64.0)) == "exp"


@pytest.mark.keras
def test_keras_tells_which_operation_left_the_range(keras_evaluator: Evaluator) -> None:
    job = Job("MeanSquaredError", "keras", {}, dtype="float16")
    batch = keras_evaluator.batch(job.name, job.params, job.sizes, job.seed)
    growth = growth_of(job, batch)
    assert keras_evaluator.runtime.broken_by(job, growth.at(1.0)) is None
    assert keras_evaluator.runtime.broken_by(job, growth.at(4096.0)) == "square"
    # And afterwards nothing is checked any more: infinity is a value again.
    assert keras_evaluator.runtime.step(job, growth.at(4096.0)).value == math.inf
