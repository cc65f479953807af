"""detr_loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import box_of_arrays, giou, iou
from losslint.dryrun.reference.netspresso.numbers import (
    Floats,
    binary_entropy,
    floats,
    log_softmax,
    sigmoid,
)


class _Image(NamedTuple):
    """One image's boxes (m, 4), corners as fractions of its size, and their class ids."""

    boxes: Floats
    labels: npt.NDArray[np.int64]


class _Pairs(NamedTuple):
    """Image and query of each matched pair, and its box (n, 4) and class id."""

    image: npt.NDArray[np.int64]
    query: npt.NDArray[np.int64]
    boxes: Floats
    labels: npt.NDArray[np.int64]


class _FormulaLayer(NamedTuple):
    """One layer's logits (B, Q, C) and boxes (B, Q, 4), cxcywh."""

    logits: Floats
    boxes: Floats


def detr_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """The weighted terms of the last, the auxiliary and the denoising layers, summed.

    Raises:
        NotImplementedError: a term other than vfl, boxes and cardinality.
    """
    images = _images(batch)
    count = max(1, sum(len(image.boxes) for image in images))
    total = 0.0
    for layer, before in zip(_matched_layers(batch), _matched_layers(held), strict=True):
        matched = [
            match(before.logits[k], before.boxes[k], *image, params["matcher"])
            for k, image in enumerate(images)
        ]
        total += _layer_loss(layer, before, images, _pairs(matched, images), params, count)
    if batch.out["dn_aux_pred"] is not None:
        count *= batch.out["dn_meta"]["dn_num_group"]
        pairs = _denoising_pairs(batch, images)
        denoising = (map(_layer, each.out["dn_aux_pred"]) for each in (batch, held))
        for layer, before in zip(*denoising, strict=True):
            total += _layer_loss(layer, before, images, pairs, params, count)
    return total


def _images(batch: Batch) -> list[_Image]:
    scale = 1 / batch.target["img_size"]
    return [
        _Image(floats(image["boxes"]).reshape(-1, 4) * scale, np.asarray(image["labels"]))
        for image in batch.target["gt"]
    ]


def _matched_layers(batch: Batch) -> list[_FormulaLayer]:
    """The layers whose pairs have to be found: the last one and the auxiliary ones."""
    pred = floats(batch.out["pred"])
    return [_FormulaLayer(pred[..., 4:], pred[..., :4]), *map(_layer, batch.out["aux_pred"] or ())]


def _layer(prediction: Mapping[str, Any]) -> _FormulaLayer:
    return _FormulaLayer(floats(prediction["pred_logits"]), floats(prediction["pred_boxes"]))


def _denoising_pairs(batch: Batch, images: list[_Image]) -> _Pairs:
    """The pairs that the denoising queries were made for, group after group."""
    positive = batch.out["dn_meta"]["dn_positive_idx"]
    made = [
        [(int(query), index % len(image.boxes)) for index, query in enumerate(positive[k])]
        if len(image.boxes)
        else []
        for k, image in enumerate(images)
    ]
    return _pairs(made, images)


def _pairs(matched: list[list[tuple[int, int]]], images: list[_Image]) -> _Pairs:
    """The pairs of query and box of all images."""
    rows = [(k, *pair) for k, pairs in enumerate(matched) for pair in pairs]
    image, query, box = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    firsts = np.cumsum([0, *(len(image.boxes) for image in images)])
    every = firsts[image] + box
    boxes = np.concatenate([image.boxes for image in images])
    return _Pairs(image, query, boxes[every], np.concatenate([i.labels for i in images])[every])


def _layer_loss(
    layer: _FormulaLayer,
    before: _FormulaLayer,
    images: list[_Image],
    pairs: _Pairs,
    params: Mapping[str, Any],
    count: int,
) -> float:
    """One layer's weighted terms."""
    parts: dict[str, float] = {}
    for term in params["losses"]:
        if term == "vfl":
            parts["loss_vfl"] = _varifocal(layer, before, pairs, params) / count
        elif term == "boxes":
            parts["loss_bbox"], parts["loss_giou"] = (
                part / count for part in _box_parts(layer.boxes, pairs)
            )
        elif term == "cardinality":
            parts["cardinality_error"] = _miscount(before.logits, images)
        else:
            raise NotImplementedError(f"no formula for the term {term!r}")
    weights = params["weight_dict"]
    return number(sum(value * weights[name] for name, value in parts.items() if name in weights))


