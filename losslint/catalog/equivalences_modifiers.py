"""Keras to NetsPresso: what single parameters, and the model around, add to every row."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Equivalence, Measured, Test, is_

_CROSS_ENTROPIES = ("sparse_categorical_crossentropy", "categorical_crossentropy")

_OF_CROSS_ENTROPIES = (
    Equivalence(
        "keras.*categorical_crossentropy->netspresso.*/sum",
        "consent",
        "exact",
        losses=_CROSS_ENTROPIES,
        tests=(Test("reduction", "sum"),),
        params=(("size_average", False),),
        conditions=(
            "size_average is torch's deprecated switch; it is the only way to a sum, because the "
            "trainer drops a key called reduction",
        ),
        measured=Measured(2.0e-16, 2.3e-16, 1.2e-07, 1.3e-07),
    ),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.*/axis",
        "auto",
        "exact",
        tests=(is_("axis", 1), is_("label_smoothing", 0)),
        changes=("axis goes: NetsPresso's channels come first in any case",),
        measured=Measured(3.0e-16, 2.9e-16, 1.5e-07, 7.8e-08),
    ),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.*/axis-smoothed",
        "consent",
        "lossy",
        tests=(is_("axis", 1), Test("label_smoothing", "above", 0)),
        conditions=(
            "with axis 1 Keras divides label_smoothing by the width of the map instead of the "
            "number of classes; the criterion divides by the classes",
        ),
        measured=Measured(1.0e-01, 4.4e-02, 1.0e-01, 4.4e-02),
    ),
)

_OF_ALL = (
    Equivalence(
        "keras.*->none/sum",
        "refuse",
        "lossy",
        tests=(Test("reduction", "sum"),),
        conditions=(
            "the criterion has no sum; its mean is smaller by the number of labels that count, "
            "which changes from batch to batch",
        ),
        measured=Measured(9.4e-01, 9.4e-01, 9.4e-01, 9.4e-01),
    ),
    Equivalence(
        "keras.*->none/no-reduction",
        "refuse",
        "none",
        tests=(Test("reduction", "none"),),
        conditions=(
            "without a reduction Keras logs the mean and steps along the gradient of the sum; no "
            "criterion does",
        ),
    ),
    Equivalence(
        "keras.*->none/weights",
        "refuse",
        "none",
        given=(("weights", ("any",)),),
        conditions=(
            "a criterion's weight is one factor: no weight of samples or classes can be configured",
        ),
        measured=Measured(5.7e-01, 6.7e-01, 5.7e-01, 6.7e-01),
    ),
    Equivalence(
        "keras.*->none/regularizer",
        "refuse",
        "none",
        given=(("regularizer", ("yes",)),),
        conditions=(
            "Keras adds the model's regularizers to the loss; NetsPresso adds up criteria only, "
            "and the optimizer's weight_decay is not the same",
        ),
    ),
)

ROWS = tuple(row._replace(part="modifier") for row in (*_OF_CROSS_ENTROPIES, *_OF_ALL))
