"""The Hungarian matching of queries to boxes, for `detr_loss`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from losslint.dryrun.criteria import boxes as geometry
from losslint.dryrun.criteria.contract import known_classes, number

_TYPE = "HungarianMatcher"
_COSTS = ("cost_class", "cost_bbox", "cost_giou")
_LOG_EPSILON = 1e-8


class DecoderLayer(NamedTuple):
    """One decoder layer's predictions: logits (B, Q, C) and boxes (B, Q, 4) cxcywh in 0 … 1."""

    logits: Tensor
    boxes: Tensor


Match = list[tuple[Tensor, Tensor]]
"""For each image the matched queries and, in the same order, the boxes they match."""


class HungarianMatcher:
    """The cheapest one-to-one assignment of queries to boxes (Carion et al., DETR, 2020).

    Args:
        config: the entry's `matcher`: `type` ("HungarianMatcher"; anything else is
            refused, nothing is ever evaluated), `weight_dict` {cost_class, cost_bbox,
            cost_giou}, `alpha`, `gamma`, `use_focal_loss`.

    Raises:
        KeyError: a key is missing.
        TypeError: `matcher` or its `weight_dict` is no mapping.
        ValueError: another type, or all three weights are 0.
    """

    def __init__(self, config: Any) -> None:
        if not isinstance(config, Mapping):
            raise TypeError(f"detr_loss: matcher must be a mapping, not {config!r}")
        if config["type"] != _TYPE:
            raise ValueError(f"detr_loss: matcher.type must be {_TYPE!r}, not {config['type']!r}")
        weights = config["weight_dict"]
        if not isinstance(weights, Mapping):
            raise TypeError(f"detr_loss: matcher.weight_dict must be a mapping, not {weights!r}")
        self._weights = {cost: weights[cost] for cost in _COSTS}
        self._alpha, self._gamma = config["alpha"], config["gamma"]
        self._focal = bool(config["use_focal_loss"])
        if all(weight == 0 for weight in self._weights.values()):
            raise ValueError("detr_loss: the three weights of matcher.weight_dict are all 0")

    @torch.no_grad()
    def __call__(self, layer: DecoderLayer, gt: list[dict[str, Any]]) -> Match:
        """The match of one layer; `gt` holds corners in 0 … 1."""
        device = layer.logits.device
        match = []
        for logits, predicted, image in zip(layer.logits, layer.boxes, gt, strict=True):
            cost = self._cost(logits, predicted, image["boxes"], image["labels"])
            found = linear_sum_assignment(cost.double().cpu().numpy())
            query, box = (torch.as_tensor(index, device=device) for index in found)
            match.append((query, box))
        return match

    def _cost(self, logits: Tensor, predicted: Tensor, boxes: Tensor, labels: Tensor) -> Tensor:
        """(Q, m) cost of each query for each box of one image."""
        weight = {
            cost: number(f"matcher.weight_dict.{cost}", w) for cost, w in self._weights.items()
        }
        distance = torch.cdist(predicted, geometry.to_centred(geometry.ordered(boxes)), p=1)
        corners = geometry.ordered(geometry.to_corners(predicted))
        overlap = geometry.giou(corners[:, None], boxes[None])
        return (
            weight["cost_bbox"] * distance
            + weight["cost_class"] * self._class_cost(logits, labels)
            - weight["cost_giou"] * overlap
        )

    def _class_cost(self, logits: Tensor, labels: Tensor) -> Tensor:
        known_classes(labels, logits.shape[-1])
        if not self._focal:
            return -logits.softmax(-1)[:, labels]
        alpha = number("matcher.alpha", self._alpha)
        gamma = number("matcher.gamma", self._gamma)
        p = logits.sigmoid()[:, labels]
        absent = (1 - alpha) * p**gamma * -torch.log(1 - p + _LOG_EPSILON)
        present = alpha * (1 - p) ** gamma * -torch.log(p + _LOG_EPSILON)
        return present - absent
