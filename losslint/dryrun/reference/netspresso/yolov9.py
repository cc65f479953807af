"""yolov9_loss."""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, ciou, corner_boxes
from losslint.dryrun.reference.netspresso.numbers import (
    Floats,
    binary_entropy,
    floats,
    log_softmax,
    sigmoid,
)


class _AnchorPoint(NamedTuple):
    """One cell of one image: class logits, log-probabilities (4, reg_max), box in pixels."""

    classes: Floats
    steps: Floats
    box: Box
    centre: tuple[float, float]
    stride: int


class _Want(NamedTuple):
    """What a foreground point should say: box, class and class score."""

    box: Box
    label: int
    score: float


def yolov9_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """(0.5 Σ BCE + 1.5 Σ score · DFL + 7.5 Σ score · (1 − CIoU)) / max(1, Σ score)."""
    reg_max = params.get("reg_max", 16)
    total, scores = 0.0, 0.0
    for index, image in enumerate(batch.target["gt"]):
        before = _points(held, index, reg_max)
        labels = [max(int(label), 0) for label in image["labels"]]
        wants = _wants(list(before.values()), corner_boxes(image["boxes"]), labels)
        classes = np.concatenate([rows[:, 4 * reg_max :] for rows in _rows(batch, index)])
        wanted = np.zeros(classes.shape)
        for k, want in wants.items():
            wanted[k, want.label] = want.score
        total += 0.5 * number(binary_entropy(classes, wanted).sum())
        points = _points(batch, index, reg_max, wants)
        for k, want in wants.items():
            scores += want.score
            total += want.score * _box_terms(points[k], before[k].box, want.box, reg_max)
    return total / max(1.0, scores)


def _levels(batch: Batch) -> list[Floats]:
    return [floats(maps) for maps in batch.out["pred"]]


def _rows(batch: Batch, image: int) -> list[Floats]:
    """One image's points as rows of channels, level by level."""
    return [np.moveaxis(maps[image], 0, -1).reshape(-1, maps.shape[1]) for maps in _levels(batch)]


def _points(
    batch: Batch, image: int, reg_max: int, chosen: Container[int] | None = None
) -> dict[int, _AnchorPoint]:
    """One image's points by number, all or those chosen: level by level, row by row."""
    points = {}
    number_of = count()
    for maps in _levels(batch):
        height, width = maps.shape[-2:]
        stride = batch.target["img_size"] // width
        for y, x in np.ndindex(height, width):
            k = next(number_of)
            if chosen is not None and k not in chosen:
                continue
            row = maps[image, :, y, x]
            steps = log_softmax(row[: 4 * reg_max].reshape(4, reg_max))
            left, top, right, bottom = map(number, np.exp(steps) @ np.arange(reg_max) * stride)
            cx, cy = float(x * stride + stride // 2), float(y * stride + stride // 2)
            box = Box(cx - left, cy - top, cx + right, cy + bottom)
            points[k] = _AnchorPoint(row[4 * reg_max :], steps, box, (cx, cy), stride)
    return points


def _wants(points: list[_AnchorPoint], boxes: list[Box], labels: list[int]) -> dict[int, _Want]:
    """Task-aligned assignment: what each foreground point should say."""
    overlap = np.array(
        [[min(max(ciou(box, point.box), 0.0), 1.0) for point in points] for box in boxes]
    )
    fit = np.zeros((len(boxes), len(points)))
    takers: dict[int, list[int]] = {}
    for b, (box, label) in enumerate(zip(boxes, labels, strict=True)):
        for k, point in enumerate(points):
            if box.x1 < point.centre[0] < box.x2 and box.y1 < point.centre[1] < box.y2:
                fit[b, k] = overlap[b, k] ** 6 * sigmoid(point.classes)[label] ** 0.5
        for k in np.argsort(-fit[b], kind="stable")[:10].tolist():
            if fit[b, k] > 0:
                takers.setdefault(k, []).append(b)
    owners = {
        k: int(overlap[:, k].argmax()) if len(those) > 1 else those[0]
        for k, those in takers.items()
    }
    wants = {}
    for k, b in owners.items():
        mine = [j for j, owner in owners.items() if owner == b]
        score = fit[b, k] / (fit[b, mine].max() + 1e-9) * overlap[b, mine].max()
        wants[k] = _Want(boxes[b], labels[b], float(score))
    return wants


def _box_terms(point: _AnchorPoint, before: Box, box: Box, reg_max: int) -> float:
    """1.5 · distribution focal loss + 7.5 · (1 − CIoU), both in strides."""
    scale = 1 / point.stride
    x, y = point.centre
    reach = (x - box.x1, y - box.y1, box.x2 - x, box.y2 - y)
    entropy = 0.0
    for side, pixels in enumerate(reach):
        distance = min(max(pixels * scale, 0.0), reg_max - 1.01)
        step = int(distance)
        share = distance - step
        entropy -= (1 - share) * point.steps[side, step] + share * point.steps[side, step + 1]
    found, held, wanted = (each.scaled(scale) for each in (point.box, before, box))
    missed = 1 - ciou(found, wanted, held)
    return number(1.5 * entropy / 4 + 7.5 * missed)
