"""The NumPy formulas against losslint's torch criteria, and both against the real trainer."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

# ruff: noqa: E402 (nothing below can be imported where torch or SciPy is missing)
torch = pytest.importorskip("torch")
pytest.importorskip("scipy")

from losslint.dryrun.criteria import yolov9_loss
from losslint.dryrun.losses.netspresso import LOSSES, value
from losslint.dryrun.losses.netspresso import batch as make_batch
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, BatchSizes
from losslint.dryrun.reference.netspresso.detr import cheapest
from losslint.dryrun.runtimes.torch import Placement, TorchRuntime

from .cases import DETR, SHIPPED, VARIANTS, entry
from .closed_form import closed_form, with_images
from .test_criteria import MEASURED

pytestmark = pytest.mark.torch

torch.set_num_threads(1)

RUNTIME = TorchRuntime()
TRAINER = os.environ.get("LOSSLINT_TRAINER_PYTHON")
SIZES = (
    BatchSizes(),
    BatchSizes(batch=3, classes=2, image=96),
    BatchSizes(batch=1, classes=7, image=32),
)
ASSIGNED = ("yolox_loss", "yolofastest_loss", "yolov9_loss", "detr_loss")


def torch_value(criterion: str, params: dict[str, Any], batch: Batch, epoch: int) -> float:
    """losslint's torch value in float64, which yolov9_loss itself refuses as the trainer does."""
    if criterion != "yolov9_loss":
        place = Placement(dtype="float64")
        return RUNTIME.run([entry(criterion, **params)], batch, place, epoch).value
    target = batch.target
    gt = [{key: torch.tensor(rows) for key, rows in image.items()} for image in target["gt"]]
    levels = [torch.tensor(level) for level in batch.out["pred"]]
    size, reg_max = target["img_size"], {**SHIPPED[criterion], **params}["reg_max"]
    return float(yolov9_loss.loss_of(levels, gt, size, target["num_classes"], reg_max))


def cases() -> list[Any]:
    return [
        pytest.param(criterion, params, seed, id=f"{criterion}-{seed}-{params}"[:70])
        for criterion, variants in VARIANTS.items()
        for seed, params in enumerate(variants)
    ]


@pytest.mark.parametrize("criterion", LOSSES)
def test_the_formulas_give_the_trainers_numbers(criterion: str) -> None:
    in_float32, _, in_float64, _ = MEASURED[criterion]
    found = value(criterion, SHIPPED[criterion], closed_form(criterion), epoch=1)
    assert found == pytest.approx(in_float64 or in_float32, rel=1e-6)


@pytest.mark.parametrize(("criterion", "params", "seed"), cases())
def test_torch_and_numpy_agree(criterion: str, params: dict[str, Any], seed: int) -> None:
    given = {**SHIPPED[criterion], **params}
    for sizes, epoch in zip(SIZES, (1, 3, 2), strict=True):
        batch = make_batch(criterion, given, sizes, seed)
        expected = value(criterion, given, batch, epoch=epoch)
        assert torch_value(criterion, params, batch, epoch) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_yolov9_agrees_in_float32(seed: int) -> None:
    batch = make_batch("yolov9_loss", SHIPPED["yolov9_loss"], BatchSizes(), seed)
    found = RUNTIME.run([entry("yolov9_loss")], batch).value
    expected = value("yolov9_loss", SHIPPED["yolov9_loss"], batch, epoch=1)
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("criterion", [*ASSIGNED, "retinanet_loss"])
@pytest.mark.parametrize("kept", [(), (1,)])
def test_images_without_boxes_agree(criterion: str, kept: tuple[int, ...]) -> None:
    batch = with_images(closed_form(criterion), *kept)
    expected = value(criterion, SHIPPED[criterion], batch, epoch=1)
    assert torch_value(criterion, {}, batch, 1) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("criterion", LOSSES)
