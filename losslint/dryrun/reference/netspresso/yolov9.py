"""yolov9_loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

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
from losslint.dryrun.reference.tiles import TILE, Part, sum_of_parts


class _Places(NamedTuple):
    """Where points lie, each an array: level, row, column and stride."""

    level: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    stride: npt.NDArray[np.int64]

    def at(self, chosen: Any) -> _Places:
        """Those of some of the points."""
        return _Places(*(each[chosen] for each in self))

    @property
    def centres(self) -> Floats:
        """(n, 2): x and y in pixels."""
        cells = np.stack([self.column, self.row], 1)
        return (cells * self.stride[:, None] + self.stride[:, None] // 2).astype(np.float64)


class _AnchorPoints(NamedTuple):
    """Points of one image: log-probabilities (n, 4, reg_max), boxes in pixels, class logits."""

    steps: Floats
    box: Box
    classes: Floats
    places: _Places


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
    every = _places(batch)
    for index, image in enumerate(batch.target["gt"]):
        boxes = floats(image["boxes"]).reshape(-1, 4)
        places = every.at(np.flatnonzero(_is_inside(every, boxes).any(axis=0)))
        before = _points(held, index, places, reg_max)
        wants = _wants(before, boxes, [max(int(label), 0) for label in image["labels"]])
        if wants.points:
            scores += float(wants.scores.sum())
            found = _points(batch, index, places.at(wants.points), reg_max)
            box = Box(*(edge[wants.points] for edge in before.box))
            total += number((wants.scores * _box_terms(found, box, wants.boxes, reg_max)).sum())
            # Of the binary entropy against what is wanted, the part that is not there against 0.
            hits = found.classes[np.arange(len(wants.labels)), wants.labels]
            total -= 0.5 * number((hits * wants.scores).sum())
    for maps in batch.out["pred"]:
        total += 0.5 * sum_of_parts(maps, _class_parts(maps.shape, 4 * reg_max))
    return total / max(1.0, scores)


def _class_parts(shape: tuple[int, ...], first: int) -> Iterator[Part]:
    """The binary entropies of a level's class logits against 0, some rows at a time."""
    images, channels, height, width = shape
    step = max(1, TILE // (max(1, channels - first) * width))
    for image, row in product(range(images), range(0, height, step)):
        yield (image, slice(first, None), slice(row, row + step)), _absent


def _absent(logits: Floats) -> Floats:
    result: Floats = binary_entropy(logits, np.zeros(())).sum()
    return result


def _places(batch: Batch) -> _Places:
    """An image's points, level by level."""
    rows: list[npt.NDArray[np.int64]] = []
    for level, maps in enumerate(batch.out["pred"]):
        grid = np.argwhere(np.ones(maps.shape[-2:]))
        stride = batch.target["img_size"] // maps.shape[-1]
        rows.append(np.insert(grid, (0, 2), (level, stride), axis=1))
    return _Places(*np.concatenate(rows).T)


def _is_inside(places: _Places, boxes: Floats) -> npt.NDArray[np.bool_]:
    """(boxes, points): whether a point's centre lies inside a box."""
    x, y = places.centres.T
    x1, y1, x2, y2 = (edge[:, None] for edge in boxes.T)
    inside: npt.NDArray[np.bool_] = (x1 < x) & (x < x2) & (y1 < y) & (y < y2)
    return inside


def _points(batch: Batch, image: int, places: _Places, reg_max: int) -> _AnchorPoints:
    """The points of an image at some places, which come level by level."""
    levels = []
    for level, maps in enumerate(batch.out["pred"]):
        own = places.level == level
        levels.append(floats(maps[image, :, places.row[own], places.column[own]]))
    rows = np.concatenate(levels)
    steps = log_softmax(rows[:, : 4 * reg_max].reshape(len(rows), 4, reg_max))
    reach = np.exp(steps) @ np.arange(reg_max, dtype=np.float64) * places.stride[:, None]
    centres = places.centres
    low = [centres[:, axis] - reach[:, axis] for axis in (0, 1)]
    high = [centres[:, axis] + reach[:, 2 + axis] for axis in (0, 1)]
    return _AnchorPoints(steps, Box(*low, *high), rows[:, 4 * reg_max :], places)


def _wants(points: _AnchorPoints, boxes: Floats, labels: list[int]) -> _Wants:
    """Task-aligned assignment: what each foreground point should say."""
    overlap, fit = np.zeros((2, len(boxes), len(points.classes)))
    takers: dict[int, list[int]] = {}
    inside = _is_inside(points.places, boxes)
    for b, (box, label) in enumerate(zip(corner_boxes(boxes), labels, strict=True)):
        overlap[b] = np.clip(ciou(box, points.box), 0.0, 1.0)
        fit[b] = inside[b] * overlap[b] ** 6 * sigmoid(points.classes[:, label]) ** 0.5
        for k in np.argsort(-fit[b], kind="stable")[:10].tolist():
            if fit[b, k] > 0:
                takers.setdefault(k, []).append(b)
    owners = {
        k: int(overlap[:, k].argmax()) if len(those) > 1 else those[0]
        for k, those in sorted(takers.items())
    }
    scores = []
    for k, b in owners.items():
        mine = [j for j, owner in owners.items() if owner == b]
        scores.append(fit[b, k] / (fit[b, mine].max() + 1e-9) * overlap[b, mine].max())
    theirs = list(owners.values())
    return _Wants(list(owners), boxes[theirs], [labels[b] for b in theirs], np.array(scores))


def _box_terms(points: _AnchorPoints, before: Box, boxes: Floats, reg_max: int) -> Floats:
    """1.5 · distribution focal loss + 7.5 · (1 − CIoU) of each point, both in strides."""
    scale, centres = 1 / points.places.stride, points.places.centres
    sides = np.concatenate([centres - boxes[:, :2], boxes[:, 2:] - centres], 1)
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
