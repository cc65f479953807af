"""Entries of the ten criteria: the shipped ones, variants, and ones that the trainer refuses."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Entry = dict[str, Any]

ANCHORS = [[12.0, 18.0, 37.0, 49.0, 52.0, 132.0], [115.0, 73.0, 119.0, 199.0, 242.0, 238.0]]
MATCHER = {
    "type": "HungarianMatcher",
    "weight_dict": {"cost_class": 2, "cost_bbox": 5, "cost_giou": 2},
    "alpha": 0.25,
    "gamma": 2.0,
    "use_focal_loss": True,
}
DETR = {
    "weight_dict": {"loss_vfl": 1, "loss_bbox": 5, "loss_giou": 2},
    "losses": ["vfl", "boxes"],
    "alpha": 0.75,
    "gamma": 2.0,
    "matcher": MATCHER,
}
SHIPPED: dict[str, Entry] = {
    "cross_entropy": {"label_smoothing": 0.1},
    "seg_cross_entropy": {"ignore_index": 255},
    "pidnet_loss": {"ignore_index": 255},
    "yolox_loss": {"l1_activate_epoch": 1},
    "yolofastest_loss": {"anchors": ANCHORS, "l1_activate_epoch": None},
    "yolov9_loss": {"reg_max": 16, "l1_activate_epoch": None},
    "retinanet_loss": {},
    "detr_loss": DETR,
    "focal_loss": {"alpha": 0.25, "gamma": 2.0},
    "rtmcc_loss": {},
}
"""The parameters of the shipped configs; focal_loss has none, its are the documentation's."""


def entry(criterion: str, **params: Any) -> Entry:
    """An entry with the shipped parameters, some of them changed."""
    return {"criterion": criterion, "weight": None, **SHIPPED[criterion], **params}


def without(criterion: str, *keys: str) -> Entry:
    """An entry that lacks some of the shipped keys."""
    return {key: value for key, value in entry(criterion).items() if key not in keys}


VARIANTS: dict[str, list[Entry]] = {
    "cross_entropy": [
        {},
        {"label_smoothing": 0.0},
        {"label_smoothing": 1},
        {"size_average": False},
    ],
    "seg_cross_entropy": [
        {},
        {"label_smoothing": 0.2},
        {"ignore_index": 0},
        {"ignore_index": -100},
    ],
    "pidnet_loss": [{}, {"ignore_index": 1}, {"ignore_index": -100}],
    "yolox_loss": [{}, {"l1_activate_epoch": 3}, {"l1_activate_epoch": -1.5}],
    "yolofastest_loss": [
        {},
        {"anchors": [[[8, 9], [20, 33]], [[40, 20], [61, 50]], [[12.5, 80.25], [90, 64]]]},
        {"anchors": [[30, 30]]},
    ],
    "yolov9_loss": [{}, {"reg_max": 4}, {"reg_max": 9}],
    "retinanet_loss": [{}, {"alpha": 0.9}],
    "detr_loss": [
        {},
        {"losses": ["boxes", "vfl", "vfl"], "alpha": 0.2, "gamma": 1.5},
        {"losses": ["vfl", "cardinality"], "weight_dict": {"loss_vfl": 2, "cardinality_error": 3}},
        {"matcher": {**MATCHER, "use_focal_loss": False}},
        {"matcher": {**MATCHER, "alpha": 0.5, "gamma": 0.5}, "weight_dict": {"loss_giou": -1}},
    ],
    "focal_loss": [{}, {"alpha": -1}, {"gamma": 0}, {"alpha": 1.5, "gamma": 0.5}],
    "rtmcc_loss": [{}],
}
"""Parameters that differ from the shipped ones and that the trainer accepts."""


class Refused(NamedTuple):
    """An entry, the stage at which the trainer refuses it, and what losslint's error says."""

    stage: Literal["build", "step"]
    entry: Entry
    error: type[Exception]
    says: str


def _matcher(**changes: Any) -> Entry:
    return entry("detr_loss", matcher={**MATCHER, **changes})


def _matcher_without(key: str) -> Entry:
    return entry("detr_loss", matcher={k: v for k, v in MATCHER.items() if k != key})


