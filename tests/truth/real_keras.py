"""What Keras does with a config: run in a Python that has it, texts in, outcomes out."""

from __future__ import annotations

import json
import math
import sys
from functools import cache
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras.src.saving import serialization_lib

from .keras_promises import PROMISES, usual

_PROBES: tuple[Any, ...] = (0.3, 2.0, -1.5, True, "text", None)
_ALWAYS_WRITTEN = ("reduction", "name", "dtype", "axis", "remove_diagonal")


class Ran(NamedTuple):
    """The value and the gradient's length of one call; `rank` is 0 where it gave one number."""

    value: float
    slope: float
    rank: int = 0

    def like(self, other: Ran) -> bool:
        pairs = ((self.value, other.value), (self.slope, other.slope))
        return all(math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) for a, b in pairs)


def batch(name: str) -> tuple[Any, Any]:
    """Labels and predictions on which a loss gives a number and a gradient."""
    rows = np.array([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1]], "float32")
    if name in ("SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy"):
        return np.array([1, 0]), rows
    if name.startswith("Categorical") or name == "KLDivergence":
        return np.array([[0, 1, 0], [1, 0, 0]], "float32"), rows
    if name.startswith("Binary"):
        pred = np.array([[0.6, 0.4, 0.9], [0.4, 0.2, 0.3]], "float32")
        return np.array([[0, 1, 1], [0, 0, 1]], "float32"), pred
    if name in ("Dice", "Tversky"):
        pred = np.linspace(0.05, 0.95, 16).reshape(2, 2, 2, 2).astype("float32")
        return (np.arange(16).reshape(2, 2, 2, 2) % 3 == 0).astype("float32"), pred
    if name == "Circle":
        raw = np.sin(np.arange(16) + 1).reshape(4, 4).astype("float32")
        return np.array([0, 0, 1, 1]), raw / np.linalg.norm(raw, axis=1, keepdims=True)
    if name == "CTC":
        return np.array([[1, 2]]), np.sin(np.arange(20) + 1).reshape(1, 5, 4).astype("float32")
    if name.endswith("Hinge"):
        return np.array([[-1, 1, 1], [-1, 1, -1]], "float32"), rows
    target = np.array([[0, 1, 3], [2, 0, 5]], "float32")
    return target, np.array([[1.2, 1, 0.5], [1, 0.25, 2]], "float32")


def call(loss: Any) -> Ran:
    """The loss on its batch."""
    target, raw = batch(type(loss).__name__)
    pred = tf.Variable(raw)
    with tf.GradientTape() as tape:
        each = tf.cast(loss(target, pred), "float32")
        value = tf.reduce_mean(each)
    slope = tape.gradient(value, pred)
    length = 0.0 if slope is None else float(tf.sqrt(tf.reduce_sum(tf.square(slope))))
    return Ran(float(value), length, len(each.shape))


CLASSES = {
    cls.__name__: cls
    for cls in vars(keras.losses).values()
    if isinstance(cls, type) and cls not in (keras.losses.Loss,)
}
_BY_FUNCTION = {
    cls().fn: cls for cls in CLASSES.values() if cls.__name__ not in ("LossFunctionWrapper",)
}


def as_loss(found: Any) -> Any:
    """The object behind what compile was given: it wraps a function."""
    if isinstance(found, keras.losses.Loss):
        return found
    return _BY_FUNCTION[found]() if found in _BY_FUNCTION else None


def outcome(text: str) -> tuple[str, str]:
    """What happens to a document, and why that is its outcome."""
    document = json.loads(text)
    try:
        if "MODEL" in document:
            return judge(_platform(document["MODEL"]["COMPILATION"]["LOSS"]))
        return judge(_compiled(document["compile_config"]["loss"]))
    except Exception as error:
        return "refused", f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}"[:150]


