"""What the metrics of a compiled model are worth, measured on outputs that are perfect.

Keras itself says which metric it computes on which output. A metric of probabilities must give
the same on an output of logits as on the probabilities that they stand for; one that is 1 at best
must be 1 where every output is right, and less where every output is wrong.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

_ROWS = 240
_AT_BEST_1 = (
    "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "Accuracy",
    "Precision", "Recall", "AUC", "F1Score", "BinaryIoU", "MeanIoU", "OneHotMeanIoU",
)  # fmt: skip
_CLASSES = ("onehot", "ids", "binary")
_OF_PROBABILITIES = (
    *_AT_BEST_1, "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy",
    "KLDivergence",
)  # fmt: skip
# Functions that strings of these names are, in the letters of their classes.
_FUNCTIONS = {
    "binary_accuracy": "BinaryAccuracy",
    "categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}


def misleading(model: Any, heads: list[dict[str, Any]], order: list[int]) -> tuple[str, int]:
    """Why a metric says something else than it promises, and of which head; empty where none does.

    `order` holds the head of each output, in the order in which Keras takes the outputs apart.
    """
    compiled = model._compile_metrics
    if compiled is None or not compiled.built:
        return "", 0
    for metrics in (compiled._flat_metrics, compiled._flat_weighted_metrics):
        for index, each in zip(order, metrics, strict=True):
            for metric in each.metrics if each is not None else ():
                why = _why(metric, heads[index])
                if why:
                    return f"{_class_of(metric)} {why}", index
    return "", 0


def _class_of(metric: Any) -> str:
    name = type(metric).__name__
    fn = getattr(metric, "_fn", None)
    if name == "MeanMetricWrapper" and fn is not None:
        return _FUNCTIONS.get(getattr(fn, "__name__", ""), name)
    return name


def _why(metric: Any, head: dict[str, Any]) -> str:
    name = _class_of(metric)
    if name not in _OF_PROBABILITIES:
        return ""
    if head["labels"] == "binary" and head["units"] > 1 and name.startswith("Categorical"):
        # Right where just one of the labels is 1, which no config tells.
        return ""
    if head["means"] == "odd" and name != "Accuracy":
        # What such an output is to a metric, its loss does not tell either.
        return ""
    labels, right, wrong = _batch(head)
    is_logits = head["means"] == "logits"
    logits = np.random.default_rng(4).normal(size=right.shape).astype("float32")
    if is_logits and not _same(metric, labels, logits, _activated(logits, head)):
        return "of logits is another number"
    if name in _AT_BEST_1:
        if head["labels"] not in _CLASSES:
            return "of numbers that are no classes"
        if _value(metric, labels, right) < 0.99:
            return "of perfect outputs is not 1"
        if _value(metric, labels, wrong) > 0.99:
            return "of wrong outputs is 1"
    return ""


def _batch(head: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Labels, outputs that are all right, by more or less, and outputs that are all wrong."""
    rng = np.random.default_rng(3)
    units = head["shape"][-1]
    shape = (_ROWS, *head["shape"])
    if head["labels"] not in _CLASSES:
        numbers = rng.uniform(0.1, 2.0, shape).astype("float32")
        return numbers, numbers, numbers + 1.0
    if head["labels"] == "binary":
        truth: Any = rng.integers(0, 2, shape)
        labels = truth.astype("float32")
    else:
        ids = rng.integers(0, units, shape[:-1])
        truth = np.eye(units)[ids]
        labels = ids if head["labels"] == "ids" else truth.astype("float32")
    logits = (2 * truth - 1) * rng.uniform(0.5, 3.0, shape)
    if head["labels"] != "binary":
        # Sums to more than a half where it is right, so that softmax is as sure as sigmoid.
        logits = logits + truth * 2
    right, wrong = logits.astype("float32"), (-logits).astype("float32")
    if head["means"] == "logits":
        return labels, right, wrong
    return labels, _activated(right, head), _activated(wrong, head)


def _activated(logits: Any, head: dict[str, Any]) -> Any:
    if head["labels"] == "binary":
        return 1 / (1 + np.exp(-logits))
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _value(metric: Any, labels: Any, outputs: Any) -> float:
    metric.reset_state()
    metric.update_state(keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(outputs))
    return float(np.mean(metric.result()))


def _same(metric: Any, labels: Any, logits: Any, probabilities: Any) -> bool:
    """Whether a metric of logits is what it promises; one told so is asked with logits at once."""
    told = getattr(metric, "from_logits", False) or getattr(metric, "_from_logits", False)
    thresholds = np.ravel(getattr(metric, "thresholds", [0.5]) or [0.5])
    threshold = getattr(metric, "threshold", None)
    if told or threshold == 0 or (type(metric).__name__ == "Precision" and not thresholds.any()):
        return True
    one, other = _value(metric, labels, logits), _value(metric, labels, probabilities)
    return math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-4)
