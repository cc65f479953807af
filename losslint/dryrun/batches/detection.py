"""Batches for the platform's detectors: SSD300 and Mask R-CNN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.batches.draws import normal
from losslint.dryrun.records import Batch, BatchSizes

Array = npt.NDArray[Any]


def ssd(rng: np.random.Generator, params: Mapping[str, Any], sizes: BatchSizes) -> Batch:
    """Boxes of every kind: positive, background and ignored ones.

    Returns:
        `out["pred"]` and `target["true"]`, shape (B, boxes, classes + 12) in float64; the first
        class is the background, predictions are probabilities, then offsets; boxes grow with the
        image: one on every 16 × 16 pixels, 8 at least.
    """
    boxes = max(8, (sizes.image // 16) ** 2)
    count = max(2, sizes.classes)
    roles = np.tile(np.arange(boxes) % 8, (sizes.batch, 1))
    labels = np.where(roles == 0, rng.integers(1, count, size=roles.shape), 0)
    logits = np.exp(normal(rng, (*roles.shape, count)))
    kind = logits.dtype
    classes = np.eye(count, dtype=kind)[labels]
    classes[roles == 7] = 0.0  # an all-zero class says: ignore this box
    offsets = rng.normal(size=(*roles.shape, 4))
    anchors = rng.uniform(0.1, 0.9, size=(*roles.shape, 8))
    guess = logits / logits.sum(axis=-1, keepdims=True)
    true = np.concatenate([classes, offsets, anchors], axis=-1, dtype=kind)
    found = offsets + _steps(rng, offsets.shape)
    pred = np.concatenate([guess, found, anchors], axis=-1, dtype=kind)
    return Batch({"pred": pred}, {"true": true}, ("pred",))


def _steps(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Differences on both sides of smooth L1's threshold, none near 0 or at ±1."""
    small, large = rng.uniform(0.1, 0.9, size=shape), rng.uniform(1.1, 2.0, size=shape)
    size: Array = np.where(rng.random(shape) < 0.5, small, large)
    return np.asarray(size * rng.choice((-1.0, 1.0), size=shape))


def _count(params: Mapping[str, Any], key: str, default: int) -> int:
    value = params.get(key)
    return value if type(value) is int and 0 < value <= 4096 else default


def rcnn(rng: np.random.Generator, params: Mapping[str, Any], sizes: BatchSizes) -> Batch:
    """What the five losses of Mask R-CNN compare, with positive, negative and padding rows.

    Returns:
        Shapes as in `reference.keras.platform.rcnn_parts`; RPN_TRAIN_ANCHORS_PER_IMAGE,
        TRAIN_ROIS_PER_IMAGE and MASK_SHAPE count where the parameters name them.
    """
    batch, classes = sizes.batch, max(2, sizes.classes)
    anchors = max(8, (sizes.image // 16) ** 2)
    rois = _count(params, "TRAIN_ROIS_PER_IMAGE", 6)
    height, width = _mask_shape(params)
    match = np.tile(np.array([1, -1, 0, -1])[np.arange(anchors) % 4], (batch, 1))
    ids = np.where(np.arange(rois) % 3 == 0, rng.integers(1, classes, size=(batch, rois)), 0)
    boxes = rng.normal(size=(batch, rois, 4))
    pixels = rng.random((batch, rois, height, width)) < 0.5
    target = {
        "rpn_match": match[..., None],
        "rpn_bbox": _packed(rng, match, _count(params, "RPN_TRAIN_ANCHORS_PER_IMAGE", anchors)),
        "class_ids": ids,
        "bbox": boxes * (ids > 0)[..., None],
        "masks": (pixels & (ids > 0)[..., None, None]).astype(np.float64),
        "active_class_ids": np.ones((batch, classes), dtype=np.int64),
    }
    out = {
        "rpn_class_logits": rng.normal(size=(batch, anchors, 2)),
        "rpn_bbox": rng.normal(size=(batch, anchors, 4)),
        "mrcnn_class_logits": rng.normal(size=(batch, rois, classes)),
        "mrcnn_bbox": boxes[:, :, None] + _steps(rng, (batch, rois, classes, 4)),
        "mrcnn_mask": rng.uniform(0.1, 0.9, size=(batch, rois, height, width, classes)),
    }
    return Batch(out, target, tuple(out))


def _packed(rng: np.random.Generator, match: Array, rows: int) -> Array:
    """Target boxes of the positive anchors at the front, zeros behind."""
    counts = (match == 1).sum(axis=-1)
    rows = max(rows, int(counts.max()))
    used = np.arange(rows)[None, :] < counts[:, None]
    boxes: Array = rng.normal(size=(len(match), rows, 4)) * used[..., None]
    return boxes


def _mask_shape(params: Mapping[str, Any]) -> tuple[int, int]:
    shape = params.get("MASK_SHAPE")
    if not isinstance(shape, list) or len(shape) != 2:
        return 4, 4
    usable = all(type(side) is int and 0 < side <= 256 for side in shape)
    return (shape[0], shape[1]) if usable else (4, 4)
