"""detr_loss, the one criterion with nested parameters, and how they depend on each other."""

from typing import NamedTuple

from losslint.catalog.model import Contract, Effect, Param, Spec
from losslint.catalog.netspresso.common import (
    NOT_FINITE,
    REFUSED,
    REFUSED_AT_BUILD,
    STOPS,
    criterion,
)
from losslint.catalog.specs import MAX_FOCUS, ONE_OR_ZERO, TRUTH, number


class Term(NamedTuple):
    """A term of `losses` and the keys of `weight_dict` that make it count.

    A term without its keys is dropped in silence; a key without its term has no effect.
    """

    name: str
    weights: tuple[str, ...]
    until: str | None = None


DETR_TERMS = (
    Term("vfl", ("loss_vfl",)),
    Term("boxes", ("loss_bbox", "loss_giou")),
    Term("bce", ("loss_bce",), until="1.0.2"),
)
"""The terms that can train. `cardinality` has no gradient; `labels` and `focal` cannot run."""

CARDINALITY = Term("cardinality", ("cardinality_error",))
"""The count that the trainer adds to the loss where it has a factor, without a gradient."""


_COUNT = Effect(
    (), "it has no gradient, and nothing is learned from it", mild=True, words=(CARDINALITY.name,)
)


def _losses(choices: tuple[str, ...], since: str | None, until: str | None) -> Param:
    return Param(
        "losses",
        Spec(
            ("list",),
            item=Spec(("str",), choices=choices, effects=(_COUNT,), otherwise=REFUSED),
            length=(1, None),
            unique=True,
            effects=(
                Effect(("repeated",), "it counts once", mild=True),
                Effect(("empty",), REFUSED),
                Effect(("mapping",), "the trainer takes its keys as the list", mild=True),
                Effect(("text",), "the trainer takes it letter by letter and stops"),
            ),
            otherwise=REFUSED,
        ),
        required=True,
        note="The terms to add up: vfl (classes) and boxes (L1 and GIoU).",
        since=since,
        until=until,
    )


_FACTOR = number(
    STOPS, *ONE_OR_ZERO, NOT_FINITE, Effect(("low",), "that part of the loss is maximised"), low=0
)
_COST = number(
    *ONE_OR_ZERO,
    Effect(("huge", "nan", "inf", "-inf"), REFUSED),
    Effect(("low",), "the worst matches are picked"),
    low=0,
    otherwise=REFUSED,
)


def _weight_dict(bce: bool, since: str | None, until: str | None) -> Param:
    extra = (Param("loss_bce", _FACTOR, note="Factor of the class term bce."),) if bce else ()
    return Param(
        "weight_dict",
        Spec(
            ("mapping",),
            fields=(
                Param("loss_vfl", _FACTOR, note="Factor of the class term vfl."),
                Param("loss_bbox", _FACTOR, note="Factor of the L1 part of the term boxes."),
                Param("loss_giou", _FACTOR, note="Factor of the GIoU part of the term boxes."),
                *extra,
            ),
            some_nonzero=True,
            effects=(Effect(("empty",), REFUSED), Effect(("all-zero",), "nothing is learned")),
            otherwise=REFUSED,
        ),
        required=True,
        note="The factor of each term; a part that has no factor is left out of the sum.",
        since=since,
        until=until,
    )


_MATCHER = Spec(
    ("mapping",),
    fields=(
        Param(
            "type",
            Spec(
                ("str",),
                choices=("HungarianMatcher",),
                otherwise="the trainer evaluates the text as Python, whatever it is",
            ),
            required=True,
            note="The class of the matcher; HungarianMatcher is the one there is.",
        ),
        Param(
            "weight_dict",
            Spec(
                ("mapping",),
                fields=(
                    Param("cost_class", _COST, required=True, note="Weight of the class cost."),
                    Param("cost_bbox", _COST, required=True, note="Weight of the L1 cost."),
                    Param("cost_giou", _COST, required=True, note="Weight of the GIoU cost."),
                ),
                some_nonzero=True,
                otherwise=REFUSED_AT_BUILD,
            ),
            required=True,
            note="What a match costs; not all three may be zero.",
        ),
        Param(
            "alpha",
            number(
                *ONE_OR_ZERO,
                Effect(("huge", "nan", "inf", "-inf"), REFUSED),
                Effect(("low",), "predictions of other classes are matched first"),
                Effect(("high",), "predictions that are sure of the class are matched last"),
                low=0,
                high=1,
                otherwise=REFUSED,
            ),
            required=True,
            needs="use_focal_loss",
            note="Balance of the focal class cost.",
        ),
        Param(
            "gamma",
            number(
                *ONE_OR_ZERO,
                Effect(("huge", "nan", "-inf"), REFUSED),
                Effect(("low",), "the predictions that are right already decide the matches"),
                Effect(("high",), "the class has no part in the matching"),
                low=0,
                high=MAX_FOCUS,
                otherwise=REFUSED,
            ),
            required=True,
            needs="use_focal_loss",
            note="Focus of the focal class cost.",
        ),
        Param(
            "use_focal_loss",
            TRUTH,
            required=True,
            note="Class cost from sigmoid and focal loss instead of softmax.",
        ),
    ),
    otherwise=REFUSED_AT_BUILD,
)

DETR_LOSS = criterion(
    "detr_loss",
    "DETRLoss",
    "RT-DETR's set loss: predictions are matched to boxes, then classes and boxes compared.",
    Contract(
        ("logits",),
        ("boxes",),
        "pred (B, Q, 4 + C): boxes cxcywh in 0..1, then logits; aux_pred, dn_aux_pred, dn_meta",
        "B dicts of boxes (n, 4) xyxy in pixels and labels (n,)",
        "The target boxes are divided by the image size in place.",
    ),
    Param("matcher", _MATCHER, required=True, note="How predictions find their boxes."),
    _weight_dict(True, None, "1.0.2"),
    _weight_dict(False, "1.0.2", None),
    _losses(("vfl", "boxes", "bce"), None, "1.0.2"),
    _losses(("vfl", "boxes"), "1.0.2", None),
    Param(
        "alpha",
        number(
            STOPS,
            *ONE_OR_ZERO,
            NOT_FINITE,
            Effect(("low",), "false detections are rewarded"),
            low=0,
        ),
        default=0.2,
        note="Weight of the negatives in the class term.",
    ),
    Param(
        "gamma",
        number(
            STOPS,
            *ONE_OR_ZERO,
            Effect(("nan", "-inf"), "the loss is not finite"),
            Effect(("low",), "easy negatives count most"),
            Effect(("high",), "the negatives do not count"),
            low=0,
            high=MAX_FOCUS,
        ),
        default=2.0,
        note="Focus of the class term.",
    ),
    since="1.0.1.b1",
    heads=("rtdetr_head",),
    example=(
        ("weight_dict", {"loss_vfl": 1, "loss_bbox": 5, "loss_giou": 2}),
        ("losses", ["vfl", "boxes"]),
        ("alpha", 0.75),
        ("gamma", 2.0),
        (
            "matcher",
            {
                "type": "HungarianMatcher",
                "weight_dict": {"cost_class": 2, "cost_bbox": 5, "cost_giou": 2},
                "alpha": 0.25,
                "gamma": 2.0,
                "use_focal_loss": True,
            },
        ),
    ),
    source="Zhao et al., DETRs Beat YOLOs on Real-time Object Detection, arXiv:2304.08069",
)

LOSSES = (DETR_LOSS,)
