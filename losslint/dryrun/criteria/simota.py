"""The anchor-free detection loss that YOLOX and YOLO-Fastest share, with its SimOTA assignment.

After Ge et al., YOLOX: Exceeding YOLO Series in 2021. Boxes are (cx, cy, w, h) in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria import boxes as geometry
from losslint.dryrun.criteria.contract import classes_in_range, widened

_CENTRE_RADIUS = 1.5
_CANDIDATES = 10
_IOU_COST = 3.0
_FAR = 1e6
_LEAST_LOG = -100.0
_BOX_WEIGHT = 5.0


class DecodedPoints(NamedTuple):
    """The decoded predictions of a level, or of all; A points, B images, C classes.

    Attributes:
        boxes: (B, A, 4).
        objectness: (B, A) logits.
        classes: (B, A, C) logits.
        cells: (A, 2) column and row on the point's own map.
        strides: (A,) pixels a cell.
    """

    boxes: Tensor
    objectness: Tensor
    classes: Tensor
    cells: Tensor
    strides: Tensor


class Assignment(NamedTuple):
    """Which points answer for boxes: mask (A,), and for each of its F points box and IoU."""

    foreground: Tensor
    box: Tensor
    iou: Tensor


class MatchedPoints(NamedTuple):
    """One image's targets at its F foreground points."""

    foreground: Tensor
    boxes: Tensor
    classes: Tensor


def gt_to_centred(gt: list[dict[str, Any]]) -> None:
    """Turn each image's boxes from corners into (cx, cy, w, h), for every later criterion too.

    Raises:
        ValueError: a box is inside out, as when it has been turned before.
    """
    for image in gt:
        image["boxes"] = geometry.to_centred(geometry.ordered(image["boxes"]))


def detection_loss(
    levels: Sequence[DecodedPoints],
    gt: list[dict[str, Any]],
    box_loss: Callable[[Tensor, Tensor], Tensor],
    raw_boxes: Tensor | None = None,
) -> Tensor:
    """[5 Σ box loss + Σ BCE(objectness) + Σ BCE(classes)] / foreground points of the batch.

    The class target is one-hot times the IoU at the time of the assignment.

    Args:
        levels: the decoded predictions of each level.
        gt: for each image {boxes (m, 4) centred, labels (m,) int64}.
        box_loss: of predicted and wanted boxes, both (F, 4), to (F,).
        raw_boxes: (B, A, 4) the predictions before decoding; adds Σ |raw − encoded| where given.

    Raises:
        RuntimeError: a class id is out of range, or no point lies near any box.
    """
    points = geometry.joined(DecodedPoints, levels)
    matches = [_match(points, index, image) for index, image in enumerate(gt)]
    foreground = torch.stack([match.foreground for match in matches])
    boxes = torch.cat([match.boxes for match in matches])
    classes = torch.cat([match.classes for match in matches])
    count = max(int(foreground.sum()), 1)

    loss = _BOX_WEIGHT * box_loss(points.boxes[foreground], boxes).sum() / count
    loss = loss + _entropy(points.objectness, foreground.to(points.objectness.dtype)) / count
    loss = loss + _entropy(points.classes[foreground], classes) / count
    if raw_boxes is not None:
        cells, strides = (
            grid.expand(len(gt), *grid.shape)[foreground] for grid in (points.cells, points.strides)
        )
        encoded = _encoded(boxes, cells, strides[:, None])
        loss = loss + (raw_boxes[foreground] - encoded).abs().sum() / count
    return loss


