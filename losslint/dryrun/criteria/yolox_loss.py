"""The detection loss of YOLOX, `yolox_loss`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from losslint.dryrun.criteria import boxes as geometry
from losslint.dryrun.criteria import simota
from losslint.dryrun.criteria.contract import Epoch, number


class YOLOXLoss:
    """SimOTA-assigned detection loss with box term 1 − IoU², and an L1 term late in training.

    After Ge et al., YOLOX: Exceeding YOLO Series in 2021; the sums stand in `simota`. The L1
    term is on from epoch `l1_activate_epoch`.

    Call: out["pred"] list of levels (B, 5 + C, h, w), channels x, y, w, h, objectness,
    classes, all raw; target["gt"] list of B dicts {boxes (m, 4) corners in pixels, labels
    (m,) int64}, which become (cx, cy, w, h); target["img_size"] int; target["num_classes"] int.

    Raises at the first step:
        TypeError: `l1_activate_epoch` is no number; `img_size` is no int.
        RuntimeError: the channels do not fit, a class id is out of range, or no point is near
            any box.
        ValueError: a box is inside out.
    """

    def __init__(self, *, l1_activate_epoch: object, cur_epoch: Epoch, **_: object) -> None:
        self._l1_activate_epoch = l1_activate_epoch
        self._cur_epoch = cur_epoch

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        with_l1 = self._l1_is_on()
        image_size, num_classes = target["img_size"], target["num_classes"]
        levels = [_decoded(level, image_size, num_classes) for level in out["pred"]]
        simota.gt_to_centred(target["gt"])
        raw = torch.cat([level[:, :4].flatten(2).transpose(1, 2) for level in out["pred"]], 1)
        return simota.detection_loss(
            levels,
            target["gt"],
            squared_iou_loss,
            raw if with_l1 else None,
        )

    def _l1_is_on(self) -> bool:
        return self._cur_epoch.value >= number("l1_activate_epoch", self._l1_activate_epoch)


def squared_iou_loss(predicted: Tensor, wanted: Tensor) -> Tensor:
    """1 − IoU² of centred boxes (F, 4), row by row."""
    shared = geometry.intersection(geometry.to_corners(predicted), geometry.to_corners(wanted))
    union = predicted[:, 2:].prod(1) + wanted[:, 2:].prod(1) - shared
    return 1 - (shared / (union + geometry.EPSILON)).square()


def _decoded(level: Tensor, image_size: int, num_classes: int) -> simota.DecodedPoints:
    """One level's points: centre = (xy + cell) · stride, size = exp(wh) · stride."""
    height, width = level.shape[-2:]
    if level.shape[1] != 5 + num_classes:
        raise RuntimeError(
            f"yolox_loss: {5 + num_classes} channels expected, the level has {level.shape[1]}"
        )
    stride = image_size // width
    flat = level.flatten(2).transpose(1, 2)
    cells = geometry.cell_grid(height, width).to(flat)
    boxes = torch.cat([(flat[..., :2] + cells) * stride, flat[..., 2:4].exp() * stride], -1)
    strides = flat.new_full((len(cells),), stride)
    return simota.DecodedPoints(boxes, flat[..., 4], flat[..., 5:], cells, strides)
