"""The anchor-based detection loss of RetinaNet, `retinanet_loss`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from losslint.dryrun.criteria import boxes
from losslint.dryrun.criteria.contract import known_classes, widened
from losslint.dryrun.criteria.focal_loss import sigmoid_focal

_FOREGROUND_IOU = 0.5
_BACKGROUND_IOU = 0.4
_ALPHA = 0.25
_GAMMA = 2.0
_BACKGROUND = -1
_BETWEEN = -2


class RetinaNetLoss:
    """Mean over images of [Σ focal(0.25, 2) + Σ |Δ − encoded box|] / foreground anchors.

    After Lin et al., Focal Loss for Dense Object Detection, 2017. An anchor is foreground from
    IoU 0.5, and wherever it is some box's best anchor; between 0.4 and 0.5 it takes no part.

    Call: out["anchors"] (N, 4) corners in pixels, out["cls_logits"] list of (B, n, C) and
    out["bbox_regression"] list of (B, n, 4) with Σ n = N; target["gt"] list of B dicts
    {boxes (m, 4) corners in pixels, labels (m,) int64}. An image may have no boxes.

    Raises at the first step:
        IndexError: a class id is not less than C.
    """

    def __init__(self, **_: object) -> None:
        pass

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        logits = torch.cat(list(out["cls_logits"]), 1)
        anchors: Tensor = out["anchors"].to(widened(logits.dtype))
        offsets = torch.cat(list(out["bbox_regression"]), 1)
        images = target["gt"]
        per_image = [
            _image_loss(anchors, image_logits, image_offsets, image["boxes"], image["labels"])
            for image_logits, image_offsets, image in zip(logits, offsets, images, strict=False)
        ]
        return torch.stack(per_image).sum() / len(images)


def _image_loss(
    anchors: Tensor, logits: Tensor, offsets: Tensor, gt_boxes: Tensor, gt_labels: Tensor
) -> Tensor:
    """One image's loss over its N anchors."""
    match = match_anchors(anchors, gt_boxes)
    foreground = match >= 0
    matched = match[foreground]
    wanted = torch.zeros_like(logits)
    wanted[foreground, known_classes(gt_labels[matched], logits.shape[-1])] = 1.0
    valid = match != _BETWEEN
    focal = sigmoid_focal(logits[valid], wanted[valid], _ALPHA, _GAMMA).sum()
    encoded = boxes.encode(gt_boxes[matched], anchors[foreground])
    distance = (offsets[foreground] - encoded).abs().sum()
    return (focal + distance) / max(1, int(foreground.sum()))


def match_anchors(anchors: Tensor, gt_boxes: Tensor) -> Tensor:
    """(N,) int64: the box that each anchor answers for, −1 for background, −2 for neither."""
    if gt_boxes.numel() == 0:
        return torch.full((len(anchors),), _BACKGROUND, dtype=torch.int64, device=anchors.device)
    iou, _ = boxes.iou_and_union(gt_boxes[:, None], anchors[None])
    best, nearest = iou.max(dim=0)
    match = torch.where(best < _FOREGROUND_IOU, _BETWEEN, nearest)
    match = torch.where(best < _BACKGROUND_IOU, _BACKGROUND, match)
    some_best = (iou == iou.max(dim=1, keepdim=True).values).any(dim=0)
    return torch.where(some_best, nearest, match)