def _miscount(logits: Floats, images: list[_Image]) -> float:
    """Mean over images of |queries whose best class is not the last − boxes|."""
    found = (logits.argmax(-1) != logits.shape[-1] - 1).sum(1).tolist()
    errors = [abs(n - len(image.boxes)) for n, image in zip(found, images, strict=True)]
    return float(sum(errors) / len(errors))


def _varifocal(
    layer: _FormulaLayer, before: _FormulaLayer, pairs: _Pairs, params: Mapping[str, Any]
) -> float:
    """Σ weight · binary entropy against the IoU at the box's class, else 0."""
    alpha, gamma = params.get("alpha", 0.2), params.get("gamma", 2.0)
    found = box_of_arrays(before.boxes[pairs.image, pairs.query], centred=True)
    place = (pairs.image, pairs.query, pairs.labels)
    score, hit = np.zeros((2, *layer.logits.shape))
    score[place], hit[place] = iou(found, box_of_arrays(pairs.boxes)), 1.0
    weight = np.where(hit == 1, score, alpha * sigmoid(before.logits) ** gamma)
    return number((weight * binary_entropy(layer.logits, score)).sum())


def _box_parts(boxes: Floats, pairs: _Pairs) -> tuple[float, float]:
    """Σ |Δ(cx, cy, w, h)| and Σ (1 − GIoU) over the pairs."""
    found, wanted = boxes[pairs.image, pairs.query], box_of_arrays(pairs.boxes)
    distance = np.abs(found - np.stack(wanted.centred(), 1)).sum()
    missed = (1 - giou(box_of_arrays(found, centred=True), wanted)).sum()
    return number(distance), number(missed)


def match(
    logits: Floats,
    predicted: Floats,
    boxes: Floats,
    labels: npt.NDArray[np.int64],
    matcher: Mapping[str, Any],
) -> list[tuple[int, int]]:
    """The pairs of queries (cxcywh) and boxes (corners) whose costs add up to least."""
    weights = matcher["weight_dict"]
    wanted = np.stack(box_of_arrays(boxes).centred(), 1)
    each, every = predicted[:, None], np.broadcast_to(boxes, (len(predicted), *boxes.shape))
    found = np.broadcast_to(each, every.shape).reshape(-1, 4)
    overlap = giou(box_of_arrays(found, centred=True), box_of_arrays(every.reshape(-1, 4)))
    cost = (
        weights["cost_bbox"] * np.abs(each - wanted).sum(-1)
        + weights["cost_class"] * _class_costs(logits, matcher)[:, labels]
        - weights["cost_giou"] * overlap.reshape(every.shape[:2])
    )
    if len(predicted) < len(boxes):
        return list(enumerate(cheapest(cost)))
    return [(query, b) for b, query in enumerate(cheapest(cost.T))]


def _class_costs(logits: Floats, matcher: Mapping[str, Any]) -> Floats:
    """What it costs to let queries of these logits answer for each class."""
    if not matcher["use_focal_loss"]:
        return -np.exp(log_softmax(logits))
    alpha, gamma = matcher["alpha"], matcher["gamma"]
    p = sigmoid(logits)
    absent = -(1 - alpha) * p**gamma * np.log(1 - p + 1e-8)
    present = -alpha * (1 - p) ** gamma * np.log(p + 1e-8)
    result: Floats = present - absent
    return result


def cheapest(cost: Floats) -> list[int]:
    """For each row a column of its own, the sum of the costs least (Kuhn, 1955).

    Rows join one by one along the shortest augmenting path; `cost` has no more rows than columns.
    """
    rows, columns = cost.shape
    row_price, column_price = [0.0] * rows, [0.0] * columns
    taken_by: list[int | None] = [None] * columns
    for start in range(rows):
        distance, came_from = [math.inf] * columns, [-1] * columns
        done: set[int] = set()
        row, column = start, -1
        while True:
            reached = 0.0 if column < 0 else distance[column]
            for c in set(range(columns)) - done:
                through = reached + cost[row, c] - row_price[row] - column_price[c]
                if through < distance[c]:
                    distance[c], came_from[c] = through, column
            column = min(set(range(columns)) - done, key=distance.__getitem__)
            owner = taken_by[column]
            if owner is None:
                break
            done.add(column)
            row = owner
        length = distance[column]
        row_price[start] += length
        for c in done:
            row_price[taken_by[c] or 0] += length - distance[c]
            column_price[c] -= length - distance[c]
        while column >= 0:
            previous = came_from[column]
            taken_by[column] = start if previous < 0 else taken_by[previous]
            column = previous
    found = {row: c for c, row in enumerate(taken_by) if row is not None}
    return [found[row] for row in range(rows)]
