"""Losses as `compile` takes them: by what trains an output, and what its author takes it for."""

from __future__ import annotations

import random
from typing import Any

from .model_heads import Head

Json = Any


def loss(class_name: str, **config: object) -> Json:
    """A loss object as Keras saves it."""
    return {
        "module": "keras.losses",
        "class_name": class_name,
        "config": config,
        "registered_name": None,
    }


def function(name: str) -> Json:
    """A loss function as Keras saves it."""
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


OWN: tuple[Json, ...] = (
    {
        "module": "tests.truth.own_code",
        "class_name": "OwnLoss",
        "config": {},
        "registered_name": "truth>OwnLoss",
    },
    function("truth>own_loss"),
)

_LOGITS: dict[str, tuple[Json, ...]] = {
    "onehot": (
        loss("CategoricalCrossentropy", from_logits=True),
        loss("CategoricalCrossentropy", from_logits=True, label_smoothing=0.1),
        loss("CategoricalFocalCrossentropy", from_logits=True),
        loss("CategoricalFocalCrossentropy", from_logits=True, gamma=1.0, alpha=0.5),
        "categorical_hinge",
    ),
    "ids": (
        loss("SparseCategoricalCrossentropy", from_logits=True),
        loss("SparseCategoricalCrossentropy", from_logits=True, ignore_class=255),
    ),
    "binary": (
        loss("BinaryCrossentropy", from_logits=True),
        loss("BinaryCrossentropy", from_logits=True, label_smoothing=0.2),
        loss("BinaryFocalCrossentropy", from_logits=True),
        loss("BinaryFocalCrossentropy", from_logits=True, apply_class_balancing=True, alpha=0.3),
    ),
}
_PROBABILITIES: dict[str, tuple[Json, ...]] = {
    "onehot": (
        "categorical_crossentropy",
        "CategoricalCrossentropy",
        "categorical_focal_crossentropy",
        "kl_divergence",
        "mse",
        loss("CategoricalCrossentropy"),
        loss("CategoricalCrossentropy", label_smoothing=0.1),
        loss("CategoricalCrossentropy", reduction="sum"),
        loss("CategoricalFocalCrossentropy", alpha=[0.2, 0.3, 0.5], gamma=2.0),
        loss("CategoricalFocalCrossentropy", alpha=[1.0]),
        loss("KLDivergence"),
        loss("MeanSquaredError"),
        loss("CategoricalHinge"),
        function("categorical_crossentropy"),
    ),
    "ids": (
        "sparse_categorical_crossentropy",
        loss("SparseCategoricalCrossentropy"),
        loss("SparseCategoricalCrossentropy", ignore_class=255),
        loss("CategoricalGeneralizedCrossEntropy", q=0.5),
        function("sparse_categorical_crossentropy"),
    ),
    "binary": (
        "binary_crossentropy",
        "bce",
        "mae",
        loss("BinaryCrossentropy"),
        loss("BinaryCrossentropy", label_smoothing=0.05),
        loss("BinaryFocalCrossentropy", gamma=3.0),
        loss("BinaryFocalCrossentropy", apply_class_balancing=True),
        loss("Dice"),
        "tversky",
        loss("Tversky", alpha=0.5, beta=0.5),
    ),
}
OF_NUMBERS: tuple[Json, ...] = (
    "mse",
    "mean_absolute_error",
    "huber",
    "log_cosh",
    loss("Huber", delta=0.5),
    loss("LogCosh"),
    loss("MeanAbsoluteError", reduction="sum"),
    loss("MeanAbsolutePercentageError"),
    "cosine_similarity",
    loss("CosineSimilarity"),
)
_OTHERS: dict[str, tuple[Json, ...]] = {
    "counts": (
        "poisson",
        loss("Poisson"),
        "mean_squared_logarithmic_error",
        loss("MeanSquaredLogarithmicError"),
        "msle",
    ),
    "signs": ("hinge", loss("Hinge"), "squared_hinge", loss("SquaredHinge"), "mse"),
    "same": (loss("Circle"), "circle", loss("Circle", gamma=32.0, margin=0.3)),
    "texts": ("ctc", loss("CTC")),
}
_FIRST = (
    loss("CategoricalCrossentropy", axis=1),
    loss("CategoricalFocalCrossentropy", axis=1),
    loss("CategoricalFocalCrossentropy", axis=1, label_smoothing=0.1),
    loss("CategoricalCrossentropy", axis=1, label_smoothing=0.2),
    loss("CategoricalCrossentropy", axis=-2, label_smoothing=0.2),
)
_FIRST_LOGITS = (
    loss("CategoricalCrossentropy", axis=1, from_logits=True),
    loss("CategoricalFocalCrossentropy", axis=1, from_logits=True),
    loss("CategoricalCrossentropy", axis=1, from_logits=True, label_smoothing=0.1),
    loss("CategoricalCrossentropy", axis=-2, from_logits=True),
)
# What is wrong with the loss itself, whatever the output is.
_BROKEN: dict[str, tuple[Json, ...]] = {
    "onehot": (
        loss("CategoricalFocalCrossentropy", alpha=[0.2, 0.8]),
        loss("CategoricalFocalCrossentropy", alpha=[0.1, 0.2, 0.3, 0.4], from_logits=True),
        loss("CategoricalCrossentropy", axis=4),
        loss("CategoricalCrossentropy", axis=-5),
        loss("CategoricalFocalCrossentropy", axis=5),
        loss("CosineSimilarity", axis=6),
        loss("CategoricalCrossentropy", from_logits=True, axis=4),
    ),
    "binary": (
        loss("Dice", axis=[1, 2, 4]),
        loss("Dice", axis=4),
        loss("Tversky", alpha=0.0, beta=0.0),
        loss("Tversky", axis=[5]),
        loss("Tversky", alpha=0.3, beta=0.7),
        loss("BinaryCrossentropy", axis=4),
        loss("Dice", axis=[-6]),
    ),
    "ids": (
        loss("SparseCategoricalCrossentropy", axis=4),
        "sparse_categorical_focal_crossentropy",
    ),
    "real": (loss("CosineSimilarity", axis=4), "rmse", loss("Huber", delta=0.0), "huber_loss"),
}


