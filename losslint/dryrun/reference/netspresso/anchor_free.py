"""yolox_loss and yolofastest_loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import (
    Box,
    box_of_arrays,
    corner_boxes,
    giou,
    iou,
)
from losslint.dryrun.reference.netspresso.numbers import Floats, binary_entropy, floats, sigmoid

_EPSILON = 1e-7
_LEAST_LOG = -100.0
_OWN_AXIS = 5  # axes of a map whose anchors have one; else channels follow each other


class _Places(NamedTuple):
    """Where points lie, each an array: level, anchor, row, column and stride."""

    level: npt.NDArray[np.int64]
    anchor: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    stride: npt.NDArray[np.int64]

    def at(self, chosen: npt.NDArray[np.int64]) -> _Places:
        """Those of some of the points."""
        return _Places(*(each[chosen] for each in self))

    @property
    def cells(self) -> Floats:
        """Column and row, (n, 2)."""
        return np.stack([self.column, self.row], 1).astype(np.float64)


class _GridPoints(NamedTuple):
    """What an image says at some places: decoded boxes, and the rows (x y w h …) as they are."""

    box: Box
    rows: Floats
    places: _Places

    @property
    def classes(self) -> Floats:
        return self.rows[:, 5:]


_Decode = Callable[[Floats, _Places], Floats]
"""From rows of raw numbers to boxes (cx, cy, w, h)."""


def yolox_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Box term 1 − IoU², with the L1 term from `l1_activate_epoch` on."""
    with_l1 = epoch >= params["l1_activate_epoch"]

    def decode(rows: Floats, at: _Places) -> Floats:
        stride = at.stride[:, None]
        return np.concatenate([(rows[:, :2] + at.cells) * stride, np.exp(rows[:, 2:4]) * stride], 1)

    return _loss(batch, held, 1, decode, lambda a, b: 1 - iou(a, b, _EPSILON) ** 2, with_l1)


def yolofastest_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Box term 1 − GIoU, boxes decoded from anchors."""
    anchors = [floats(level).reshape(-1, 2) for level in params["anchors"]]

    def decode(rows: Floats, at: _Places) -> Floats:
        pairs = zip(at.level.tolist(), at.anchor.tolist(), strict=True)
        own = np.array([anchors[level][anchor] for level, anchor in pairs]).reshape(-1, 2)
        size = 2 * (np.tanh(rows[:, 2:4] / 2 - 0.549306) + 1) * own
        return np.concatenate([(sigmoid(rows[:, :2]) + at.cells) * at.stride[:, None], size], 1)

    def box_loss(a: Box, b: Box) -> Floats:
        result: Floats = 1 - np.clip(giou(a, b, _EPSILON), -1.0, 1.0)
        return result

    return _loss(batch, held, len(anchors[0]), decode, box_loss, False)


def _loss(
    batch: Batch,
    held: Batch,
    per_cell: int,
    decode: _Decode,
    box_loss: Callable[[Box, Box], Floats],
    with_l1: bool,
) -> float:
    """(5 Σ box + Σ objectness + Σ classes + Σ L1) / foreground points, over the whole batch."""
    total, foreground = 0.0, 0
    places = _places(batch, per_cell)
    for index, image in enumerate(batch.target["gt"]):
        boxes, labels = floats(image["boxes"]).reshape(-1, 4), np.asarray(image["labels"])
        near = np.array([_is_near(places, box) for box in corner_boxes(boxes)])
        near = near.reshape(-1, len(places.level))
        candidates = np.flatnonzero(near.any(axis=0))
        before = _points(held, index, places.at(candidates), decode)
        owners = _owners(before, near[:, candidates], boxes, labels)
        owned = np.flatnonzero(owners >= 0)
        foreground += len(owned)
        is_owned = np.isin(np.arange(len(places.level)), candidates[owned])
        total += _objectness(batch, index, is_owned.astype(np.float64))
        if len(owned):
            points = _points(batch, index, places.at(candidates[owned]), decode)
            box, theirs = box_of_arrays(boxes[owners[owned]]), labels[owners[owned]]
            wanted = np.zeros(points.classes.shape)
            overlap = iou(box, Box(*(edge[owned] for edge in before.box)))
            wanted[np.arange(len(owned)), theirs] = overlap
            total += 5 * number(box_loss(points.box, box).sum())
            total += number(binary_entropy(points.classes, wanted).sum())
            total += _l1(points, box) if with_l1 else 0.0
    return total / max(foreground, 1)


def _objectness(batch: Batch, image: int, wanted: Floats) -> float:
    """Σ binary entropy of one image's objectness against what its points should say."""
    total, first = 0.0, 0
    for maps in batch.out["pred"]:
        here = (slice(None), 4) if maps.ndim == _OWN_AXIS else (slice(4, None, _width(batch)),)
        found = floats(maps[(image, *here)]).reshape(-1)
        total += number(binary_entropy(found, wanted[first : first + found.size]).sum())
        first += found.size
    return total


