"""What is known of NetsPresso Trainer's criteria, release by release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog.model import LossDef
from losslint.catalog.netspresso import classification, detection, detr, gone, pose, segmentation
from losslint.catalog.netspresso.common import HEADS as HEADS
from losslint.catalog.netspresso.common import NO_CATCH_ALL_BEFORE as NO_CATCH_ALL_BEFORE
from losslint.catalog.netspresso.common import RESERVED as RESERVED
from losslint.catalog.netspresso.common import WEIGHT as WEIGHT
from losslint.catalog.netspresso.detr import CARDINALITY as CARDINALITY
from losslint.catalog.netspresso.detr import DETR_TERMS as DETR_TERMS
from losslint.catalog.netspresso.detr import Term as Term
from losslint.catalog.releases import NETSPRESSO as RELEASES

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


def find(name: str) -> LossDef | None:
    """The criterion of that exact name in any release."""
    return _BY_NAME.get(name)
