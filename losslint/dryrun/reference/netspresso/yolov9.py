"""yolov9_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, box_of_arrays, ciou, corner_boxes
from losslint.dryrun.reference.netspresso.numbers import (
    Floats,
    binary_entropy,
    floats,
    log_softmax,
    sigmoid,
)


class _AnchorPoints(NamedTuple):
    """Cells of one image: log-probabilities (N, 4, reg_max), boxes in pixels, where they are."""

    steps: Floats
    box: Box
    centres: Floats
    strides: Floats


class _Wants(NamedTuple):
    """What the foreground points should say: their numbers, box, class and class score."""

    points: list[int]
    boxes: Floats
    labels: list[int]
    scores: Floats


def yolov9_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """(0.5 Σ BCE + 1.5 Σ score · DFL + 7.5 Σ score · (1 − CIoU)) / max(1, Σ score)."""
    reg_max = params.get("reg_max", 16)
    total, scores = 0.0, 0.0
    for index, image in enumerate(batch.target["gt"]):
        rows, before = _rows(batch, index), _rows(held, index)
        points = _points(batch, before, reg_max)
        labels = [max(int(label), 0) for label in image["labels"]]
        wants = _wants(points, before[:, 4 * reg_max :], floats(image["boxes"]), labels)
        wanted = np.zeros((len(rows), rows.shape[1] - 4 * reg_max))
        wanted[wants.points, wants.labels] = wants.scores
        total += 0.5 * number(binary_entropy(rows[:, 4 * reg_max :], wanted).sum())
        if wants.points:
            scores += float(wants.scores.sum())
            found = _points(batch, rows, reg_max, wants.points)
            box = Box(*(edge[wants.points] for edge in points.box))
            total += number((wants.scores * _box_terms(found, box, wants.boxes, reg_max)).sum())
    return total / max(1.0, scores)


def _rows(batch: Batch, image: int) -> Floats:
    """One image's points as rows of channels: level by level, row by row."""
    levels = [floats(maps) for maps in batch.out["pred"]]
    return np.concatenate(
        [np.moveaxis(maps[image], 0, -1).reshape(-1, maps.shape[1]) for maps in levels]
    )


def _points(
    batch: Batch, rows: Floats, reg_max: int, chosen: list[int] | None = None
) -> _AnchorPoints:
    """The points of an image, all or those chosen, with what their rows say."""
    sides = [maps.shape[-2:] for maps in batch.out["pred"]]
    size = batch.target["img_size"]
    cells = np.concatenate([np.argwhere(np.ones(side))[:, ::-1] for side in sides])
    strides = np.repeat([size // width for _, width in sides], [h * w for h, w in sides])
    if chosen is not None:
        cells, strides, rows = cells[chosen], strides[chosen], rows[chosen]
    centres = (cells * strides[:, None] + strides[:, None] // 2).astype(np.float64)
    steps = log_softmax(rows[:, : 4 * reg_max].reshape(len(rows), 4, reg_max))
    reach = np.exp(steps) @ np.arange(reg_max, dtype=np.float64) * strides[:, None]
    low = [centres[:, axis] - reach[:, axis] for axis in (0, 1)]
    high = [centres[:, axis] + reach[:, 2 + axis] for axis in (0, 1)]
    return _AnchorPoints(steps, Box(*low, *high), centres, strides)


def _wants(points: _AnchorPoints, classes: Floats, boxes: Floats, labels: list[int]) -> _Wants:
    """Task-aligned assignment: what each foreground point should say."""
    overlap, fit = np.zeros((2, len(boxes), len(classes)))
    takers: dict[int, list[int]] = {}
    for b, (box, label) in enumerate(zip(corner_boxes(boxes), labels, strict=True)):
        overlap[b] = np.clip(ciou(box, points.box), 0.0, 1.0)
        x, y = points.centres.T
        inside = (box.x1 < x) & (x < box.x2) & (box.y1 < y) & (y < box.y2)
        fit[b] = inside * overlap[b] ** 6 * sigmoid(classes[:, label]) ** 0.5
        for k in np.argsort(-fit[b], kind="stable")[:10].tolist():
            if fit[b, k] > 0:
                takers.setdefault(k, []).append(b)
    owners = {
        k: int(overlap[:, k].argmax()) if len(those) > 1 else those[0]
        for k, those in takers.items()
    }
    scores = []
    for k, b in owners.items():
        mine = [j for j, owner in owners.items() if owner == b]
        scores.append(fit[b, k] / (fit[b, mine].max() + 1e-9) * overlap[b, mine].max())
    theirs = list(owners.values())
    return _Wants(list(owners), boxes[theirs], [labels[b] for b in theirs], np.array(scores))


def _box_terms(points: _AnchorPoints, before: Box, boxes: Floats, reg_max: int) -> Floats:
    """1.5 · distribution focal loss + 7.5 · (1 − CIoU) of each point, both in strides."""
    scale = 1 / points.strides
    sides = np.concatenate([points.centres - boxes[:, :2], boxes[:, 2:] - points.centres], 1)
    distance = np.clip(sides * scale[:, None], 0.0, reg_max - 1.01)
    step = distance.astype(np.int64)[..., None]
    share = distance - step[..., 0]
    low, high = (np.take_along_axis(points.steps, step + k, -1)[..., 0] for k in (0, 1))
    entropy = -((1 - share) * low + share * high).sum(-1)
    found, held, wanted = (
        each.scaled(scale) for each in (points.box, before, box_of_arrays(boxes))
    )
    result: Floats = 1.5 * entropy / 4 + 7.5 * (1 - ciou(found, wanted, held))
    return result
