"""Keras to NetsPresso: the losses that nothing computes, those that need consent, and the lists."""

from __future__ import annotations

from losslint.catalog import equivalences_words as words
from losslint.catalog.equivalences_model import Equivalence, FromClasses, Measured, Nearest


def _none(
    row: str,
    *why: str,
    free: tuple[str, ...] = (),
    compared: str = "",
    measured: Measured | None = None,
) -> Equivalence:
    """A row that nothing computes; `measured` against the loss `compared`."""
    return Equivalence(
        row, "refuse", "none", free=free, conditions=why, measured=measured, compared=compared
    )


def _unlike(row: str, nearest: Nearest, free: tuple[str, ...] = ()) -> Equivalence:
    return _none(row, "no criterion computes it", free=free)._replace(nearest=nearest)


def _focal(
    alpha: float, gamma: float, gradient: float, value: float, activation: str, labels: str
) -> Nearest:
    """focal_loss with these parameters came nearest."""
    params = (("alpha", alpha), ("gamma", gamma))
    return Nearest("focal_loss", params, gradient, value, activation, labels)


def _smoothed(
    smoothing: float, gradient: float, value: float, activation: str, labels: str
) -> Nearest:
    """cross_entropy with this label_smoothing came nearest."""
    params = (("label_smoothing", smoothing),)
    return Nearest("cross_entropy", params, gradient, value, activation, labels)


DIVERGENCES = (
    Equivalence(
        "keras.kl_divergence->netspresso.cross_entropy/soft-labels",
        "consent",
        "lossy",
        given=(("labels", ("soft",)),),
        changes=(words.NO_SOFTMAX,),
        conditions=("the gradient is the same; the value is lower by the entropy of the labels",),
        provable=False,
        measured=Measured(9.2e-01, 5.6e-16, 9.2e-01, 2.4e-07),
    ),
    Equivalence(
        "keras.kl_divergence->netspresso.focal_loss",
        "consent",
        "conditional",
        given=(("head", ("sigmoid",)),),
        params=(("alpha", 1), ("gamma", 0)),
        weight=FromClasses("classes"),
        changes=(words.NO_SIGMOID, words.FLOAT_TARGETS),
        conditions=("labels are zeros and ones",),
        activation="sigmoid",
        measured=Measured(2.0e-05, 1.4e-07, 2.0e-05, 2.3e-07),
    ),
    Equivalence(
        "keras.kl_divergence->netspresso.cross_entropy",
        "consent",
        "conditional",
        assumes=(("labels", ("one-hot",)), ("head", ("softmax", "other"))),
        changes=(words.NO_SOFTMAX, words.INDEX_LABELS),
        conditions=(
            "one-hot labels and a softmax: equal up to Keras's clip of the labels at 1e-7; with "
            "soft labels the value is lower by their entropy",
        ),
        measured=Measured(4.1e-05, 6.0e-07, 4.1e-05, 6.0e-07),
    ),
    Equivalence(
        "keras.poisson->netspresso.cross_entropy",
        "consent",
        "lossy",
        assumes=(("head", ("softmax", "other")),),
        weight=FromClasses("1/classes"),
        changes=(words.NO_SOFTMAX, words.INDEX_LABELS),
        conditions=(
            "a softmax, and label rows that sum to 1: the gradient is the same, the value lower by "
            "exactly 1 by the number of classes",
        ),
        measured=Measured(4.7e-01, 1.4e-04, 4.7e-01, 1.4e-04),
    ),
    _none(
        "keras.categorical_generalized_cross_entropy->none",
        "it tends to cross_entropy as q tends to 0; at q = 0.001 it is still 0.3 % off in value "
        "and 0.8 % in gradient",
        free=("q",),
        compared="cross_entropy with q at 0.001",
        measured=Measured(3.3e-03, 8.4e-03, 3.3e-03, 8.4e-03),
    ),
)

