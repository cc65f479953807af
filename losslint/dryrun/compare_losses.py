"""Two losses on the same tensors: the process in which a conversion is proved.

A line of JSON asks for a pair, a line answers with the differences. Both frameworks are imported
here and nowhere else. Predictions are logits that both losses see: where the Keras model ends in
an activation, it is applied to them, and the gradient is led back through it.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.backend_main import private_output, say
from losslint.dryrun.backends import missing_framework, open_evaluator
from losslint.dryrun.compare_curves import Side, both_along
from losslint.dryrun.ipc import to_line
from losslint.dryrun.records import Batch, Job, Runtime

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[Any]

SHAPES = ((2, 5), (7, 3), (16, 10))
MAPS = ((2, 5, 4, 4), (1, 3, 6, 5))
TYPES = ("float64", "float32")
_SEEDS = (0, 1)
_SPREAD = 2.0
_BACKENDS = ("keras", "netspresso")
_SPARSE = "SparseCategoricalCrossentropy"


class LossPair(NamedTuple):
    """What is to be compared: class and config of Keras's loss with its factor, and an entry.

    `activation` is what the Keras model ends in: "", "softmax" or "sigmoid"; `points` how many
    points of a curve through both are wanted, 0 for none.
    """

    name: str
    config: dict[str, Any]
    factor: float
    entry: dict[str, Any]
    activation: str
    points: int = 0


class SharedBatch(NamedTuple):
    """One batch for both: logits with the classes on axis 1, and the labels of each side."""

    logits: Array
    keras: Labels
    netspresso: Labels


def main() -> int:
    """Answer until standard input ends; 3 where a framework is missing."""
    answers = private_output()
    warnings.simplefilter("ignore")
    runtimes: list[Runtime] = []
    for name in _BACKENDS:
        try:
            runtimes.append(open_evaluator(name).runtime)
        except ImportError as error:
            say(answers, to_line({"missing": missing_framework(name, error)}))
            return 3
    say(answers, to_line({"label": "; ".join(runtime.label for runtime in runtimes)}))
    for line in sys.stdin:
        say(answers, to_line(_answer(LossPair(**json.loads(line)), runtimes)))
    return 0


def _answer(pair: LossPair, runtimes: list[Runtime]) -> dict[str, Any]:
    try:
        keras, netspresso = runtimes
        found: dict[str, Any] = {kind: differences(pair, keras, netspresso, kind) for kind in TYPES}
        return {**found, "curve": _curve(pair, keras, netspresso)} if pair.points else found
    except Exception as error:  # a framework may raise anything
        text = " ".join(str(error).split())[:200]
        return {"problem": f"{type(error).__name__}: {text}"}


def _curve(pair: LossPair, keras: Runtime, netspresso: Runtime) -> dict[str, Any] | None:
    """Both losses along a line through the first batch."""
    shared = next(shared_batches(pair))
    sides: dict[str, Side] = {
        "keras": lambda at: _keras_side(pair, shared._replace(logits=at), keras, "float64"),
        "netspresso": lambda at: _netspresso_side(
            pair, shared._replace(logits=at), netspresso, "float64"
        ),
    }
    return both_along(shared.logits, sides, pair.points)


def differences(
    pair: LossPair, keras: Runtime, netspresso: Runtime, kind: str
) -> tuple[float, float]:
    """The worst relative difference of value and of gradient, over seeds and shapes."""
    value = gradient = 0.0
    for shared in shared_batches(pair):
        first, slope = _keras_side(pair, shared, keras, kind)
        second, other = _netspresso_side(pair, shared, netspresso, kind)
        value = _worse(value, _relative(abs(first - second), abs(first), abs(second)))
        apart = float(np.max(np.abs(slope - other)))
        size = float(max(np.max(np.abs(slope)), np.max(np.abs(other))))
        gradient = _worse(gradient, _relative(apart, size))
    return value, gradient


def _worse(first: float, second: float) -> float:
    return second if math.isnan(second) or second > first else first


def _relative(difference: float, *sizes: float) -> float:
    if not math.isfinite(difference):
        return math.nan
    return difference / max(*sizes, 1e-300) if difference else 0.0


def shared_batches(pair: LossPair) -> Iterator[SharedBatch]:
    """Batches that both losses can take."""
    segmentation = pair.entry["criterion"] == "seg_cross_entropy"
    shapes: tuple[tuple[int, ...], ...] = MAPS if segmentation else SHAPES
    if pair.config.get("axis") == 1 and not segmentation:
        shapes = ((2, 5, 7), (3, 4, 6))
    for seed in _SEEDS:
        for shape in shapes:
            yield _shared_batch(pair, shape, np.random.default_rng((seed, *shape)))


def _shared_batch(
    pair: LossPair, shape: tuple[int, ...], random: np.random.Generator
) -> SharedBatch:
    logits = random.normal(0.0, _SPREAD, shape)
    if pair.entry["criterion"] == "focal_loss":
        hot = (random.random(shape) < 0.4).astype(np.float64)
        return SharedBatch(logits, hot, hot)
    count = 2 if _is_one_unit(pair) else shape[1]
    if count == 2:
        logits = logits[:, :2]
    index = random.integers(0, count, (shape[0], *shape[2:]))
    ignored = pair.entry.get("ignore_index")
    if pair.entry["criterion"] == "seg_cross_entropy" and ignored is not None:
        index[random.random(index.shape) < 0.2] = ignored
        index.flat[0] = 0 if ignored != 0 else 1
        return SharedBatch(logits, index, index)
    hot = np.moveaxis(np.eye(count)[index], -1, 1)
    given = index if pair.name == _SPARSE else hot
    if _is_one_unit(pair):
        given = index[:, None].astype(np.float64)
    labels = index if pair.entry["criterion"] == "seg_cross_entropy" else hot
    return SharedBatch(logits, given, labels)


def _is_one_unit(pair: LossPair) -> bool:
    """One sigmoid unit against two logits: the loss of their difference."""
    return pair.name == "BinaryCrossentropy" and pair.entry["criterion"] == "cross_entropy"


def _keras_side(
    pair: LossPair, shared: SharedBatch, runtime: Runtime, kind: str
) -> tuple[float, Array]:
    """Value and slope with respect to the logits, classes on axis 1."""
    logits, labels = shared.logits, shared.keras
    if _is_one_unit(pair):
        logits = logits[:, 1:] - logits[:, :1]
    last = pair.config.get("axis", -1) == -1
    if last:
        logits = np.moveaxis(logits, 1, -1)
        labels = np.moveaxis(labels, 1, -1) if labels.ndim == logits.ndim else labels
    axis = -1 if last else 1
    predictions, back = _activated(logits, pair.activation, axis)
    batch = Batch({"pred": predictions}, {"true": labels}, ("pred",))
    step = runtime.step(Job(pair.name, "keras", pair.config, dtype=kind), batch)
    slope = back(step.gradients["pred"]) * pair.factor
    if last:
        slope = np.moveaxis(slope, -1, 1)
    if _is_one_unit(pair):
        slope = np.concatenate((-slope, slope), 1)
    return step.value * pair.factor, slope


def _activated(logits: Array, activation: str, axis: int) -> tuple[Array, Callable[[Array], Array]]:
    """What the model gives, and how a gradient with respect to it is led back to the logits."""
    if activation == "softmax":
        powers = np.exp(logits - logits.max(axis, keepdims=True))
        shares = powers / powers.sum(axis, keepdims=True)
        return shares, lambda g: shares * (g - (g * shares).sum(axis, keepdims=True))
    if activation == "sigmoid":
        chances = 1 / (1 + np.exp(-logits))
        return chances, lambda g: g * chances * (1 - chances)
    return logits, lambda g: g


def _netspresso_side(
    pair: LossPair, shared: SharedBatch, runtime: Runtime, kind: str
) -> tuple[float, Array]:
    entry: Mapping[str, Any] = pair.entry
    params = {name: value for name, value in entry.items() if name != "criterion"}
    batch = Batch({"pred": shared.logits}, {"target": shared.netspresso}, ("pred",))
    step = runtime.step(Job(entry["criterion"], "netspresso", params, dtype=kind), batch)
    return step.value, step.gradients["pred"]
