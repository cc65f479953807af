"""What Keras does with a compiled model: run in a Python that has it, cases in, outcomes out.

A case is compiled the way that loading goes, and trained on one batch. What the batch is worth is
computed a second time, loss by loss, as the author meant it.
"""

from __future__ import annotations

import copy
import gc
import json
import math
import os
import sys
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.src.saving import serialization_lib

from tests.truth.real_metrics import misleading

_ROWS = 6


def outcome(case: dict[str, Any]) -> tuple[str, str, str]:
    """What happens, why that is the outcome, and the config as it would be saved."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    model, outputs = _build(case)
    config = json.loads(model.to_json())
    compiled = case["compiled"]
    x = np.random.default_rng(1).normal(size=(_ROWS, 4)).astype("float32")
    labels = [_labels(head) for head in case["heads"]]
    # What was meant is computed first: training changes the weights.
    meant = _meant(case, labels, outputs(x))
    y = keras.tree.map_structure(lambda index: labels[index], case["outputs"])
    found = "", ""
    try:
        total = _train(model, compiled, x, y)
        found = _judge(case, total, meant)
        if found[0] in ("accepted", "either"):
            why = misleading(model, case["heads"], _order(model, case["outputs"]))
            found = ("wrong", why) if why else found
        compiled = json.loads(json.dumps(model.get_compile_config()))
    except Exception as error:
        found = "refused", f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}"[:150]
        if _trains_without_metrics(case, x, y):
            found = "metrics", found[1]
    text = {"compile_config": compiled} if case["bare"] else {**config, "compile_config": compiled}
    return *found, json.dumps(text)


def _build(case: dict[str, Any]) -> tuple[Any, Any]:
    """The model, and another one that gives the same outputs as a list."""
    start = keras.Input((4,), name="start")
    ends = []
    made = []
    for head in case["heads"]:
        if head["apart"]:
            made.append(keras.layers.Dense(head["units"]))
            made.append(keras.layers.Activation(head["activation"], name=head["name"]))
            ends.append(made[-1](made[-2](start)))
        else:
            dense = keras.layers.Dense(
                head["units"], activation=head["activation"], name=head["name"]
            )
            made.append(dense)
            ends.append(dense(start))
    if case["sequential"]:
        model = keras.Sequential([start, *made])
        return model, keras.Model(model.inputs, [model.outputs[0]])
    outputs = keras.tree.map_structure(lambda index: ends[index], case["outputs"])
    return keras.Model(start, outputs), keras.Model(start, ends)


def _order(model: Any, outputs: Any) -> list[int]:
    """The head of each output, in the order in which Keras takes the metrics apart."""
    found: list[int] = model._compile_metrics._flatten_y(outputs) if model._compile_metrics else []
    return found


def _labels(head: dict[str, Any]) -> Any:
    rng = np.random.default_rng(2)
    ids = rng.integers(0, 3, _ROWS)
    if head["labels"] == "ids":
        return ids
    if head["labels"] == "onehot":
        return np.eye(3, dtype="float32")[ids]
    if head["labels"] == "binary":
        return rng.integers(0, 2, (_ROWS, head["units"])).astype("float32")
    return rng.uniform(0.1, 2.0, (_ROWS, head["units"])).astype("float32")


def _train(model: Any, compiled: dict[str, Any], x: Any, y: Any) -> float:
    # Keras wraps what it is given, in place.
    model.compile_from_config(copy.deepcopy(compiled))
    model.run_eagerly = True
    return float(model.train_on_batch(x, y, return_dict=True)["loss"])


def _trains_without_metrics(case: dict[str, Any], x: Any, y: Any) -> bool:
    compiled = {**case["compiled"], "metrics": None, "weighted_metrics": None}
    try:
        _train(_build(case)[0], compiled, x, y)
    except Exception:
        return False
    return True


def _meant(case: dict[str, Any], labels: list[Any], outputs: Any) -> list[float]:
    """Each loss that is meant, times its weight."""
    found = []
    outputs = outputs if isinstance(outputs, list) else [outputs]
    for index, written, factor in case["meant"]:
        if written is None:
            continue
        loss = keras.losses.get(serialization_lib.deserialize_keras_object(written))
        value = float(np.mean(loss(labels[index], outputs[index])))
        found.append(value if factor is None else factor * value)
    return found


def _judge(case: dict[str, Any], total: float, meant: list[float]) -> tuple[str, str]:
    factors = [factor for _, written, factor in case["meant"] if written is not None]
    if not math.isfinite(total):
        return "wrong", "the total is not finite"
    if any(factor is not None and factor < 0 for factor in factors):
        return "wrong", "a negative weight"
    if factors and all(factor == 0 for factor in factors):
        return "wrong", "nothing is trained"
    if not math.isclose(total, sum(meant), rel_tol=1e-4, abs_tol=1e-6):
        return "wrong", "another total than the one that was meant"
    if case["unfit"]:
        return "wrong", case["unfit"]
    return ("either", "") if case["loose"] else ("accepted", "")


def main() -> None:
    """Judge every case of standard input."""
    # TensorFlow is many objects; no collection need look at them again.
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(outcome(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
