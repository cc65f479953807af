"""Keras to NetsPresso: the focal loss of one choice among several."""

from __future__ import annotations

from losslint.catalog import equivalences_words as words
from losslint.catalog.equivalences_model import Equivalence, From, Measured, Test, is_, within

_CLIPS_ALWAYS = (
    "Keras applies the softmax itself and holds its probabilities inside [1e-7, 1 - 1e-7]: there "
    "its loss ends at 16.118 with gradient 0, and NetsPresso's goes on"
)

_ALPHA_AS_WEIGHT = Equivalence(
    "keras.categorical_focal_crossentropy->netspresso.cross_entropy",
    "auto_with_note",
    "conditional",
    tests=(is_("gamma", 0), Test("alpha", "at_least", 0), within("label_smoothing", 0, 1)),
    params=(("label_smoothing", From("label_smoothing")),),
    weight=From("alpha"),
    conditions=("alpha becomes the weight of the criterion", words.NO_WEIGHTS),
    breaks=(_CLIPS_ALWAYS,),
    measured=Measured(2.1e-16, 3.5e-16, 2.0e-07, 2.6e-07),
)

ROWS = (
    Equivalence(
        "keras.categorical_focal_crossentropy->none/listed-alpha",
        "refuse",
        "none",
        tests=(Test("alpha", "is", list),),
        free=("gamma", "from_logits", "label_smoothing"),
        conditions=("no criterion takes a weight for each class",),
        compared="cross_entropy with the mean of the weights",
        measured=Measured(3.0e-01, 5.0e-01, 3.0e-01, 5.0e-01),
    ),
    _ALPHA_AS_WEIGHT._replace(
        tests=(*_ALPHA_AS_WEIGHT.tests, is_("from_logits", False)),
        assumes=(("task", ("classification",)), ("head", ("softmax", "other"))),
        changes=(words.NO_SOFTMAX,),
    ),
    _ALPHA_AS_WEIGHT._replace(
        tests=(*_ALPHA_AS_WEIGHT.tests, is_("from_logits", True)),
        assumes=(("task", ("classification",)), ("head", ("linear", "other"))),
    ),
    Equivalence(
        "keras.categorical_focal_crossentropy->netspresso.focal_loss/two-classes",
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
        measured=Measured(3.3e-16, 5.9e-16, 1.8e-07, 4.3e-07),
    ),
    Equivalence(
        "keras.categorical_focal_crossentropy->none",
        "refuse",
        "none",
        tests=(Test("gamma", "above", 0),),
        free=("from_logits", "alpha", "label_smoothing"),
        conditions=(
            "a constant added to all logits leaves it as it is and changes focal_loss; nearest is "
            "cross_entropy, which shares that and has another gradient",
        ),
        compared="focal_loss with the same gamma",
        measured=Measured(9.7e-01, 1.0e00, 9.7e-01, 1.0e00),
    ),
)
