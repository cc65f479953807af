"""detr_loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.boxes import Box, centred_boxes, corner_boxes, giou, iou
from losslint.dryrun.reference.netspresso.numbers import (
    Floats,
    binary_entropy,
    floats,
    log_softmax,
    sigmoid,
)

_Pairs = list[tuple[int, int]]
"""Query and box of one image, matched."""


class _Image(NamedTuple):
    """One image's boxes, as fractions of its size, and their class ids."""

    boxes: list[Box]
    labels: list[int]


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
        pairs = [
            match(before.logits[k], centred_boxes(before.boxes[k]), *image, params["matcher"])
            for k, image in enumerate(images)
        ]
        total += _layer_loss(layer, before, images, pairs, params, count)
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
        _Image(
            [box.scaled(scale) for box in corner_boxes(image["boxes"])],
            [int(label) for label in image["labels"]],
        )
        for image in batch.target["gt"]
    ]


def _matched_layers(batch: Batch) -> list[_FormulaLayer]:
    """The layers whose pairs have to be found: the last one and the auxiliary ones."""
    pred = floats(batch.out["pred"])
    return [_FormulaLayer(pred[..., 4:], pred[..., :4]), *map(_layer, batch.out["aux_pred"] or ())]


def _layer(prediction: Mapping[str, Any]) -> _FormulaLayer:
    return _FormulaLayer(floats(prediction["pred_logits"]), floats(prediction["pred_boxes"]))


def _denoising_pairs(batch: Batch, images: list[_Image]) -> list[_Pairs]:
    """The pairs that the denoising queries were made for, group after group."""
    positive = batch.out["dn_meta"]["dn_positive_idx"]
    return [
        [(int(query), index % len(image.boxes)) for index, query in enumerate(positive[k])]
        if image.boxes
        else []
        for k, image in enumerate(images)
    ]


def _layer_loss(
    layer: _FormulaLayer,
    before: _FormulaLayer,
    images: list[_Image],
    pairs: list[_Pairs],
    params: Mapping[str, Any],
    count: int,
) -> float:
    """One layer's weighted terms."""
    parts: dict[str, float] = {}
    for term in params["losses"]:
        if term == "vfl":
            parts["loss_vfl"] = _varifocal(layer, before, images, pairs, params) / count
        elif term == "boxes":
            parts["loss_bbox"], parts["loss_giou"] = (
                part / count for part in _box_parts(layer.boxes, images, pairs)
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
    layer: _FormulaLayer,
    before: _FormulaLayer,
    images: list[_Image],
    pairs: list[_Pairs],
    params: Mapping[str, Any],
) -> float:
    """Σ weight · binary entropy against the IoU at the box's class, else 0."""
    alpha, gamma = params.get("alpha", 0.2), params.get("gamma", 2.0)
    total = 0.0
    for k, image in enumerate(images):
        logits = layer.logits[k]
        score, hit = np.zeros_like(logits), np.zeros_like(logits)
        for query, box in pairs[k]:
            overlap = iou(centred_boxes([before.boxes[k, query]])[0], image.boxes[box])
            score[query, image.labels[box]] = overlap
            hit[query, image.labels[box]] = 1.0
        weight = np.where(hit == 1, score, alpha * sigmoid(before.logits[k]) ** gamma)
        total += number((weight * binary_entropy(logits, score)).sum())
    return total


def _box_parts(boxes: Floats, images: list[_Image], pairs: list[_Pairs]) -> tuple[float, float]:
    """Σ |Δ(cx, cy, w, h)| and Σ (1 − GIoU) over the pairs."""
    distance = missed = 0.0
    for k, image in enumerate(images):
        for query, b in pairs[k]:
            box = image.boxes[b]
            distance += number(np.abs(boxes[k, query] - box.centred()).sum())
            missed += 1 - giou(centred_boxes([boxes[k, query]])[0], box)
    return distance, missed


def match(
    logits: Floats,
    predicted: list[Box],
    boxes: list[Box],
    labels: list[int],
    matcher: Mapping[str, Any],
) -> _Pairs:
    """The pairs of queries and boxes whose costs add up to least."""
    weights = matcher["weight_dict"]
    cost = np.zeros((len(predicted), len(boxes)))
    for query, found in enumerate(predicted):
        by_class = _class_costs(logits[query], matcher)
        for b, box in enumerate(boxes):
            l1 = sum(abs(p - q) for p, q in zip(found.centred(), box.centred(), strict=True))
            cost[query, b] = (
                weights["cost_bbox"] * l1
                + weights["cost_class"] * by_class[labels[b]]
                - weights["cost_giou"] * giou(found, box)
            )
    if len(predicted) < len(boxes):
        return list(enumerate(cheapest(cost)))
    return [(query, b) for b, query in enumerate(cheapest(cost.T))]


def _class_costs(logits: Floats, matcher: Mapping[str, Any]) -> Floats:
    """What it costs to let a query of these logits answer for each class."""
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
