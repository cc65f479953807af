"""retinanet_loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, box_of_arrays, corner_boxes, iou
from losslint.dryrun.reference.netspresso.classification import focal
from losslint.dryrun.reference.netspresso.numbers import Floats, floats
from losslint.dryrun.reference.tiles import TILE, Part, sum_of_parts

_NOBODY = -1
_UNDECIDED = -2


class _Wants(NamedTuple):
    """What one image's anchors should say: the box of each, and what a term of it weighs."""

    owners: npt.NDArray[np.int64]
    boxes: Floats
    labels: npt.NDArray[np.int64]
    share: float


def retinanet_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean over images of (focal sum + L1 sum) / max(1, foreground anchors)."""
    anchors = floats(batch.out["anchors"])
    images = [_wants(anchors, image) for image in batch.target["gt"]]
    total, first = 0.0, 0
    for logits, offsets in zip(batch.out["cls_logits"], batch.out["bbox_regression"], strict=True):
        here = slice(first, first + logits.shape[1])
        level = [image._replace(owners=image.owners[here]) for image in images]
        total += sum_of_parts(logits, _focal_parts(logits.shape, level))
        total += _offset_terms(offsets, anchors[here], level)
        first = here.stop
    return total / len(images)


def _wants(anchors: Floats, image: Mapping[str, Any]) -> _Wants:
    boxes = floats(image["boxes"])
    owners = _owners(box_of_arrays(anchors), corner_boxes(boxes), len(anchors))
    share = 1 / max(1, int((owners >= 0).sum()))
    return _Wants(owners, boxes, np.asarray(image["labels"]), share)


def _focal_parts(shape: tuple[int, ...], images: list[_Wants]) -> Iterator[Part]:
    """The focal terms of one level's logits (B, anchors, classes), some anchors at a time."""
    _, count, classes = shape
    step = max(1, TILE // classes)
    for k, first in product(range(len(images)), range(0, count, step)):
        rows = slice(first, first + step)
        yield (k, rows), partial(_focal_sum, images[k]._replace(owners=images[k].owners[rows]))


def _focal_sum(image: _Wants, logits: Floats) -> Floats:
    wanted = np.zeros(logits.shape)
    owned = np.flatnonzero(image.owners >= 0)
    wanted[owned, image.labels[image.owners[owned]]] = 1.0
    weights = np.where(image.owners == _UNDECIDED, 0.0, image.share)[:, None]
    result: Floats = (focal(logits, wanted, 0.25, 2.0) * weights).sum()
    return result


def _offset_terms(offsets: Floats, anchors: Floats, images: list[_Wants]) -> float:
    total = 0.0
    for k, image in enumerate(images):
        owned = np.flatnonzero(image.owners >= 0)
        if len(owned):
            wanted = _encoded(anchors[owned], image.boxes[image.owners[owned]])
            total += number(np.abs(floats(offsets[k])[owned] - wanted).sum()) * image.share
    return total


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
