"""SSD_LOSS and RCNN_LOSS against values that the original code gave."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from losslint.dryrun.evaluate import Evaluator, evaluate
from losslint.dryrun.nested_arrays import with_leaves
from losslint.dryrun.records import Batch, Job
from losslint.dryrun.reference.keras.platform import rcnn_loss, rcnn_parts, ssd_per_image

_DATA = Path(__file__).parent / "data"
_SSD = json.loads((_DATA / "ssd_loss_vectors.json").read_text())
_RCNN = json.loads((_DATA / "rcnn_loss_vectors.json").read_text())

_SSD_CASES: list[tuple[str, dict[str, Any]]] = [
    ("default (3,0,1.0)", {}),
    ("neg_pos_ratio=1", {"NEG_POS_RATIO": 1}),
    ("neg_pos_ratio=0", {"NEG_POS_RATIO": 0}),
    ("neg_pos_ratio=-1", {"NEG_POS_RATIO": -1}),
    ("neg_pos_ratio=0,n_neg_min=2", {"NEG_POS_RATIO": 0, "N_NEG_MIN": 2}),
    ("alpha=0.0", {"ALPHA": 0.0}),
    ("alpha=2.0", {"ALPHA": 2.0}),
    ("alpha=-1.0", {"ALPHA": -1.0}),
    ("n_neg_min=100", {"N_NEG_MIN": 100}),
]


def _ssd() -> Batch:
    out = {"pred": np.array(_SSD["y_pred"])}
    return Batch(out, {"true": np.array(_SSD["y_true"])}, ("pred",))


def _rcnn() -> Batch:
    given = {name: np.array(value) for name, value in _RCNN["inputs"].items()}
    out = {
        "rpn_class_logits": given["rpn_class_logits"],
        "rpn_bbox": given["rpn_bbox_pred"],
        "mrcnn_class_logits": given["class_logits"],
        "mrcnn_bbox": given["pred_bbox"],
        "mrcnn_mask": given["pred_masks"],
    }
    target = {
        "rpn_match": given["rpn_match"],
        "rpn_bbox": given["rpn_bbox_target"],
        "class_ids": given["target_class_ids"],
        "bbox": given["target_bbox"],
        "masks": given["target_masks"],
        "active_class_ids": np.ones((2, 3)),
    }
    return Batch(out, target, tuple(out))


@pytest.mark.parametrize(("label", "params"), _SSD_CASES)
def test_ssd_reference(label: str, params: dict[str, Any]) -> None:
    assert ssd_per_image(params, _ssd()) == pytest.approx(_SSD["results"][label], abs=2e-6)


@pytest.mark.keras
@pytest.mark.parametrize(("label", "params"), _SSD_CASES)
def test_ssd_on_keras(keras_evaluator: Evaluator, label: str, params: dict[str, Any]) -> None:
    found = keras_evaluator.runtime.step(Job("SSD_LOSS", "keras", params), _ssd()).value
    assert found == pytest.approx(_SSD["results"][f"{label} (mean over batch)"], abs=2e-6)


@pytest.mark.keras
@pytest.mark.parametrize(
    ("label", "params"),
    [
        ("alpha=1 (int)", {"ALPHA": 1}),
        ("neg_pos_ratio=3.0 (float)", {"NEG_POS_RATIO": 3.0}),
        ("n_neg_min=0.0 (float)", {"N_NEG_MIN": 0.0}),
        ("neg_pos_ratio='3'", {"NEG_POS_RATIO": "3"}),
    ],
)
def test_ssd_refuses_what_the_original_refuses(
    keras_evaluator: Evaluator, label: str, params: dict[str, Any]
) -> None:
    assert isinstance(_SSD["results"][label], str)
    verdict = evaluate(keras_evaluator, Job("SSD_LOSS", "keras", params))
    assert verdict.problem is not None
    assert next(iter(params)) in verdict.problem


def _changed(**targets: Any) -> Batch:
    inputs = _rcnn()
    changes = {name: np.asarray(value) for name, value in targets.items()}
    return inputs._replace(target=with_leaves(inputs.target, changes))


_NO_ROI = {"class_ids": np.zeros((2, 3), dtype=int)}
_NO_ANCHOR = {"rpn_match": np.zeros((2, 4, 1), dtype=int)}
_RCNN_CASES = [
    ("rpn_class", "rpn_class_loss", {}),
    ("rpn_bbox", "rpn_bbox_loss", {}),
    ("mrcnn_class all classes active", "mrcnn_class_loss", {}),
    (
        "mrcnn_class class 2 inactive",
        "mrcnn_class_loss",
        {"active_class_ids": [[1, 1, 0], [1, 1, 1]]},
    ),
    (
        "mrcnn_class nothing active -> 0/0",
        "mrcnn_class_loss",
        {"active_class_ids": [[0, 0, 0], [1, 1, 1]]},
    ),
    ("mrcnn_bbox", "mrcnn_bbox_loss", {}),
    ("mrcnn_bbox no positive roi", "mrcnn_bbox_loss", _NO_ROI),
    ("mrcnn_mask", "mrcnn_mask_loss", {}),
    ("mrcnn_mask no positive roi", "mrcnn_mask_loss", _NO_ROI),
    ("rpn_class no non-neutral anchors", "rpn_class_loss", _NO_ANCHOR),
    ("rpn_bbox no positive anchors", "rpn_bbox_loss", _NO_ANCHOR),
]


@pytest.mark.parametrize(("label", "part", "targets"), _RCNN_CASES)
def test_rcnn_reference(label: str, part: str, targets: dict[str, Any]) -> None:
    found = rcnn_parts(_changed(**targets))[part]
    assert found == pytest.approx(float(_RCNN["results"][label]), abs=2e-6, nan_ok=True)


@pytest.mark.keras
@pytest.mark.parametrize(("label", "part", "targets"), _RCNN_CASES)
def test_rcnn_on_keras(
    keras_evaluator: Evaluator, label: str, part: str, targets: dict[str, Any]
) -> None:
    """Each part alone: the other four weigh nothing."""
    inputs = _changed(**targets)
    params = {"LOSS_WEIGHTS": {name: float(name == part) for name in rcnn_parts(inputs)}}
    found = keras_evaluator.runtime.step(Job("RCNN_LOSS", "keras", params), inputs).value
    assert found == pytest.approx(float(_RCNN["results"][label]), abs=2e-6, nan_ok=True)


def test_rcnn_adds_its_parts_up() -> None:
    inputs = _rcnn()
    assert rcnn_loss({}, inputs) == pytest.approx(sum(rcnn_parts(inputs).values()))
    assert not math.isnan(rcnn_loss({}, inputs))
