"""The crossentropies."""

from __future__ import annotations

from losslint.catalog.keras.common import (
    CLASSES_SINCE,
    FAILS,
    FROM_LOGITS,
    GAMMA,
    IS_NAN,
    KERAS_3,
    LABEL_SMOOTHING,
    axis,
    loss,
    mean_axis,
)
from losslint.catalog.model import Contract, Effect, Name, Param, Spec
from losslint.catalog.specs import LEAST_INT64, MOST_INT64, ONE, ONE_OR_ZERO, TRUTH, number

_FOCAL = "Lin et al., Focal Loss for Dense Object Detection, arXiv:1708.02002"
_PER_ELEMENT = Contract(
    ("probabilities", "logits"), ("binary", "soft"), "N", "N", "Logits where from_logits is true."
)
_PER_CLASS = Contract(
    ("probabilities", "logits"),
    ("one-hot", "soft"),
    "(B, …, C)",
    "(B, …, C)",
    "Logits where from_logits is true.",
)

# 3.0 and 3.1 exported both focal losses without entering them in the table of strings.
_FOCAL_STRINGS_BACK = "3.2.0"


def _focal_names(function: str, class_name: str, since: str) -> tuple[Name, ...]:
    return tuple(
        name
        for text in (function, class_name)
        for name in (Name(text, since, KERAS_3), Name(text, _FOCAL_STRINGS_BACK))
    )


_NEVER_LEARNS = Effect(("false", "zero", "all-zero"), "the loss is always 0")
_CLASS_WEIGHT = number(
    IS_NAN, Effect(("low",), "the loss of that class is negative"), low=0, otherwise=FAILS
)
_CLASS_WEIGHTS = Spec(
    ("number", "list"),
    either=(
        number(
            _NEVER_LEARNS, IS_NAN, Effect(("low",), "the loss is negative"), low=0, low_open=True
        ),
        Spec(
            ("list",),
            item=_CLASS_WEIGHT,
            length=(1, None),
            some_nonzero=True,
            effects=(_NEVER_LEARNS,),
            otherwise=FAILS,
        ),
    ),
    effects=(ONE, _NEVER_LEARNS),
    otherwise=FAILS,
)

LOSSES = (
    loss(
        Name("binary_crossentropy"),
        Name("BinaryCrossentropy", CLASSES_SINCE),
        "Crossentropy of a yes or no at each unit.",
        _PER_ELEMENT,
        FROM_LOGITS,
        LABEL_SMOOTHING,
        mean_axis("2.6.0"),
        others=(Name("bce", "2.4.0"), Name("BCE", "2.4.0")),
        example=(("from_logits", True), ("label_smoothing", 0.1)),
    ),
    loss(
        Name("binary_focal_crossentropy", "2.8.0"),
        Name("BinaryFocalCrossentropy", "2.8.0"),
        "Binary crossentropy that weighs easy examples down.",
        _PER_ELEMENT,
        Param(
            "apply_class_balancing",
            TRUTH,
            default=False,
            note="Whether alpha weighs the two classes.",
            since="2.10.0",
        ),
        Param(
            "alpha",
            number(
                *ONE_OR_ZERO,
                IS_NAN,
                Effect(("low",), "class 1 counts with a negative sign"),
                Effect(("high",), "class 0 counts with a negative sign"),
                low=0,
                high=1,
                otherwise=FAILS,
            ),
            default=0.25,
            note="Weight of class 1, against 1 - alpha of class 0.",
            since="2.10.0",
            needs="apply_class_balancing",
        ),
        GAMMA,
        FROM_LOGITS,
        LABEL_SMOOTHING,
        mean_axis(),
        example=(("apply_class_balancing", True), ("alpha", 0.75), ("gamma", 2.0)),
        source=_FOCAL,
    )._replace(names=_focal_names("binary_focal_crossentropy", "BinaryFocalCrossentropy", "2.8.0")),
    loss(
        Name("categorical_crossentropy"),
        Name("CategoricalCrossentropy", CLASSES_SINCE),
        "Crossentropy of one class out of several, with one-hot labels.",
        _PER_CLASS,
        FROM_LOGITS,
        LABEL_SMOOTHING,
        axis("2.6.0"),
        example=(("from_logits", True), ("label_smoothing", 0.1)),
        source="label smoothing: Szegedy et al., arXiv:1512.00567",
    ),
    loss(
        Name("categorical_focal_crossentropy", "2.13.1"),
        Name("CategoricalFocalCrossentropy", "2.13.1"),
        "Categorical crossentropy that weighs easy examples down.",
        _PER_CLASS,
        Param(
            "alpha",
            _CLASS_WEIGHTS,
            default=0.25,
            note="Factor of the loss, or a list with one for each class.",
        ),
        GAMMA,
        FROM_LOGITS,
        LABEL_SMOOTHING,
        axis(),
        example=(("alpha", 0.25), ("gamma", 2.0), ("from_logits", True)),
        source=_FOCAL,
    )._replace(
        names=_focal_names(
            "categorical_focal_crossentropy", "CategoricalFocalCrossentropy", "2.13.1"
        )
    ),
    loss(
        Name("categorical_generalized_cross_entropy", "3.10.0"),
        Name("CategoricalGeneralizedCrossEntropy", "3.10.0"),
        "Crossentropy that tolerates wrong labels: (1 - p^q) / q of the labelled class.",
        Contract(
            ("probabilities",),
            ("index",),
            "(B, C)",
            "(B,)",
            "Class ids, although its name reads like one-hot labels; it has no from_logits.",
        ),
        Param(
            "q",
            number(
                low=0,
                high=1,
                low_open=True,
                high_open=True,
                otherwise="Keras refuses it when the loss is built",
            ),
            default=0.5,
            note="Between crossentropy (towards 0) and mean absolute error (towards 1).",
        ),
        example=(("q", 0.7),),
        source="Zhang and Sabuncu, Generalized Cross Entropy Loss, arXiv:1805.07836",
    )._replace(names=()),
    loss(
        Name("sparse_categorical_crossentropy"),
        Name("SparseCategoricalCrossentropy", CLASSES_SINCE),
        "Crossentropy of one class out of several, with class ids as labels.",
        Contract(
            ("probabilities", "logits"),
            ("index",),
            "(B, …, C)",
            "(B, …)",
            "Logits where from_logits is true; ids are whole numbers from 0.",
        ),
        FROM_LOGITS,
        Param(
            "ignore_class",
            Spec(
                ("null", "int"),
                low=LEAST_INT64,
                high=MOST_INT64,
                effects=(
                    Effect(("true",), "it counts as class 1"),
                    Effect(("false",), "it counts as class 0"),
                    Effect(("whole",), "it counts as that class", mild=True),
                    Effect(("float",), "it matches no class"),
                    Effect(("numbers",), "Keras compares the labels with its items in turn"),
                ),
                otherwise=FAILS,
            ),
            default=None,
            note="The class id that does not count, such as 255; null: all count.",
            since="2.10.0",
        ),
        before_name=(
            Param(
                "axis",
                Spec(
                    ("int",),
                    low=-1,
                    high=5,
                    never=(0,),
                    effects=(Effect(("true",), "it counts as axis 1"),),
                    otherwise="Keras on TensorFlow takes the last axis only: the first batch fails",
                ),
                default=-1,
                note="The axis of the classes; on TensorFlow the last one.",
                since="3.10.0",
            ),
        ),
        example=(("from_logits", True), ("ignore_class", 255)),
    ),
)