def _entropy(logits: Tensor, target: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum()


def _encoded(boxes: Tensor, cells: Tensor, strides: Tensor) -> Tensor:
    """What the head should have put out, before decoding, for these boxes."""
    sizes = torch.log(boxes[:, 2:] / strides + 1e-8)
    return torch.cat([boxes[:, :2] / strides - cells, sizes], 1)


def _match(points: DecodedPoints, index: int, image: dict[str, Any]) -> MatchedPoints:
    """The targets of one image."""
    num_classes = points.classes.shape[-1]
    boxes = image["boxes"].to(widened(points.boxes.dtype))
    labels = image["labels"]
    # The trainer counts the rows whose sum is positive and takes as many from the top.
    count = int((boxes.sum(1) + labels > 0).sum())
    boxes, labels = boxes[:count], labels[:count].to(torch.int64)
    if count == 0:
        none = torch.zeros(len(points.strides), dtype=torch.bool, device=points.boxes.device)
        return MatchedPoints(none, boxes, boxes.new_zeros(0, num_classes))
    classes_in_range(labels, num_classes)
    found = assign(points, index, boxes, labels)
    classes = F.one_hot(labels[found.box], num_classes) * found.iou[:, None]
    return MatchedPoints(found.foreground, boxes[found.box], classes)


@torch.no_grad()
def assign(points: DecodedPoints, index: int, boxes: Tensor, labels: Tensor) -> Assignment:
    """SimOTA: give each box of image `index` its cheapest points near its centre.

    A box takes as many points as the IoUs of its ten best candidates add up to, at least
    one; a point that several boxes take goes to the one for which it is cheapest.
    """
    near = _near_centres(points, boxes)
    candidates = near.any(dim=0)
    if not bool(candidates.any()):
        raise RuntimeError("no point of the prediction lies near the centre of any box")
    iou = _pairwise_iou(boxes, points.boxes[index, candidates])
    cost = _class_cost(
        points.classes[index, candidates], points.objectness[index, candidates], labels
    )
    cost = cost - _IOU_COST * torch.log(iou + 1e-8) + _FAR * ~near[:, candidates]
    chosen = _cheapest(cost, iou)
    taken = chosen.any(dim=0)
    foreground = torch.zeros_like(candidates)
    foreground[candidates] = taken
    return Assignment(foreground, chosen[:, taken].int().argmax(0), (chosen * iou).sum(0)[taken])


def _near_centres(points: DecodedPoints, boxes: Tensor) -> Tensor:
    """(m, A): whether the point lies within 1.5 of its strides of the box's centre, in x and y."""
    strides = points.strides[:, None]
    distance = ((points.cells + 0.5) * strides - boxes[:, None, :2]).abs()
    return (distance < _CENTRE_RADIUS * strides).all(-1)


def _pairwise_iou(boxes: Tensor, predicted: Tensor) -> Tensor:
    """(m, A) IoU of centred boxes."""
    shared = geometry.intersection(
        geometry.to_corners(boxes)[:, None], geometry.to_corners(predicted)[None]
    )
    return shared / (boxes[:, 2:].prod(1)[:, None] + predicted[:, 2:].prod(1) - shared)


def _class_cost(classes: Tensor, objectness: Tensor, labels: Tensor) -> Tensor:
    """(m, A): binary cross entropy of √(class · objectness) against each box's class, summed."""
    wide = widened(classes.dtype)
    p = (classes.to(wide).sigmoid() * objectness.to(wide).sigmoid()[:, None]).sqrt()
    log_p, log_rest = p.log().clamp(min=_LEAST_LOG), (-p).log1p().clamp(min=_LEAST_LOG)
    return (log_rest - log_p)[:, labels].T - log_rest.sum(1)


def _cheapest(cost: Tensor, iou: Tensor) -> Tensor:
    """(m, A) bool: the points that each box takes, no point taken twice."""
    best = iou.topk(min(_CANDIDATES, iou.shape[1]), dim=1).values
    quota = best.sum(1).int().clamp(min=1)
    order = cost.topk(int(quota.max()), dim=1, largest=False).indices
    within = torch.arange(order.shape[1], device=cost.device) < quota[:, None]
    chosen = torch.zeros_like(cost, dtype=torch.bool).scatter_(1, order, within)
    contested = chosen.sum(0) > 1
    winner = F.one_hot(cost.argmin(0), len(cost)).T.bool()
    return torch.where(contested, winner, chosen)
