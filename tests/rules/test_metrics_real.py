"""What the pages on metrics claim, run by Keras: a batch, and its number or the refusal.

`python -m tests.rules.test_metrics_real` prints the numbers that stand in the pages.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [
    pytest.mark.keras,
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no Keras"),
]

_ROWS = 12
_IDS = [0, 1, 2, 0, 1, 2, 0, 1, 2, 2, 1, 0]


def measure(outputs: Any, labels: Any, loss: object, metric: object) -> float:
    """The metric of a model that gives its input, on one batch."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(1)
    start = keras.Input(outputs.shape[1:])
    model = keras.Model(start, keras.layers.Activation("linear")(start))
    model.compile(loss=loss, metrics=[metric], run_eagerly=True)
    found = model.test_on_batch(outputs.astype("float32"), labels, return_dict=True)
    return float(next(np.mean(value) for key, value in found.items() if key != "loss"))


def _batch() -> dict[str, Any]:
    """Labels of three forms, with outputs that are all right."""
    import numpy as np

    rng = np.random.default_rng(0)
    ids = np.array(_IDS)
    onehot = np.eye(3, dtype="float32")[ids]
    logits = onehot * 4 - 2 + rng.normal(size=onehot.shape) * 0.3
    softmax = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    binary = (ids > 0).astype("float32")[:, None]
    # Positives that are right, some of them with a logit below 0.5.
    one = np.where(binary > 0, np.linspace(0.2, 2.2, _ROWS)[:, None], -1.0)
    return {
        "ids": ids,
        "onehot": onehot,
        "softmax": softmax,
        "logits": logits,
        "binary": binary,
        "steps": softmax.reshape(4, 3, 3),
        "labels of steps": onehot.reshape(4, 3, 3),
        "one": one,
        "sigmoid": 1 / (1 + np.exp(-one)),
        "real": rng.uniform(0.1, 0.4, (_ROWS, 1)),
    }


_CATEGORICAL = "categorical_crossentropy"
SPARSE, BINARY = "sparse_categorical_crossentropy", "binary_crossentropy"


def _metric(name: str, **config: object) -> Any:
    import keras

    return getattr(keras.metrics, name)(**config)


def _of_logits(name: str = "BinaryCrossentropy") -> Any:
    import keras

    return getattr(keras.losses, name)(from_logits=True)


Claim = tuple[str, Callable[[dict[str, Any]], float], float]

CLAIMS: tuple[Claim, ...] = (
    (
        "LL418: categorical_accuracy of a perfect model on class ids",
        lambda b: measure(b["softmax"], b["ids"], SPARSE, "categorical_accuracy"),
        0.33,
    ),
    (
        "LL432: accuracy of a perfect model of logits",
        lambda b: measure(b["one"], b["binary"], _of_logits(), "accuracy"),
        0.92,
    ),
    (
        "LL432: the same with a threshold of 0",
        lambda b: measure(
            b["one"], b["binary"], _of_logits(), _metric("BinaryAccuracy", threshold=0.0)
        ),
        1.0,
    ),
    (
        "LL432: accuracy of three logits",
        lambda b: measure(
            b["logits"], b["onehot"], _of_logits("CategoricalCrossentropy"), "accuracy"
        ),
        1.0,
    ),
    (
        "LL433: accuracy of a regression that is right to 0.1",
        lambda b: measure(b["real"] + 0.1, b["real"], "mse", "accuracy"),
        0.0,
    ),
    (
        "LL433: an object Accuracy of a perfect softmax",
        lambda b: measure(
            b["softmax"], b["onehot"], "categorical_crossentropy", _metric("Accuracy")
        ),
        0.0,
    ),
    (
        "LL434: categorical_accuracy of one unit that is always wrong",
        lambda b: measure(1 - b["sigmoid"], b["binary"], BINARY, "categorical_accuracy"),
        1.0,
    ),
    (
        "LL434: F1Score of a perfect model, without a threshold: all count as positive",
        lambda b: measure(b["sigmoid"], b["binary"], BINARY, _metric("F1Score")),
        0.8,
    ),
    (
        "LL435: MeanIoU of a perfect sigmoid",
        lambda b: measure(b["sigmoid"], b["binary"], BINARY, _metric("MeanIoU", num_classes=2)),
        0.17,
    ),
    (
        "LL435: MeanIoU with one class more than there are",
        lambda b: measure(
            b["softmax"], b["ids"], SPARSE,
            _metric("MeanIoU", num_classes=4, sparse_y_pred=False),
        ),
        1.0,
    ),
    (
        "LL436: F1Score of twelve rows, all right",
        lambda b: measure(b["softmax"], b["onehot"], _CATEGORICAL, "f1_score"),
        1.0,
    ),
    (
        "LL436: categorical_accuracy of the same as four sequences",
        lambda b: measure(b["steps"], b["labels of steps"], _CATEGORICAL, "categorical_accuracy"),
        1.0,
    ),
    (
        "LL436: AUC of the same",
        lambda b: measure(b["steps"], b["labels of steps"], _CATEGORICAL, "AUC"),
        1.0,
    ),
)  # fmt: skip

