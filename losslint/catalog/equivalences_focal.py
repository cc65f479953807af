"""Keras to NetsPresso: binary cross entropy and the focal losses."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Equivalence, Fact, From, Test, is_, within
from losslint.catalog.equivalences_words import (
    CLIP,
    FLOAT_TARGETS,
    NO_SIGMOID,
    NO_SOFTMAX,
    NO_WEIGHTS,
)

BINARY = ("binary_crossentropy",)
BINARY_FOCAL = ("binary_focal_crossentropy",)
CATEGORICAL_FOCAL = ("categorical_focal_crossentropy",)

_ONE_LABEL = (
    "the trainer's data sets give one-hot labels only: several labels a sample need a data set of "
    "your own"
)
_NO_SMOOTHING = is_("label_smoothing", 0)
_SMOOTHED = Test("label_smoothing", "above", 0)
_PLAIN_BCE = (("alpha", -1), ("gamma", 0))
_CLASS_UNITS: tuple[Fact, ...] = (("units", ("several",)), ("task", ("classification",)))
_NOT_ACTIVATED: Fact = ("head", ("linear", "other"))

BINARY_ROWS = (
    Equivalence(
        "keras.binary_crossentropy->netspresso.cross_entropy/one-unit",
        "keras",
        BINARY,
        "cross_entropy",
        "consent",
        "conditional",
        tests=(within("label_smoothing", 0, 1),),
        given=(("units", ("one",)),),
        assumes=(("task", ("classification",)),),
        params=(("label_smoothing", From("label_smoothing")),),
        free=("from_logits", "axis"),
        changes=(
            "the one sigmoid unit becomes a head of two logits: the loss is the same function of "
            "their difference",
            "labels are the indices of two classes",
        ),
        conditions=(
            "the head has twice the parameters: the same loss, not the same way of learning",
        ),
        breaks=("focal_loss would not do: the trainer cannot make one-hot labels of one class",),
    ),
    Equivalence(
        "keras.*_crossentropy->netspresso.*/activated-logits",
        "keras",
        BINARY,
        "focal_loss",
        "consent",
        "conditional",
        tests=(is_("from_logits", True), _NO_SMOOTHING),
        given=(("head", ("sigmoid",)),),
        assumes=_CLASS_UNITS,
        params=_PLAIN_BCE,
        free=("axis",),
        changes=(NO_SIGMOID, FLOAT_TARGETS),
        conditions=(
            "the config says logits and the model ends in a sigmoid: TensorFlow warns and takes "
            "the true logits, so the training ran as this criterion does",
        ),
        breaks=("on the torch and jax backends the sigmoid really was applied twice",),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss/smoothed",
        "keras",
        BINARY,
        "focal_loss",
        "refuse",
        "lossy",
        tests=(_SMOOTHED,),
        params=_PLAIN_BCE,
        free=("from_logits", "axis"),
        conditions=(
            "focal_loss knows no label_smoothing and would drop the key without a word; without "
            "it, it is exact only on labels that the data smooths itself, as y(1 - s) + s/2",
        ),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss",
        "keras",
        BINARY,
        "focal_loss",
        "auto_with_note",
        "exact",
        tests=(is_("from_logits", True), _NO_SMOOTHING),
        assumes=(*_CLASS_UNITS, _NOT_ACTIVATED),
        params=_PLAIN_BCE,
        free=("axis",),
        changes=(FLOAT_TARGETS,),
        conditions=("one unit a class, several of them", _ONE_LABEL, NO_WEIGHTS),
        breaks=("a segmentation model's label maps do not fit focal_loss",),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss/sigmoid",
        "keras",
        BINARY,
        "focal_loss",
        "auto_with_note",
        "conditional",
        tests=(is_("from_logits", False), _NO_SMOOTHING),
        assumes=(*_CLASS_UNITS, ("head", ("sigmoid", "other"))),
        params=_PLAIN_BCE,
        free=("axis",),
        changes=(NO_SIGMOID, FLOAT_TARGETS),
        conditions=(
            "one unit a class, several of them",
            "TensorFlow with the sigmoid last goes back to the logits and is exact; otherwise "
            "exact while the logits stay inside -16.1 to 16.1",
            _ONE_LABEL,
            NO_WEIGHTS,
        ),
        breaks=(CLIP, "a segmentation model's label maps do not fit focal_loss"),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss/halved",
        "keras",
        BINARY,
        "focal_loss",
        "auto_with_note",
        "exact",
        params=(("alpha", 0.5), ("gamma", 0)),
        weight=2.0,
        conditions=("alpha -1 without a factor says the same",),
        part="spelling",
    ),
)

_NAN_IN_KERAS = (
    "with gamma 0 Keras's own gradient is NaN once a probability rounds to 1 (logits above 16.6 in "
    "float32); the criterion's is not"
)

BINARY_FOCAL_ROWS = (
    Equivalence(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/smoothed",
        "keras",
        BINARY_FOCAL,
        "focal_loss",
        "refuse",
        "lossy",
        tests=(_SMOOTHED,),
        free=("from_logits", "axis", "alpha", "gamma", "apply_class_balancing"),
        conditions=(
            "focal_loss knows no label_smoothing and would drop the key without a word; without "
            "it, it is exact only on labels that the data smooths itself",
        ),
    ),
    Equivalence(
        "keras.binary_focal_crossentropy->none/negative-alpha",
        "keras",
        BINARY_FOCAL,
        None,
        "refuse",
        "none",
        tests=(is_("apply_class_balancing", True), Test("alpha", "below", 0)),
        free=("from_logits", "gamma"),
        conditions=(
            "Keras weighs with a negative alpha, NetsPresso switches the balancing off with it",
        ),
    ),
    Equivalence(
        "keras.binary_focal_crossentropy->netspresso.focal_loss",
        "keras",
        BINARY_FOCAL,
        "focal_loss",
        "auto_with_note",
        "exact",
        tests=(
            is_("apply_class_balancing", False),
            Test("gamma", "at_least", 1),
            _NO_SMOOTHING,
            is_("from_logits", True),
        ),
        assumes=(*_CLASS_UNITS, _NOT_ACTIVATED),
        params=(("alpha", -1), ("gamma", From("gamma"))),
        free=("alpha",),
        changes=(FLOAT_TARGETS,),
        conditions=(
            "alpha becomes -1, which is no balancing: Keras ignores its own alpha as long as "
            "apply_class_balancing is false",
            _ONE_LABEL,
            NO_WEIGHTS,
        ),
    ),
    Equivalence(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced",
        "keras",
        BINARY_FOCAL,
        "focal_loss",
        "auto_with_note",
        "exact",
        tests=(
            is_("apply_class_balancing", True),
            Test("alpha", "at_least", 0),
            Test("gamma", "at_least", 1),
            _NO_SMOOTHING,
            is_("from_logits", True),
        ),
        assumes=(*_CLASS_UNITS, _NOT_ACTIVATED),
        params=(("alpha", From("alpha")), ("gamma", From("gamma"))),
        changes=(FLOAT_TARGETS,),
        conditions=(_ONE_LABEL, NO_WEIGHTS),
    ),
)


def _without_focus(row: Equivalence) -> Equivalence:
    """The same row for gamma 0, where the loss is binary cross entropy."""
    tests = tuple(is_("gamma", 0) if t.param == "gamma" else t for t in row.tests)
    return row._replace(tests=tests, breaks=(_NAN_IN_KERAS,))


_CONVERTED = tuple(each for row in BINARY_FOCAL_ROWS[2:] for each in (row, _without_focus(row)))


def _on_probabilities(row: Equivalence) -> Equivalence:
    """The same row for a model that ends in a sigmoid, where TensorFlow finds the logits."""
    tests = tuple(is_("from_logits", False) if t.param == "from_logits" else t for t in row.tests)
    return row._replace(
        tests=tests,
        assumes=(*_CLASS_UNITS, ("head", ("sigmoid", "other"))),
        changes=(NO_SIGMOID, *row.changes),
        conditions=("TensorFlow, with the sigmoid last", *row.conditions),
    )


_CLIPS_ALWAYS = (
    "Keras applies the softmax itself and holds its probabilities inside [1e-7, 1 - 1e-7]: there "
    "its loss ends at 16.118 with gradient 0, and NetsPresso's goes on"
)

CATEGORICAL_FOCAL_ROWS = (
    Equivalence(
        "keras.categorical_focal_crossentropy->none/listed-alpha",
        "keras",
        CATEGORICAL_FOCAL,
        None,
        "refuse",
        "none",
        tests=(Test("alpha", "is", list),),
        free=("gamma", "from_logits", "label_smoothing"),
        conditions=("no criterion takes a weight for each class",),
    ),
    Equivalence(
        "keras.categorical_focal_crossentropy->netspresso.cross_entropy",
        "keras",
        CATEGORICAL_FOCAL,
        "cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(
            is_("gamma", 0),
            Test("alpha", "at_least", 0),
            within("label_smoothing", 0, 1),
            is_("from_logits", False),
        ),
        assumes=(("task", ("classification",)), ("head", ("softmax", "other"))),
        params=(("label_smoothing", From("label_smoothing")),),
        weight=From("alpha"),
        changes=(NO_SOFTMAX,),
        conditions=("alpha becomes the weight of the criterion", NO_WEIGHTS),
        breaks=(_CLIPS_ALWAYS,),
    ),
    Equivalence(
        "keras.categorical_focal_crossentropy->netspresso.cross_entropy",
        "keras",
        CATEGORICAL_FOCAL,
        "cross_entropy",
        "auto_with_note",
        "conditional",
        tests=(
            is_("gamma", 0),
            Test("alpha", "at_least", 0),
            within("label_smoothing", 0, 1),
            is_("from_logits", True),
        ),
        assumes=(("task", ("classification",)), _NOT_ACTIVATED),
        params=(("label_smoothing", From("label_smoothing")),),
        weight=From("alpha"),
        conditions=("alpha becomes the weight of the criterion", NO_WEIGHTS),
        breaks=(_CLIPS_ALWAYS,),
    ),
    Equivalence(
        "keras.categorical_focal_crossentropy->netspresso.focal_loss/two-classes",
        "keras",
        CATEGORICAL_FOCAL,
        "focal_loss",
        "refuse",
        "conditional",
        tests=(Test("gamma", "above", 0),),
        given=(("classes", ("two",)),),
        params=(("alpha", -1), ("gamma", From("gamma"))),
        free=("from_logits", "alpha", "label_smoothing"),
        weight=From("alpha"),
        conditions=(
            "with two classes it is focal_loss of one logit, the difference of the two; the "
            "trainer cannot feed a head of one logit",
        ),
    ),
    Equivalence(
        "keras.categorical_focal_crossentropy->none",
        "keras",
        CATEGORICAL_FOCAL,
        None,
        "refuse",
        "none",
        tests=(Test("gamma", "above", 0),),
        free=("from_logits", "alpha", "label_smoothing"),
        conditions=(
            "a constant added to all logits leaves it as it is and changes focal_loss; nearest is "
            "cross_entropy, which shares that and has another gradient",
        ),
    ),
)

ROWS = (
    *BINARY_ROWS,
    *BINARY_FOCAL_ROWS[:2],
    *_CONVERTED,
    *map(_on_probabilities, _CONVERTED),
    *CATEGORICAL_FOCAL_ROWS,
)