def _width(batch: Batch) -> int:
    """The channels of a point: x y w h objectness classes."""
    return 5 + int(batch.target["num_classes"])


def _places(batch: Batch, per_cell: int) -> _Places:
    """An image's points, level by level."""
    rows: list[npt.NDArray[np.int64]] = []
    for level, maps in enumerate(batch.out["pred"]):
        grid = np.argwhere(np.ones((per_cell, *maps.shape[-2:])))
        stride = batch.target["img_size"] // maps.shape[-1]
        rows.append(np.insert(grid, (0, 3), (level, stride), axis=1))
    return _Places(*np.concatenate(rows).T)


def _points(batch: Batch, image: int, places: _Places, decode: _Decode) -> _GridPoints:
    """The points of one image at some places, which come level by level."""
    rows, channel = [], np.arange(_width(batch))
    for level, maps in enumerate(batch.out["pred"]):
        own = places.at(np.flatnonzero(places.level == level))
        _, anchor, row, column, _ = (each[:, None] for each in own)
        spread = (anchor, channel) if maps.ndim == _OWN_AXIS else (anchor * len(channel) + channel,)
        rows.append(floats(maps[(image, *spread, row, column)]))
    every = np.concatenate(rows)
    return _GridPoints(box_of_arrays(decode(every, places), centred=True), every, places)


def _l1(points: _GridPoints, box: Box) -> float:
    """|raw prediction − what decodes to the box|, summed over its four numbers."""
    cx, cy, w, h = box.centred()
    _, _, row, column, stride = points.places
    wanted = (
        cx / stride - column,
        cy / stride - row,
        np.log(w / stride + 1e-8),
        np.log(h / stride + 1e-8),
    )
    return number(np.abs(points.rows[:, :4] - np.stack(wanted, 1)).sum())


def _owners(
    points: _GridPoints, near: npt.NDArray[np.bool_], boxes: Floats, labels: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """SimOTA: the box of each point, −1 where it has none; every point is near some box."""
    costs = np.empty(near.shape)
    takers = np.zeros(near.shape, dtype=bool)
    hit, miss = _class_costs(points)
    for b, box in enumerate(corner_boxes(boxes)):
        overlaps = iou(box, points.box)
        by_class = miss.sum(1) + (hit - miss)[:, labels[b]]
        costs[b] = -by_class - 3 * np.log(overlaps + 1e-8) + np.where(near[b], 0.0, 1e6)
        quota = max(1, int(sum(sorted(overlaps.tolist(), reverse=True)[:10])))
        takers[b, np.argsort(costs[b], kind="stable")[:quota]] = True
    if not len(costs):
        return np.full(near.shape[1], -1)
    # A point that several boxes take goes to the one for which it is cheapest of all boxes.
    owners = np.where(takers.sum(axis=0) > 1, costs.argmin(axis=0), takers.argmax(axis=0))
    return np.where(takers.any(axis=0), owners, -1)


def _is_near(places: _Places, box: Box) -> npt.NDArray[np.bool_]:
    """Which points lie within 1.5 of their strides of the box's centre."""
    cx, cy, _, _ = box.centred()
    across = (places.column + 0.5) * places.stride - cx
    down = (places.row + 0.5) * places.stride - cy
    near: npt.NDArray[np.bool_] = np.maximum(np.abs(across), np.abs(down)) < 1.5 * places.stride
    return near


def _class_costs(points: _GridPoints) -> tuple[Floats, Floats]:
    """ln √(class · objectness), and ln (1 − that), of each point and class, cut at −100."""
    p = np.sqrt(sigmoid(points.classes) * sigmoid(points.rows[:, 4:5]))
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(p), _LEAST_LOG), np.maximum(np.log1p(-p), _LEAST_LOG)
