"""A batch at a training's size: drawn in float32, computed in parts, and judged as any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

np = pytest.importorskip("numpy")

# ruff: noqa: E402 (nothing below can be imported where NumPy is missing)
from losslint.dryrun import gradients
from losslint.dryrun.batches import draws
from losslint.dryrun.dtypes import MANY, rounded, rounded_batch
from losslint.dryrun.evaluate import Evaluator, evaluate
from losslint.dryrun.losses import keras, netspresso
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, BatchSizes, Job, Step
from losslint.dryrun.reference.autodiff import value_and_gradients
from losslint.dryrun.reference.tiles import TILE, sums_of_parts, tiles

from .cases import SHIPPED

_LARGE = BatchSizes(batch=2, classes=40, image=256)
_SUMMED = ("yolox_loss", "yolofastest_loss", "yolov9_loss", "retinanet_loss", "rtmcc_loss")


def test_many_numbers_are_drawn_in_float32_and_as_they_should_be() -> None:
    shape = (3, MANY, 2)
    one, again, other = (draws.normal(np.random.default_rng(k), shape) for k in (4, 4, 5))
    assert one.dtype == np.float32
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert np.isfinite(one).all()
    wide = one.astype(np.float64)
    # Moments of a normal distribution: six standard errors of as many numbers, at the widest.
    assert abs(wide.mean()) < 0.01
    assert abs((wide**2).mean() - 1.0) < 0.015
    assert abs((wide**4).mean() - 3.0) < 0.1
    assert 4.0 < np.abs(wide).max() < 6.0
    assert len(np.unique(one)) > 0.9 * one.size  # none is there twice but by chance
    twice = draws.normal(np.random.default_rng(4), shape, 2.0)
    assert np.allclose(twice, 2.0 * one)


def test_few_numbers_are_drawn_as_ever() -> None:
    few = draws.normal(np.random.default_rng(1), (5, 7), 0.5)
    assert np.array_equal(few, np.random.default_rng(1).normal(scale=0.5, size=(5, 7)))


def test_shares_stay_within_their_bounds_and_labels_are_half_and_half() -> None:
    rng = np.random.default_rng(0)
    shares = draws.uniform(rng, 0.05, 0.95, (2 * MANY,))
    assert shares.dtype == np.float32
    assert 0.05 <= shares.min() < 0.06
    assert 0.94 < shares.max() <= 0.95
    labels = draws.zeros_and_ones(rng, (2, MANY + 3))
    assert set(np.unique(labels)) == {0.0, 1.0}
    assert abs(labels.mean() - 0.5) < 0.02


def test_what_is_float32_already_is_not_copied() -> None:
    many = np.ones(MANY + 1, np.float32)
    assert rounded(many, "float32") is many
    assert rounded(many, "float16").dtype == np.float64
    assert rounded(many[:-1], "float32").dtype == np.float64


@pytest.mark.parametrize("shape", [(1,), (3, 5), (2, TILE, 3), (7, 1, TILE + 1), (TILE * 2 + 1,)])
def test_tiles_make_up_the_whole(shape: tuple[int, ...]) -> None:
    counted = np.zeros(shape, np.int64)
    for place in tiles(shape):
        assert counted[place].size <= TILE or counted[place].ndim == 1
        counted[place] += 1
    assert (counted == 1).all()


def test_sums_of_parts_are_those_of_the_whole() -> None:
    x = np.random.default_rng(2).normal(size=(3, TILE // 2, 2))

    def formula(name: str, params: Any, batch: Batch, /, held: Batch | None = None) -> Any:
        def part(place: Any) -> Any:
            return place, lambda one: np.stack([one.sum(), (one * one).sum()])

        first, second = sums_of_parts(batch.out["x"], map(part, tiles(x.shape)))
        return first * second

    batch = Batch({"x": x}, {}, ("x",))
    assert formula("", {}, batch) == pytest.approx(x.sum() * (x**2).sum())
    value, found = value_and_gradients(formula, "", {}, batch)
    assert value == pytest.approx(x.sum() * (x**2).sum())
    assert np.allclose(found["x"], (x**2).sum() + x.sum() * 2.0 * x, rtol=1e-12)


def _drawn(name: str) -> tuple[Mapping[str, Any], Batch]:
    params = SHIPPED[name]
    return params, rounded_batch(netspresso.batch(name, params, _LARGE, 1), "float32")


def _wide(batch: Batch) -> Batch:
    """The same numbers in float64."""
    leaves = {path: np.asarray(leaf_at(batch.out, path), np.float64) for path in batch.leaves}
    return batch._replace(out=with_leaves(batch.out, leaves))


@pytest.mark.parametrize("name", _SUMMED)
def test_a_formula_gives_the_same_in_whatever_its_numbers_are_held(name: str) -> None:
    params, batch = _drawn(name)
    assert any(leaf_at(batch.out, path).dtype == np.float32 for path in batch.leaves)
    value, found = value_and_gradients(netspresso.value, name, params, batch)
    exact, slopes = value_and_gradients(netspresso.value, name, params, _wide(batch))
    assert value == exact
    largest = max(float(np.abs(slope).max()) for slope in slopes.values())
    for path, slope in slopes.items():
        assert slope.dtype == np.float64
        assert np.abs(found[path] - slope).max() <= 1e-6 * largest


def test_a_loss_of_masks_is_the_same_in_parts() -> None:
    sizes = BatchSizes(batch=2, classes=30, image=512)
    for name in ("Dice", "Tversky"):
        batch = keras.batch(name, {}, sizes, 0)
        assert batch.out["pred"].dtype == np.float32
        found = value_and_gradients(keras.value, name, {}, batch)
        whole = {"axis": [0, 1, 2, 3]}
        value, slopes = value_and_gradients(keras.value, name, whole, _wide(batch))
        assert found[0] == pytest.approx(value, rel=1e-12)
        assert np.allclose(found[1]["pred"], slopes["pred"], rtol=1e-5, atol=0.0)


_COLUMNS = (1 << 20) + 5
_PLACES = ((0, 0), (0, 1 << 15), (0, (1 << 20) - 1), (1, 1 << 20), (1, _COLUMNS - 1))


@pytest.mark.parametrize("turned", [False, True])
def test_one_wrong_element_of_millions_is_found_wherever_it_is(turned: bool) -> None:
    slope = np.full((2, _COLUMNS), 0.5, np.float32)
    found = slope.T.copy().T if turned else slope.copy()
    step = Step(0.0, {"x": found}, "float32", "cpu")
    assert gradients.error(step, {"x": slope}) == 0.0
    for place in _PLACES:
        found[place] *= 1.01
        assert gradients.error(step, {"x": slope}) == pytest.approx(0.01, rel=1e-5)
        found[place] = 0.5


def test_a_norm_does_not_depend_on_where_an_axis_lies() -> None:
    slope = np.full((2, _COLUMNS), 0.5, np.float32)
    length = 0.5 * np.sqrt(2 * slope.size)
    assert gradients.norm({"x": slope.T, "y": slope}) == pytest.approx(length, rel=1e-12)


class _Squares:
    """Half the sum of squares, whose gradient a test may spoil."""

    label = "fake"

    def __init__(self, spoilt: bool, loads: bool = True) -> None:
        self._spoilt, self._loads = spoilt, loads

    def devices(self) -> Mapping[str, str]:
        return {"cpu": "cpu"}

    def load(self, job: Job) -> None:
        if not self._loads:
            raise ImportError("nothing of that name")

    def is_own(self, name: str) -> bool:
        return False

    def step(self, job: Job, batch: Batch) -> Step:
        pred = batch.out["pred"]
        slope = np.array(pred, np.float32)
        if self._spoilt:
            slope[-1, -1] += np.float32(0.01)
        value = float((np.asarray(pred, np.float64) ** 2).sum()) / 2.0
        return Step(value, {"pred": slope}, job.dtype, "cpu")

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        return None


def _evaluator(runtime: _Squares) -> Evaluator:
    def batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
        return Batch({"pred": draws.normal(np.random.default_rng(seed), (64, 4096))}, {}, ("pred",))

    def value(name: str, params: Any, batch: Batch, /, held: Batch | None = None) -> Any:
        return (batch.out["pred"] ** 2).sum() / 2.0

    return Evaluator(runtime, batch, value)


def test_a_gradient_that_is_held_in_float32_is_judged_as_any_other() -> None:
    job = Job("squares", "keras", {})
    assert evaluate(_evaluator(_Squares(spoilt=False)), job).ok
    problem = evaluate(_evaluator(_Squares(spoilt=True)), job).problem
    assert problem is not None
    assert problem.startswith("the gradient is not the formula's: ")


def test_what_cannot_be_loaded_is_left_to_the_step() -> None:
    assert evaluate(_evaluator(_Squares(spoilt=False, loads=False)), Job("squares", "keras", {})).ok


def test_a_side_that_is_not_the_one_asked_for_is_said() -> None:
    def told(name: str, image: int) -> tuple[str, ...]:
        return netspresso.batch(name, SHIPPED[name], BatchSizes(image=image), 0).notes

    strides = "the detector's strides do not divide 650 pixels: computed at 672"
    for name in ("yolox_loss", "yolofastest_loss", "yolov9_loss", "retinanet_loss", "detr_loss"):
        assert told(name, 650) == (strides,)
        assert told(name, 640) == ()
    assert told("rtmcc_loss", 640) == (
        "its bins are those of 256 pixels: computed at that, not at 640",
    )
    assert told("rtmcc_loss", 256) == told("rtmcc_loss", BatchSizes().image) == ()
    assert told("seg_cross_entropy", 650) == ()
