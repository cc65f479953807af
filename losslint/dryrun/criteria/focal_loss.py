"""Sigmoid focal loss, `focal_loss`."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria.contract import number


def sigmoid_focal(logits: Tensor, target: Tensor, alpha: float, gamma: float) -> Tensor:
    """α_t · (1 − p_t)^γ · BCE for each element (Lin et al., Focal Loss, 2017).

    p_t = p·y + (1 − p)(1 − y) with p = sigmoid(logits), α_t likewise of α. An α that is not
    >= 0 (negative, NaN) leaves the balancing out.

    Args:
        logits, target: floats of one shape; target in 0 … 1.
    """
    p = torch.sigmoid(logits)
    p_t = p * target + (1 - p) * (1 - target)
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    loss: Tensor = entropy * (1 - p_t) ** gamma
    if alpha >= 0:
        loss = (alpha * target + (1 - alpha) * (1 - target)) * loss
    return loss


class FocalLoss:
    """Mean of the sigmoid focal loss over all elements.

    Call: out["pred"] logits of any shape; target["target"] floats in 0 … 1 of the same shape.

    Raises at the first step:
        ValueError: the shapes differ.
        TypeError: `alpha` or `gamma` is no number.
        RuntimeError: the target is of an integer type.
    """

    def __init__(self, *, alpha: object, gamma: object, **_: object) -> None:
        self._alpha = alpha
        self._gamma = gamma

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        logits, labels = out["pred"], target["target"]
        if logits.shape != labels.shape:
            shapes = f"{tuple(logits.shape)} and {tuple(labels.shape)}"
            raise ValueError(f"focal_loss: prediction and target must have one shape, not {shapes}")
        if not labels.is_floating_point():
            raise RuntimeError(
                f"focal_loss: the target must be of a float type, not {labels.dtype}"
            )
        alpha, gamma = number("alpha", self._alpha), number("gamma", self._gamma)
        return sigmoid_focal(logits, labels, alpha, gamma).mean()
