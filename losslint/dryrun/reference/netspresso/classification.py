"""cross_entropy and focal_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.netspresso.numbers import (
    Floats,
    binary_entropy,
    floats,
    log_softmax,
    sigmoid,
)


def cross_entropy(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean over the labels of −Σ_c q_c log p_c, q = (1 − s) y + s / C."""
    del epoch, held
    return entropy_of(floats(batch.out["pred"]), np.asarray(batch.target["target"]), params)


def entropy_of(logits: Floats, labels: Any, params: Mapping[str, Any]) -> float:
    """Cross entropy of logits (B, C, …) against class ids or probabilities."""
    log_p = log_softmax(np.moveaxis(logits, 1, -1)).reshape(-1, logits.shape[1])
    wanted = _probabilities(labels, log_p.shape[1], params.get("ignore_index", -100))
    smoothing = float(params.get("label_smoothing", 0.0))
    if smoothing > 0:
        wanted = [
            (1 - smoothing) * q + smoothing / len(q) if q is not None else None for q in wanted
        ]
    losses = [-float(q @ row) for q, row in zip(wanted, log_p, strict=True) if q is not None]
    if params.get("reduce", True) not in (True, None):
        raise NotImplementedError("a loss without reduction is no number")
    if params.get("size_average", True) in (True, None):
        return sum(losses) / len(losses) if losses else float("nan")
    return sum(losses)


def _probabilities(labels: Any, classes: int, ignored: int) -> list[Floats | None]:
    """One row a label, None where it is ignored."""
    if labels.dtype.kind == "f":
        return list(np.moveaxis(floats(labels), 1, -1).reshape(-1, classes))
    one_hot = np.eye(classes)
    return [None if k == ignored else one_hot[k] for k in labels.reshape(-1).tolist()]


def focal_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Mean of α_t (1 − p_t)^γ · binary entropy."""
    del epoch, held
    logits, target = floats(batch.out["pred"]), floats(batch.target["target"])
    return float(focal(logits, target, float(params["alpha"]), float(params["gamma"])).mean())


def focal(x: Floats, y: Floats, alpha: float, gamma: float) -> Floats:
    """The focal loss of each element; balanced by α unless α is negative or NaN."""
    p = sigmoid(x)
    missed = p * (1 - y) + (1 - p) * y
    balance = alpha * y + (1 - alpha) * (1 - y) if alpha >= 0 else np.ones_like(y)
    result: Floats = balance * missed**gamma * binary_entropy(x, y)
    return result
