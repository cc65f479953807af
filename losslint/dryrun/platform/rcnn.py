"""RCNN_LOSS: the five losses of matterport/Mask_RCNN (He et al., arXiv:1703.06870), weighted.

The original adds WEIGHT_DECAY · Σ w² / size(w) over the model's trainable weights. A dry run has
no model, so this part is not computed, and WEIGHT_DECAY has no effect on its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

from losslint.catalog.platform import RCNN_PARTS
from losslint.dryrun.platform.ssd import smooth_l1

_EPSILON = 1e-7


def rcnn_loss(params: Mapping[str, Any], out: Mapping[str, Any], target: Mapping[str, Any]) -> Any:
    """Σ LOSS_WEIGHTS[name] · loss over `RCNN_PARTS`; a weight that is missing is 1.

    Args:
        params: LOSS_WEIGHTS, a mapping from names to floats; other parameters shape the targets
            and not the loss.
        out: rpn_class_logits (B, A, 2), rpn_bbox (B, A, 4), mrcnn_class_logits (B, R, C),
            mrcnn_bbox (B, R, C, 4), mrcnn_mask (B, R, H, W, C) in (0, 1).
        target: rpn_match (B, A, 1) of 1, −1 and 0; rpn_bbox (B, N, 4), packed at the front;
            class_ids (B, R), 0 is background; bbox (B, R, 4); masks (B, R, H, W) of 0 and 1;
            active_class_ids (B, C) of 0 and 1. Floating tensors in the predictions' type.

    Returns:
        A scalar tensor; not a number where no predicted class is active, as in the original.

    Raises:
        TypeError: LOSS_WEIGHTS is no mapping of numbers.
    """
    weights = _weights(params)
    ids = target["class_ids"]
    parts = (
        _rpn_class(target["rpn_match"][..., 0], out["rpn_class_logits"]),
        _rpn_box(target["rpn_match"][..., 0], target["rpn_bbox"], out["rpn_bbox"]),
        _class(ids, out["mrcnn_class_logits"], target["active_class_ids"]),
        _box(ids, target["bbox"], out["mrcnn_bbox"]),
        _mask(ids, target["masks"], out["mrcnn_mask"]),
    )
    return sum(weight * part for weight, part in zip(weights, parts, strict=True))


def _weights(params: Mapping[str, Any]) -> list[float]:
    given = params.get("LOSS_WEIGHTS", {})
    if not isinstance(given, Mapping):
        raise TypeError(f"LOSS_WEIGHTS must be an object of five floats, not {given!r}")
    weights = {name: given.get(name, 1.0) for name, _ in RCNN_PARTS}
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise TypeError(f"LOSS_WEIGHTS.{name} must be a number, not {weight!r}")
    return [float(weight) for weight in weights.values()]


def _share(values: Any, chosen: Any) -> Any:
    """The mean of the chosen values, 0 where none is chosen."""
    return ops.sum(values * chosen) / ops.maximum(ops.sum(chosen), 1.0)


def _crossentropy(labels: Any, logits: Any) -> Any:
    hot = ops.one_hot(ops.cast(labels, "int32"), logits.shape[-1], dtype=logits.dtype)
    return -ops.sum(hot * ops.log_softmax(logits, axis=-1), axis=-1)


def _rpn_class(match: Any, logits: Any) -> Any:
    return _share(_crossentropy(match == 1, logits), ops.cast(match != 0, logits.dtype))


def _rpn_box(match: Any, target: Any, pred: Any) -> Any:
    positive = ops.cast(match == 1, "int32")
    # The n-th positive anchor of an image belongs to the n-th row of its targets.
    # On JAX the maximum is a float where floatx is bfloat16.
    row = ops.cast(ops.maximum(ops.cumsum(positive, axis=1) - 1, 0), "int32")
    aligned = ops.take_along_axis(target, row[..., None], axis=1)
    values = ops.mean(smooth_l1(aligned - pred), axis=-1)
    return _share(values, ops.cast(positive, pred.dtype))


def _class(ids: Any, logits: Any, active: Any) -> Any:
    # The original looks at the first image's active classes for the whole batch.
    counts = ops.take(active[0], ops.argmax(logits, axis=-1))
    return ops.sum(_crossentropy(ids, logits) * counts) / ops.sum(counts)


def _box(ids: Any, target: Any, pred: Any) -> Any:
    own = ops.one_hot(ops.cast(ids, "int32"), pred.shape[2], dtype=pred.dtype)
    chosen = ops.sum(own[..., None] * pred, axis=2)
    values = ops.mean(smooth_l1(target - chosen), axis=-1)
    return _share(values, ops.cast(ids > 0, pred.dtype))


def _mask(ids: Any, target: Any, pred: Any) -> Any:
    own = ops.one_hot(ops.cast(ids, "int32"), pred.shape[-1], dtype=pred.dtype)
    chosen = ops.sum(own[:, :, None, None, :] * pred, axis=-1)
    chosen = ops.clip(chosen, _EPSILON, 1.0 - _EPSILON)
    values = -(target * ops.log(chosen) + (1.0 - target) * ops.log(1.0 - chosen))
    return _share(ops.mean(values, axis=(2, 3)), ops.cast(ids > 0, pred.dtype))
