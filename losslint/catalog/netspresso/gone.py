"""The criteria that a release once had and today's has not."""

from __future__ import annotations

from losslint.catalog.model import LossDef, Name, Param, Spec
from losslint.catalog.netspresso.common import ANY_INDEX, REFUSED_AT_BUILD, ignore_index
from losslint.catalog.specs import number

_PIDNET = (
    "pidnet_loss does the work of pidnet_cross_entropy, boundary_loss and "
    "pidnet_cross_entropy_with_boundary in one entry; it computes the same where the two cross "
    "entropies had one weight a and one ignore_index, and the boundary loss the weight 20·a"
)
_FASTER_RCNN = (
    "the Faster R-CNN head is gone as well; anchor_decoupled_head with retinanet_loss took its "
    "place in the trainer's own configs, which is another architecture"
)

_SHARE = number(low=0, high=1, otherwise=REFUSED_AT_BUILD)


def _sampling(since: str | None, until: str | None) -> tuple[Param, ...]:
    """The four parameters that moved from roi_head_loss to rpn_loss."""
    count = Spec(("int",), low=1, otherwise=REFUSED_AT_BUILD)
    params = (
        Param("box_fg_iou_thresh", _SHARE, 0.5, note="IoU of a hit."),
        Param("box_bg_iou_thresh", _SHARE, 0.5, note="IoU of a miss."),
        Param("box_batch_size_per_image", count, 512, note="Boxes sampled from an image."),
        Param("box_positive_fraction", _SHARE, 0.25, note="Share of hits among them."),
    )
    return tuple(param._replace(since=since, until=until) for param in params)


def _gone(
    name: str,
    task: str,
    until: str,
    summary: str,
    *params: Param,
    class_name: str | None = None,
    replacement: str | None = None,
    advice: str,
) -> LossDef:
    return LossDef(
        name,
        "netspresso",
        summary,
        params=params,
        class_name=class_name,
        names=(Name(name, until=until),),
        until=until,
        replacement=replacement,
        advice=advice,
        tasks=(task,),
    )


LOSSES = (
    _gone(
        "soft_target_cross_entropy",
        "classification",
        "0.0.10",
        "Cross entropy with soft targets; today cross_entropy takes them.",
        replacement="cross_entropy",
        advice="cross_entropy takes soft targets and computes the same",
    ),
    _gone(
        "label_smoothing_cross_entropy",
        "classification",
        "0.0.10",
        "Cross entropy with smoothed targets; today a parameter of cross_entropy.",
        Param(
            "smoothing",
            number(low=0, high=1, high_open=True, otherwise=REFUSED_AT_BUILD),
            default=0.1,
            note="Share of the target that is spread over all classes.",
        ),
        replacement="cross_entropy",
        advice=(
            "`smoothing` is called `label_smoothing` there; where it was left out, write "
            "`label_smoothing: 0.1`"
        ),
    ),
    _gone(
        "pidnet_cross_entropy",
        "segmentation",
        "0.1.0",
        "Cross entropy of both branches of PIDNet; today a part of pidnet_loss.",
        ignore_index(ANY_INDEX),
        class_name="PIDNetCrossEntropy",
        replacement="pidnet_loss",
        advice=_PIDNET,
    ),
    _gone(
        "boundary_loss",
        "segmentation",
        "0.1.0",
        "Balanced binary cross entropy of PIDNet's boundary; today a part of pidnet_loss.",
        class_name="BoundaryLoss",
        replacement="pidnet_loss",
        advice=_PIDNET,
    ),
    _gone(
        "pidnet_cross_entropy_with_boundary",
        "segmentation",
        "0.1.0",
        "Cross entropy where PIDNet predicts a boundary; today a part of pidnet_loss.",
        ignore_index(ANY_INDEX),
        class_name="PIDNetBoundaryAwareCrossEntropy",
        replacement="pidnet_loss",
        advice=_PIDNET,
    ),
    _gone(
        "roi_head_loss",
        "detection",
        "0.1.0",
        "The second stage of Faster R-CNN.",
        *_sampling(None, "0.0.9.b0"),
        advice=_FASTER_RCNN,
    ),
    _gone(
        "rpn_loss",
        "detection",
        "0.1.0",
        "The region proposals of Faster R-CNN.",
        *_sampling("0.0.9.b0", None),
        advice=_FASTER_RCNN,
    ),
)
