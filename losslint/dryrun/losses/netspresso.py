"""The ten criteria of NetsPresso Trainer 1.4.1: one row a criterion."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from losslint.catalog.netspresso import HEAD_CRITERIA
from losslint.dryrun.batches import netspresso as batches
from losslint.dryrun.records import Batch, BatchSizes, DrawBatch
from losslint.dryrun.reference.netspresso.anchor_free import yolofastest_loss, yolox_loss
from losslint.dryrun.reference.netspresso.classification import cross_entropy, focal_loss
from losslint.dryrun.reference.netspresso.detr import detr_loss
from losslint.dryrun.reference.netspresso.keypoints import rtmcc_loss
from losslint.dryrun.reference.netspresso.retinanet import retinanet_loss
from losslint.dryrun.reference.netspresso.segmentation import pidnet_loss, seg_cross_entropy
from losslint.dryrun.reference.netspresso.yolov9 import yolov9_loss

_FIRST_EPOCH = 1


CriterionFormula = Callable[[Batch, Mapping[str, Any], int, Batch], float]
"""A criterion's value: of a batch, an entry's parameters, a training epoch from 1, and `held`."""


class NetsPressoLoss(NamedTuple):
    """How a criterion is fed, computed and checked.

    Attributes:
        code: the class of losslint's own implementation, in the module of the criterion's name in
            `losslint.dryrun.criteria`; a name, because only a process that has torch imports it.
        batch: draws a batch in its domain.
        formula: its value.
    """

    code: str
    batch: DrawBatch
    formula: CriterionFormula


LOSSES: Mapping[str, NetsPressoLoss] = MappingProxyType(
    {
        "cross_entropy": NetsPressoLoss("CrossEntropy", batches.classification, cross_entropy),
        "seg_cross_entropy": NetsPressoLoss(
            "SegCrossEntropy", batches.segmentation, seg_cross_entropy
        ),
        "pidnet_loss": NetsPressoLoss("PIDNetLoss", batches.pidnet, pidnet_loss),
        "yolox_loss": NetsPressoLoss("YOLOXLoss", batches.yolox, yolox_loss),
        "yolofastest_loss": NetsPressoLoss(
            "YOLOFastestLoss", batches.yolofastest, yolofastest_loss
        ),
        "yolov9_loss": NetsPressoLoss("YOLOv9Loss", batches.yolov9, yolov9_loss),
        "retinanet_loss": NetsPressoLoss("RetinaNetLoss", batches.retinanet, retinanet_loss),
        "detr_loss": NetsPressoLoss("DETRLoss", batches.detr, detr_loss),
        "focal_loss": NetsPressoLoss("FocalLoss", batches.classification, focal_loss),
        "rtmcc_loss": NetsPressoLoss("RTMCCLoss", batches.rtmcc, rtmcc_loss),
    }
)


def batch(name: str, params: Mapping[str, Any], sizes: BatchSizes, seed: int) -> Batch:
    """A batch that the criterion can compute, the same for the same arguments.

    Args:
        name: one of the criteria; another name gets numbers too, for the framework to refuse.
        params: its parameters.
        sizes: how large, and from which head.
        seed: any integer ≥ 0.
    """
    loss = LOSSES.get(_fed_as(name, sizes.head))
    draw = batches.classification if loss is None else loss.batch
    return draw(np.random.default_rng([seed, zlib.crc32(name.encode())]), params, sizes)


def _fed_as(name: str, head: str | None) -> str:
    """The criterion for which a head gives what it gives, where this one does not run on it."""
    if head is None or (head, name) in HEAD_CRITERIA:
        return name
    return next((each for each in LOSSES if (head, each) in HEAD_CRITERIA), name)


def value(
    name: str,
    params: Mapping[str, Any],
    batch: Batch,
    held: Batch | None = None,
    epoch: int = _FIRST_EPOCH,
) -> float:
    """The loss in an epoch of a training, times its `weight` where it has one.

    Args:
        name: one of the criteria.
        params: the entry's parameters, `weight` included or not.
        batch: predictions and targets.
        held: where assignments and scores without gradient are taken from; else from `batch`.
        epoch: of the training, from 1.

    Raises:
        NotImplementedError: there is no formula for this criterion with these parameters.
    """
    if name not in LOSSES:
        raise NotImplementedError(f"no formula for {name!r}")
    weight = params.get("weight")
    loss = LOSSES[name].formula(batch, params, epoch, batch if held is None else held)
    return loss * (1.0 if weight is None else weight)