def _platform(loss: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    """The platform's NAME, and the parameters beside it as those of the class."""
    name = loss["NAME"]
    found = keras.losses.get(name)
    if not isinstance(name, str) or found is None:
        raise ValueError("NAME is no name")
    upper = {key: value for key, value in loss.items() if key != "NAME"}
    if any(key != key.upper() for key in upper):
        raise TypeError("no such key")
    config = {key.lower(): value for key, value in upper.items()}
    cls = type(as_loss(found))
    return [(cls(**config), config)]


def _compiled(loss: Any) -> list[tuple[Any, dict[str, Any]]]:
    """The losses of a compile config, by the way that compile_from_config and compile go."""
    found = serialization_lib.deserialize_keras_object(loss)
    names = list(loss) if isinstance(loss, dict) and "class_name" not in loss else None
    count = len(loss) if isinstance(loss, list) or names else 1
    names = names or [f"output_{number}" for number in range(count)]
    model = _model(tuple(names))
    model.compile(optimizer="sgd", loss=found)
    if isinstance(loss, (list, dict)) and "class_name" not in loss:
        items = list(loss.values()) if isinstance(loss, dict) else loss
        built = [(_single(item), item) for item in items if item is not None]
        if not built:
            raise ValueError("No loss to compute")
        _fit(model, names, [loss for loss, _ in built], items)
    else:
        built = [(_single(loss), loss)]
        _fit(model, names, [built[0][0]], [loss])
    return [(made, _config(item)) for made, item in built]


def _config(loss: Any) -> dict[str, Any]:
    config = loss.get("config") if isinstance(loss, dict) else None
    return config if isinstance(config, dict) else {}


def _single(loss: Any) -> Any:
    made = as_loss(keras.losses.get(serialization_lib.deserialize_keras_object(loss)))
    if made is None:
        raise ValueError("no loss")
    return made


def _fit(model: Any, names: list[str], losses: list[Any], items: list[Any]) -> None:
    """Compute the compiled loss once, each output on the batch of its own loss."""
    batches = iter([batch(type(loss).__name__) for loss in losses])
    pairs = [next(batches) if item is not None else (None, None) for item in items]
    dummy = np.zeros((2, 3), "float32")
    target = [pair[0] if pair[0] is not None else dummy for pair in pairs]
    pred = [tf.constant(pair[1] if pair[1] is not None else dummy) for pair in pairs]
    if len(names) == 1:
        model.compute_loss(None, target[0], pred[0])
    elif isinstance(model.loss, dict):
        model.compute_loss(None, _by_name(names, target), _by_name(names, pred))
    else:
        model.compute_loss(None, target, pred)


def _by_name(names: list[str], values: list[Any]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


@cache
def _model(names: tuple[str, ...]) -> Any:
    start = keras.Input((3,), name="start")
    heads = {name: keras.layers.Dense(3, name=name)(start) for name in names}
    if names[0].startswith("head"):
        return keras.Model(start, heads)
    outputs = list(heads.values())
    return keras.Model(start, outputs if len(names) > 1 else outputs[0])


def judge(losses: list[tuple[Any, dict[str, Any]]]) -> tuple[str, str]:
    """Whether losses that were built compute what they say."""
    for loss, config in losses:
        ran = call(loss)
        if not math.isfinite(ran.value) or not math.isfinite(ran.slope):
            return "wrong", f"not finite: {type(loss).__name__}"
        if ran.rank:
            return "wrong", "TensorFlow logs the mean of these numbers and steps along their sum"
        if isinstance(loss, keras.losses.Tversky) and not _as_documented(loss, config, ran):
            return "wrong", "alpha and beta are swapped"
        if ran.slope == 0:
            return "wrong", f"nothing is learned: {type(loss).__name__}"
        for key, value in (config or {}).items():
            fits = PROMISES.get((type(loss).__name__, key), PROMISES.get(("", key)))
            if fits is not None and not fits(value):
                return "wrong", f"{type(loss).__name__} {key} {value!r}"
        idle = next((key for key in config or {} if _is_idle(loss, config, key, ran)), None)
        if idle is not None:
            return "ignored", f"{type(loss).__name__} {idle}"
    return "accepted", ""


def _as_documented(loss: Any, config: Any, ran: Ran) -> bool:
    """Whether alpha counts false positives and beta false negatives, as the manual says."""
    config = config or {}
    if config.get("axis") is not None or config.get("dtype") not in (None, "float32", "float64"):
        return bool(config.get("alpha", 0.5) == config.get("beta", 0.5))
    target, pred = batch("Tversky")
    hits, false, missed = (
        (target * pred).sum(),
        ((1 - target) * pred).sum(),
        (target * (1 - pred)).sum(),
    )
    share = hits / (hits + config.get("alpha", 0.5) * false + config.get("beta", 0.5) * missed)
    return math.isclose(1 - share, ran.value, rel_tol=1e-4, abs_tol=1e-6)


def _is_idle(loss: Any, config: dict[str, Any], key: str, ran: Ran) -> bool:
    """Whether a parameter that is not at its default has no effect, whatever its value is."""
    if key in _ALWAYS_WRITTEN or usual(type(loss), key, config[key]):
        return False
    for probe in _PROBES:
        try:
            other = call(type(loss)(**{**config, key: probe}))
        except Exception:
            continue
        if not other.like(ran):
            return False
    return True


def main() -> None:
    """Judge every document of standard input."""
    for line in sys.stdin:
        print(json.dumps(outcome(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