def test_gradients_are_the_formulas_differences(criterion: str) -> None:
    given = SHIPPED[criterion]
    batch = make_batch(criterion, given, BatchSizes(image=32), 4)
    exact = criterion != "yolov9_loss"
    place = Placement(dtype="float64" if exact else "float32")
    step = RUNTIME.run([entry(criterion)], batch, place)
    rng = np.random.default_rng(5)
    for _ in range(2):
        ways = {path: rng.normal(size=slope.shape) for path, slope in step.gradients.items()}
        ends = []
        for distance in (1e-6, -1e-6):
            moved = {path: leaf_at(batch.out, path) + distance * way for path, way in ways.items()}
            there = batch._replace(out=with_leaves(batch.out, moved))
            ends.append(value(criterion, given, there, batch))
        found = sum(float((slope * ways[path]).sum()) for path, slope in step.gradients.items())
        expected = (ends[0] - ends[1]) / 2e-6
        assert found == pytest.approx(expected, rel=1e-6 if exact else 1e-4, abs=1e-7)


@pytest.mark.parametrize("criterion", LOSSES)
def test_batches_are_seeded_and_hold_their_leaves(criterion: str) -> None:
    one, same, other = (
        make_batch(criterion, SHIPPED[criterion], BatchSizes(), seed) for seed in (1, 1, 2)
    )
    assert repr(one) == repr(same)
    assert repr(one) != repr(other)
    for path in one.leaves:
        array = leaf_at(one.out, path)
        assert array.dtype == np.float64
        assert np.count_nonzero(array) == array.size


@pytest.mark.parametrize("anchors", [None, [], "auto", [[]], ["12,18"], 3, {"a": 1}])
def test_a_batch_is_made_for_parameters_that_the_criterion_refuses(anchors: Any) -> None:
    batch = make_batch("yolofastest_loss", {"anchors": anchors}, BatchSizes(), 0)
    assert [level.shape[1] for level in batch.out["pred"]] == [3, 3]


def test_the_weight_multiplies_the_reference() -> None:
    batch = closed_form("focal_loss")
    half = value("focal_loss", {**SHIPPED["focal_loss"], "weight": 0.5}, batch)
    assert half == pytest.approx(0.4344515426 / 2)
    assert value("focal_loss", SHIPPED["focal_loss"], batch) == pytest.approx(2 * half)


def test_what_has_no_formula_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Huber"):
        value("Huber", {}, closed_form("focal_loss"))
    with pytest.raises(NotImplementedError, match="labels"):
        value("detr_loss", {**DETR, "losses": ["labels"]}, closed_form("detr_loss"))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (3, 3), (3, 5), (4, 6)])
def test_the_cheapest_assignment_is_the_best_of_all(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    rows, columns = shape
    for _ in range(20):
        cost = rng.normal(size=shape)
        best = min(
            sum(cost[row, column] for row, column in enumerate(choice))
            for choice in itertools.permutations(range(columns), rows)
        )
        found = cheapest(cost)
        assert len(set(found)) == rows
        total = sum(cost[row, column] for row, column in enumerate(found))
        assert total == pytest.approx(best, abs=1e-12)


@pytest.mark.skipif(not TRAINER, reason="LOSSLINT_TRAINER_PYTHON names no Python with the trainer")
def test_the_real_trainer_agrees() -> None:
    """Many seeds, parameters, epochs, shapes and scales, in a Python that has the trainer."""
    here = Path(__file__).resolve().parent
    path = os.pathsep.join([str(here.parents[1]), str(here.parent)])
    done = subprocess.run(
        [str(TRAINER), "-W", "ignore", "-m", "dryrun.compare_trainer"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    print(json.dumps(report, indent=1), file=sys.stderr)
    assert report["compared"] > 800
    assert report["disagreements"] == []
    # Float32, and where the trainer itself rounds to it: sums of up to some 10⁴ terms.
    assert max(report["float32"].values()) < 1e-5
    assert max(report["float64"].values()) < 1e-6
