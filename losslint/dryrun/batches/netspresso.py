"""Synthetic batches for the ten criteria of NetsPresso Trainer 1.4.1.

Shapes and targets are those that the trainer's own heads and data sets give, only small.
Coordinates are multiples of 1/8, so that no float type rounds them, and shapes follow
the parameters (anchors, reg_max), so that a batch never is what makes a loss fail: unusable
ones are passed over, since building the criterion is what refuses them.

For detection the image side is raised to a multiple of 32; for rtmcc_loss `classes` is the number
of keypoints and the input is 256 x 256.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from losslint.dryrun.batches.draws import normal
from losslint.dryrun.records import Batch, BatchSizes
from losslint.dryrun.reference.netspresso.segmentation import resized

Floats = npt.NDArray[np.float64]
Params = Mapping[str, Any]

_COARSEST_STRIDE = 32
_QUERIES = 8
_KEYPOINT_SIDE = 256
_DENOISING_GROUPS = 2
_DEFAULT_REG_MAX = 16
_DEFAULT_ANCHORS = (2, 3)
_INT64 = np.iinfo(np.int64)
_SURE = math.log(4.0)  # pidnet_loss counts a boundary from a sigmoid of 0.8 on
_MARGIN = 2e-3  # as far as float16 rounds there
_MOVES = 100


def classification(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Logits and one-hot floats, as the trainer's classification data sets give them."""
    labels = rng.integers(0, sizes.classes, sizes.batch)
    out = {"pred": rng.normal(size=(sizes.batch, sizes.classes))}
    return Batch(out, {"target": np.eye(sizes.classes)[labels]}, ("pred",))


