"""What several NetsPresso criteria share: the keys of every entry and torch's cross entropy."""

from __future__ import annotations

from losslint.catalog.model import Effect, Param, Spec

NO_CATCH_ALL_BEFORE = "0.2.0"
"""Before this release a constructor refused an unknown key; since then it swallows it."""

REFUSED = "the trainer stops with an error at the first training step"
REFUSED_AT_BUILD = "the trainer stops with an error when it builds the losses"

STOPS = Effect(("null", "text", "list", "mapping", "huge"), REFUSED)
ONE = Effect(("true",), "it counts as 1")
ZERO = Effect(("false",), "it counts as 0")
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

# (1 - p) to this power is no float32 any more but for an example that is wrong for certain.
MAX_FOCUS = 500

# torch takes the index as a 64-bit integer and nothing that merely looks like one.
_INT64 = (-(2**63), 2**63 - 1)

ANY_INDEX = Spec(
    ("int",),
    low=_INT64[0],
    high=_INT64[1],
    otherwise="torch takes nothing but a 64-bit integer and stops the first training step",
)

NEGATIVE_INDEX = Spec(
    ("int",),
    low=_INT64[0],
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

LABEL_SMOOTHING = Spec(
    ("number",),
    low=0,
    high=1,
    effects=(
        Effect(("null", "text", "list", "mapping", "high"), "torch stops the first training step"),
        ONE,
        ZERO,
        Effect(("low", "nan"), "torch treats it as 0"),
    ),
)

_INDEX_NOTE = "The label that counts neither in the loss nor in the mean."
_SMOOTHING_NOTE = "Share of the target that is spread evenly over all classes; 0.0 spreads nothing."


def label_smoothing(since: str | None = None) -> Param:
    return Param("label_smoothing", LABEL_SMOOTHING, default=0.0, note=_SMOOTHING_NOTE, since=since)


def ignore_index(
    spec: Spec = ANY_INDEX, since: str | None = None, until: str | None = None
) -> Param:
    return Param("ignore_index", spec, default=-100, note=_INDEX_NOTE, since=since, until=until)


def legacy_reduction(since: str | None = None) -> tuple[Param, Param]:
    """torch's two deprecated switches, which still override the fixed mean."""
    return (
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
            since=since,
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
            since=since,
        ),
    )
