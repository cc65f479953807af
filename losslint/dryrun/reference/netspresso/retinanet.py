"""retinanet_loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, corner_boxes, iou
from losslint.dryrun.reference.netspresso.classification import focal
from losslint.dryrun.reference.netspresso.numbers import Floats, floats

_NOBODY = -1
_UNDECIDED = -2


def retinanet_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean over images of (focal sum + L1 sum) / max(1, foreground anchors)."""
    anchors = corner_boxes(batch.out["anchors"])
    logits = np.concatenate([floats(level) for level in batch.out["cls_logits"]], 1)
    offsets = np.concatenate([floats(level) for level in batch.out["bbox_regression"]], 1)
    images = batch.target["gt"]
    losses = [
        _image(anchors, logits[k], offsets[k], corner_boxes(image["boxes"]), list(image["labels"]))
        for k, image in enumerate(images)
    ]
    return sum(losses) / len(images)


def _image(
    anchors: list[Box], logits: Floats, offsets: Floats, boxes: list[Box], labels: list[int]
) -> float:
    owners = _owners(anchors, boxes)
    loss, foreground = 0.0, 0
    wanted = np.zeros(logits.shape)
    for index, owner in enumerate(owners):
        if owner >= 0:
            wanted[index, labels[owner]] = 1.0
            foreground += 1
            loss += _distance(offsets[index], anchors[index], boxes[owner])
    decided = np.array(owners) != _UNDECIDED
    loss += number(focal(logits, wanted, 0.25, 2.0)[decided].sum())
    return loss / max(1, foreground)


def _owners(anchors: list[Box], boxes: list[Box]) -> list[int]:
    """The box of each anchor: from IoU 0.5, or where it is that or another box's best anchor."""
    if not boxes:
        return [_NOBODY] * len(anchors)
    overlap = np.array([[iou(box, anchor) for anchor in anchors] for box in boxes])
    owners = []
    for index in range(len(anchors)):
        nearest = int(overlap[:, index].argmax())
        best = overlap[nearest, index]
        is_some_best = bool((overlap[:, index] == overlap.max(axis=1)).any())
        if best >= 0.5 or is_some_best:
            owners.append(nearest)
        else:
            owners.append(_NOBODY if best < 0.4 else _UNDECIDED)
    return owners


def _distance(offsets: Floats, anchor: Box, box: Box) -> float:
    """|offsets − encoded box|, summed over its four numbers."""
    ax, ay, aw, ah = anchor.centred()
    bx, by, bw, bh = box.centred()
    encoded = ((bx - ax) / aw, (by - ay) / ah, math.log(bw / aw), math.log(bh / ah))
    return number(np.abs(offsets - np.array(encoded)).sum())
