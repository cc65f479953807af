"""yolox_loss and yolofastest_loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping
from itertools import count
from typing import Any, NamedTuple

import numpy as np

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
        return 1 - min(max(giou(a, b, _EPSILON), -1.0), 1.0)

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
        before = _points(held, index, per_cell, decode)
        boxes, labels = corner_boxes(image["boxes"]), [int(label) for label in image["labels"]]
        owners = _owners(list(before.values()), boxes, labels)
        foreground += len(owners)
        is_owned = np.isin(np.arange(len(before)), list(owners))
        total += number(binary_entropy(_objectness(batch, index, per_cell), floats(is_owned)).sum())
        points = _points(batch, index, per_cell, decode, owners)
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


def _points(
    batch: Batch,
    image: int,
    per_cell: int,
    decode: Callable[[Floats, tuple[int, int], int, int, int], Floats],
    chosen: Container[int] | None = None,
) -> dict[int, _GridPoint]:
    """One image's points by number, all or those chosen: by level, anchor, row and column."""
    points = {}
    number_of = count()
    for level, cube in enumerate(_cubes(batch, image, per_cell)):
        height, width = cube.shape[-2:]
        stride = batch.target["img_size"] // width
        for anchor, y, x in np.ndindex(per_cell, height, width):
            k = next(number_of)
            if chosen is not None and k not in chosen:
                continue
            row = cube[anchor, :, y, x]
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
    return sum(abs(a - b) for a, b in zip(point.raw, wanted, strict=True))


def _owners(points: list[_GridPoint], boxes: list[Box], labels: list[int]) -> dict[int, int]:
    """SimOTA: the box of each foreground point, by their indices."""
    near = [[_is_near(point, box) for point in points] for box in boxes]
    candidates = [k for k in range(len(points)) if any(row[k] for row in near)]
    takers: dict[int, list[int]] = {}
    costs: dict[tuple[int, int], float] = {}
    for b, (box, label) in enumerate(zip(boxes, labels, strict=True)):
        overlaps = [iou(box, points[k].box) for k in candidates]
        for k, overlap in zip(candidates, overlaps, strict=True):
            far = 0.0 if near[b][k] else 1e6
            costs[b, k] = _class_cost(points[k], label) - 3 * math.log(overlap + 1e-8) + far
        quota = max(1, int(sum(sorted(overlaps, reverse=True)[:10])))
        for k in sorted(candidates, key=lambda k: costs[b, k])[:quota]:
            takers.setdefault(k, []).append(b)
    everyone = range(len(boxes))
    return {
        k: min(everyone, key=lambda b: costs[b, k]) if len(those) > 1 else those[0]
        for k, those in takers.items()
    }


def _is_near(point: _GridPoint, box: Box) -> bool:
    cx, cy, _, _ = box.centred()
    x, y = ((place + 0.5) * point.stride for place in point.cell)
    return max(abs(x - cx), abs(y - cy)) < 1.5 * point.stride


def _class_cost(point: _GridPoint, label: int) -> float:
    """Binary entropy of √(class · objectness) against the box's class, logs cut at −100."""
    p = np.sqrt(sigmoid(point.classes) * sigmoid(floats(point.objectness)))
    with np.errstate(divide="ignore"):
        hit, miss = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    return -float(hit[label] + miss.sum() - miss[label])
