"""yolox_loss and yolofastest_loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, centred_boxes, corner_boxes, giou, iou
from losslint.dryrun.reference.netspresso.numbers import Floats, binary_entropy, floats, sigmoid

_EPSILON = 1e-7


class _GridPoint(NamedTuple):
    """One cell of one image: what it says, decoded and raw (x, y, w, h)."""

    box: Box
    raw: tuple[float, ...]
    objectness: float
    classes: Floats
    cell: tuple[int, int]
    stride: int


def yolox_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Box term 1 − IoU², with the L1 term from `l1_activate_epoch` on."""
    with_l1 = epoch >= params["l1_activate_epoch"]

    def decode(row: Floats, cell: tuple[int, int], stride: int, level: int, anchor: int) -> Floats:
        return np.concatenate([(row[:2] + cell) * stride, np.exp(row[2:4]) * stride])

    return _loss(batch, held, 1, decode, lambda a, b: 1 - iou(a, b, _EPSILON) ** 2, with_l1)


def yolofastest_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Box term 1 − GIoU, boxes decoded from anchors."""
    anchors = [floats(level).reshape(-1, 2) for level in params["anchors"]]

    def decode(row: Floats, cell: tuple[int, int], stride: int, level: int, anchor: int) -> Floats:
        size = 2 * (np.tanh(row[2:4] / 2 - 0.549306) + 1) * anchors[level][anchor]
        return np.concatenate([(sigmoid(row[:2]) + cell) * stride, size])

    def box_loss(a: Box, b: Box) -> float:
        return 1 - number(min(max(giou(a, b, _EPSILON), -1.0), 1.0))

    return _loss(batch, held, len(anchors[0]), decode, box_loss, False)


def _loss(
    batch: Batch,
    held: Batch,
    per_cell: int,
    decode: Callable[[Floats, tuple[int, int], int, int, int], Floats],
    box_loss: Callable[[Box, Box], float],
    with_l1: bool,
) -> float:
    """(5 Σ box + Σ objectness + Σ classes + Σ L1) / foreground points, over the whole batch."""
    total, foreground = 0.0, 0
    for index, image in enumerate(batch.target["gt"]):
        boxes, labels = corner_boxes(image["boxes"]), [int(label) for label in image["labels"]]
        places = _places(batch, per_cell)
        near = np.array([_is_near(places, box) for box in boxes]).reshape(-1, len(places))
        candidates = np.flatnonzero(near.any(axis=0))
        before = _points(held, index, places[candidates], decode, per_cell)
        owners = _owners(before, near, boxes, labels)
        foreground += len(owners)
        is_owned = np.isin(np.arange(len(places)), list(owners))
        total += number(binary_entropy(_objectness(batch, index, per_cell), floats(is_owned)).sum())
        points = _points(batch, index, places[list(owners)], decode, per_cell)
        for k, owner in owners.items():
            wanted = np.zeros(len(points[k].classes))
            wanted[labels[owner]] = iou(boxes[owner], before[k].box)
            total += 5 * box_loss(points[k].box, boxes[owner])
            total += number(binary_entropy(points[k].classes, wanted).sum())
            total += _l1(points[k], boxes[owner]) if with_l1 else 0.0
    return total / max(foreground, 1)


def _cubes(batch: Batch, image: int, per_cell: int) -> list[Floats]:
    """One image's maps, level by level: (anchor, x y w h objectness classes, row, column)."""
    channels = 5 + batch.target["num_classes"]
    return [
        floats(maps)[image].reshape(per_cell, channels, *maps.shape[-2:])
        for maps in batch.out["pred"]
    ]


def _objectness(batch: Batch, image: int, per_cell: int) -> Floats:
    """One image's objectness in the order of its points."""
    cubes = _cubes(batch, image, per_cell)
    result: Floats = np.concatenate([cube[:, 4].reshape(-1) for cube in cubes])
    return result


def _places(batch: Batch, per_cell: int) -> npt.NDArray[np.int64]:
    """One image's points by number: level, anchor, row, column, stride and the number again."""
    rows: list[npt.NDArray[np.int64]] = []
    for level, maps in enumerate(batch.out["pred"]):
        grid = np.argwhere(np.ones((per_cell, *maps.shape[-2:])))
        stride = batch.target["img_size"] // maps.shape[-1]
        rows.append(np.insert(grid, (0, 3), (level, stride), axis=1))
    every = np.concatenate(rows)
    return np.insert(every, 5, np.arange(len(every)), axis=1)


def _points(
    batch: Batch,
    image: int,
    places: npt.NDArray[np.int64],
    decode: Callable[[Floats, tuple[int, int], int, int, int], Floats],
    per_cell: int,
) -> dict[int, _GridPoint]:
    """The points of one image at some places, by number."""
    cubes = _cubes(batch, image, per_cell)
    points = {}
    for level, anchor, y, x, stride, k in places.tolist():
        row = cubes[level][anchor, :, y, x]
        box = centred_boxes([decode(row, (x, y), stride, level, anchor)])[0]
        raw = tuple(map(number, row[:4]))
        points[k] = _GridPoint(box, raw, number(row[4]), row[5:], (x, y), stride)
    return points


def _l1(point: _GridPoint, box: Box) -> float:
    """|raw prediction − what decodes to the box|, summed over its four numbers."""
    cx, cy, w, h = box.centred()
    wanted = (
        cx / point.stride - point.cell[0],
        cy / point.stride - point.cell[1],
        math.log(w / point.stride + 1e-8),
        math.log(h / point.stride + 1e-8),
    )
    return number(sum(abs(a - b) for a, b in zip(point.raw, wanted, strict=True)))


def _owners(
    points: dict[int, _GridPoint], near: npt.NDArray[np.bool_], boxes: list[Box], labels: list[int]
) -> dict[int, int]:
    """SimOTA: the box of each foreground point, by their indices; `points` are near some box."""
    takers: dict[int, list[int]] = {}
    costs: dict[tuple[int, int], float] = {}
    for b, (box, label) in enumerate(zip(boxes, labels, strict=True)):
        overlaps = [iou(box, point.box) for point in points.values()]
        for (k, point), overlap in zip(points.items(), overlaps, strict=True):
            far = 0.0 if near[b, k] else 1e6
            costs[b, k] = _class_cost(point, label) - 3 * math.log(overlap + 1e-8) + far
        quota = max(1, int(sum(sorted(overlaps, reverse=True)[:10])))
        for k in sorted(points, key=lambda k: costs[b, k])[:quota]:
            takers.setdefault(k, []).append(b)
    everyone = range(len(boxes))
    return {
        k: min(everyone, key=lambda b: costs[b, k]) if len(those) > 1 else those[0]
        for k, those in takers.items()
    }


def _is_near(places: npt.NDArray[np.int64], box: Box) -> npt.NDArray[np.bool_]:
    """Which points lie within 1.5 of their strides of the box's centre."""
    cx, cy, _, _ = box.centred()
    _, _, row, column, stride, _ = places.T
    across, down = (column + 0.5) * stride - cx, (row + 0.5) * stride - cy
    near: npt.NDArray[np.bool_] = np.maximum(np.abs(across), np.abs(down)) < 1.5 * stride
    return near


def _class_cost(point: _GridPoint, label: int) -> float:
    """Binary entropy of √(class · objectness) against the box's class, logs cut at −100."""
    p = np.sqrt(sigmoid(point.classes) * sigmoid(floats(point.objectness)))
    with np.errstate(divide="ignore"):
        hit, miss = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    return -float(hit[label] + miss.sum() - miss[label])
