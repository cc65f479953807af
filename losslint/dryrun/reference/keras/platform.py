"""The platform's SSD_LOSS and RCNN_LOSS.

SSD_LOSS is the class SSDLoss of pierluigiferrari/ssd_keras (Liu et al., arXiv:1512.02325);
RCNN_LOSS is the sum of the five losses of matterport/Mask_RCNN (He et al., arXiv:1703.06870).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import as_differentiable, number
from losslint.dryrun.reference.keras.entropy import log_softmax
from losslint.dryrun.reference.keras.reduction import EPSILON, Array

_FLOOR = 1e-15


def _smooth_l1(difference: Array) -> Array:
    """d²/2 where |d| < 1, else |d| − 1/2 (Girshick, arXiv:1504.08083)."""
    distance = np.abs(difference)
    return np.where(distance < 1.0, distance**2 / 2.0, distance - 0.5)


def ssd_loss(params: Mapping[str, Any], batch: Batch) -> float:
    """Mean over the images of `ssd_per_image`, the value that Keras trains on."""
    return number(ssd_per_image(params, batch).mean())


def ssd_per_image(params: Mapping[str, Any], batch: Batch) -> Array:
    """(positives + hardest negatives + α · boxes) / max(1, number of positives) · batch size.

    Args:
        params: NEG_POS_RATIO (3), N_NEG_MIN (0), ALPHA (1.0).
        batch: `out["pred"]` and `target["true"]`, shape (B, boxes, C + 12): C probabilities or
            one-hot classes, of which the first is the background and none means "ignore"; then
            four offsets; the last eight columns do not matter.

    Returns:
        Shape (B,).
    """
    true = np.asarray(batch.target["true"], dtype=np.float64)
    pred = as_differentiable(batch.out["pred"])
    classes = true[..., :-12]
    wrongness = -(classes * np.log(np.maximum(pred[..., :-12], _FLOOR))).sum(axis=-1)
    offsets = _smooth_l1(true[..., -12:-8] - pred[..., -12:-8]).sum(axis=-1)
    positive = classes[..., 1:].max(axis=-1)
    count = positive.sum()

    candidates = (wrongness * classes[..., 0]).reshape(-1)
    most = max(params.get("NEG_POS_RATIO", 3) * int(count), params.get("N_NEG_MIN", 0))
    kept = min(most, np.count_nonzero(candidates))
    hardest = np.zeros_like(candidates)
    hardest[np.argsort(-candidates, kind="stable")[: max(kept, 0)]] = 1.0

    total = (wrongness * (positive + hardest.reshape(wrongness.shape))).sum(axis=-1)
    total += params.get("ALPHA", 1.0) * (offsets * positive).sum(axis=-1)
    result: Array = total / max(1.0, count) * len(true)
    return result


def rcnn_loss(params: Mapping[str, Any], batch: Batch) -> float:
    """Σ LOSS_WEIGHTS[name] · loss over the five losses; a missing weight is 1.

    The objective's other part, WEIGHT_DECAY · Σ w² / size(w), is one of the model's weights.
    """
    weights = params.get("LOSS_WEIGHTS") or {}
    parts = rcnn_parts(batch)
    return number(sum(weights.get(name, 1.0) * part for name, part in parts.items()))


def rcnn_parts(batch: Batch) -> dict[str, float]:
    """The five losses by name.

    `batch.out`: rpn_class_logits (B, A, 2), rpn_bbox (B, A, 4), mrcnn_class_logits (B, R, C),
    mrcnn_bbox (B, R, C, 4), mrcnn_mask (B, R, H, W, C) in (0, 1).
    `batch.target`: rpn_match (B, A, 1) of 1, −1 and 0; rpn_bbox (B, N, 4), packed at the front;
    class_ids (B, R), 0 is background; bbox (B, R, 4); masks (B, R, H, W) of 0 and 1;
    active_class_ids (B, C) of 0 and 1.
    """
    out, target = batch.out, batch.target
    match = np.asarray(target["rpn_match"])[..., 0]
    ids = np.asarray(target["class_ids"]).astype(np.int64)
    chosen = np.argwhere(ids > 0)
    return {
        "rpn_class_loss": _rpn_class(match, out["rpn_class_logits"]),
        "rpn_bbox_loss": _rpn_box(match, target["rpn_bbox"], out["rpn_bbox"]),
        "mrcnn_class_loss": _class(ids, out["mrcnn_class_logits"], target["active_class_ids"]),
        "mrcnn_bbox_loss": _box(ids, chosen, target["bbox"], out["mrcnn_bbox"]),
        "mrcnn_mask_loss": _mask(ids, chosen, target["masks"], out["mrcnn_mask"]),
    }


def _rpn_class(match: npt.NDArray[Any], logits: Array) -> float:
    kept = match != 0
    if not kept.any():
        return 0.0
    labels = (match[kept] == 1).astype(np.int64)
    return number(-log_softmax(logits[kept])[np.arange(len(labels)), labels].mean())


def _rpn_box(match: npt.NDArray[Any], target: Array, pred: Array) -> float:
    rows = [target[image, : np.count_nonzero(one == 1)] for image, one in enumerate(match)]
    difference = np.concatenate(rows) - pred[match == 1]
    return number(_smooth_l1(difference).mean()) if difference.size else 0.0


def _class(ids: npt.NDArray[np.int64], logits: Array, active: npt.NDArray[Any]) -> float:
    # Only the first image's active classes are looked at, for the whole batch.
    counts = np.asarray(active, dtype=np.float64)[0][logits.argmax(axis=-1)]
    values = -np.take_along_axis(log_softmax(logits), ids[..., None], -1)[..., 0]
    with np.errstate(invalid="ignore"):
        return number((values * counts).sum() / counts.sum())


def _box(
    ids: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64], target: Array, pred: Array
) -> float:
    pairs = [_smooth_l1(target[b, r] - pred[b, r, ids[b, r]]) for b, r in chosen]
    return number(np.stack(pairs).mean()) if pairs else 0.0


def _mask(
    ids: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64], target: Array, pred: Array
) -> float:
    if not len(chosen):
        return 0.0
    true = np.stack([target[b, r] for b, r in chosen])
    guess = np.stack([pred[b, r, ..., ids[b, r]] for b, r in chosen])
    guess = np.clip(guess, EPSILON, 1.0 - EPSILON)
    return number(-(true * np.log(guess) + (1.0 - true) * np.log1p(-guess)).mean())
