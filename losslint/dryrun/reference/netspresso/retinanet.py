"""retinanet_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, box_of_arrays, corner_boxes, iou
from losslint.dryrun.reference.netspresso.classification import focal
from losslint.dryrun.reference.netspresso.numbers import Floats, floats
from losslint.dryrun.reference.tiles import Part, sum_of_parts

_NOBODY = -1
_UNDECIDED = -2
_ROWS = 1 << 12  # anchors that are computed at a time


def retinanet_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean over images of (focal sum + L1 sum) / max(1, foreground anchors)."""
    anchors = floats(batch.out["anchors"])
    logits = np.concatenate([floats(level) for level in batch.out["cls_logits"]], 1)
    offsets = np.concatenate([floats(level) for level in batch.out["bbox_regression"]], 1)
    images = batch.target["gt"]
    losses = [
        _image(anchors, logits[k], offsets[k], floats(image["boxes"]), np.asarray(image["labels"]))
        for k, image in enumerate(images)
    ]
    return sum(losses) / len(images)


def _image(anchors: Floats, logits: Floats, offsets: Floats, boxes: Floats, labels: Any) -> float:
    owners = _owners(box_of_arrays(anchors), corner_boxes(boxes), len(anchors))
    owned = np.flatnonzero(owners >= 0)
    theirs = owners[owned]
    wanted = np.zeros(logits.shape)
    wanted[owned, labels[theirs]] = 1.0
    decided = (owners != _UNDECIDED).astype(np.float64)[:, None]

    def part(rows: slice) -> Part:
        return rows, lambda x: (focal(x, wanted[rows], 0.25, 2.0) * decided[rows]).sum()

    loss = sum_of_parts(logits, (part(slice(k, k + _ROWS)) for k in range(0, len(logits), _ROWS)))
    if len(owned):
        loss += number(np.abs(offsets[owned] - _encoded(anchors[owned], boxes[theirs])).sum())
    return loss / max(1, len(owned))


def _owners(anchors: Box, boxes: list[Box], count: int) -> npt.NDArray[np.int64]:
    """The box of each anchor: from IoU 0.5, or where it is that or another box's best anchor."""
    if not boxes:
        return np.full(count, _NOBODY)
    overlap = np.array([iou(box, anchors) for box in boxes])
    best = overlap.max(axis=0)
    is_some_best = (overlap == overlap.max(axis=1, keepdims=True)).any(axis=0)
    nobody = np.where(best < 0.4, _NOBODY, _UNDECIDED)
    return np.where((best >= 0.5) | is_some_best, overlap.argmax(axis=0), nobody)


def _encoded(anchors: Floats, boxes: Floats) -> Floats:
    """What the head should have put out at these anchors for these boxes."""
    ax, ay, aw, ah = box_of_arrays(anchors).centred()
    bx, by, bw, bh = box_of_arrays(boxes).centred()
    return np.stack([(bx - ax) / aw, (by - ay) / ah, np.log(bw / aw), np.log(bh / ah)], 1)