NOTHING = (
    _unlike("keras.mean_squared_error->none", _focal(0.1, 5, 0.46, 0.16, "softplus", "one-hot")),
    _unlike("keras.mean_absolute_error->none", _focal(0.75, 0.5, 0.35, 0.13, "softplus", "soft")),
    _unlike(
        "keras.mean_absolute_percentage_error->none", _focal(0.1, 1, 0.91, 0.69, "softplus", "soft")
    ),
    _unlike(
        "keras.mean_squared_logarithmic_error->none",
        _focal(0.1, 0.5, 0.18, 0.058, "softplus", "one-hot"),
    ),
    _unlike(
        "keras.cosine_similarity->none", _focal(0.9, 0, 0.65, 0.16, "sigmoid", "one-hot"), ("axis",)
    ),
    _unlike("keras.huber->none", _focal(0.1, 1, 0.33, 0.12, "softplus", "one-hot"), ("delta",)),
    _unlike("keras.log_cosh->none", _focal(0.1, 1.5, 0.32, 0.11, "softplus", "one-hot")),
    _unlike("keras.hinge->none", _focal(0.25, 0, 0.19, 0.037, "softplus", "one-hot")),
    _unlike("keras.squared_hinge->none", _focal(-1, 3, 0.24, 0.032, "none", "multi-hot")),
    _unlike("keras.categorical_hinge->none", _smoothed(0.1, 0.35, 0.06, "none", "one-hot")),
    _unlike("keras.dice->none", _focal(0.9, 0, 0.68, 0.16, "sigmoid", "one-hot"), ("axis",)),
    _unlike(
        "keras.tversky->none",
        _focal(0.9, 0, 0.68, 0.16, "sigmoid", "one-hot"),
        ("axis", "alpha", "beta"),
    ),
    _unlike(
        "keras.circle->none",
        _smoothed(0.9, 0.93, 0.45, "softmax", "one-hot"),
        ("gamma", "margin", "remove_diagonal"),
    ),
    _none("keras.ctc->none", "it aligns sequences, and no criterion takes a sequence of labels"),
    _none(
        "keras.SSD_LOSS->none",
        "softmax with a background class, the hardest three misses a hit and smooth L1, divided "
        "by the hits of the whole batch; nearest is retinanet_loss (sigmoid focal over all "
        "anchors and L1, divided image by image): on the same anchors and "
        "logits its value is two to three times as large and its gradient another one",
        compared="retinanet_loss on the same anchors",
        measured=Measured(6.8e-01, 9.9e-01, 6.8e-01, 9.9e-01),
    ),
    _none(
        "keras.RCNN_LOSS->none",
        "five losses of a model of two stages with masks, which NetsPresso Trainer does not have; "
        "nearest is retinanet_loss, whose value and gradient are others even on the same anchors",
        compared="retinanet_loss on the same anchors",
        measured=Measured(6.0e-01, 1.0e00, 6.0e-01, 1.0e00),
    ),
    Equivalence(
        "keras.*_loss->none/rcnn-part",
        "refuse",
        "conditional",
        losses=("rpn_class_loss", "mrcnn_class_loss", "mrcnn_mask_loss"),
        conditions=(
            "as a formula it is cross_entropy (of the masks: focal_loss with alpha -1 and gamma "
            "0); picking the anchors and regions is part of the Keras loss and of no NetsPresso "
            "model",
        ),
        compared="that formula",
        measured=Measured(2.6e-16, 3.5e-16, 1.2e-07, 1.9e-07),
    ),
)

LISTS = (
    Equivalence(
        "keras.*->netspresso.*/loss-weights",
        "auto",
        "exact",
        conditions=("loss_weights becomes the weight of the criterion",),
        list_case="factor",
        measured=Measured(1.7e-16, 2.2e-16, 9.8e-08, 8.1e-08),
    ),
    Equivalence(
        "keras.*->netspresso.*/one-output",
        "consent",
        "exact",
        given=(("outputs", ("one",)),),
        conditions=(
            "the model has one output: Keras uses the first loss of the list and no other, so no "
            "other is converted",
        ),
        list_case="one output",
        measured=Measured(2.1e-16, 1.1e-16, 0.0, 6.0e-08),
    ),
    Equivalence(
        "keras.*->netspresso.*/same-output",
        "consent",
        "exact",
        given=(("outputs", ("same",)),),
        conditions=(
            "all outputs are one and the same tensor, and all labels are the same",
            "the criteria have different names: of two equal ones NetsPresso keeps the last",
        ),
        list_case="same output",
        measured=Measured(1.4e-16, 6.8e-16, 1.9e-07, 1.9e-07),
    ),
    Equivalence(
        "keras.*->none/several-outputs",
        "refuse",
        "none",
        given=(("outputs", ("several",)),),
        conditions=(
            "the model has several outputs, and every criterion reads the one prediction and the "
            "one target: no loss can be sent to an output",
        ),
        list_case="several outputs",
    ),
)

ROWS = (*DIVERGENCES, *NOTHING, *LISTS)
