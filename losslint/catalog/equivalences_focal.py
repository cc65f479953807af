"""Keras to NetsPresso: binary cross entropy, and the focal loss of single units."""

from __future__ import annotations

from losslint.catalog import equivalences_words as words
from losslint.catalog.equivalences_model import Equivalence, Fact, From, Measured, Test, is_, within

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
        measured=Measured(3.0e-16, 2.2e-16, 1.8e-07, 2.4e-07),
    ),
    Equivalence(
        "keras.*_crossentropy->netspresso.*/activated-logits",
        "consent",
        "conditional",
        losses=("binary_crossentropy",),
        target="focal_loss",
        tests=(is_("from_logits", True), _NO_SMOOTHING),
        given=(("head", ("sigmoid",)),),
        assumes=_CLASS_UNITS,
        params=_PLAIN_BCE,
        free=("axis",),
        changes=(words.NO_SIGMOID, words.FLOAT_TARGETS),
        conditions=(
            "the config says logits and the model ends in a sigmoid: TensorFlow warns and takes "
            "the true logits, so the training ran as this criterion does",
        ),
        breaks=("on the torch and jax backends the sigmoid really was applied twice",),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss/smoothed",
        "refuse",
        "lossy",
        tests=(_SMOOTHED,),
        params=_PLAIN_BCE,
        free=("from_logits", "axis"),
        conditions=(
            "focal_loss knows no label_smoothing and would drop the key without a word; without "
            "it, it is exact only on labels that the data smooths itself, as y(1 - s) + s/2",
        ),
        measured=Measured(1.5e-01, 9.6e-02, 1.5e-01, 9.6e-02),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss",
        "auto_with_note",
        "exact",
        tests=(is_("from_logits", True), _NO_SMOOTHING),
        assumes=(*_CLASS_UNITS, _NOT_ACTIVATED),
        params=_PLAIN_BCE,
        free=("axis",),
        changes=(words.FLOAT_TARGETS,),
        conditions=("one unit a class, several of them", _ONE_LABEL, words.NO_WEIGHTS),
        breaks=("a segmentation model's label maps do not fit focal_loss",),
        measured=Measured(3.3e-16, 2.8e-16, 2.0e-07, 1.5e-07),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss/sigmoid",
        "auto_with_note",
        "conditional",
        tests=(is_("from_logits", False), _NO_SMOOTHING),
        assumes=(*_CLASS_UNITS, ("head", ("sigmoid", "other"))),
        params=_PLAIN_BCE,
        free=("axis",),
        changes=(words.NO_SIGMOID, words.FLOAT_TARGETS),
        conditions=(
            "one unit a class, several of them",
            "TensorFlow with the sigmoid last goes back to the logits and is exact; otherwise "
            "exact while the logits stay inside -16.1 to 16.1",
            _ONE_LABEL,
            words.NO_WEIGHTS,
        ),
        breaks=(words.CLIP, "a segmentation model's label maps do not fit focal_loss"),
        measured=Measured(3.5e-16, 2.9e-16, 1.2e-07, 1.6e-07),
    ),
    Equivalence(
        "keras.binary_crossentropy->netspresso.focal_loss/halved",
        "auto_with_note",
        "exact",
        params=(("alpha", 0.5), ("gamma", 0)),
        weight=2.0,
        conditions=("alpha -1 without a factor says the same",),
        part="spelling",
        measured=Measured(2.6e-16, 2.8e-16, 2.3e-07, 1.3e-07),
    ),
)

_NAN_IN_KERAS = (
    "with gamma 0 Keras's own gradient is NaN once a probability rounds to 1 (logits above 16.6 in "
    "float32); the criterion's is not"
)

BINARY_FOCAL_ROWS = (
    Equivalence(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/smoothed",
        "refuse",
        "lossy",
        tests=(_SMOOTHED,),
        free=("from_logits", "axis", "alpha", "gamma", "apply_class_balancing"),
        conditions=(
            "focal_loss knows no label_smoothing and would drop the key without a word; without "
            "it, it is exact only on labels that the data smooths itself",
        ),
        measured=Measured(1.7e-01, 1.8e-01, 1.7e-01, 1.8e-01),
    ),
    Equivalence(
        "keras.binary_focal_crossentropy->none/negative-alpha",
        "refuse",
        "none",
        tests=(is_("apply_class_balancing", True), Test("alpha", "below", 0)),
        free=("from_logits", "gamma"),
        conditions=(
            "Keras weighs with a negative alpha, NetsPresso switches the balancing off with it",
        ),
        compared="focal_loss with the same alpha and gamma",
        measured=Measured(4.7e-01, 1.1e00, 4.7e-01, 1.1e00),
    ),
    Equivalence(
        "keras.binary_focal_crossentropy->netspresso.focal_loss",
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
        changes=(words.FLOAT_TARGETS,),
        conditions=(
            "alpha becomes -1, which is no balancing: Keras ignores its own alpha as long as "
            "apply_class_balancing is false",
            _ONE_LABEL,
            words.NO_WEIGHTS,
        ),
        measured=Measured(4.1e-16, 1.4e-14, 2.0e-07, 1.8e-06),
    ),
    Equivalence(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced",
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
        changes=(words.FLOAT_TARGETS,),
        conditions=(_ONE_LABEL, words.NO_WEIGHTS),
        measured=Measured(4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07),
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
        changes=(words.NO_SIGMOID, *row.changes),
        conditions=("TensorFlow, with the sigmoid last", *row.conditions),
    )


ROWS = (
    *BINARY_ROWS,
    *BINARY_FOCAL_ROWS[:2],
    *_CONVERTED,
    *map(_on_probabilities, _CONVERTED),
)