def of_head(head: Head, calm: bool, rng: random.Random) -> list[Json]:
    """The losses of an output: most of the time those that its author is right to give it."""
    fitting = _fitting(head)
    chance = rng.random()
    if chance < 0.1 and not calm:
        fitting = _any_of(head.labels)
    elif chance < 0.14 and not calm and head.labels in _BROKEN:
        fitting = _BROKEN[head.labels]
    elif chance > 0.95 and head.labels in ("onehot", "binary", "real"):
        fitting = OWN
    losses = [rng.choice(fitting)]
    if head.labels in ("onehot", "binary", "real") and rng.random() < 0.13:
        losses.append(rng.choice((*_fitting(head), *OF_NUMBERS[:6])))
    return losses


def _fitting(head: Head) -> tuple[Json, ...]:
    if head.labels == "first":
        return _FIRST if head.means == "first" else _FIRST_LOGITS
    if head.labels in _OTHERS:
        return _OTHERS[head.labels]
    if head.labels == "real":
        # Of one number, the cosine is its sign.
        return OF_NUMBERS if head.units > 1 else OF_NUMBERS[:-2]
    if head.means == "odd":
        return _any_of(head.labels)
    return (_LOGITS if head.means == "logits" else _PROBABILITIES)[head.labels]


def _any_of(labels: str) -> tuple[Json, ...]:
    """What goes with labels, whether or not it goes with an output."""
    if labels in _LOGITS:
        return _LOGITS[labels] + _PROBABILITIES[labels]
    return _OTHERS.get(labels, OF_NUMBERS)
