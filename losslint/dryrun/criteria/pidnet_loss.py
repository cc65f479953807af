"""The three-branch segmentation loss of PIDNet, `pidnet_loss`."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria.contract import widened

_BRANCHES = ("pred", "extra_p", "extra_d")
_P_WEIGHT = 0.4
_BOUNDARY_WEIGHT = 20.0
_BOUNDARY_PROBABILITY = 0.8


class PIDNetLoss:
    """0.4·CE(extra_p) + CE(pred) + 20·BCE(extra_d) + CE(pred at predicted boundaries).

    After Xu et al., PIDNet, 2023. The BCE weighs each class of edge pixel by the share of
    the other one; values other than 0 and 1 weigh nothing. A pixel lies at a predicted
    boundary where sigmoid(extra_d) > 0.8; if none does, the loss is NaN, with finite gradients.

    Call: out["pred"], out["extra_p"] (B, C, h, w) logits, out["extra_d"] (B, 1, h, w) logits;
    target["target"] (B, H, W) int64 class ids or `ignore_index`, target["bd_gt"] (B, H, W)
    float 0 or 1. All three maps are resized to (H, W) with corners aligned and put back into
    `out`.

    Raises at the first step:
        TypeError: `ignore_index` is no int.
        IndexError: a class id is out of range and not ignored.
        KeyError: the head is no PIDNet, or the data set gives no edges.
    """

    def __init__(self, *, ignore_index: Any = -100, **_: object) -> None:
        self._ignore_index = ignore_index

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        labels = target["target"]
        for branch in _BRANCHES:
            out[branch] = _enlarged(out[branch], labels)
        regions = _P_WEIGHT * self._entropy(out["extra_p"], labels)
        regions = regions + self._entropy(out["pred"], labels)
        boundary = balanced_entropy(out["extra_d"], target["bd_gt"])
        sure = torch.sigmoid(out["extra_d"][:, 0]) > _BOUNDARY_PROBABILITY
        at_boundaries = torch.where(sure, labels, self._ignore_index)
        return regions + _BOUNDARY_WEIGHT * boundary + self._entropy(out["pred"], at_boundaries)

    def _entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(logits, labels, ignore_index=self._ignore_index)


def balanced_entropy(logits: Tensor, edges: Tensor) -> Tensor:
    """Mean binary cross entropy, each class of pixel weighed by the share of the other.

    Args:
        logits: (B, 1, H, W).
        edges: (B, H, W) float; 1 is an edge, 0 none, anything else weighs nothing.
    """
    logits, edges = logits.reshape(-1), edges.reshape(-1)
    on, off = edges == 1, edges == 0
    on_share = on.sum().to(widened(logits.dtype)) / (on | off).sum()
    weight = torch.where(on, 1 - on_share, torch.where(off, on_share, 0.0))
    return F.binary_cross_entropy_with_logits(logits, edges, weight.to(logits.dtype))


def _enlarged(logits: Tensor, labels: Tensor) -> Tensor:
    size = [int(side) for side in labels.shape[-2:]]
    return F.interpolate(logits, size=size, mode="bilinear", align_corners=True)
