"""What several NetsPresso criteria share: the keys of every entry and torch's cross entropy."""

from __future__ import annotations

from losslint.catalog.model import Param, Spec

NO_CATCH_ALL_BEFORE = "0.2.0"
"""Before this release a constructor refused an unknown key; since then it swallows it."""

REFUSED = "the trainer stops with an error at the first training step"
REFUSED_AT_BUILD = "the trainer stops with an error when it builds the losses"

WEIGHT = Param(
    "weight",
    Spec(
        ("null", "number"),
        low=0,
        low_open=True,
        otherwise=(
            "the trainer never checks it: a string or a list stops the first training step, zero "
            "switches the criterion off, a negative number maximises it"
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
    otherwise="torch takes nothing but a 64-bit integer and stops at the first training step",
)

NEGATIVE_INDEX = Spec(
    ("int",),
    low=_INT64[0],
    high=-1,
    otherwise=(
        "the trainer's classification labels are one-hot floats, for which torch takes no index "
        "that could be a class, and stops at the first training step"
    ),
)

LABEL_SMOOTHING = Spec(
    ("number",),
    low=0,
    high=1,
    otherwise=(
        "torch stops at the first training step above 1 or at what is no number, treats a "
        "negative value or NaN as 0 and true as 1.0"
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
                never=(False,),
                otherwise="torch then takes the sum instead of the mean, by what is truth-like",
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
                otherwise="the loss then is no single number, and the first training step stops",
            ),
            default=None,
            note="Deprecated by torch: false leaves one loss per sample, which cannot train.",
            since=since,
        ),
    )
