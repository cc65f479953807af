"""Where Keras's backends differ: `python -m tests.dryrun.keras_backends` measures it.

Each case is a loss on predictions at the border of what it expects. Value and gradient are
computed on each backend in a process of its own. Needs keras, tensorflow, torch and jax;
`keras_backends.json` holds what was measured, `docs/keras-backends.md` shows what differs.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

BACKENDS = ("tensorflow", "torch", "jax")
FACTS = Path(__file__).with_name("data") / "keras_backends.json"
PAGE = Path(__file__).parents[2] / "docs" / "keras-backends.md"
_BEGIN, _END = "<!-- measured -->\n", "<!-- end -->\n"
_CLOSE = 1e-4


class Case(NamedTuple):
    """A loss at one point.

    `activation`: what Keras applies to `pred` before the loss sees it, "" for nothing.
    """

    what: str
    loss: str
    true: Any
    pred: Any
    config: Mapping[str, Any] = MappingProxyType({})
    activation: str = ""
    dtype: str = "float32"


_HOT = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
_LOGITS = [[2.0, -1.0, 0.5], [0.3, 0.2, -4.0]]
_CERTAIN = [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
_LOOSE = [[0.2, 0.1, 0.1], [0.9, 0.9, 0.9]]
_FROM_LOGITS = {"from_logits": True}

CASES = (
    Case("a softmax, and from_logits=True", "CategoricalCrossentropy", _HOT, _LOGITS,
         _FROM_LOGITS, "softmax"),
    Case("a softmax, and from_logits=True", "SparseCategoricalCrossentropy", [0, 1], _LOGITS,
         _FROM_LOGITS, "softmax"),
    Case("a sigmoid, and from_logits=True", "BinaryCrossentropy", _HOT, _LOGITS,
         _FROM_LOGITS, "sigmoid"),
    Case("a softmax before a binary crossentropy", "BinaryCrossentropy", _HOT, _LOGITS, {},
         "softmax"),
    Case("a softmax, logits large", "CategoricalCrossentropy", _HOT,
         [[-40.0, 40.0, 0.0], [0.0, 40.0, 0.0]], {}, "softmax"),
    Case("a sigmoid, logits large", "BinaryCrossentropy", [[1.0], [0.0]], [[-40.0], [40.0]], {},
         "sigmoid"),
    Case("probabilities of 0 and 1", "CategoricalCrossentropy", _HOT, _CERTAIN),
    Case("probabilities of 0 and 1", "SparseCategoricalCrossentropy", [0, 1], _CERTAIN),
    Case("probabilities of 0 and 1", "BinaryCrossentropy", _HOT, _CERTAIN),
    Case("probabilities of 0 and 1", "CategoricalFocalCrossentropy", _HOT, _CERTAIN),
    Case("probabilities of 0 and 1", "BinaryFocalCrossentropy", _HOT, _CERTAIN),
    Case("probabilities of 0 and 1", "KLDivergence", _HOT, _CERTAIN),
    Case("rows that do not add up to 1", "CategoricalCrossentropy", _HOT, _LOOSE),
    Case("rows that do not add up to 1", "SparseCategoricalCrossentropy", [0, 1], _LOOSE),
    Case("logits where probabilities belong", "CategoricalCrossentropy", _HOT, _LOGITS),
    Case("logits where probabilities belong", "SparseCategoricalCrossentropy", [0, 1], _LOGITS),
    Case("logits where probabilities belong", "BinaryCrossentropy", _HOT, _LOGITS),
    Case("a target beyond 1", "BinaryCrossentropy", [[1.2], [0.0]], [[0.9], [0.1]]),
    Case("label_smoothing below 0", "BinaryCrossentropy", _HOT, _LOOSE, {"label_smoothing": -0.1}),
    Case("a class that is not there", "SparseCategoricalCrossentropy", [0, 7], _LOOSE),
    Case("a class below 0", "SparseCategoricalCrossentropy", [0, -1], _LOOSE),
    Case("classes on axis 1", "SparseCategoricalCrossentropy", [[0, 1]],
         [[[0.2, 0.3], [0.5, 0.3], [0.3, 0.4]]], {"axis": 1}),
    Case("no reduction", "MeanSquaredError", _HOT, _LOOSE, {"reduction": None}),
    Case("predictions on the margin", "Hinge", [[1.0, -1.0]], [[1.0, -1.0]]),
    Case("predictions on the margin", "SquaredHinge", [[1.0, -1.0]], [[1.0, -1.0]]),
    Case("two classes equal", "CategoricalHinge", _HOT, [[0.5, 0.5, 0.5], [0.2, 0.2, 0.2]]),
    Case("predictions equal to the target", "MeanAbsoluteError", [[1.0, 2.0]], [[1.0, 3.0]]),
    Case("a difference of delta", "Huber", [[0.0, 0.0]], [[1.0, -1.0]]),
    Case("differences of 100", "LogCosh", [[0.0, 0.0]], [[100.0, -100.0]]),
    Case("a target of 0", "MeanAbsolutePercentageError", [[0.0, 1.0]], [[0.5, 0.5]]),
    Case("predictions below −1", "MeanSquaredLogarithmicError", [[1.0, 1.0]], [[-2.0, 0.5]]),
    Case("a prediction of 0", "Poisson", [[1.0, 2.0]], [[0.0, 1.0]]),
    Case("a vector of zeros", "CosineSimilarity", [[1.0, 0.0]], [[0.0, 0.0]]),
    Case("no foreground", "Dice", [[0.0, 0.0]], [[0.0, 0.0]]),
    Case("no foreground", "Tversky", [[0.0, 0.0]], [[0.0, 0.0]]),
    Case("float16, 2,000 pixels", "Dice", [[1.0, 0.0] * 1000], [[0.6, 0.3] * 1000],
         dtype="float16"),
    Case("float16, 2,000 pixels", "Tversky", [[1.0, 0.0] * 1000], [[0.6, 0.3] * 1000],
         dtype="float16"),
    Case("float64", "MeanSquaredError", [[1.0, 2.0]], [[1.1, 3.0]], dtype="float64"),
)  # fmt: skip


class Measured(NamedTuple):
    """What a backend gives: value and the gradient's length, or what it refuses with."""

    value: float | None
    gradient: float | None
    refused: str | None