def _costs(**changes: Any) -> Entry:
    return _matcher(weight_dict={"cost_class": 2, "cost_bbox": 5, "cost_giou": 2, **changes})


REFUSED = [
    Refused("build", without("yolofastest_loss", "anchors"), TypeError, "anchors"),
    Refused("build", entry("yolofastest_loss", anchors=[]), IndexError, "anchors"),
    Refused("build", entry("yolofastest_loss", anchors="auto"), TypeError, "str"),
    Refused("build", entry("yolofastest_loss", anchors=None), TypeError, "NoneType"),
    Refused("build", entry("yolofastest_loss", anchors=["12,18, 37,49"]), TypeError, "str"),
    Refused("build", entry("yolofastest_loss", anchors=[["12", 18.0]]), ValueError, "str"),
    Refused(
        "build", entry("yolofastest_loss", anchors=ANCHORS[0] + ANCHORS[1]), RuntimeError, "shape"
    ),
    Refused("build", entry("yolofastest_loss", anchors=[[1.0, 2.0, 3.0]]), RuntimeError, "shape"),
    Refused("step", entry("yolofastest_loss", anchors=[ANCHORS[0]]), IndexError, "index"),
    Refused("step", entry("yolofastest_loss", anchors=[[9, 9], [9, 9]]), RuntimeError, "anchors"),
    Refused("build", without("yolox_loss", "l1_activate_epoch"), TypeError, "l1_activate_epoch"),
    Refused("step", entry("yolox_loss", l1_activate_epoch=None), TypeError, "l1_activate_epoch"),
    Refused("step", entry("yolox_loss", l1_activate_epoch="abc"), TypeError, "l1_activate_epoch"),
    Refused("build", without("yolov9_loss", "l1_activate_epoch"), TypeError, "l1_activate_epoch"),
    Refused("build", entry("yolov9_loss", reg_max=-1), RuntimeError, "reg_max"),
    Refused("build", entry("yolov9_loss", reg_max=None), TypeError, "reg_max"),
    Refused("build", entry("yolov9_loss", reg_max="16"), TypeError, "reg_max"),
    Refused("step", entry("yolov9_loss", reg_max=8), RuntimeError, "reg_max"),
    Refused("build", without("focal_loss", "alpha", "gamma"), TypeError, "alpha"),
    Refused("build", without("focal_loss", "gamma"), TypeError, "gamma"),
    Refused("step", entry("focal_loss", gamma=None), TypeError, "gamma"),
    Refused("step", entry("focal_loss", gamma=[0.25, 0.75]), TypeError, "gamma"),
    Refused("step", entry("focal_loss", alpha="0.25"), TypeError, "alpha"),
    Refused("step", entry("cross_entropy", label_smoothing=1.5), RuntimeError, "label_smoothing"),
    Refused("step", entry("cross_entropy", label_smoothing=None), TypeError, "label_smoothing"),
    Refused("step", entry("cross_entropy", label_smoothing={"a": 1}), TypeError, "label_smoothing"),
    Refused("step", entry("cross_entropy", ignore_index=-1.0), TypeError, "ignore_index"),
    Refused("step", entry("cross_entropy", ignore_index=255), RuntimeError, "ignore_index"),
    Refused("step", entry("cross_entropy", ignore_index=None), TypeError, "ignore_index"),
    Refused("step", entry("seg_cross_entropy", label_smoothing="0.1"), TypeError, "smoothing"),
    Refused("step", entry("seg_cross_entropy", label_smoothing=[0.1]), TypeError, "smoothing"),
    Refused(
        "step", entry("seg_cross_entropy", label_smoothing=float("inf")), RuntimeError, "between"
    ),
    Refused("step", entry("seg_cross_entropy", label_smoothing=1.0000001), RuntimeError, "between"),
    Refused("step", entry("seg_cross_entropy", ignore_index="255"), TypeError, "ignore_index"),
    Refused("step", entry("seg_cross_entropy", ignore_index=255.0), TypeError, "ignore_index"),
    Refused("step", entry("seg_cross_entropy", ignore_index=[255]), TypeError, "ignore_index"),
    Refused("step", entry("seg_cross_entropy", ignore_index=True), TypeError, "ignore_index"),
    Refused("step", entry("seg_cross_entropy", ignore_index=None), TypeError, "ignore_index"),
    Refused("step", entry("seg_cross_entropy", ignore_index=10**20 - 1), ValueError, "Overflow"),
    Refused("step", entry("seg_cross_entropy", ignore_index=-100), IndexError, "255"),
    Refused("step", entry("seg_cross_entropy", reduce=False), RuntimeError, "512 elements"),
    Refused("step", entry("pidnet_loss", ignore_index="255"), TypeError, "ignore_index"),
    Refused("step", entry("pidnet_loss", ignore_index=float("nan")), TypeError, "ignore_index"),
    Refused("step", entry("pidnet_loss", ignore_index=True), TypeError, "ignore_index"),
    Refused("step", entry("pidnet_loss", ignore_index=None), TypeError, "ignore_index"),
    Refused("step", without("pidnet_loss", "ignore_index"), IndexError, "255"),
    Refused("build", without("detr_loss", "matcher"), TypeError, "matcher"),
    Refused("build", without("detr_loss", "losses"), TypeError, "losses"),
    Refused("build", _matcher_without("type"), KeyError, "type"),
    Refused("build", _matcher_without("weight_dict"), KeyError, "weight_dict"),
    Refused("build", _matcher_without("alpha"), KeyError, "alpha"),
    Refused("build", _matcher_without("use_focal_loss"), KeyError, "use_focal_loss"),
    Refused("build", _matcher(weight_dict=None), TypeError, "weight_dict"),
    Refused("build", _matcher(weight_dict={"cost_class": 2}), KeyError, "cost_bbox"),
    Refused("build", _costs(cost_class=0, cost_bbox=0, cost_giou=0.0), ValueError, "all 0"),
    Refused("step", _costs(cost_class=None), TypeError, "cost_class"),
    Refused("step", _costs(cost_giou="2"), TypeError, "cost_giou"),
    Refused("step", _matcher(alpha=None), TypeError, "matcher.alpha"),
    Refused("step", _matcher(gamma=None), TypeError, "matcher.gamma"),
    Refused("step", entry("detr_loss", losses="vfl"), ValueError, "'v'"),
    Refused("step", entry("detr_loss", losses=["VFL", "boxes"]), ValueError, "VFL"),
    Refused("step", entry("detr_loss", losses=["vfl", "masks"]), ValueError, "masks"),
    Refused("step", entry("detr_loss", losses=["focal"]), RuntimeError, "focal"),
    Refused("step", entry("detr_loss", losses=["labels"]), RuntimeError, "labels"),
    Refused("step", entry("detr_loss", losses=None), TypeError, "NoneType"),
    Refused("step", entry("detr_loss", alpha=None), TypeError, "alpha"),
    Refused("step", entry("detr_loss", gamma=None), TypeError, "gamma"),
    Refused("step", entry("detr_loss", gamma="0.75"), TypeError, "gamma"),
    Refused("step", entry("detr_loss", weight_dict=None), TypeError, "weight_dict"),
    Refused("step", entry("detr_loss", weight_dict={"a": 1}), RuntimeError, "weight"),
    Refused("step", entry("detr_loss", weight_dict={"loss_vfl": "1"}), TypeError, "loss_vfl"),
    Refused("build", without("cross_entropy", "weight"), KeyError, "weight"),
    Refused("build", entry("cross_entropy", weight="???"), ValueError, "weight"),
    Refused("step", entry("cross_entropy", weight="0.5"), TypeError, "weight"),
    Refused("step", entry("cross_entropy", weight=[1.0, 2.0]), TypeError, "weight"),
    *(Refused("build", entry(name, cur_epoch=3), TypeError, "multiple values") for name in SHIPPED),
]
"""Entries that the trainer refuses in training, on the closed-form batches of their criterion."""

REFUSED_NAMES: list[Any] = ["", 3, True, ["cross_entropy"], {"a": "b"}, "CrossEntropyLoss", "???"]
"""Criteria that do not exist."""

CODE = [
    "print",
    "",
    "hungarianmatcher",
    "HungarianMatcher()",
    "lambda *a: HungarianMatcher(*a)",
    None,
    3,
    ["HungarianMatcher"],
]
"""Values of matcher.type that the trainer evaluates, or fails to; losslint refuses each."""
