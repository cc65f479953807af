"""What is known of NetsPresso Trainer's criteria, release by release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog.model import LossDef
from losslint.catalog.netspresso import (
    classification,
    detection,
    detr,
    gone,
    pose,
    segmentation,
)
from losslint.catalog.netspresso.common import HEADS, NO_CATCH_ALL_BEFORE, RESERVED, WEIGHT
from losslint.catalog.netspresso.detr import CARDINALITY, Term
from losslint.catalog.netspresso.detr import TERMS as DETR_TERMS
from losslint.catalog.releases import NETSPRESSO as RELEASES

__all__ = [
    "CARDINALITY",
    "CLASSES",
    "DETR_TERMS",
    "HEADS",
    "HEAD_CRITERIA",
    "LOSSES",
    "NEWEST",
    "NO_CATCH_ALL_BEFORE",
    "RELEASES",
    "RESERVED",
    "TASKS",
    "WEIGHT",
    "Term",
    "find",
]

NEWEST = RELEASES[-1]

TASKS = ("classification", "segmentation", "detection", "pose_estimation")

LOSSES: tuple[LossDef, ...] = (
    *classification.LOSSES,
    *segmentation.LOSSES,
    *detection.LOSSES,
    *detr.LOSSES,
    *pose.LOSSES,
    *gone.LOSSES,
)

HEAD_CRITERIA: frozenset[tuple[str, str]] = frozenset(
    (head, loss.name) for loss in LOSSES for head in loss.heads
)
"""The pairs of head and criterion that survive a training step at the newest release."""

_BY_NAME: Mapping[str, LossDef] = MappingProxyType({loss.name: loss for loss in LOSSES})

CLASSES: Mapping[str, str] = MappingProxyType(
    {loss.class_name: loss.name for loss in LOSSES if loss.class_name is not None}
)
"""The trainer's class names, which a criterion must not be called by, with the criterion."""


def find(name: str) -> LossDef | None:
    """The criterion of that exact name in any release."""
    return _BY_NAME.get(name)
