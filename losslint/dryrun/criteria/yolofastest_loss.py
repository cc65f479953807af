"""The detection loss of YOLO-Fastest, `yolofastest_loss`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from losslint.dryrun.criteria import boxes as geometry
from losslint.dryrun.criteria import simota
from losslint.dryrun.criteria.contract import widened

_SHIFT = 0.549306
"""artanh(1 / 2): an output of 0 decodes to the anchor itself."""


class YOLOFastestLoss:
    """SimOTA-assigned detection loss over anchor boxes with box term 1 − GIoU.

    After YOLO-Fastest V2 (dog-qiuqiu, 2021) with the loss of YOLOX (Ge et al., 2021) and GIoU
    (Rezatofighi et al., 2019). There is no L1 term; `l1_activate_epoch` has no effect.

    Args:
        anchors: for each level the flat list w, h, w, h, … in pixels, or the list of pairs.

    Call: out["pred"] list of levels (B, A, 5 + C, h, w) or (B, A·(5 + C), h, w), A anchors a
    level; the target as for `YOLOXLoss`.

    Raises at its construction:
        TypeError, ValueError: `anchors` holds something that is no number.
        IndexError: `anchors` is empty.
        RuntimeError: a level holds an odd count of numbers.
    Raises at the first step:
        IndexError: more levels than anchors.
        RuntimeError: the levels' anchor counts or channels do not fit, or as for `YOLOXLoss`.
    """

    def __init__(self, *, anchors: Any, **_: object) -> None:
        self._anchors = [
            torch.tensor(level, dtype=torch.float64).reshape(-1, 2) for level in anchors
        ]
        if not self._anchors:
            raise IndexError("yolofastest_loss: anchors is empty; one list a level is needed")

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        levels = [self._decoded(*level, target) for level in enumerate(out["pred"])]
        simota.gt_to_centred(target["gt"])
        return simota.detection_loss(levels, target["gt"], giou_loss)

    def _decoded(self, index: int, level: Tensor, target: dict[str, Any]) -> simota.DecodedPoints:
        """One level's points: (σ(xy) + cell) · stride, and 2(tanh(wh / 2 − shift) + 1) · anchor."""
        height, width = level.shape[-2:]
        stride = target["img_size"] // width
        anchors = self._anchors[index].to(level.device, widened(level.dtype))
        per_cell = self._channels(level, target["num_classes"])
        if len(anchors) != per_cell.shape[1]:
            raise RuntimeError(
                f"yolofastest_loss: level {index} has {len(anchors)} anchors,"
                f" the first one has {per_cell.shape[1]}"
            )
        cells = geometry.cell_grid(height, width).to(level)
        centre = (per_cell[..., :2].sigmoid() + cells) * stride
        size = 2 * (torch.tanh(per_cell[..., 2:4] / 2 - _SHIFT) + 1) * anchors[:, None]
        cells = cells.repeat(len(anchors), 1)
        return simota.DecodedPoints(
            torch.cat([centre, size], -1).flatten(1, 2),
            per_cell[..., 4].flatten(1, 2),
            per_cell[..., 5:].flatten(1, 2),
            cells,
            level.new_full((len(cells),), stride),
        )

    def _channels(self, level: Tensor, num_classes: int) -> Tensor:
        """The level as (B, A, h · w, 5 + C)."""
        count = len(self._anchors[0])
        cells = level.shape[-2] * level.shape[-1]
        channels = level[0].numel() // cells
        if channels != count * (5 + num_classes):
            raise RuntimeError(
                f"yolofastest_loss: {count} anchors of {5 + num_classes} channels expected,"
                f" the level has {channels} channels"
            )
        return level.reshape(len(level), count, 5 + num_classes, cells).transpose(2, 3)


def giou_loss(predicted: Tensor, wanted: Tensor) -> Tensor:
    """1 − GIoU of centred boxes (F, 4), row by row."""
    a, b = geometry.to_corners(predicted), geometry.to_corners(wanted)
    shared = geometry.intersection(a, b)
    union = predicted[:, 2:].prod(1) + wanted[:, 2:].prod(1) - shared
    around = geometry.area(geometry.hull(a, b))
    giou = shared / (union + geometry.EPSILON)
    giou = giou - (around - union) / around.clamp(min=geometry.EPSILON)
    return 1 - giou.clamp(-1, 1)
