"""The ten criteria of NetsPresso Trainer 1.4.1 by their formulas, in NumPy float64.

Written from the papers' mathematics and the trainer's constants, one box and one point at a time,
so that no step is shared with the torch code that they judge.

Assignments, and the scores that some criteria derive from their own predictions, take no
gradient: each formula takes them from the batch `held`, whose predictions are plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.netspresso.anchor_free import yolofastest_loss, yolox_loss
from losslint.dryrun.reference.netspresso.classification import cross_entropy, focal_loss
from losslint.dryrun.reference.netspresso.detr import detr_loss
from losslint.dryrun.reference.netspresso.keypoints import rtmcc_loss
from losslint.dryrun.reference.netspresso.retinanet import retinanet_loss
from losslint.dryrun.reference.netspresso.segmentation import pidnet_loss, seg_cross_entropy
from losslint.dryrun.reference.netspresso.yolov9 import yolov9_loss

_FIRST_EPOCH = 1


class Formula(Protocol):
    """A criterion's value."""

    def __call__(self, batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
        """The loss of a batch with an entry's parameters in a training epoch, from 1."""
        ...


_FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "cross_entropy": cross_entropy,
        "seg_cross_entropy": seg_cross_entropy,
        "pidnet_loss": pidnet_loss,
        "yolox_loss": yolox_loss,
        "yolofastest_loss": yolofastest_loss,
        "yolov9_loss": yolov9_loss,
        "retinanet_loss": retinanet_loss,
        "detr_loss": detr_loss,
        "focal_loss": focal_loss,
        "rtmcc_loss": rtmcc_loss,
    }
)


def _reference(formula: Formula) -> Callable[[Batch, Mapping[str, Any], int], float]:
    def reference(batch: Batch, params: Mapping[str, Any], epoch: int) -> float:
        return formula(batch, params, epoch, batch)

    return reference


REFERENCES: Mapping[str, Callable[[Batch, Mapping[str, Any], int], float]] = MappingProxyType(
    {name: _reference(formula) for name, formula in _FORMULAS.items()}
)
"""The value of each criterion: of a batch, its parameters and the training epoch."""


def value(name: str, params: Mapping[str, Any], batch: Batch, held: Batch | None = None) -> float:
    """The loss in the first epoch of a training, times its `weight` where it has one.

    Args:
        name: one of the ten criteria.
        params: the entry's parameters, `weight` included or not.
        batch: predictions and targets.
        held: where assignments and scores without gradient are taken from; else from `batch`.

    Raises:
        NotImplementedError: there is no formula for this criterion with these parameters.
    """
    if name not in _FORMULAS:
        raise NotImplementedError(f"no formula for {name!r}")
    weight = params.get("weight")
    loss = _FORMULAS[name](batch, params, _FIRST_EPOCH, batch if held is None else held)
    return loss * (1.0 if weight is None else weight)
