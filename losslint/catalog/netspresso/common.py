"""What several NetsPresso criteria share: the keys of every entry and torch's cross entropy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog.model import Contract, Effect, LossDef, Name, Param, Spec
from losslint.catalog.specs import LEAST_INT64, MOST_INT64, ONE, ONE_OR_ZERO, number

NO_CATCH_ALL_BEFORE = "0.2.0"
"""Before this release a constructor refused an unknown key; since then it swallows it."""

REFUSED = "the trainer stops with an error at the first training step"
REFUSED_AT_BUILD = "the trainer stops with an error when it builds the losses"

STOPS = Effect(("null", "text", "list", "mapping", "huge"), REFUSED)
NOT_FINITE = Effect(("nan", "inf", "-inf"), "the loss is not finite")

WEIGHT = Param(
    "weight",
    Spec(
        ("null", "number"),
        low=0,
        low_open=True,
        effects=(
            STOPS,
            ONE,
            Effect(("false", "zero"), "the criterion does not train"),
            NOT_FINITE,
            Effect(("low",), "the criterion is maximised"),
        ),
    ),
    required=True,
    note="Factor of this criterion in the total loss; null = 1.0.",
)

RESERVED = Param(
    "cur_epoch",
    Spec(("null", "bool", "number", "str", "list", "mapping")),
    fate="reserved",
    note="The epoch counter that the trainer hands to every criterion itself.",
    since=NO_CATCH_ALL_BEFORE,
)

# torch takes the index as a 64-bit integer and nothing that merely looks like one.
ANY_INDEX = Spec(
    ("int",),
    low=LEAST_INT64,
    high=MOST_INT64,
    otherwise="torch takes nothing but a 64-bit integer and stops the first training step",
)

NEGATIVE_INDEX = Spec(
    ("int",),
    low=LEAST_INT64,
    high=-1,
    effects=(
        Effect(
            ("null", "true", "false", "float", "text", "list", "mapping", "huge"),
            "torch takes nothing but a 64-bit integer and stops the first training step",
        ),
    ),
    otherwise=(
        "the trainer's classification labels are one-hot floats, for which torch takes no index "
        "that could be a class, and stops at the first training step"
    ),
)

LABEL_SMOOTHING = number(
    Effect(("null", "text", "list", "mapping", "high"), "torch stops the first training step"),
    *ONE_OR_ZERO,
    Effect(("low", "nan"), "torch treats it as 0"),
    low=0,
    high=1,
)

_INDEX_NOTE = "The label that counts neither in the loss nor in the mean."
_SMOOTHING_NOTE = "Share of the target that is spread evenly over all classes; 0.0 spreads nothing."


SMOOTHING = Param("label_smoothing", LABEL_SMOOTHING, default=0.0, note=_SMOOTHING_NOTE)
"""The parameter itself; LABEL_SMOOTHING is what it may be."""


def ignore_index(
    spec: Spec = ANY_INDEX, since: str | None = None, until: str | None = None
) -> Param:
    return Param("ignore_index", spec, default=-100, note=_INDEX_NOTE, since=since, until=until)


LEGACY_REDUCTION = (
    Param(
        "size_average",
        Spec(
            ("null", "bool"),
            effects=(
                Effect(("falsy",), "it counts as false, and torch takes the sum"),
                Effect(("truthy",), "it counts as true, and torch takes the mean"),
            ),
        ),
        default=None,
        note="Deprecated by torch: false sums the losses instead of averaging them.",
    ),
    Param(
        "reduce",
        Spec(
            ("null", "bool"),
            never=(False,),
            effects=(
                Effect(("falsy",), "the loss is no single number, and the first step stops"),
                Effect(("truthy",), "it counts as true"),
            ),
        ),
        default=None,
        note="Deprecated by torch: false leaves one loss per sample, which cannot train.",
    ),
)
"""torch's two deprecated switches, which still override the fixed mean."""


HEADS: Mapping[str, str] = MappingProxyType(
    {
        "fc": "classification",
        "fc_conv": "classification",
        "all_mlp_decoder": "segmentation",
        "pidnet": "segmentation",
        "anchor_free_decoupled_head": "detection",
        "anchor_decoupled_head": "detection",
        "yolo_fastest_head_v2": "detection",
        "yolo_detection_head": "detection",
        "rtdetr_head": "detection",
        "rtmcc": "pose_estimation",
    }
)
"""The heads of the newest release with their tasks; pidnet is a full model in the place of one."""


def criterion(
    name: str,
    class_name: str,
    summary: str,
    contract: Contract,
    *params: Param,
    heads: tuple[str, ...],
    since: str | None = None,
    example: tuple[tuple[str, object], ...] = (),
    source: str,
) -> LossDef:
    """A criterion of today, on heads of one task. Every entry has a weight beside its own."""
    return LossDef(
        name,
        "netspresso",
        summary,
        contract=contract,
        params=(*params, RESERVED),
        class_name=class_name,
        names=(Name(name, since),),
        since=since,
        heads=heads,
        tasks=(HEADS[heads[0]],),
        example=(*example, ("weight", None)),
        source=source,
    )
