"""Keras to NetsPresso: the losses that nothing computes, those that need consent, and the lists."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Equivalence, FromClasses
from losslint.catalog.equivalences_words import (
    FLOAT_TARGETS,
    INDEX_LABELS,
    NO_SIGMOID,
    NO_SOFTMAX,
)

_KL = ("kl_divergence",)


def _none(row: str, loss: str, *why: str, free: tuple[str, ...] = ()) -> Equivalence:
    return Equivalence(
        row,
        "keras",
        (loss,),
        None,
        "refuse",
        "none",
        free=free,
        conditions=why or ("no criterion computes it",),
    )


DIVERGENCES = (
    Equivalence(
        "keras.kl_divergence->netspresso.cross_entropy/soft-labels",
        "keras",
        _KL,
        "cross_entropy",
        "consent",
        "lossy",
        given=(("labels", ("soft",)),),
        changes=(NO_SOFTMAX,),
        conditions=("the gradient is the same; the value is lower by the entropy of the labels",),
        provable=False,
    ),
    Equivalence(
        "keras.kl_divergence->netspresso.focal_loss",
        "keras",
        _KL,
        "focal_loss",
        "consent",
        "conditional",
        given=(("head", ("sigmoid",)),),
        params=(("alpha", 1), ("gamma", 0)),
        weight=FromClasses("classes"),
        changes=(NO_SIGMOID, FLOAT_TARGETS),
        conditions=("labels are zeros and ones",),
        activation="sigmoid",
    ),
    Equivalence(
        "keras.kl_divergence->netspresso.cross_entropy",
        "keras",
        _KL,
        "cross_entropy",
        "consent",
        "conditional",
        assumes=(("labels", ("one-hot",)), ("head", ("softmax", "other"))),
        changes=(NO_SOFTMAX, INDEX_LABELS),
        conditions=(
            "one-hot labels and a softmax: equal up to Keras's clip of the labels at 1e-7; with "
            "soft labels the value is lower by their entropy",
        ),
    ),
    Equivalence(
        "keras.poisson->netspresso.cross_entropy",
        "keras",
        ("poisson",),
        "cross_entropy",
        "consent",
        "lossy",
        assumes=(("head", ("softmax", "other")),),
        weight=FromClasses("1/classes"),
        changes=(NO_SOFTMAX, INDEX_LABELS),
        conditions=(
            "a softmax, and label rows that sum to 1: the gradient is the same, the value lower by "
            "exactly 1 by the number of classes",
        ),
    ),
    _none(
        "keras.categorical_generalized_cross_entropy->none",
        "categorical_generalized_cross_entropy",
        "it tends to cross_entropy as q tends to 0; at q = 0.001 it is still 0.3 % off in value "
        "and 0.8 % in gradient",
        free=("q",),
    ),
)

NOTHING = (
    _none("keras.mean_squared_error->none", "mean_squared_error"),
    _none("keras.mean_absolute_error->none", "mean_absolute_error"),
    _none("keras.mean_absolute_percentage_error->none", "mean_absolute_percentage_error"),
    _none("keras.mean_squared_logarithmic_error->none", "mean_squared_logarithmic_error"),
    _none("keras.cosine_similarity->none", "cosine_similarity", free=("axis",)),
    _none("keras.huber->none", "huber", free=("delta",)),
    _none("keras.log_cosh->none", "log_cosh"),
    _none("keras.hinge->none", "hinge"),
    _none("keras.squared_hinge->none", "squared_hinge"),
    _none("keras.categorical_hinge->none", "categorical_hinge"),
    _none("keras.dice->none", "dice", free=("axis",)),
    _none("keras.tversky->none", "tversky", free=("axis", "alpha", "beta")),
    _none("keras.circle->none", "circle", free=("gamma", "margin", "remove_diagonal")),
    _none(
        "keras.ctc->none", "ctc", "it aligns sequences, and no criterion takes a sequence of labels"
    ),
    _none(
        "keras.SSD_LOSS->none",
        "SSD_LOSS",
        "softmax with a background class, the hardest three misses a hit and smooth L1, divided "
        "by the hits of the whole batch; nearest is retinanet_loss (sigmoid focal over all "
        "anchors and L1, divided image by image): on the same anchors and "
        "logits its value is two to three times as large and its gradient another one",
    ),
    _none(
        "keras.RCNN_LOSS->none",
        "RCNN_LOSS",
        "five losses of a model of two stages with masks, which NetsPresso Trainer does not have; "
        "nearest is retinanet_loss, whose value and gradient are others even on the same anchors",
    ),
    Equivalence(
        "keras.*_loss->none/rcnn-part",
        "keras",
        ("rpn_class_loss", "mrcnn_class_loss", "mrcnn_mask_loss"),
        None,
        "refuse",
        "conditional",
        conditions=(
            "as a formula it is cross_entropy (of the masks: focal_loss with alpha -1 and gamma "
            "0); picking the anchors and regions is part of the Keras loss and of no NetsPresso "
            "model",
        ),
    ),
)

LISTS = (
    Equivalence(
        "keras.*->netspresso.*/loss-weights",
        "keras",
        (),
        None,
        "auto",
        "exact",
        conditions=("loss_weights becomes the weight of the criterion",),
        part="list",
        list_case="factor",
    ),
    Equivalence(
        "keras.*->netspresso.*/one-output",
        "keras",
        (),
        None,
        "consent",
        "exact",
        given=(("outputs", ("one",)),),
        conditions=(
            "the model has one output: Keras uses the first loss of the list and no other, so no "
            "other is converted",
        ),
        part="list",
        list_case="one output",
    ),
    Equivalence(
        "keras.*->netspresso.*/same-output",
        "keras",
        (),
        None,
        "consent",
        "exact",
        given=(("outputs", ("same",)),),
        conditions=(
            "all outputs are one and the same tensor, and all labels are the same",
            "the criteria have different names: of two equal ones NetsPresso keeps the last",
        ),
        part="list",
        list_case="same output",
    ),
    Equivalence(
        "keras.*->none/several-outputs",
        "keras",
        (),
        None,
        "refuse",
        "none",
        given=(("outputs", ("several",)),),
        conditions=(
            "the model has several outputs, and every criterion reads the one prediction and the "
            "one target: no loss can be sent to an output",
        ),
        part="list",
        list_case="several outputs",
    ),
)

ROWS = (*DIVERGENCES, *NOTHING, *LISTS)
