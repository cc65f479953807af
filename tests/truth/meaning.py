"""What the papers and manuals promise of a NetsPresso parameter, apart from losslint's catalog.

A value that the trainer runs with is wrong when it is none that the parameter is defined for: a
boolean for a number, a text for a truth, a factor below zero.
"""

from __future__ import annotations

import math
import re
from typing import Any

from tests.dryrun.cases import ANCHORS

_OCTAL = re.compile(r"[-+]?0[0-7_]+")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")

# Whether these have an effect depends on the batch, not on the entry.
FREE = {
    (name, "ignore_index") for name in ("cross_entropy", "seg_cross_entropy", "pidnet_loss")
} | {
    ("detr_loss", "matcher", *rest)
    for rest in (
        (), ("type",), ("weight_dict",), ("alpha",), ("gamma",), ("use_focal_loss",),
        ("weight_dict", "cost_class"), ("weight_dict", "cost_bbox"), ("weight_dict", "cost_giou"),
    )
}  # fmt: skip


def other_base(node: Any) -> str | None:
    """A plain number of a YAML tree that is read in another base than a person reads it."""
    todo, seen = [node], set()
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current.value, list):
            todo += [
                n for item in current.value for n in (item if type(item) is tuple else (item,))
            ]
        elif current.style is None and current.tag.endswith((":int", ":float")):
            text = current.value
            octal = _OCTAL.fullmatch(text) and text.replace("_", "").lstrip("+-") != "0"
            if octal and int(text, 8) != int(text, 10):
                return str(text)
            if _SEXAGESIMAL.fullmatch(text):
                return str(text)
    return None


def broken_promise(entry: dict[str, Any], first: bool) -> str | None:
    """The first value of an entry that means nothing."""
    name = entry["criterion"]
    weight = entry["weight"]
    if weight is not None and not _above(weight):
        return f"weight {weight!r}"
    for key, fits in _PROMISES.get(name, {}).items():
        if key in entry and not fits(entry[key]):
            return f"{key} {entry[key]!r}"
    if name == "detr_loss":
        return _detr(entry)
    return None


def _number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _above(value: Any) -> bool:
    return _number(value) and value > 0


def _from_zero(value: Any) -> bool:
    return _number(value) and value >= 0


def _share(value: Any) -> bool:
    return _number(value) and 0 <= value <= 1


def _integer(value: Any) -> bool:
    return type(value) is int


def _default_switch(value: Any) -> bool:
    """torch's deprecated switch: false leaves one loss per sample."""
    return value is None or value is True


def _anchors(value: Any) -> bool:
    flat = [
        [n for pair in level for n in (pair if type(pair) is list else [pair])] for level in value
    ]
    return flat == ANCHORS


_CROSS_ENTROPY = {
    "label_smoothing": _share,
    "ignore_index": _integer,
    "size_average": lambda v: v is None or type(v) is bool,
    "reduce": _default_switch,
}
_PROMISES: dict[str, dict[str, Any]] = {
    "cross_entropy": _CROSS_ENTROPY,
    "seg_cross_entropy": _CROSS_ENTROPY,
    "pidnet_loss": {"ignore_index": _integer},
    "focal_loss": {"alpha": lambda v: _number(v) and v <= 1, "gamma": _from_zero},
    "yolox_loss": {"l1_activate_epoch": lambda v: type(v) in (int, float) and v == v},
    "yolofastest_loss": {"anchors": _anchors},
    "yolov9_loss": {"reg_max": _integer},
    "detr_loss": {"alpha": _from_zero, "gamma": _from_zero},
}


def _detr(entry: dict[str, Any]) -> str | None:
    terms = entry["losses"]
    if len(set(terms)) < len(terms):
        return "a term stands twice"
    if any(term not in ("vfl", "boxes") for term in terms):
        return "a term that cannot train"
    factors = entry["weight_dict"]
    known = {"loss_vfl", "loss_bbox", "loss_giou"}
    for key in known & factors.keys():
        if not _from_zero(factors[key]):
            return f"{key} {factors[key]!r}"
    if "vfl" in terms and "loss_vfl" not in factors:
        return "vfl has no factor"
    if "boxes" in terms and not {"loss_bbox", "loss_giou"} <= factors.keys():
        return "a part of boxes has no factor"
    return _matcher(entry["matcher"])


def _matcher(matcher: dict[str, Any]) -> str | None:
    if any(not _from_zero(cost) for cost in matcher["weight_dict"].values()):
        return "a cost is no number from 0"
    if type(matcher["use_focal_loss"]) is not bool:
        return "use_focal_loss is no boolean"
    if matcher["use_focal_loss"] is False:
        # The softmax cost reads neither.
        return None
    return None if _share(matcher["alpha"]) and _from_zero(matcher["gamma"]) else "alpha or gamma"
