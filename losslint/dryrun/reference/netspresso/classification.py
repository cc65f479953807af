"""cross_entropy and focal_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.numbers import (
    Floats,
    binary_entropy,
    floats,
    log_softmax,
    sigmoid,
)


def cross_entropy(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean over the labels of −Σ_c q_c log p_c, q = (1 − s) y + s / C."""
    return entropy_of(floats(batch.out["pred"]), np.asarray(batch.target["target"]), params)


def entropy_of(logits: Floats, labels: Any, params: Mapping[str, Any]) -> float:
    """Cross entropy of logits (B, C, …) against class ids or probabilities."""
    classes = logits.shape[1]
    log_p = log_softmax(np.moveaxis(logits, 1, -1)).reshape(-1, classes)
    if params.get("reduce", True) not in (True, None):
        raise NotImplementedError("a loss without reduction is no number")
    if labels.dtype.kind == "f":
        wanted = np.moveaxis(floats(labels), 1, -1).reshape(-1, classes)
        right = (wanted * log_p).sum(-1)
    else:
        flat = labels.reshape(-1)
        kept = np.flatnonzero(flat != params.get("ignore_index", -100))
        log_p = log_p[kept] if len(kept) < len(flat) else log_p
        right = np.take_along_axis(log_p, flat[kept][:, None], -1)[:, 0]
    smoothing = float(params.get("label_smoothing", 0.0))
    losses = -right
    if smoothing > 0:
        losses = -(1 - smoothing) * right - smoothing * log_p.mean(-1)
    if params.get("size_average", True) in (True, None):
        return losses.sum() / losses.size if losses.size else float("nan")
    return number(losses.sum())


def focal_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean of α_t (1 − p_t)^γ · binary entropy."""
    logits, target = floats(batch.out["pred"]), floats(batch.target["target"])
    return number(focal(logits, target, float(params["alpha"]), float(params["gamma"])).mean())


def focal(x: Floats, y: Floats, alpha: float, gamma: float) -> Floats:
    """The focal loss of each element; balanced by α unless α is negative or NaN."""
    p = sigmoid(x)
    missed = p * (1 - 2 * y) + y  # 1 − p where y is 1, p where it is 0
    balance = alpha * y + (1 - alpha) * (1 - y) if alpha >= 0 else np.ones_like(y)
    result: Floats = balance * missed**gamma * binary_entropy(x, y)
    return result
