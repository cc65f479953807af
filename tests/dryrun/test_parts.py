"""Batches, rounding, nested arrays, the lines between the processes and the choice of devices."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.dryrun.devices import choose_devices
from losslint.dryrun.dtypes import narrower, rounded
from losslint.dryrun.ipc import read_job, read_verdict, to_line
from losslint.dryrun.losses.keras import LOSSES, batch
from losslint.dryrun.nested_arrays import leaf_at, map_leaves, with_leaves
from losslint.dryrun.records import BatchSizes, Curve, Job, SourceLocation, uncomputed


@pytest.mark.parametrize("name", LOSSES)
def test_batches_are_seeded_and_never_zero(name: str) -> None:
    one, again, other = (batch(name, {}, BatchSizes(), seed) for seed in (4, 4, 5))
    for path in one.leaves:
        array = leaf_at(one.out, path)
        assert array.any()
        assert np.isfinite(array).all()
        assert np.array_equal(array, leaf_at(again.out, path))
        assert not np.array_equal(array, leaf_at(other.out, path))
    assert all(np.asarray(array).any() for array in one.target.values())


@pytest.mark.parametrize("name", LOSSES)
def test_batches_grow_with_the_sizes(name: str) -> None:
    small, large = batch(name, {}, BatchSizes(), 0), batch(name, {}, BatchSizes(6, 9, 128), 0)
    path = small.leaves[0]
    assert leaf_at(large.out, path).size > leaf_at(small.out, path).size


@pytest.mark.parametrize(
    ("name", "params", "low", "high"),
    [
        ("BinaryCrossentropy", {}, 0.0, 1.0),
        ("CategoricalCrossentropy", {}, 0.0, 1.0),
        ("KLDivergence", {}, 0.0, 1.0),
        ("Dice", {}, 0.0, 1.0),
        ("Poisson", {}, 0.0, np.inf),
        ("MeanSquaredLogarithmicError", {}, 0.0, np.inf),
    ],
)
def test_predictions_lie_in_the_domain(
    name: str, params: dict[str, Any], low: float, high: float
) -> None:
    pred = batch(name, params, BatchSizes(8, 8), 0).out["pred"]
    assert (pred > low).all()
    assert (pred < high).all()


def test_probabilities_add_up_along_the_axis() -> None:
    pred = batch("CategoricalCrossentropy", {"axis": 1}, BatchSizes(), 0).out["pred"]
    assert pred.sum(axis=1) == pytest.approx(np.ones(len(pred)))
    first = batch("CategoricalCrossentropy", {"axis": -3}, BatchSizes(), 0).out["pred"]
    assert first.ndim == 4
    assert first.sum(axis=-3) == pytest.approx(np.ones((2, 3, 3)))


def test_ignored_and_other_labels_both_occur() -> None:
    for ignored in (0, 3, 255, -1):
        true = batch("SparseCategoricalCrossentropy", {"ignore_class": ignored}, BatchSizes(), 1)
        labels = true.target["true"]
        assert (labels == ignored).any()
        assert (labels != ignored).any()


def test_a_parameter_decides_the_classes() -> None:
    alphas = batch("CategoricalFocalCrossentropy", {"alpha": [0.1] * 7}, BatchSizes(), 0)
    assert alphas.out["pred"].shape == (2, 7)


def test_an_unknown_loss_gets_a_batch_for_keras_to_refuse() -> None:
    assert batch("Nothing", {}, BatchSizes(), 0).out["pred"].shape == (2, 5)


@given(st.floats(min_value=-1e38, max_value=1e38))
def test_rounding_is_idempotent_and_near(value: float) -> None:
    for dtype, epsilon in (("float32", 2.0**-24), ("bfloat16", 2.0**-8)):
        once = rounded(np.array([value]), dtype)
        assert np.array_equal(once, rounded(once, dtype))
        assert abs(once[0] - value) <= abs(value) * epsilon + 1e-38


def test_rounding_to_bfloat16_goes_to_even() -> None:
    halfway = np.array([1.0 + 2.0**-8, 1.0 + 3 * 2.0**-8])
    assert rounded(halfway, "bfloat16").tolist() == [1.0, 1.0 + 2.0**-6]


def test_narrower() -> None:
    assert narrower("float16", "float64") == "float16"
    assert narrower("int32", "float32") == "float32"


def test_trees() -> None:
    tree = {"pred": [1, {"deep": 2}], "other": (3,)}
    assert leaf_at(tree, "pred.1.deep") == 2
    changed = with_leaves(tree, {"pred.0": 9, "pred.1.deep": 8})
    assert changed == {"pred": [9, {"deep": 8}], "other": [3]}
    assert tree["pred"] == [1, {"deep": 2}]
    assert map_leaves({"a": [1, 2]}, lambda one: one * 2) == {"a": [2, 4]}


def test_a_line_gives_back_what_it_took() -> None:
    place = SourceLocation("a", 1, 2)
    job = Job("Huber", "keras", {"d": float("inf")}, location=place, places={"d": place}, id=3)
    assert read_job(to_line(job)) == job
    curve = Curve([0.0], [1.0], [2.0], [])
    verdict = uncomputed(job, "r", "d", "p")._replace(curve=curve)
    assert read_verdict(json.loads(to_line(verdict))) == verdict


_ODD: dict[Any, Any] = {
    2: 2,
    True: 3,
    None: {2.5: [{"1": {1: ()}}], "pairs": []},
    "a": {},
    "pairs": [[1, 2]],
    float("inf"): float("-inf"),
}


def test_keys_that_are_no_text_stay_what_they_are() -> None:
    job = Job(
        "a", "keras", _ODD, places={1: SourceLocation("a", 1, 2), None: SourceLocation("a", 2, 3)}
    )
    found = read_job(to_line(job))
    assert list(found.params.items()) == [
        (key, {2.5: [{"1": {1: []}}], "pairs": []} if key is None else value)
        for key, value in _ODD.items()
    ]
    assert [type(key) for key in found.params] == [type(key) for key in _ODD]
    assert found.places == job.places
    assert read_verdict(json.loads(to_line(uncomputed(found)))).params == found.params


@pytest.mark.parametrize(
    ("wanted", "present", "expected"),
    [
        ("auto", ["cpu"], ("cpu",)),
        ("auto", ["cpu", "mps"], ("mps",)),
        ("auto", ["cpu", "mps", "cuda:1", "cuda:0"], ("cuda:0",)),
        ("all", ["cpu", "cuda:10", "cuda:2"], ("cuda:2", "cuda:10", "cpu")),
        ("cuda", ["cpu"], ()),
        ("cuda:1", ["cuda:0", "cuda:1"], ("cuda:1",)),
    ],
)
def test_devices_are_chosen(wanted: str, present: list[str], expected: tuple[str, ...]) -> None:
    assert choose_devices(wanted, present) == expected
