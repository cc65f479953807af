"""The keypoint loss of RTMPose, `rtmcc_loss`."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria.contract import widened

_BINS = 512
_BINS_PER_PIXEL = 2.0
_SHARPNESS = 10.0
_SIGMA = 5.66
_REACH = 3 * _SIGMA
_VISIBLE = 0.5


class RTMCCLoss:
    """Kullback–Leibler divergence of the coordinate classes from a Gaussian around the keypoint.

    (1 / K) Σ_{sample, keypoint, axis} v / 512 · KL(softmax(10 g) ‖ softmax(10 x)), where
    g_i = exp(−(i − m)² / (2 · 5.66²)) and m is the keypoint in half pixels, rounded (Jiang et
    al., RTMPose, 2023; Li et al., SimCC, 2022). The sum is not divided by the batch. A keypoint
    less visible than 0.5 keeps its weight but has a flat g; one whose Gaussian lies outside
    weighs nothing.

    Call: out["pred"] (B, K, 1024) logits, 512 x bins and then 512 y bins; target["keypoints"]
    (B, K, 3) float: x and y in pixels of a 256 x 256 input, visibility 0 … 1.

    Raises at the first step:
        RuntimeError: the last axis of pred is not 1024.
    """

    def __init__(self, **_: object) -> None:
        pass

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        logits, keypoints = out["pred"], target["keypoints"]
        if logits.shape[-1] != 2 * _BINS:
            raise RuntimeError(
                f"rtmcc_loss needs {_BINS} x bins and {_BINS} y bins (input 256 x 256, split ratio"
                f" 2.0), not {logits.shape[-1]} in all"
            )
        gaussians, weight = coordinate_classes(keypoints.to(widened(logits.dtype)))
        scores = F.log_softmax(logits.reshape(*logits.shape[:2], 2, _BINS) * _SHARPNESS, -1)
        labels = F.softmax(gaussians * _SHARPNESS, -1)
        divergence = F.kl_div(scores, labels, reduction="none").mean(-1)
        loss: Tensor = (divergence * weight[..., None]).sum() / logits.shape[1]
        return loss


def coordinate_classes(keypoints: Tensor) -> tuple[Tensor, Tensor]:
    """The Gaussians of keypoints (…, 3) over the bins, (…, 2, 512), and their weights (…)."""
    middle = torch.round(keypoints[..., :2] * _BINS_PER_PIXEL)
    visibility = keypoints[..., 2]
    outside = ((middle - _REACH >= _BINS) | (middle + _REACH + 1 < 0)).any(-1)
    drawn = (visibility >= _VISIBLE) & ~outside
    bins = torch.arange(_BINS, dtype=keypoints.dtype, device=keypoints.device)
    gaussians = torch.exp(-((bins - middle[..., None]) ** 2) / (2 * _SIGMA**2))
    weight = torch.where(
        (visibility >= _VISIBLE) & outside, torch.zeros_like(visibility), visibility
    )
    return gaussians * drawn[..., None, None], weight
