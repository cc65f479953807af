"""The detection loss of YOLOv9, `yolov9_loss`."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria import boxes as geometry
from losslint.dryrun.criteria.contract import known_classes, widened

_TOP = 10
_IOU_POWER = 6.0
_CLASS_POWER = 0.5
_CLASS_WEIGHT = 0.5
_DISTRIBUTION_WEIGHT = 1.5
_BOX_WEIGHT = 7.5


class AnchorPoints(NamedTuple):
    """The predictions at A points.

    Attributes:
        classes: (B, A, C) logits.
        distances: (B, A, 4, reg_max) logits of the distances left, top, right, bottom, in strides.
        boxes: (B, A, 4) corners in pixels.
        centres: (A, 2) pixels.
        strides: (A,) pixels.
    """

    classes: Tensor
    distances: Tensor
    boxes: Tensor
    centres: Tensor
    strides: Tensor


class AssignedTargets(NamedTuple):
    """What the points should say: class scores (B, A, C), boxes (B, A, 4), mask (B, A)."""

    classes: Tensor
    boxes: Tensor
    foreground: Tensor


class YOLOv9Loss:
    """0.5·BCE(classes) + 1.5·distribution focal loss + 7.5·(1 − CIoU), over the class scores' sum.

    After Wang et al., YOLOv9, 2024, with the assignment of TOOD (Feng et al., 2021), the
    distribution focal loss of Li et al., 2020, and CIoU of Zheng et al., 2020.
    `l1_activate_epoch` is required and has no effect.

    Call: out["pred"] list of levels (B, 4·reg_max + C, h, w), ten
    points at least in all; target["gt"] list of B dicts {boxes (m, 4) corners in pixels,
    labels (m,) int64}; target["img_size"] int; target["num_classes"] int.

    Raises at its construction:
        TypeError: `reg_max` is no int.
        RuntimeError: `reg_max` is negative.
    Raises at the first step:
        RuntimeError: predictions other than float32 outside mixed precision, channels or map sizes
            that do not fit, fewer than ten points, or a class id out of range.
    """

    def __init__(self, *, l1_activate_epoch: object, reg_max: object = 16, **_: object) -> None:
        del l1_activate_epoch
        if not isinstance(reg_max, int) or isinstance(reg_max, bool):
            raise TypeError(f"yolov9_loss: reg_max must be an int, not {reg_max!r}")
        if reg_max < 0:
            raise RuntimeError(f"yolov9_loss: reg_max must not be negative, it is {reg_max}")
        self._reg_max = reg_max

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        for level in out["pred"]:
            _refuse_other_than_float32(level)
        size, num_classes = target["img_size"], target["num_classes"]
        return loss_of(out["pred"], target["gt"], size, num_classes, self._reg_max)


def _refuse_other_than_float32(level: Tensor) -> None:
    """The trainer convolves with float32 weights: other predictions fail unless autocast helps."""
    if level.dtype != torch.float32 and not torch.is_autocast_enabled(level.device.type):
        raise RuntimeError(f"yolov9_loss computes float32 predictions only, not {level.dtype}")


def loss_of(
    levels: list[Tensor],
    gt: list[dict[str, Any]],
    image_size: int,
    num_classes: int,
    reg_max: int,
) -> Tensor:
    """The loss as `YOLOv9Loss` defines it, in any float type."""
    decoded = [_decoded(level, image_size, num_classes, reg_max) for level in levels]
    points = geometry.joined(AnchorPoints, decoded)
    targets = assign(points, gt)
    inside = targets.foreground
    total = targets.classes.sum().clamp(min=1)
    weight = targets.classes.sum(-1)[inside]
    strides = points.strides[:, None]

    classes = F.binary_cross_entropy_with_logits(points.classes, targets.classes, reduction="sum")
    wanted = (targets.boxes / strides)[inside]
    overlap = geometry.ciou((points.boxes / strides)[inside].to(wanted.dtype), wanted)
    centres = (points.centres / strides).expand(len(gt), -1, 2)[inside]
    distances = _distance_entropy(points.distances[inside], centres, wanted)
    boxes = ((1 - overlap) * weight).sum()
    return (
        _CLASS_WEIGHT * classes
        + _DISTRIBUTION_WEIGHT * (distances * weight).sum()
        + _BOX_WEIGHT * boxes
    ) / total


def _decoded(level: Tensor, image_size: int, num_classes: int, reg_max: int) -> AnchorPoints:
    """One level's points: a box reaches from its centre by the expected distances."""
    height, width = level.shape[-2:]
    stride = image_size // width
    if (height * stride, width * stride) != (image_size, image_size):
        raise RuntimeError(
            f"yolov9_loss: a map of {height} x {width} does not tile an image of"
            f" {image_size} x {image_size}"
        )
    if level.shape[1] != 4 * reg_max + num_classes:
        raise RuntimeError(
            f"yolov9_loss: reg_max {reg_max} and {num_classes} classes need"
            f" {4 * reg_max + num_classes} channels, the level has {level.shape[1]}"
        )
    flat = level.flatten(2).transpose(1, 2)
    distances = flat[..., : 4 * reg_max].reshape(*flat.shape[:2], 4, reg_max)
    steps = torch.arange(reg_max, dtype=distances.dtype, device=level.device)
    reach = (distances.softmax(-1) * steps).sum(-1) * stride
    cells = geometry.cell_grid(height, width) * stride + stride // 2
    centres = cells.to(reach.device, widened(reach.dtype))
    boxes = torch.cat([centres - reach[..., :2], centres + reach[..., 2:]], -1)
    strides = centres.new_full((len(centres),), stride)
    return AnchorPoints(flat[..., 4 * reg_max :], distances, boxes, centres, strides)


