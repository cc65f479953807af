"""A formula's gradient is its derivative, and no gradient is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from losslint.dryrun.backends import BACKENDS
from losslint.dryrun.collect_jobs import JobOptions, all_jobs
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, Job
from losslint.dryrun.reference.autodiff import value_and_gradients
from losslint.dryrun.reference.differentiable_array import DifferentiableArray
from losslint.dryrun.reference.netspresso.numbers import sigmoid

_STEP = 1e-6
_MORE = (
    Job("BinaryCrossentropy", "keras", {"from_logits": True, "label_smoothing": 0.1}),
    Job("BinaryFocalCrossentropy", "keras", {"from_logits": True, "apply_class_balancing": True}),
    Job("CategoricalCrossentropy", "keras", {"from_logits": True, "axis": 1}),
    Job("CategoricalFocalCrossentropy", "keras", {"from_logits": True, "gamma": 0.0}),
    Job("SparseCategoricalCrossentropy", "keras", {"from_logits": True, "ignore_class": 1}),
    Job("MeanSquaredError", "keras", {"reduction": "sum"}),
    Job("MeanAbsoluteError", "keras", {"reduction": None}),
    Job("Huber", "keras", {"delta": [0.5, 1.0, 2.0]}),
    Job("Dice", "keras", {"axis": [1, 2, 3]}),
    Job("CosineSimilarity", "keras", {"axis": 1}),
    Job("cross_entropy", "netspresso", {"label_smoothing": 0.2, "weight": 0.5}),
    Job("seg_cross_entropy", "netspresso", {"ignore_index": 255, "label_smoothing": 0.1}),
    Job("seg_cross_entropy", "netspresso", {"size_average": False}),
    Job("yolox_loss", "netspresso", {"l1_activate_epoch": 1}),
)


def _made(job: Job) -> tuple[Batch, Callable[..., float]]:
    backend = BACKENDS[job.dialect]
    batch = import_module(backend.losses).batch(job.name, job.params, job.sizes, 3)
    return batch, import_module(backend.losses).value


@pytest.mark.parametrize("job", [*all_jobs(JobOptions()), *_MORE], ids=lambda job: f"{job.name}")
def test_every_formula_is_differentiated(job: Job) -> None:
    """Along random directions, by central differences, which a batch of this size allows."""
    batch, reference = _made(job)
    value, gradients = value_and_gradients(reference, job.name, job.params, batch)
    assert value == pytest.approx(reference(job.name, job.params, batch), rel=1e-14)
    points = {path: np.asarray(leaf_at(batch.out, path), np.float64) for path in batch.leaves}
    assert {path: gradient.shape for path, gradient in gradients.items()} == {
        path: point.shape for path, point in points.items()
    }
    assert any(gradient.any() for gradient in gradients.values())
    random = np.random.default_rng(5)
    for path, point in points.items():  # leaf by leaf: none hides behind another's gradient
        direction = random.normal(size=point.shape)

        def at(distance: float, path: str = path, way: Any = direction) -> float:
            there = with_leaves(batch.out, {path: points[path] + distance * way})
            return reference(job.name, job.params, batch._replace(out=there), held=batch)

        expected = (at(_STEP) - at(-_STEP)) / (2.0 * _STEP)
        scale = max(float(np.linalg.norm(gradients[path])), 1e-6 * abs(value))
        assert abs(float((gradients[path] * direction).sum()) - expected) < 1e-6 * scale


def _gradient(formula: Callable[[Any], Any], point: Any) -> Any:
    def reference(name: str, params: Any, batch: Batch, held: Batch | None = None) -> Any:
        return formula(batch.out["x"])

    made = Batch({"x": np.asarray(point, np.float64)}, {}, ("x",))
    return value_and_gradients(reference, "", {}, made)[1]["x"].tolist()


def test_an_element_that_is_used_twice_has_both_gradients() -> None:
    assert _gradient(lambda x: x[[0, 0, 1]].sum(), [1.0, 2.0, 3.0]) == [2.0, 1.0, 0.0]
    assert _gradient(lambda x: (x * x).sum(), [1.0, 2.0]) == [2.0, 4.0]
    assert _gradient(lambda x: x[0] * x[1] + sum(x), [3.0, 5.0]) == [6.0, 4.0]


def test_what_was_broadcast_is_added_up_again() -> None:
    assert _gradient(lambda x: (x + np.ones((3, 2))).sum(), [1.0, 2.0]) == [3.0, 3.0]
    assert _gradient(lambda x: (np.ones((2, 3)) * x).sum(), [[1.0], [2.0]]) == [[3.0], [3.0]]


def test_where_it_is_a_constant_the_gradient_is_zero() -> None:
    assert _gradient(lambda x: 3.0, [1.0, 2.0]) == [0.0, 0.0]
    assert _gradient(lambda x: np.maximum(x, 1.5).sum(), [1.0, 2.0]) == [0.0, 1.0]
    assert _gradient(lambda x: np.where(x > 1.5, x, 0.0).sum(), [1.0, 2.0]) == [0.0, 1.0]


def test_a_sigmoid_has_its_slope_at_zero_too() -> None:
    assert _gradient(lambda x: sigmoid(x).sum(), [0.0, -1e3, 1e3]) == [0.25, 0.0, 0.0]


@pytest.mark.parametrize(
    "formula",
    [
        lambda x: float(x.sum()),
        lambda x: np.asarray(x).sum(),
        lambda x: np.sin(x).sum(),
        lambda x: np.cumsum(x)[-1],
        lambda x: (2.0**x).sum(),
        lambda x: np.add.reduce(x),
        lambda x: np.exp(x, out=np.zeros(2)).sum(),
    ],
)
def test_what_has_no_rule_is_an_error(formula: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        _gradient(formula, [1.0, 2.0])


def test_a_condition_on_a_differentiable_number_is_one_on_its_value() -> None:
    traced = DifferentiableArray(0.0, [])
    assert not traced
    assert max(traced, 1.0) == 1.0
