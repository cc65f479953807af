"""The criteria that a release once had and today's has not."""

from __future__ import annotations

from losslint.catalog.model import LossDef, Name, Param, Spec
from losslint.catalog.netspresso.common import ANY_INDEX, REFUSED_AT_BUILD, ignore_index

_PIDNET = (
    "pidnet_loss does the work of pidnet_cross_entropy, boundary_loss and "
    "pidnet_cross_entropy_with_boundary in one entry; it computes the same where the two cross "
    "entropies had one weight a and one ignore_index, and the boundary loss the weight 20·a"
)
_FASTER_RCNN = (
    "the Faster R-CNN head is gone as well; anchor_decoupled_head with retinanet_loss took its "
    "place in the trainer's own configs, which is another architecture"
)

_SHARE = Spec(("number",), low=0, high=1, otherwise=REFUSED_AT_BUILD)


def _sampling(since: str | None, until: str | None) -> tuple[Param, ...]:
    """The four parameters that moved from roi_head_loss to rpn_loss."""
    count = Spec(("int",), low=1, otherwise=REFUSED_AT_BUILD)
    return (
        Param("box_fg_iou_thresh", _SHARE, 0.5, note="IoU of a hit.", since=since, until=until),
        Param("box_bg_iou_thresh", _SHARE, 0.5, note="IoU of a miss.", since=since, until=until),
        Param(
            "box_batch_size_per_image",
            count,
            512,
            note="Boxes sampled from an image.",
            since=since,
            until=until,
        ),
        Param(
            "box_positive_fraction",
            _SHARE,
            0.25,
            note="Share of hits among them.",
            since=since,
            until=until,
        ),
    )


SOFT_TARGET_CROSS_ENTROPY = LossDef(
    "soft_target_cross_entropy",
    "netspresso",
    "Cross entropy with soft targets; today cross_entropy takes them.",
    names=(Name("soft_target_cross_entropy", until="0.0.10"),),
    until="0.0.10",
    replacement="cross_entropy",
    advice="cross_entropy takes soft targets and computes the same",
    tasks=("classification",),
)

LABEL_SMOOTHING_CROSS_ENTROPY = LossDef(
    "label_smoothing_cross_entropy",
    "netspresso",
    "Cross entropy with smoothed targets; today a parameter of cross_entropy.",
    params=(
        Param(
            "smoothing",
            Spec(("number",), low=0, high=1, high_open=True, otherwise=REFUSED_AT_BUILD),
            default=0.1,
            note="Share of the target that is spread over all classes.",
        ),
    ),
    names=(Name("label_smoothing_cross_entropy", until="0.0.10"),),
    until="0.0.10",
    replacement="cross_entropy",
    advice=(
        "`smoothing` is called `label_smoothing` there; where it was left out, write "
        "`label_smoothing: 0.1`"
    ),
    tasks=("classification",),
)

PIDNET_CROSS_ENTROPY = LossDef(
    "pidnet_cross_entropy",
    "netspresso",
    "Cross entropy of both branches of PIDNet; today a part of pidnet_loss.",
    params=(ignore_index(ANY_INDEX),),
    class_name="PIDNetCrossEntropy",
    names=(Name("pidnet_cross_entropy", until="0.1.0"),),
    until="0.1.0",
    replacement="pidnet_loss",
    advice=_PIDNET,
    tasks=("segmentation",),
)

BOUNDARY_LOSS = LossDef(
    "boundary_loss",
    "netspresso",
    "Balanced binary cross entropy of PIDNet's boundary; today a part of pidnet_loss.",
    class_name="BoundaryLoss",
    names=(Name("boundary_loss", until="0.1.0"),),
    until="0.1.0",
    replacement="pidnet_loss",
    advice=_PIDNET,
    tasks=("segmentation",),
)

PIDNET_CROSS_ENTROPY_WITH_BOUNDARY = LossDef(
    "pidnet_cross_entropy_with_boundary",
    "netspresso",
    "Cross entropy where PIDNet predicts a boundary; today a part of pidnet_loss.",
    params=(ignore_index(ANY_INDEX),),
    class_name="PIDNetBoundaryAwareCrossEntropy",
    names=(Name("pidnet_cross_entropy_with_boundary", until="0.1.0"),),
    until="0.1.0",
    replacement="pidnet_loss",
    advice=_PIDNET,
    tasks=("segmentation",),
)

ROI_HEAD_LOSS = LossDef(
    "roi_head_loss",
    "netspresso",
    "The second stage of Faster R-CNN.",
    params=_sampling(None, "0.0.9.b0"),
    names=(Name("roi_head_loss", until="0.1.0"),),
    until="0.1.0",
    advice=_FASTER_RCNN,
    tasks=("detection",),
)

RPN_LOSS = LossDef(
    "rpn_loss",
    "netspresso",
    "The region proposals of Faster R-CNN.",
    params=_sampling("0.0.9.b0", None),
    names=(Name("rpn_loss", until="0.1.0"),),
    until="0.1.0",
    advice=_FASTER_RCNN,
    tasks=("detection",),
)

LOSSES = (
    SOFT_TARGET_CROSS_ENTROPY,
    LABEL_SMOOTHING_CROSS_ENTROPY,
    PIDNET_CROSS_ENTROPY,
    BOUNDARY_LOSS,
    PIDNET_CROSS_ENTROPY_WITH_BOUNDARY,
    ROI_HEAD_LOSS,
    RPN_LOSS,
)
