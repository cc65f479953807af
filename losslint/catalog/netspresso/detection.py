"""The criteria on detection heads, but for detr_loss."""

from __future__ import annotations

from losslint.catalog.model import Contract, Effect, Param, Spec
from losslint.catalog.netspresso.common import REFUSED, REFUSED_AT_BUILD, criterion
from losslint.catalog.specs import ONE_OR_ZERO, number

_BOXES = "B dicts of boxes (n, 4) xyxy in pixels and labels (n,)"
_IN_PLACE = "The target boxes are turned into centre, width and height in place."

_ANY = Spec(("null", "bool", "number", "str", "list", "mapping"), finite=False)

_SIDE = number(
    *ONE_OR_ZERO,
    Effect(("nan", "inf", "-inf"), "the gradient is NaN"),
    Effect(("low",), "the trainer learns from a box without an extent"),
    low=0,
    low_open=True,
    otherwise=REFUSED_AT_BUILD,
)
_PAIR = Spec(
    ("list",),
    item=_SIDE,
    length=(2, 2),
    effects=(Effect(("length",), "its numbers are not the width and the height of one box"),),
    otherwise=REFUSED_AT_BUILD,
)
_NO_ANCHOR = Effect(("empty",), REFUSED)

ANCHORS = Spec(
    ("list",),
    item=Spec(
        ("list",),
        either=(
            Spec(
                ("list",),
                item=_SIDE,
                length=(2, None),
                multiple=2,
                effects=(_NO_ANCHOR,),
                otherwise=REFUSED_AT_BUILD,
            ),
            Spec(("list",), item=_PAIR, length=(1, None), effects=(_NO_ANCHOR,)),
        ),
        otherwise=REFUSED_AT_BUILD,
    ),
    length=(1, None),
    otherwise=REFUSED_AT_BUILD,
)
"""A list a level of the head, each flat (w, h, w, h, …) or in pairs."""

YOLOX_LOSS = criterion(
    "yolox_loss",
    "YOLOXLoss",
    "YOLOX: 5 times the IoU term, objectness and class terms, and L1 from an epoch on.",
    Contract(("logits",), ("boxes",), "a level: (B, 5 + C, h, w)", _BOXES, _IN_PLACE),
    Param(
        "l1_activate_epoch",
        Spec(
            ("number",),
            infinite=True,
            effects=(
                Effect(("true",), "it counts as epoch 1"),
                Effect(("false",), "it counts as epoch 0, and the term is on from the first"),
                Effect(("nan",), "no epoch reaches it, and the L1 term is never added"),
            ),
            otherwise=REFUSED,
        ),
        required=True,
        note="The epoch, counted from 1, from which on the L1 term is added.",
        since="0.2.0",
    ),
    since="0.0.9",
    heads=("anchor_free_decoupled_head",),
    example=(("l1_activate_epoch", 1),),
    source="Ge et al., YOLOX, arXiv:2107.08430",
)

YOLOFASTEST_LOSS = criterion(
    "yolofastest_loss",
    "YOLOFastestLoss",
    "YOLOX's terms over the anchors of YOLO-Fastest, with GIoU and without L1.",
    Contract(
        ("logits",),
        ("boxes",),
        "a level: (B, A, 5 + C, h, w) or (B, A·(5 + C), h, w)",
        _BOXES,
        _IN_PLACE,
    ),
    Param(
        "anchors",
        ANCHORS,
        required=True,
        note="Widths and heights in pixels, a list a level: those of the head, in its order.",
    ),
    Param(
        "l1_activate_epoch",
        _ANY,
        default=None,
        fate="ignored",
        note="Taken over from YOLOX; this criterion never adds the L1 term.",
    ),
    since="1.0.3",
    heads=("yolo_fastest_head_v2",),
    example=(
        (
            "anchors",
            [[12.0, 18.0, 37.0, 49.0, 52.0, 132.0], [115.0, 73.0, 119.0, 199.0, 242.0, 238.0]],
        ),
        ("l1_activate_epoch", None),
    ),
    source="dog-qiuqiu, Yolo-FastestV2; terms: arXiv:2107.08430",
)

YOLOV9_LOSS = criterion(
    "yolov9_loss",
    "YOLOv9Loss",
    "YOLOv9: 7.5 times CIoU, 1.5 times distribution focal and 0.5 times class terms, fixed.",
    Contract(
        ("logits",),
        ("boxes",),
        "a level: (B, 4·reg_max + C, h, w)",
        _BOXES,
        "float32 only; at least ten anchor points in all levels together.",
    ),
    Param(
        "reg_max",
        Spec(
            ("int",),
            low=1,
            effects=(Effect(("true", "false", "zero"), REFUSED),),
            otherwise=REFUSED_AT_BUILD,
        ),
        default=16,
        note="Bins a box side; equal to `architecture.head.params.reg_max`.",
    ),
    Param(
        "l1_activate_epoch",
        _ANY,
        default=None,
        required=True,
        fate="ignored",
        note="The constructor insists on the key and uses nothing of it: write null.",
    ),
    since="1.1.0",
    heads=("yolo_detection_head",),
    example=(("reg_max", 16), ("l1_activate_epoch", None)),
    source="Wang et al., YOLOv9, arXiv:2402.13616",
)

RETINANET_LOSS = criterion(
    "retinanet_loss",
    "RetinaNetLoss",
    "Focal loss (alpha 0.25, gamma 2) of the classes plus L1 of the boxes, nothing configurable.",
    Contract(
        ("logits",),
        ("boxes",),
        "anchors (N, 4), cls_logits a level (B, n, C), bbox_regression a level (B, n, 4)",
        _BOXES,
        "Labels are less than C.",
    ),
    since="0.1.0",
    heads=("anchor_decoupled_head",),
    source="Lin et al., Focal Loss for Dense Object Detection, arXiv:1708.02002",
)

LOSSES = (YOLOX_LOSS, YOLOFASTEST_LOSS, YOLOV9_LOSS, RETINANET_LOSS)
