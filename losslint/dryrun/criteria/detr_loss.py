"""The set-prediction loss of RT-DETR, `detr_loss`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria import boxes as geometry
from losslint.dryrun.criteria.contract import number, widened
from losslint.dryrun.criteria.hungarian import DecoderLayer, HungarianMatcher, Match


class MatchedPairs(NamedTuple):
    """P matched pairs: image and query of each, the box (P, 4) in corners and its class id.

    `divisor` divides the sums.
    """

    image: Tensor
    query: Tensor
    boxes: Tensor
    labels: Tensor
    divisor: float


class DETRLoss:
    """The weighted terms of the last decoder layer, of each auxiliary and each denoising layer.

    After Zhao et al., RT-DETR, 2023. `losses` names the terms, `weight_dict` weighs their
    parts; a part without a weight is left out. Each is a sum over queries, divided by the
    number of boxes in the batch (times the denoising groups).

    - "vfl": varifocal loss (Zhang et al., 2021), part loss_vfl;
    - "boxes": |Δ| of cxcywh, part loss_bbox, and 1 − GIoU, part loss_giou;
    - "cardinality": mean error of the number of boxes, without gradient, part cardinality_error;
    - "labels": refused at the first step: it needs C + 1 logits, and no head gives them;
    - "focal": refused at the first step, as by the trainer, whose own target is of a wrong type.

    Call: out["pred"] (B, Q, 4 + C): cxcywh in 0 … 1, then logits; out["aux_pred"],
    out["dn_aux_pred"] each a list of {pred_logits (B, Q, C), pred_boxes (B, Q, 4)} or None;
    out["dn_meta"] {dn_positive_idx: list of B int64 tensors, dn_num_group: int} or None;
    target["gt"] list of B dicts {boxes (m, 4) corners in pixels, labels (m,) int64}, whose
    boxes become fractions of the image; target["img_size"] int;
    target["num_classes"] int.

    Raises at its construction: as `HungarianMatcher`.
    Raises at the first step:
        TypeError: a weight, `alpha` or `gamma` is no number, `losses` no list, or
            `weight_dict` no mapping.
        ValueError: an unknown term, or a box is inside out.
        IndexError: a class id is not less than C.
        RuntimeError: no part of any term has a weight; "focal" or "labels".
    """

    def __init__(
        self,
        *,
        matcher: Any,
        weight_dict: Any,
        losses: Any,
        alpha: object = 0.2,
        gamma: object = 2.0,
        **_: object,
    ) -> None:
        self._match = HungarianMatcher(matcher)
        self._weights = weight_dict
        self._terms = losses
        self._alpha = alpha
        self._gamma = gamma

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        layer = DecoderLayer(out["pred"][..., 4:], out["pred"][..., :4])
        auxiliary, denoising = out["aux_pred"], out["dn_aux_pred"]
        gt, num_classes = target["gt"], target["num_classes"]
        _normalise(gt, target["img_size"])
        count = float(max(sum(len(image["labels"]) for image in gt), 1))

        parts = self._parts(layer, _pairs(self._match(layer, gt), gt, count), gt, num_classes)
        for layer in map(_layer, auxiliary or ()):
            pairs = _pairs(self._match(layer, gt), gt, count)
            parts += self._parts(layer, pairs, gt, num_classes)
        if denoising is not None:
            meta = out["dn_meta"]
            match = _denoising_match(meta, gt)
            pairs = _pairs(match, gt, count * meta["dn_num_group"])
            for layer in map(_layer, denoising):
                parts += self._parts(layer, pairs, gt, num_classes)
        if not parts:
            raise RuntimeError(
                "detr_loss: no part of the terms in losses has a weight in weight_dict"
            )
        return torch.stack([part.to(parts[0].dtype) for part in parts]).sum()

    def _parts(
        self, layer: DecoderLayer, pairs: MatchedPairs, gt: list[dict[str, Any]], num_classes: int
    ) -> list[Tensor]:
        """The weighted parts of one layer."""
        terms: dict[object, Callable[[], dict[str, Tensor]]] = {
            "vfl": lambda: self._varifocal(layer, pairs, num_classes),
            "boxes": lambda: _box_terms(layer, pairs),
            "cardinality": lambda: _cardinality(layer, gt),
            "labels": lambda: _refuse_labels(layer, num_classes),
            "focal": _refuse_focal,
        }
        parts: dict[str, Tensor] = {}
        for name in self._terms:
            if name not in terms:
                raise ValueError(
                    f"detr_loss: unknown term {name!r} in losses; known: {list(terms)}"
                )
            # A term named twice computes the same again: the dict keeps one.
            parts.update(terms[name]())
        if not isinstance(self._weights, Mapping):
            raise TypeError(f"detr_loss: weight_dict must be a mapping, not {self._weights!r}")
        return [
            part * number(f"weight_dict.{name}", self._weights[name])
            for name, part in parts.items()
            if name in self._weights
        ]

    def _varifocal(
        self, layer: DecoderLayer, pairs: MatchedPairs, num_classes: int
    ) -> dict[str, Tensor]:
        alpha, gamma = number("alpha", self._alpha), number("gamma", self._gamma)
        chosen = (pairs.image, pairs.query)
        corners = geometry.ordered(geometry.to_corners(layer.boxes[chosen]))
        iou, _ = geometry.iou_and_union(corners, pairs.boxes)
        labels = F.one_hot(_wanted_classes(layer, pairs, num_classes), num_classes + 1)[..., :-1]
        score = torch.zeros_like(layer.logits[..., 0])
        score[chosen] = iou.detach().to(score.dtype)
        wanted = score[..., None] * labels
        p = layer.logits.sigmoid().detach()
        weight = alpha * p.pow(gamma) * (1 - labels) + wanted
        loss = F.binary_cross_entropy_with_logits(
            layer.logits, wanted, weight=weight, reduction="none"
        )
        return {"loss_vfl": loss.sum() / pairs.divisor}


def _layer(prediction: dict[str, Tensor]) -> DecoderLayer:
    return DecoderLayer(prediction["pred_logits"], prediction["pred_boxes"])


def _normalise(gt: list[dict[str, Any]], image_size: int) -> None:
    """Divide each image's boxes by the image's size, for every later criterion too."""
    for image in gt:
        image["boxes"] = image["boxes"] / image["boxes"].new_tensor(image_size)


def _pairs(match: Match, gt: list[dict[str, Any]], divisor: float) -> MatchedPairs:
    """The pairs of all images, one after the other."""
    images = [torch.full_like(query, index) for index, (query, _) in enumerate(match)]
    boxes = [image["boxes"][box] for image, (_, box) in zip(gt, match, strict=True)]
    labels = [image["labels"][box] for image, (_, box) in zip(gt, match, strict=True)]
    queries = torch.cat([query for query, _ in match])
    return MatchedPairs(torch.cat(images), queries, torch.cat(boxes), torch.cat(labels), divisor)


def _denoising_match(meta: dict[str, Any], gt: list[dict[str, Any]]) -> Match:
    """The match that the denoising queries were made for; none has to be searched."""
    match = []
    for queries, image in zip(meta["dn_positive_idx"], gt, strict=True):
        boxes = torch.arange(len(image["labels"]), device=image["labels"].device)
        boxes = boxes.tile(meta["dn_num_group"])
        if not len(boxes):
            queries = boxes
        elif len(queries) != len(boxes):
            raise ValueError(
                f"detr_loss: {len(queries)} positive denoising queries for {len(boxes)} boxes"
            )
        match.append((queries, boxes))
    return match


def _wanted_classes(layer: DecoderLayer, pairs: MatchedPairs, num_classes: int) -> Tensor:
    """(B, Q) int64: the class that each query should say, `num_classes` for none."""
    shape = layer.logits.shape[:2]
    wanted = torch.full(shape, num_classes, dtype=torch.int64, device=layer.logits.device)
    wanted[pairs.image, pairs.query] = pairs.labels
    return wanted


def _box_terms(layer: DecoderLayer, pairs: MatchedPairs) -> dict[str, Tensor]:
    predicted = layer.boxes[pairs.image, pairs.query]
    distance = (predicted - geometry.to_centred(geometry.ordered(pairs.boxes))).abs()
    overlap = geometry.giou(geometry.ordered(geometry.to_corners(predicted)), pairs.boxes)
    return {
        "loss_bbox": distance.sum() / pairs.divisor,
        "loss_giou": (1 - overlap).sum() / pairs.divisor,
    }


@torch.no_grad()
def _cardinality(layer: DecoderLayer, gt: list[dict[str, Any]]) -> dict[str, Tensor]:
    last = layer.logits.shape[-1] - 1
    wide = widened(layer.logits.dtype)
    found = (layer.logits.argmax(-1) != last).sum(1).to(wide)
    wanted = found.new_tensor([len(image["labels"]) for image in gt])
    return {"cardinality_error": (found - wanted).abs().mean()}


def _refuse_labels(layer: DecoderLayer, num_classes: int) -> dict[str, Tensor]:
    raise RuntimeError(
        f'detr_loss: the term "labels" needs {num_classes + 1} logits, a no-object class among'
        f" them; there are {layer.logits.shape[-1]}"
    )


def _refuse_focal() -> dict[str, Tensor]:
    raise RuntimeError(
        'detr_loss: the term "focal" cannot run: its target has an integer type; "vfl" runs'
    )
