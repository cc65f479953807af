"""The losses of margins, regions, embeddings and sequences."""

from __future__ import annotations

from losslint.catalog.keras.common import AXES, CLASSES_SINCE, FAILS, IS_NAN, loss
from losslint.catalog.model import Contract, Effect, Name, Param
from losslint.catalog.specs import ONE, ONE_OR_ZERO, TRUTH, number

_HINGE = Contract(
    ("values",),
    ("binary",),
    "N",
    "N",
    "Labels are -1 and 1; a batch of nothing but 0 and 1 is converted.",
)

HINGE = loss(
    Name("hinge"), Name("Hinge", CLASSES_SINCE), "Mean of max(1 - label · prediction, 0).", _HINGE
)

SQUARED_HINGE = loss(
    Name("squared_hinge"), Name("SquaredHinge", CLASSES_SINCE), "Mean of the squared hinge.", _HINGE
)

CATEGORICAL_HINGE = loss(
    Name("categorical_hinge", "2.0.5"),
    Name("CategoricalHinge", CLASSES_SINCE),
    "Margin between the labelled class and the best other one.",
    Contract(("values",), ("one-hot",), "(B, …, C)", "(B, …, C)"),
)

_OVERLAP = Contract(
    ("probabilities",),
    ("binary", "soft"),
    "(B, …, C)",
    "(B, …, C)",
    "Masks from 0 to 1 in the shape of the predictions; class ids or 255 give nonsense.",
)


def _axes(since: str) -> Param:
    return Param(
        "axis",
        AXES,
        default=None,
        note="The axes to add up; null: the whole batch, and reduction has no effect.",
        since=since,
    )


DICE = loss(
    Name("dice", "3.2.0"),
    Name("Dice", "3.2.0"),
    "One minus twice the overlap over the sum of both masks.",
    _OVERLAP,
    after_name=(_axes("3.4.0"),),
    example=(("axis", [1, 2, 3]),),
    source="Milletari et al., V-Net, arXiv:1606.04797",
)

_MISS = number(
    *ONE_OR_ZERO,
    Effect(("numbers",), "Keras computes the loss for each of its numbers"),
    Effect(("nan",), "the loss is NaN"),
    Effect(("inf", "-inf"), "the loss is always 1, and its gradient NaN"),
    Effect(("low",), "mistakes of that kind are rewarded"),
    low=0,
    otherwise=FAILS,
)

TVERSKY = loss(
    Name("tversky", "3.3.0"),
    Name("Tversky", "3.3.0"),
    "Dice with a weight of its own for each kind of mistake.",
    _OVERLAP,
    Param(
        "alpha",
        _MISS,
        default=0.5,
        note="Up to 3.15.1 the weight of the false negatives, though documented as that "
        "of the false positives.",
    ),
    Param(
        "beta",
        _MISS,
        default=0.5,
        note="Up to 3.15.1 the weight of the false positives, though documented as that "
        "of the false negatives.",
    ),
    after_name=(_axes("3.8.0"),),
    example=(("alpha", 0.3), ("beta", 0.7)),
    source="Salehi et al., Tversky loss function, arXiv:1706.05721",
)

CIRCLE = loss(
    Name("circle", "3.7.0"),
    Name("Circle", "3.7.0"),
    "Pulls embeddings of one class together and pushes those of others apart.",
    Contract(
        ("embeddings",), ("index",), "(B, D)", "(B,)", "Embeddings are expected to be of length 1."
    ),
    Param(
        "gamma",
        number(
            ONE,
            Effect(("false", "zero"), "the loss is a constant"),
            IS_NAN,
            Effect(("low",), "the loss pulls apart what belongs together"),
            low=0,
            low_open=True,
            otherwise=FAILS,
        ),
        default=80.0,
        note="Scale of the similarities.",
    ),
    Param(
        "margin",
        number(
            Effect(("true",), "the loss is always 0"),
            Effect(("false", "zero"), "the similarities have to be exactly 1 and 0"),
            Effect(("nan", "-inf"), "the loss is NaN"),
            Effect(("inf",), "the gradient is NaN"),
            Effect(("low",), "the similarities have to be what none can be"),
            Effect(("high",), "the loss is always 0"),
            low=0,
            high=1,
            low_open=True,
            high_open=True,
            otherwise=FAILS,
        ),
        default=0.4,
        note="How far the similarities are to be kept apart.",
    ),
    Param(
        "remove_diagonal",
        TRUTH,
        default=True,
        note="Whether a sample's similarity to itself is left out.",
    ),
    example=(("gamma", 80.0), ("margin", 0.4)),
    source="Sun et al., Circle Loss, arXiv:2002.10857",
)

CTC = loss(
    Name("ctc", "3.4.0"),
    Name("CTC", "3.4.0"),
    "Connectionist temporal classification: a sequence of labels without their places.",
    Contract(
        ("logits",),
        ("sequence",),
        "(B, T, C)",
        "(B, L)",
        "Class 0 is the blank and fills up the labels.",
    ),
    once=("sparse_categorical_crossentropy", "3.3.2"),
    built_since="3.0.2",
    source="Graves et al., Connectionist Temporal Classification, 2006",
)._replace(since="3.0.2")

LOSSES = (HINGE, SQUARED_HINGE, CATEGORICAL_HINGE, DICE, TVERSKY, CIRCLE, CTC)