def segmentation(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """A map at a quarter of the image, labels at its full size, a corner of them undefined."""
    side = max(sizes.image // 4, 1)
    out = {"pred": normal(rng, (sizes.batch, sizes.classes, side, side))}
    return Batch(out, {"target": _label_map(rng, params, sizes)}, ("pred",))


def pidnet(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Three maps at an eighth of the image, and edges of 0 and 1."""
    side = max(sizes.image // 8, 1)
    out = {
        "pred": normal(rng, (sizes.batch, sizes.classes, side, side)),
        "extra_p": normal(rng, (sizes.batch, sizes.classes, side, side)),
        "extra_d": rng.normal(scale=2.0, size=(sizes.batch, 1, side, side)),
    }
    # Without one sure boundary the loss is NaN, as the trainer's is; the corner stays a corner.
    out["extra_d"][:, :, 0, 0] = 3.0
    _keep_off_threshold(rng, out["extra_d"], sizes.image)
    edges = rng.random((sizes.batch, sizes.image, sizes.image)) < 0.2
    target = {"target": _label_map(rng, params, sizes), "bd_gt": edges.astype(np.float64)}
    return Batch(out, target, ("pred", "extra_p", "extra_d"))


def _keep_off_threshold(rng: np.random.Generator, logits: Floats, side: int) -> None:
    """Move boundary logits until no pixel that is made of them lies at the threshold.

    There rounding would decide which pixels the loss counts.
    """
    for _ in range(_MOVES):
        near = np.abs(resized(logits, (side, side), True) - _SURE) < _MARGIN
        places = np.argwhere(near) * (1, 1, *(np.array(logits.shape[2:]) - 1))
        if not len(places):
            return
        image, channel, y, x = (places / (1, 1, *[max(side - 1, 1)] * 2)).round().astype(int).T
        logits[image, channel, y, x] += rng.choice((-0.1, 0.1), len(places))


def _label_map(
    rng: np.random.Generator, params: Params, sizes: BatchSizes
) -> npt.NDArray[np.int64]:
    """Class ids (B, H, W), the last row and column undefined under the configured index."""
    labels = rng.integers(0, sizes.classes, (sizes.batch, sizes.image, sizes.image))
    ignored = params.get("ignore_index", -100)
    if type(ignored) is not int or not _INT64.min <= ignored <= _INT64.max:
        return labels
    labels[:, 0, 0] = next(k for k in range(2) if k != ignored)
    labels[:, -1, :] = labels[:, :, -1] = ignored
    return labels


def yolox(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Maps of 5 + C channels at strides 8, 16 and 32."""
    target = _detection_target(rng, sizes)
    levels = _maps(rng, target["img_size"], 3, (sizes.batch, 5 + sizes.classes))
    return _detected({"pred": levels}, target, _level_paths(levels), sizes)


def yolofastest(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Maps of A times 5 + C channels, the coarsest at stride 32; levels and A as in `anchors`."""
    count, per_level = sizes.anchors or _anchor_counts(params.get("anchors"))
    target = _detection_target(rng, sizes)
    shape = (sizes.batch, per_level, 5 + sizes.classes)
    levels = _maps(rng, target["img_size"], count, shape)
    return _detected({"pred": levels}, target, _level_paths(levels), sizes)


def _anchor_counts(anchors: Any) -> tuple[int, int]:
    """Levels, and anchors a level; of the shipped configs where `anchors` is unusable."""
    try:
        counts = (len(anchors), np.asarray(anchors[0], dtype=np.float64).size // 2)
    except (TypeError, ValueError, LookupError):
        return _DEFAULT_ANCHORS
    return counts if all(counts) else _DEFAULT_ANCHORS


def yolov9(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Maps of 4 · reg_max + C channels at strides 8, 16 and 32."""
    reg_max = sizes.reg_max or params.get("reg_max", _DEFAULT_REG_MAX)
    if type(reg_max) is not int or reg_max < 1:
        reg_max = _DEFAULT_REG_MAX
    target = _detection_target(rng, sizes)
    levels = _maps(rng, target["img_size"], 3, (sizes.batch, 4 * reg_max + sizes.classes))
    return _detected({"pred": levels}, target, _level_paths(levels), sizes)


def _maps(rng: np.random.Generator, side: int, count: int, shape: tuple[int, ...]) -> list[Floats]:
    """One map a level, finest first, the coarsest at stride 32."""
    strides = [max(_COARSEST_STRIDE >> level, 1) for level in reversed(range(count))]
    return [normal(rng, (*shape, side // stride, side // stride)) for stride in strides]


def _level_paths(levels: list[Floats]) -> tuple[str, ...]:
    return tuple(f"pred.{index}" for index in range(len(levels)))


def retinanet(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Two anchors a cell, a square and a wide one, at strides 8 and 16."""
    target = _detection_target(rng, sizes)
    grids = [_anchor_grid(target["img_size"], stride) for stride in (8, 16)]
    out = {
        "anchors": np.concatenate(grids),
        "cls_logits": [normal(rng, (sizes.batch, len(grid), sizes.classes)) for grid in grids],
        "bbox_regression": [normal(rng, (sizes.batch, len(grid), 4), 0.5) for grid in grids],
    }
    leaves = [f"{key}.{k}" for key in ("cls_logits", "bbox_regression") for k in range(len(grids))]
    return _detected(out, target, tuple(leaves), sizes)


def _anchor_grid(side: int, stride: int) -> Floats:
    """(n, 4) corners of the anchors of one level."""
    middle = (np.arange(side // stride) + 0.5) * stride
    y, x = (axis.reshape(-1) for axis in np.meshgrid(middle, middle, indexing="ij"))
    shapes = ((1.5 * stride, 1.5 * stride), (2.0 * stride, 1.0 * stride))
    corners = [np.stack([x - w, y - h, x + w, y + h], 1) for w, h in shapes]
    return np.stack(corners, 1).reshape(-1, 4)


def detr(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """Eight queries, one auxiliary layer, one denoising layer of two groups."""
    target = _detection_target(rng, sizes)
    counts = [len(image["labels"]) for image in target["gt"]]
    group = 2 * max(counts)
    positive = [
        np.concatenate([np.arange(n) + g * group for g in range(_DENOISING_GROUPS)]) for n in counts
    ]
    last = _queries(rng, _QUERIES, sizes)
    out = {
        "pred": np.concatenate([last["pred_boxes"], last["pred_logits"]], -1),
        "aux_pred": [_queries(rng, _QUERIES, sizes)],
        "dn_aux_pred": [_queries(rng, _DENOISING_GROUPS * group, sizes)],
        "dn_meta": {"dn_positive_idx": positive, "dn_num_group": _DENOISING_GROUPS},
    }
    layers = [f"{layer}.0.{part}" for layer in ("aux_pred", "dn_aux_pred") for part in last]
    return _detected(out, target, ("pred", *layers), sizes)


def _queries(rng: np.random.Generator, count: int, sizes: BatchSizes) -> dict[str, Floats]:
    """Logits, and boxes (cx, cy, w, h) well inside the unit square."""
    boxes = np.concatenate(
        [
            rng.uniform(0.25, 0.75, (sizes.batch, count, 2)),
            rng.uniform(0.1, 0.45, (sizes.batch, count, 2)),
        ],
        -1,
    )
    return {
        "pred_logits": rng.normal(size=(sizes.batch, count, sizes.classes)),
        "pred_boxes": boxes,
    }


def rtmcc(rng: np.random.Generator, params: Params, sizes: BatchSizes) -> Batch:
    """512 x bins and 512 y bins a keypoint; the first keypoint of a sample is visible."""
    shape = (sizes.batch, sizes.classes)
    # Odd multiples of 1/8: a coordinate in half pixels is never midway between two bins.
    places = (2 * rng.integers(0, 1024, (*shape, 2)) + 1) / 8
    visible = rng.choice([0.0, 1.0, 1.0, 2.0], shape)
    visible[:, 0] = 1.0
    keypoints = np.concatenate([places, visible[..., None]], -1)
    known = sizes.image in (_KEYPOINT_SIDE, BatchSizes().image)
    note = f"its bins are those of {_KEYPOINT_SIDE} pixels: computed at that, not at {sizes.image}"
    out, target = {"pred": normal(rng, (*shape, 4 * _KEYPOINT_SIDE))}, {"keypoints": keypoints}
    return Batch(out, target, ("pred",), () if known else (note,))


def _detected(
    out: dict[str, Any], target: dict[str, Any], leaves: tuple[str, ...], sizes: BatchSizes
) -> Batch:
    """A detector's batch, which says where its side is not what was asked for."""
    asked, side = sizes.image, target["img_size"]
    note = f"the detector's strides do not divide {asked} pixels: computed at {side}"
    return Batch(out, target, leaves, () if side == asked else (note,))


def _detection_target(rng: np.random.Generator, sizes: BatchSizes) -> dict[str, Any]:
    """One to three boxes an image, corners in pixels."""
    side = max(1, -(-sizes.image // _COARSEST_STRIDE)) * _COARSEST_STRIDE
    gt = []
    for image in range(sizes.batch):
        count = 1 + (image + 1) % 3
        size = rng.uniform(0.2, 0.7, (count, 2)) * side
        low = rng.uniform(0, 1, (count, 2)) * (side - size)
        boxes = np.round(np.concatenate([low, low + size], 1) * 4) / 4
        gt.append({"boxes": boxes, "labels": rng.integers(0, sizes.classes, count)})
    return {"gt": gt, "img_size": side, "num_classes": sizes.classes}
