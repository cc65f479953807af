"""losslint's own criteria: the trainer's numbers, and its refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

# ruff: noqa: E402 (nothing below can be imported where torch or SciPy is missing)
torch = pytest.importorskip("torch")
pytest.importorskip("scipy")

from losslint.dryrun.criteria.weighted_sum import build
from losslint.dryrun.losses.netspresso import LOSSES
from losslint.dryrun.records import Batch, BatchSizes, Job, Step
from losslint.dryrun.runtimes import netspresso
from losslint.dryrun.runtimes.torch import Placement, TorchRuntime

from .cases import CODE, MATCHER, REFUSED, REFUSED_NAMES, SHIPPED, Refused, entry, without
from .closed_form import closed_form, with_images

pytestmark = pytest.mark.torch

torch.set_num_threads(1)

RUNTIME = TorchRuntime()

# Measurement with NetsPresso Trainer 1.4.1 and torch 2.13.0 on the closed-form batches: value and
# Euclidean norm of the gradient in float32, then both in float64.
MEASURED = {
    "cross_entropy": (2.5325737, 0.494110434, 2.532573449, 0.4941104597),
    "seg_cross_entropy": (1.910273671, 0.06615149253, 1.910273671, 0.06615148845),
    "pidnet_loss": (11.2444067, 0.2202422424, 11.24440666, 0.2202422324),
    "yolox_loss": (51.0710144, 3.166516569, 51.07101325, 3.1665165),
    "yolofastest_loss": (23.08877563, 1.31618935, 23.08877572, 1.316189306),
    "yolov9_loss": (262.7644653, 6.054592369, None, None),
    "retinanet_loss": (59.25578308, 2.742719948, 59.255784, 2.74271995),
    "detr_loss": (22.7010746, 11.64378697, 22.7010748, 11.64378739),
    "focal_loss": (0.43445158, 0.1082494314, 0.4344515426, 0.1082494241),
    "rtmcc_loss": (0.1508878022, 0.008189994899, 0.1508878127, 0.008189994598),
}
DETECTION = ("yolox_loss", "yolofastest_loss", "yolov9_loss", "retinanet_loss", "detr_loss")
FLOAT64 = Placement(dtype="float64")


def norm(step: Step) -> float:
    return float(np.sqrt(sum((slope**2).sum() for slope in step.gradients.values())))


def value(*entries: dict[str, Any], batch: Batch, epoch: int = 1) -> float:
    return RUNTIME.run(entries, batch, epoch=epoch).value


@pytest.mark.parametrize("criterion", LOSSES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_trainers_numbers(criterion: str, dtype: str) -> None:
    expected = MEASURED[criterion][:2] if dtype == "float32" else MEASURED[criterion][2:]
    batch = closed_form(criterion)
    if expected[0] is None:
        with pytest.raises(RuntimeError, match="float32"):
            RUNTIME.run([entry(criterion)], batch, Placement(dtype=dtype))
        return
    step = RUNTIME.run([entry(criterion)], batch, Placement(dtype=dtype))
    assert step.value == pytest.approx(expected[0], rel=1e-6)
    assert norm(step) == pytest.approx(expected[1], rel=1e-6)
    assert step.dtype == dtype
    assert step.device == "cpu"


@pytest.mark.parametrize(
    ("criterion", "params", "expected"),
    [
        ("yolox_loss", {"l1_activate_epoch": 2}, 49.3564),
        ("cross_entropy", {"label_smoothing": 0.0}, 2.55543),
        ("cross_entropy", {"label_smoothing": 1.0}, 2.32686),
        ("cross_entropy", {"label_smoothing": True}, 2.32686),
        ("cross_entropy", {"label_smoothing": -0.1}, 2.55543),
        ("cross_entropy", {"label_smoothing": float("nan")}, 2.55543),
        ("cross_entropy", {"size_average": False}, 4 * 2.5325734),
        ("focal_loss", {"alpha": -1}, 0.641534),
        ("focal_loss", {"alpha": float("nan")}, 0.641534),
        ("focal_loss", {"gamma": 0}, 0.701491),
        ("cross_entropy", {"reduction": "sum", "unknown": 1}, 2.5325734),
        ("yolofastest_loss", {"l1_activate_epoch": "ignored"}, 23.0887757),
    ],
)
def test_parameters(criterion: str, params: dict[str, Any], expected: float) -> None:
    found = value(entry(criterion, **params), batch=closed_form(criterion))
    assert found == pytest.approx(expected, rel=2e-6)


def test_detr_without_its_auxiliary_layer() -> None:
    batch = closed_form("detr_loss")
    batch = batch._replace(out={**batch.out, "aux_pred": None}, leaves=("pred",))
    assert value(entry("detr_loss"), batch=batch) == pytest.approx(11.67419, rel=1e-6)


def test_class_ids_instead_of_one_hot_rows() -> None:
    batch = closed_form("cross_entropy")
    ids = batch._replace(target={"target": batch.target["target"].argmax(1)})
    plain = entry("cross_entropy", ignore_index=255)
    assert value(plain, batch=ids) == pytest.approx(2.532573449, rel=1e-6)


def test_two_criteria_add_up_weighted_and_are_reported_unweighted() -> None:
    batch = closed_form("cross_entropy")
    total = build([entry("cross_entropy", weight=2), entry("focal_loss", weight=3)], cur_epoch=1)
    out, target = torch.tensor(batch.out["pred"]), torch.tensor(batch.target["target"])
    assert float(total.calc({"pred": out}, {"target": target})) == pytest.approx(6.368502)
    assert total.values == pytest.approx({"cross_entropy": 2.532573449, "focal_loss": 0.4344515426})


def test_of_two_entries_with_one_name_the_last_wins() -> None:
    entries = [entry("cross_entropy"), entry("cross_entropy", label_smoothing=1.0, weight=0.5)]
    found = value(*entries, batch=closed_form("cross_entropy"))
    assert found == pytest.approx(2.32686 / 2, rel=1e-5)


def test_pidnets_enlarged_predictions_reach_the_criteria_after_it() -> None:
    batch = closed_form("pidnet_loss")
    seg, pidnet = entry("seg_cross_entropy"), entry("pidnet_loss")
    before, after = value(seg, pidnet, batch=batch), value(pidnet, seg, batch=batch)
    assert before == pytest.approx(13.4915, rel=1e-5)
    assert after == pytest.approx(13.5091, rel=1e-5)


@pytest.mark.parametrize("first", ["yolox_loss", "detr_loss"])
def test_changed_boxes_reach_the_criteria_after_it_but_not_the_caller(first: str) -> None:
    retinanet = closed_form("retinanet_loss")
    batch = closed_form(first)
    batch = batch._replace(out={**retinanet.out, **batch.out})
    out = {
        key: [torch.tensor(level) for level in levels] if isinstance(levels, list) else levels
        for key, levels in batch.out.items()
        if key not in ("anchors", "pred", "aux_pred")
    }
    out["anchors"] = torch.tensor(retinanet.out["anchors"])
    out["aux_pred"] = None
    pred = batch.out["pred"]
    out["pred"] = (
        [torch.tensor(level) for level in pred] if isinstance(pred, list) else torch.tensor(pred)
    )
    gt = [{key: torch.tensor(rows) for key, rows in image.items()} for image in batch.target["gt"]]
    target = {**batch.target, "gt": gt}
    alone = build([entry("retinanet_loss")], cur_epoch=1)
    together = build([entry(first), entry("retinanet_loss")], cur_epoch=1)
    boxes = [image["boxes"].clone() for image in gt]

    alone.calc(out, target)
    together.calc(out, target)
    assert together.values["retinanet_loss"] != pytest.approx(alone.values["retinanet_loss"])
    assert all(torch.equal(a, image["boxes"]) for a, image in zip(boxes, gt, strict=True))
    for image in gt:
        x1, y1, x2, y2 = image["boxes"].unbind(1)
        changed = torch.stack([(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1], 1)
        image["boxes"] = changed if first == "yolox_loss" else image["boxes"] / 64
    alone.calc(out, target)
    assert together.values["retinanet_loss"] == pytest.approx(alone.values["retinanet_loss"])


def test_boxes_turned_twice_are_refused() -> None:
    batch = closed_form("yolox_loss")
    centred = [
        {**image, "boxes": np.array([[40.0, 40.0, 10.0, 20.0]] * len(image["labels"]))}
        for image in batch.target["gt"]
    ]
    with pytest.raises(ValueError, match="invalid box"):
        value(entry("yolox_loss"), batch=batch._replace(target={**batch.target, "gt": centred}))


@pytest.mark.parametrize("criterion", DETECTION)
@pytest.mark.parametrize("kept", [(), (0,), (1,)])
def test_images_without_boxes(criterion: str, kept: tuple[int, ...]) -> None:
    step = RUNTIME.run([entry(criterion)], with_images(closed_form(criterion), *kept))
    assert np.isfinite(step.value)
    assert step.value > 0
    assert all(np.isfinite(slope).all() for slope in step.gradients.values())


@pytest.mark.parametrize("criterion", DETECTION)
def test_a_class_id_out_of_range_is_refused(criterion: str) -> None:
    batch = closed_form(criterion)
    batch.target["gt"][1]["labels"][0] = batch.target["num_classes"]
    with pytest.raises((RuntimeError, IndexError), match="class id"):
        value(entry(criterion), batch=batch)


def test_yoloxs_l1_term_comes_with_its_epoch() -> None:
    batch, late = closed_form("yolox_loss"), entry("yolox_loss", l1_activate_epoch=300)
    assert value(late, batch=batch, epoch=300) == pytest.approx(51.0710144)
    assert value(late, batch=batch, epoch=299) == pytest.approx(49.3564, rel=1e-5)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.stage}-{case.entry}"[:90])
def test_refusals(case: Refused) -> None:
    if case.stage == "build":
        with pytest.raises(case.error, match=case.says):
            build([case.entry], cur_epoch=1)
        return
    build([case.entry], cur_epoch=1)
    with pytest.raises(case.error, match=case.says):
        value(case.entry, batch=closed_form(case.entry["criterion"]))


@pytest.mark.parametrize("name", REFUSED_NAMES, ids=str)
def test_unknown_criteria_are_refused(name: Any) -> None:
    with pytest.raises((KeyError, ValueError), match="criterion"):
        build([{"criterion": name, "weight": None}], cur_epoch=1)


@pytest.mark.parametrize("losses", [["cross_entropy"], [None], [[{}]], [{}]])
def test_entries_that_are_none_are_refused(losses: Any) -> None:
    with pytest.raises((KeyError, TypeError), match="criterion"):
        build(losses, cur_epoch=1)


@pytest.mark.parametrize("kind", CODE, ids=str)
def test_a_matchers_type_is_never_evaluated(kind: Any) -> None:
    with pytest.raises(ValueError, match="HungarianMatcher"):
        build([entry("detr_loss", matcher={**MATCHER, "type": kind})], cur_epoch=1)


@pytest.mark.parametrize("kind", CODE, ids=str)
def test_the_trainer_never_sees_another_matcher(kind: Any) -> None:
    for matcher in ({**MATCHER, "type": kind}, kind, {}, [MATCHER]):
        with pytest.raises(ValueError, match="as code"):
            netspresso.refuse_code([entry("detr_loss", matcher=matcher)])
    netspresso.refuse_code([entry("detr_loss"), entry("yolox_loss", matcher=kind)])


@pytest.mark.skipif(netspresso.available(), reason="the trainer is installed")
def test_without_the_trainer_its_runtime_cannot_be_opened() -> None:
    with pytest.raises(ImportError, match="netspresso_trainer"):
        netspresso.open_runtime()


def test_no_interpolation_is_resolved() -> None:
    with pytest.raises(ValueError, match="not resolved"):
        value(entry("detr_loss", matcher="${oc.env:HOME}"), batch=closed_form("detr_loss"))


def test_an_empty_list_is_refused_at_the_first_step() -> None:
    with pytest.raises(ValueError, match="empty"):
        build([], cur_epoch=1).calc({}, {})


def test_pidnet_is_nan_without_a_sure_boundary() -> None:
    batch = closed_form("pidnet_loss")
    dull = batch._replace(out={**batch.out, "extra_d": np.full((2, 1, 8, 8), 1.3)})
    step = RUNTIME.run([entry("pidnet_loss")], dull)
    assert np.isnan(step.value)
    assert all(np.isfinite(slope).all() for slope in step.gradients.values())
    bright = batch._replace(out={**batch.out, "extra_d": np.full((2, 1, 8, 8), 1.4)})
    assert value(entry("pidnet_loss"), batch=bright) == pytest.approx(11.34758, rel=1e-6)


@pytest.mark.parametrize("criterion", LOSSES)
@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_mixed_precision_stays_close(criterion: str, half: str) -> None:
    from losslint.dryrun.losses.netspresso import batch as make

    job = Job(criterion, "netspresso", SHIPPED[criterion], dtype=half, amp=True)
    batch = make(criterion, job.params, BatchSizes(), 0)
    step = RUNTIME.step(job, batch)
    assert step.value == pytest.approx(RUNTIME.run([entry(criterion)], batch).value, rel=0.05)
    assert step.precision == half
    assert all(np.isfinite(slope).all() for slope in step.gradients.values())


def test_the_callers_arrays_stay() -> None:
    for criterion in LOSSES:
        batch, again = closed_form(criterion), closed_form(criterion)
        RUNTIME.run([entry(criterion)], batch, Placement())
        assert repr(batch) == repr(again)


def test_a_missing_optional_parameter_takes_its_default() -> None:
    batch = closed_form("detr_loss")
    left_out = value(without("detr_loss", "alpha", "gamma"), batch=batch)
    assert left_out == value(entry("detr_loss", alpha=0.2, gamma=2.0), batch=batch)