def _distance_entropy(logits: Tensor, centres: Tensor, boxes: Tensor) -> Tensor:
    """(F,): distribution focal loss of the four distances, averaged.

    Args:
        logits: (F, 4, reg_max).
        centres, boxes: (F, 2) and corners (F, 4), in strides.
    """
    reg_max = logits.shape[-1]
    wanted = torch.cat([centres - boxes[:, :2], boxes[:, 2:] - centres], -1)
    wanted = wanted.clamp(0, reg_max - 1.01)
    below = wanted.floor()
    share = wanted - below
    by_step = logits.flatten(0, 1)
    step = below.to(torch.int64).flatten()
    left, right = (
        F.cross_entropy(by_step, step + offset, reduction="none").view_as(wanted)
        for offset in (0, 1)
    )
    return (left * (1 - share) + right * share).mean(-1)


@torch.no_grad()
def assign(points: AnchorPoints, gt: list[dict[str, Any]]) -> AssignedTargets:
    """Give each box the ten points inside it whose class and box fit it best.

    Fit is IoU⁶ · √class probability with IoU = CIoU cut to 0 … 1. A point that several
    boxes take goes to the box of the image with the highest IoU there. The score wanted of a
    point is its share of its box's best fit, times its box's best IoU.
    """
    boxes, labels = _padded(gt, points)
    if boxes.shape[1] == 0:
        return AssignedTargets(
            torch.zeros_like(points.classes),
            torch.zeros_like(points.boxes),
            torch.zeros_like(points.boxes[..., 0], dtype=torch.bool),
        )
    inside = (boxes[:, :, None, :2] < points.centres) & (points.centres < boxes[:, :, None, 2:])
    iou = geometry.ciou(boxes[:, :, None], points.boxes[:, None].to(boxes.dtype)).clamp(0, 1)
    by_class = points.classes.sigmoid().transpose(1, 2)
    probability = by_class.gather(1, labels[..., None].expand_as(iou))
    fit = inside.all(-1) * iou**_IOU_POWER * probability**_CLASS_POWER
    taken = _best_points(fit, iou)

    foreground = taken.any(1)
    owner = taken.int().argmax(1)
    iou, fit = iou * taken, fit * taken
    score = fit / (fit.amax(-1, keepdim=True) + 1e-9) * iou.amax(-1, keepdim=True)
    score = score.gather(1, owner[:, None])[:, 0] * foreground
    classes = F.one_hot(labels.gather(1, owner), points.classes.shape[-1]) * score[..., None]
    return AssignedTargets(classes, boxes.gather(1, owner[..., None].expand(-1, -1, 4)), foreground)


def _best_points(fit: Tensor, iou: Tensor) -> Tensor:
    """(B, m, A) bool: the ten best-fitting points of each box, no point taken twice."""
    if fit.shape[-1] < _TOP:
        raise RuntimeError(f"yolov9_loss needs {_TOP} points, the maps have {fit.shape[-1]} in all")
    best = fit.topk(_TOP, dim=-1)
    taken = torch.zeros_like(fit, dtype=torch.bool).scatter_(-1, best.indices, best.values > 0)
    contested = taken.sum(1, keepdim=True) > 1
    nearest = F.one_hot(iou.argmax(1), iou.shape[1]).transpose(1, 2).bool()
    return torch.where(contested, nearest, taken)


def _padded(gt: list[dict[str, Any]], points: AnchorPoints) -> tuple[Tensor, Tensor]:
    """(B, m, 4) boxes and (B, m) class ids; an absent box is empty and of class 0."""
    count = max(len(image["labels"]) for image in gt)
    boxes = points.centres.new_zeros(len(gt), count, 4)
    labels = torch.zeros(len(gt), count, dtype=torch.int64, device=boxes.device)
    for index, image in enumerate(gt):
        boxes[index, : len(image["labels"])] = image["boxes"]
        labels[index, : len(image["labels"])] = image["labels"]
    return boxes, known_classes(labels.clamp(min=0), points.classes.shape[-1], RuntimeError)
