"""Keras to NetsPresso: what single parameters, and the model around, add to every row."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Equivalence, Test, is_

_CATEGORICAL = ("categorical_crossentropy",)
_CROSS_ENTROPIES = ("sparse_categorical_crossentropy", "categorical_crossentropy")

_OF_CROSS_ENTROPIES = (
    Equivalence(
        "keras.*categorical_crossentropy->netspresso.*/sum",
        "keras",
        _CROSS_ENTROPIES,
        None,
        "consent",
        "exact",
        tests=(Test("reduction", "sum"),),
        params=(("size_average", False),),
        conditions=(
            "size_average is torch's deprecated switch; it is the only way to a sum, because the "
            "trainer drops a key called reduction",
        ),
        part="modifier",
    ),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.*/axis",
        "keras",
        _CATEGORICAL,
        None,
        "auto",
        "exact",
        tests=(is_("axis", 1), is_("label_smoothing", 0)),
        changes=("axis goes: NetsPresso's channels come first in any case",),
        part="modifier",
    ),
    Equivalence(
        "keras.categorical_crossentropy->netspresso.*/axis-smoothed",
        "keras",
        _CATEGORICAL,
        None,
        "consent",
        "lossy",
        tests=(is_("axis", 1), Test("label_smoothing", "above", 0)),
        conditions=(
            "with axis 1 Keras divides label_smoothing by the width of the map instead of the "
            "number of classes; the criterion divides by the classes",
        ),
        part="modifier",
    ),
)

_OF_ALL = (
    Equivalence(
        "keras.*->none/sum",
        "keras",
        (),
        None,
        "refuse",
        "lossy",
        tests=(Test("reduction", "sum"),),
        conditions=(
            "the criterion has no sum; its mean is smaller by the number of labels that count, "
            "which changes from batch to batch",
        ),
        part="modifier",
    ),
    Equivalence(
        "keras.*->none/no-reduction",
        "keras",
        (),
        None,
        "refuse",
        "none",
        tests=(Test("reduction", "none"),),
        conditions=(
            "without a reduction Keras logs the mean and steps along the gradient of the sum; no "
            "criterion does",
        ),
        part="modifier",
    ),
    Equivalence(
        "keras.*->none/weights",
        "keras",
        (),
        None,
        "refuse",
        "none",
        given=(("weights", ("any",)),),
        conditions=(
            "a criterion's weight is one factor: no weight of samples or classes can be configured",
        ),
        part="modifier",
    ),
    Equivalence(
        "keras.*->none/regularizer",
        "keras",
        (),
        None,
        "refuse",
        "none",
        given=(("regularizer", ("yes",)),),
        conditions=(
            "Keras adds the model's regularizers to the loss; NetsPresso adds up criteria only, "
            "and the optimizer's weight_decay is not the same",
        ),
        part="modifier",
    ),
)

ROWS = (*_OF_CROSS_ENTROPIES, *_OF_ALL)
