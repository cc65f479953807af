"""Batches without random numbers, to be rebuilt in any language.

Element i, from 0 and row by row, of a prediction is scale · sin(0.7390851 · (i + 1) + phase). Five
classes, 64 x 64 pixels, two images with two boxes and one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch

CLASSES = 5
SIDE = 64

Floats = npt.NDArray[np.float64]


def wave(*shape: int, phase: float = 0.0, scale: float = 2.0) -> Floats:
    """The formula above."""
    index = np.arange(1, np.prod(shape) + 1, dtype=np.float64)
    waves: Floats = (scale * np.sin(0.7390851 * index + phase)).reshape(shape)
    return waves


def closed_form(criterion: str) -> Batch:
    """The batch of one of the ten criteria."""
    if criterion in ("cross_entropy", "focal_loss"):
        labels = np.eye(CLASSES)[[0, 3, 4, 1]]
        return Batch({"pred": wave(4, CLASSES)}, {"target": labels}, ("pred",))
    if criterion in ("seg_cross_entropy", "pidnet_loss"):
        return _segmentation(criterion)
    if criterion == "rtmcc_loss":
        keypoints = [
            [[30.2, 40.7, 1.0], [100.4, 200.1, 1.0], [10.0, 10.0, 0.0]],
            [[128.0, 128.0, 1.0], [250.3, 5.9, 1.0], [60.5, 70.5, 1.0]],
        ]
        target = {"keypoints": np.array(keypoints)}
        return Batch({"pred": wave(2, 3, 1024)}, target, ("pred",))
    if criterion == "retinanet_loss":
        return _retinanet()
    if criterion == "detr_loss":
        return _detr()
    return _yolo(criterion)


def _segmentation(criterion: str) -> Batch:
    labels = (np.arange(2 * 16 * 16).reshape(2, 16, 16) // 7) % 4
    labels[:, :2, :3] = 255
    if criterion == "seg_cross_entropy":
        return Batch({"pred": wave(2, CLASSES, 4, 4)}, {"target": labels}, ("pred",))
    out = {
        "pred": wave(2, CLASSES, 8, 8),
        "extra_p": wave(2, CLASSES, 8, 8, phase=1.0),
        "extra_d": wave(2, 1, 8, 8, phase=2.0),
    }
    edges = (np.arange(2 * 16 * 16).reshape(2, 16, 16) % 5 == 0).astype(np.float64)
    return Batch(out, {"target": labels, "bd_gt": edges}, ("pred", "extra_p", "extra_d"))


def _yolo(criterion: str) -> Batch:
    shape, strides = {
        "yolox_loss": ((2, 5 + CLASSES), (8, 16, 32)),
        "yolofastest_loss": ((2, 3, 5 + CLASSES), (16, 32)),
        "yolov9_loss": ((2, 4 * 16 + CLASSES), (8, 16, 32)),
    }[criterion]
    levels = [
        wave(*shape, SIDE // stride, SIDE // stride, phase=stride, scale=1.0) for stride in strides
    ]
    paths = tuple(f"pred.{index}" for index in range(len(levels)))
    return Batch({"pred": levels}, _target(), paths)


def _retinanet() -> Batch:
    anchors = []
    for stride, cells in ((8, 8), (16, 4)):
        y, x = (
            (axis.reshape(-1) + 0.5) * stride
            for axis in np.meshgrid(np.arange(cells), np.arange(cells), indexing="ij")
        )
        half = 1.5 * stride
        anchors.append(np.stack([x - half, y - half, x + half, y + half], 1))
    out = {
        "anchors": np.concatenate(anchors),
        "cls_logits": [wave(2, n * n, CLASSES, phase=n) for n in (8, 4)],
        "bbox_regression": [wave(2, n * n, 4, phase=2.0 * n, scale=0.5) for n in (8, 4)],
    }
    paths = ("cls_logits.0", "cls_logits.1", "bbox_regression.0", "bbox_regression.1")
    return Batch(out, _target(), paths)


def _detr() -> Batch:
    queries = 6
    boxes = wave(2, queries, 4, phase=0.3, scale=0.15) + 0.4
    layer = {
        "pred_logits": wave(2, queries, CLASSES, phase=0.5),
        "pred_boxes": wave(2, queries, 4, phase=0.9, scale=0.15) + 0.4,
    }
    out = {
        "pred": np.concatenate([boxes, wave(2, queries, CLASSES)], -1),
        "aux_pred": [layer],
        "dn_aux_pred": None,
        "dn_meta": None,
    }
    return Batch(out, _target(), ("pred", "aux_pred.0.pred_logits", "aux_pred.0.pred_boxes"))


def _target() -> dict[str, Any]:
    gt = [
        {
            "boxes": np.array([[4.0, 6.0, 30.0, 40.0], [20.0, 10.0, 60.0, 58.0]]),
            "labels": np.array([1, 3]),
        },
        {"boxes": np.array([[8.0, 8.0, 24.0, 30.0]]), "labels": np.array([2])},
    ]
    return {"gt": gt, "img_size": SIDE, "num_classes": CLASSES}


def with_images(batch: Batch, *kept: int) -> Batch:
    """The batch with all boxes of the other images taken away."""
    gt = [
        image if index in kept else {key: rows[:0] for key, rows in image.items()}
        for index, image in enumerate(batch.target["gt"])
    ]
    return batch._replace(target={**batch.target, "gt": gt})