def measured_here() -> list[Measured]:
    """Every case on the backend of this process."""
    import keras

    from losslint.dryrun.runtimes import keras as runtime

    found = []
    for case in CASES:
        try:
            found.append(_measure(keras, runtime.open_runtime(), case))
        except Exception as error:
            found.append(Measured(None, None, type(error).__name__))
    return found


def _measure(keras: Any, runtime: Any, case: Case) -> Measured:
    import numpy as np

    keras.config.set_floatx(case.dtype)
    loss = getattr(keras.losses, case.loss)(dtype=case.dtype, **case.config)
    end = getattr(keras.activations, case.activation or "linear")
    true, pred = np.asarray(case.true), np.asarray(case.pred, dtype=np.float64)
    step = runtime._backend.differentiate(
        lambda tensors: loss(true, end(tensors["pred"])), {"pred": pred}, case.dtype, "cpu"
    )
    gradient = math.sqrt(float((step.gradients["pred"] ** 2).sum()))
    return Measured(step.value, gradient, None)


def measure(backend: str) -> list[Measured]:
    """Every case on a backend, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.dryrun.keras_backends", backend],
        env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3",
             "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Measured(*fields) for fields in json.loads(done.stdout.splitlines()[-1])]


def facts() -> dict[str, list[Measured]]:
    """What was measured, by backend."""
    found = json.loads(FACTS.read_text(encoding="utf-8"))
    return {name: [Measured(*fields) for fields in found[name]] for name in BACKENDS}


def is_same(one: Measured, other: Measured) -> bool:
    """Whether two backends give the same, up to rounding; not a number is a number here."""
    if one.refused is not None or other.refused is not None:
        return one.refused == other.refused
    return _close(one.value, other.value) and _close(one.gradient, other.gradient)


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None or not (math.isfinite(one) and math.isfinite(other)):
        return str(one) == str(other)
    return abs(one - other) <= _CLOSE * max(1.0, abs(one), abs(other))


def page(text: str, found: dict[str, list[Measured]]) -> str:
    """The page with the table of the cases that differ."""
    head = "| loss | at | " + " | ".join(BACKENDS) + " |\n|" + " --- |" * 5 + "\n"
    rows = "".join(
        f"| {case.loss} | {case.what} | " + " | ".join(map(_shown, each)) + " |\n"
        for case, *each in zip(CASES, *(found[name] for name in BACKENDS), strict=True)
        if not all(is_same(each[0], other) for other in each)
    )
    begin, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    return text[:begin] + head + rows + text[end:]


def _shown(one: Measured) -> str:
    if one.refused is not None:
        return f"stops: {one.refused}"
    return f"{one.value:.6g}, gradient {one.gradient:.6g}"


def main(words: list[str]) -> int:
    """Measure one backend for the process that asks, or all and write them down."""
    if words:
        print(json.dumps(measured_here()))
        return 0
    found = {name: measure(name) for name in BACKENDS}
    FACTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
