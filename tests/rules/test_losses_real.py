"""What the pages on losses against outputs claim, run by Keras: a number, or the refusal.

`python -m tests.rules.test_losses_real` prints the numbers that stand in the pages.
"""

from __future__ import annotations

import importlib.util
import math
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [
    pytest.mark.keras,
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no Keras"),
]

SPARSE, DENSE = "SparseCategoricalCrossentropy", "CategoricalCrossentropy"


def value(class_name: str, labels: object, outputs: object, **config: object) -> float:
    """The loss of a batch."""
    import keras
    import numpy as np

    loss = getattr(keras.losses, class_name)(**config)
    return float(loss(np.asarray(labels, "float32"), np.asarray(outputs, "float32")))


def trained(shape: tuple[int, ...], activation: str, labels: Any, loss: object) -> float:
    """The loss of the second step of a model of one layer, of as many units as the labels."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(1)
    start = keras.Input(shape)
    units = 4 if loss in ("ctc", "circle") else 3
    model = keras.Model(start, keras.layers.Dense(units, activation=activation)(start))
    model.compile(keras.optimizers.SGD(0.1), loss=loss)
    batch = np.random.default_rng(0).normal(size=(16, *shape)).astype("float32")
    history = model.fit(batch, labels, epochs=2, verbose=0).history["loss"]
    return float(history[-1])


def _onehot(*shape: int) -> Any:
    import numpy as np

    return np.eye(3, dtype="float32")[np.random.default_rng(0).integers(0, 3, (16, *shape))]


def _counts() -> Any:
    import numpy as np

    return np.random.default_rng(0).poisson(3, (16, 3)).astype("float32")


def _loss(class_name: str, **config: object) -> Any:
    import keras

    return getattr(keras.losses, class_name)(**config)


def _read(*, softmax: bool) -> float:
    """CTC of four steps that read three labels and a blank without a doubt."""
    import numpy as np

    logits = np.eye(4)[[1, 2, 3, 0]][None] * 50
    outputs = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True) if softmax else logits
    return value("CTC", [[1, 2, 3]], outputs)


def _circle(length: float) -> float:
    """Circle of two classes, the embeddings of the one 80 degrees apart, those of the other one."""
    import numpy as np

    angles = np.radians([0, 80, 220, 220])
    embeddings = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * length
    return value("Circle", np.array([0, 0, 1, 1]), embeddings)


def _least(share: float) -> float:
    """The output from 0 to 1 with the least squared hinge where so many labels are 1."""
    import numpy as np

    labels = (np.arange(100) < share * 100)[:, None]
    outputs = np.linspace(0, 1, 101)
    found = [value("SquaredHinge", labels, np.full((100, 1), each)) for each in outputs]
    return float(outputs[int(np.argmin(found))])


_SURE = [[0.7, 0.2, 0.1]]
Claim = tuple[str, Callable[[], float], float]

CLAIMS: tuple[Claim, ...] = (
    ("LL410: CTC of a sequence read without a doubt", lambda: _read(softmax=False), 0.0),
    ("LL410: the same after a softmax", lambda: _read(softmax=True), 2.411),
    (
        "LL419: Tversky without weights",
        lambda: value("Tversky", [[1, 0, 0]], [[0.1, 0.8, 0.1]], alpha=0.0, beta=0.0),
        0.0,
    ),
    (
        "LL419: the right label, smoothed by 1",
        lambda: value(DENSE, [[1, 0, 0]], _SURE, label_smoothing=1.0),
        1.423,
    ),
    (
        "LL419: a wrong label, smoothed by 1",
        lambda: value(DENSE, [[0, 0, 1]], _SURE, label_smoothing=1.0),
        1.423,
    ),
    ("LL419: the cosine of 0.01 and 3", lambda: value("CosineSimilarity", [[3]], [[0.01]]), -1.0),
    ("LL419: the cosine of 5 and 3", lambda: value("CosineSimilarity", [[3]], [[5]]), -1.0),
    ("LL422: msle of -0.1", lambda: value("MeanSquaredLogarithmicError", [[3]], [[-0.1]]), 1.92),
    ("LL422: msle of -5", lambda: value("MeanSquaredLogarithmicError", [[3]], [[-5]]), 1.92),
    ("LL422: poisson, the second step", lambda: trained((6,), "linear", _counts(), "poisson"),
     math.nan),
    ("LL422: poisson on softplus", lambda: trained((6,), "softplus", _counts(), "poisson"), 2.88),
    ("LL423: a yes of 3", lambda: value("BinaryCrossentropy", [[1]], [[3]]), 0.0),
    ("LL423: a yes of 1", lambda: value("BinaryCrossentropy", [[1]], [[1]]), 0.0),
    ("LL423: a no of 3", lambda: value("BinaryCrossentropy", [[0]], [[3]]), 15.9),
    ("LL423: a no of 1", lambda: value("BinaryCrossentropy", [[0]], [[1]]), 15.9),
    ("LL423: a logit of 0", lambda: value("BinaryCrossentropy", [[0]], [[0]], from_logits=True),
     0.693),
    ("LL423: Dice of outputs beyond 1", lambda: value("Dice", [[1, 1]], [[9, 9]]), -0.8),
    ("LL423: outputs of nothing but 0", lambda: value(DENSE, [[1, 0, 0]], [[0, 0, 0]]), math.nan),
    ("LL423: outputs in the proportions of a softmax",
     lambda: value(DENSE, [[1, 0, 0]], [[7, 2, 1]]) - value(DENSE, [[1, 0, 0]], _SURE), 0.0),
    ("LL424: the right shares", lambda: value("KLDivergence", [[0.5, 0.5]], [[0.5, 0.5]]), 0.0),
    ("LL424: 1 everywhere", lambda: value("KLDivergence", [[0.5, 0.5]], [[1, 1]]), -0.693),
    ("LL424: 1 for every class",
     lambda: value("CategoricalGeneralizedCrossEntropy", [0, 2], [[1, 1, 1], [1, 1, 1]]), 0.0),
    ("LL425: a perfect sigmoid", lambda: value("Hinge", [[1], [0]], [[1], [0]]), 0.5),
    ("LL425: a perfect tanh", lambda: value("Hinge", [[1], [0]], [[1], [-1]]), 0.0),
    ("LL425: a perfect softmax", lambda: value("CategoricalHinge", [[1, 0]], [[1, 0]]), 0.0),
    ("LL425: the least squared hinge of a sigmoid", lambda: _least(0.7), 0.4),
    ("LL426: embeddings of length 1", lambda: _circle(1.0), 21.26),
    ("LL426: embeddings of length 3", lambda: _circle(3.0), 0.0),
)  # fmt: skip

Refused = tuple[str, tuple[int, ...], str, Callable[[], Any], Callable[[], Any]]

REFUSED: tuple[Refused, ...] = (
    *(
        (f"LL420: {name} along axis {axis}", (6,), "softmax", _onehot,
         lambda name=name, axis=axis: _loss(name, axis=axis))
        for name in ("BinaryCrossentropy", "BinaryFocalCrossentropy", DENSE,
                     "CategoricalFocalCrossentropy", "Dice", "Tversky", "CosineSimilarity")
        for axis in (2, -3)
    ),
    ("LL420: one axis of several", (6,), "softmax", _onehot, lambda: _loss("Dice", axis=[1, 2])),
    ("LL420: the sparse one, not the last axis", (5, 6), "softmax",
     lambda: _onehot(5).argmax(-1), lambda: _loss(SPARSE, axis=1)),
    ("LL420: -2 of logits", (5, 6), "linear", lambda: _onehot(5),
     lambda: _loss(DENSE, axis=-2, from_logits=True)),
    ("LL420: -2 behind a softmax", (5, 6), "softmax", lambda: _onehot(5),
     lambda: _loss(DENSE, axis=-2)),
    ("LL420: -2 behind a sigmoid", (5, 6), "sigmoid", lambda: _onehot(5),
     lambda: _loss(DENSE, axis=-2)),
    ("LL421: CTC of vectors", (6,), "linear", lambda: _onehot()[:, :2].astype(int), lambda: "ctc"),
    ("LL421: Circle of maps", (5, 6), "linear", lambda: _onehot().argmax(-1), lambda: "circle"),
    ("LL421: two weights of three classes", (6,), "softmax", _onehot,
     lambda: _loss("CategoricalFocalCrossentropy", alpha=[0.3, 0.7])),
)  # fmt: skip

TAKEN: tuple[Refused, ...] = (
    ("LL420: 1 of logits", (5, 6), "linear", lambda: _onehot(5),
     lambda: _loss(DENSE, axis=1, from_logits=True)),
    ("LL420: -2, focal", (5, 6), "linear", lambda: _onehot(5),
     lambda: _loss("CategoricalFocalCrossentropy", axis=-2, from_logits=True)),
    ("LL420: the last axis by its number", (5, 6), "softmax",
     lambda: _onehot(5).argmax(-1), lambda: _loss(SPARSE, axis=2)),
    ("LL420: -2 of an exponential", (5, 6), "exponential", lambda: _onehot(5),
     lambda: _loss(DENSE, axis=-2)),
    ("LL421: one weight for all classes", (6,), "softmax", _onehot,
     lambda: _loss("CategoricalFocalCrossentropy", alpha=[0.3])),
    ("LL423: categorical crossentropy on softplus", (6,), "softplus", _onehot,
     lambda: _loss(DENSE)),
)  # fmt: skip


@pytest.mark.parametrize(("compute", "number"), [pytest.param(*c[1:], id=c[0]) for c in CLAIMS])
def test_number(compute: Callable[[], float], number: float) -> None:
    assert compute() == pytest.approx(number, rel=0.01, abs=0.001, nan_ok=True)


def _fit(shape: tuple[int, ...], activation: str, labels: Any, loss: Any) -> float:
    return trained(shape, activation, labels(), loss())


@pytest.mark.slow
@pytest.mark.parametrize("model", [pytest.param(r[1:], id=r[0]) for r in REFUSED])
def test_refused(model: Any) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011
        _fit(*model)


@pytest.mark.slow
@pytest.mark.parametrize("model", [pytest.param(r[1:], id=r[0]) for r in TAKEN])
def test_taken(model: Any) -> None:
    assert math.isfinite(_fit(*model))


# What only TensorFlow refuses.
_ON_TORCH = """
import keras, numpy as np
labels = np.eye(3, dtype="float32")[np.arange(8).reshape(2, 4) % 3]
for activation, loss, y in (
    ("linear", keras.losses.CategoricalCrossentropy(axis=-2, from_logits=True), labels),
    ("softmax", keras.losses.CategoricalCrossentropy(axis=-2), labels),
    ("sigmoid", keras.losses.CategoricalCrossentropy(axis=-2), labels),
):
    model = keras.Sequential([keras.layers.Dense(3, activation=activation)])
    model.compile(loss=loss)
    assert np.isfinite(model.train_on_batch(np.ones((2, 4, 6), "float32"), y))
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="no PyTorch")
def test_taken_by_another_backend() -> None:
    """LL420: along -2 of logits."""
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    subprocess.run([sys.executable, "-c", _ON_TORCH], env=environment, check=True)


if __name__ == "__main__":
    for said, compute, _ in CLAIMS:
        print(f"{compute():.3f}  {said}")
