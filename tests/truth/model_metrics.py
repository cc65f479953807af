"""Metrics as `compile` takes them: by what an output is trained with, and in every container."""

from __future__ import annotations

import random
from typing import Any

from .model_containers import like
from .model_heads import Head

Json = Any

_OWN: Json = {
    "module": "tests.truth.own_code",
    "class_name": "OwnMetric",
    "config": {"name": "own", "dtype": "float32"},
    "registered_name": "truth>OwnMetric",
}
_ANY_METRICS: tuple[Json, ...] = (
    "mse",
    "MeanSquaredError",
    "cosine_similarity",
    ("CosineSimilarity", {}),
    ("MeanSquaredError", {"name": "error"}),
    ("MeanAbsoluteError", {}),
    ("RootMeanSquaredError", {}),
    ("LogCoshError", {}),
)
METRICS: dict[str, tuple[Json, ...]] = {
    "onehot": (
        "accuracy",
        "acc",
        "categorical_accuracy",
        ("CategoricalAccuracy", {}),
        ("CategoricalCrossentropy", {}),
        ("TopKCategoricalAccuracy", {"k": 2}),
        ("KLDivergence", {}),
        ("Precision", {}),
        ("AUC", {}),
        ("CategoricalHinge", {}),
        ("F1Score", {}),
        ("OneHotMeanIoU", {"num_classes": 3}),
        ("AUC", {"multi_label": True, "num_labels": 3}),
    ),
    "ids": (
        "accuracy",
        "sparse_categorical_accuracy",
        ("SparseCategoricalAccuracy", {}),
        ("SparseCategoricalCrossentropy", {}),
        ("SparseTopKCategoricalAccuracy", {"k": 2}),
        "sparse_categorical_crossentropy",
        ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}),
    ),
    "binary": (
        "accuracy",
        "binary_accuracy",
        ("BinaryAccuracy", {"threshold": 0.4}),
        ("BinaryCrossentropy", {}),
        ("AUC", {}),
        ("Precision", {}),
        ("Recall", {}),
        ("Hinge", {}),
        ("SquaredHinge", {}),
        ("F1Score", {"threshold": 0.5}),
        ("BinaryIoU", {}),
        ("BinaryIoU", {"threshold": 0.5}),
    ),
    "real": ("mae", ("MeanAbsolutePercentageError", {}), ("Poisson", {}), ("R2Score", {})),
    "counts": ("mae", ("Poisson", {}), ("MeanSquaredLogarithmicError", {})),
    "signs": ("hinge", "squared_hinge", ("Hinge", {}), ("SquaredHinge", {})),
}

# What somebody may take for a metric of such labels, and what is wrong with it.
_MISTAKEN: dict[str, tuple[Json, ...]] = {
    "onehot": (
        "acuracy",
        "huber",
        "mean_io_u",
        "sparse_categorical_accuracy",
        "SparseTopKCategoricalAccuracy",
        ("Accuracy", {}),
        ("MeanIoU", {"num_classes": 3}),
        ("AUC", {"multi_label": True, "num_labels": 4}),
    ),
    "ids": (
        "sparse_categorial_accuracy",
        "categorical_accuracy",
        "categorical_crossentropy",
        ("TopKCategoricalAccuracy", {"k": 2}),
        ("Precision", {}),
        ("F1Score", {}),
        ("MeanIoU", {"num_classes": 3}),
    ),
    "binary": (
        "bin_accuracy",
        "sparse_categorical_accuracy",
        ("Accuracy", {}),
        ("AUC", {"num_labels": 3}),
        ("BinaryCrossentropi", {}),
    ),
    "real": ("accuracy", "acc", "mean_squared_eror", ("Accuracy", {})),
}
# Right on logits, which the usual threshold is not.
_KNOW_LOGITS: dict[str, tuple[Json, ...]] = {
    "onehot": (("CategoricalCrossentropy", {"from_logits": True}), "categorical_accuracy"),
    "ids": (("SparseCategoricalCrossentropy", {"from_logits": True}),),
    "binary": (
        ("BinaryAccuracy", {"threshold": 0.0}),
        ("BinaryCrossentropy", {"from_logits": True}),
        ("AUC", {"from_logits": True}),
        ("Precision", {"thresholds": 0.0}),
    ),
}


def metrics(outputs: Json, heads: list[Head], calm: bool, rng: random.Random) -> Json:
    """What is measured on each output, in one of the containers that `compile` takes."""
    kind = rng.choice(("none", "each", "each", "names", "like", "flat"))
    if calm:
        kind = rng.choice(("none", "like", "like"))
    if kind == "none":
        return None
    drawn = [_drawn(head, calm, rng) for head in heads]
    if kind == "flat":
        return drawn[0] if isinstance(drawn[0], list) else [drawn[0]]
    if kind == "names":
        names = [head.name for head in heads]
        if isinstance(outputs, dict):
            names = list(outputs)
        found = dict(zip(names, drawn, strict=False))
        if len(found) > 1 and rng.random() < 0.4:
            del found[rng.choice(names)]
        return found
    if isinstance(outputs, (dict, list)) and kind == "like":
        return like(outputs, drawn, rng)[0]
    return drawn


def _drawn(head: Head, calm: bool, rng: random.Random) -> Json:
    if head.labels not in METRICS:
        return None
    some = METRICS[head.labels] + (() if head.labels == "ids" else _ANY_METRICS)
    chance = rng.random()
    if chance < 0.06 and not calm and head.labels in _MISTAKEN:
        some = _MISTAKEN[head.labels]
    elif head.means == "logits" and chance < 0.6:
        some = _KNOW_LOGITS[head.labels]
    elif chance > 0.97:
        return [_OWN]
    found = [_metric(each) for each in rng.sample(some, min(len(some), rng.choice((1, 1, 2, 3))))]
    kind = rng.random()
    if kind < 0.1:
        return None
    return found[0] if kind < 0.3 else found


def _metric(written: Json) -> Json:
    if isinstance(written, str):
        return written
    class_name, config = written
    return {
        "module": "keras.metrics",
        "class_name": class_name,
        "config": {"name": class_name.lower(), "dtype": "float32", **config},
        "registered_name": None,
    }