Refused = tuple[str, Callable[[dict[str, Any]], float]]

REFUSED: tuple[Refused, ...] = (
    (
        "LL418: sparse_categorical_accuracy on one-hot labels",
        lambda b: measure(
            b["softmax"], b["onehot"], "categorical_crossentropy", "sparse_categorical_accuracy"
        ),
    ),
    ("LL418: AUC on class ids", lambda b: measure(b["softmax"], b["ids"], SPARSE, "AUC")),
    ("LL430: a slip", lambda b: measure(b["softmax"], b["ids"], SPARSE, "acuracy")),
    ("LL430: a mean", lambda b: measure(b["softmax"], b["ids"], SPARSE, _metric("Mean"))),
    ("LL430: a loss", lambda b: measure(b["softmax"], b["ids"], SPARSE, "huber")),
    ("LL430: a name alone", lambda b: measure(b["softmax"], b["ids"], SPARSE, "mean_io_u")),
    (
        "LL435: MeanIoU on softmax",
        lambda b: measure(b["softmax"], b["ids"], SPARSE, _metric("MeanIoU", num_classes=3)),
    ),
    (
        "LL435: num_labels without multi_label",
        lambda b: measure(b["softmax"], b["onehot"], BINARY, _metric("AUC", num_labels=3)),
    ),
    (
        "LL435: another number of labels",
        lambda b: measure(
            b["softmax"], b["onehot"], BINARY, _metric("AUC", num_labels=4, multi_label=True)
        ),
    ),
    *(
        (
            f"LL436: {metric} of sequences",
            lambda b, metric=metric, config=config: measure(
                b["steps"], b["labels of steps"], _CATEGORICAL, _metric(metric, **config)
            ),
        )
        for metric, config in (
            ("F1Score", {}),
            ("FBetaScore", {}),
            ("R2Score", {}),
            ("AUC", {"multi_label": True, "num_labels": 3}),
        )
    ),
)


@pytest.mark.parametrize(("compute", "number"), [pytest.param(*c[1:], id=c[0]) for c in CLAIMS])
def test_number(compute: Callable[[dict[str, Any]], float], number: float) -> None:
    assert compute(_batch()) == pytest.approx(number, abs=0.01)


@pytest.mark.parametrize("compute", [pytest.param(r[1], id=r[0]) for r in REFUSED])
def test_refused(compute: Callable[[dict[str, Any]], float]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011
        compute(_batch())


def _smoothed(axis: int) -> float:
    """CategoricalCrossentropy of the same labels with the classes on an axis."""
    import keras
    import numpy as np

    rng = np.random.default_rng(0)
    ids = rng.integers(0, 5, (8, 2))
    labels = np.eye(5, dtype="float32")[ids]
    powers = np.exp(rng.normal(size=labels.shape))
    outputs = (powers / powers.sum(-1, keepdims=True)).astype("float32")
    if axis == 1:
        labels, outputs = labels.transpose(0, 2, 1), outputs.transpose(0, 2, 1)
    loss = keras.losses.CategoricalCrossentropy(axis=axis, label_smoothing=0.2)
    return float(loss(labels, outputs))


def test_smoothing_counts_the_last_axis() -> None:
    """One loss, written along two axes: Keras gives two numbers."""
    assert _smoothed(1) == pytest.approx(2.47, abs=0.01)
    assert _smoothed(-1) == pytest.approx(1.88, abs=0.01)


if __name__ == "__main__":
    for said, compute, _ in CLAIMS:
        print(f"{compute(_batch()):.3f}  {said}")
    print(f"LL409: {_smoothed(1):.3f} on axis 1, {_smoothed(-1):.3f} on the last")
