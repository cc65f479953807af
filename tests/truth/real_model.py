"""What Keras does with a compiled model: run in a Python that has it, cases in, outcomes out.

A case is compiled the way that loading goes, trained on one batch, and saved. What the batch is
worth is computed a second time, loss by loss, as the author meant it; what its outputs are is
measured.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import json
import math
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import keras
import numpy as np
from keras.src.saving import serialization_lib

from tests.truth.build_model import INPUTS, build
from tests.truth.measure import Seen, measure, misfit
from tests.truth.numpy_losses import class_of, value_of
from tests.truth.real_metrics import misleading

_ROWS = 6
_OWN_LOSSES = ("OwnLoss", "truth>own_loss")
_OF_NUMBERS = ("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh")
# An axis that only TensorFlow refuses, where the output has it.
_OF_TENSORFLOW = ("Only axis=-1 is currently supported", "start <= limit when delta > 0: 0/-2")
Found = tuple[str, str]


class Batch(NamedTuple):
    """Inputs, and labels of each head; `y` has them in the containers of the outputs."""

    x: Any
    labels: list[Any]
    y: Any


def outcome(case: dict[str, Any], folder: Path) -> tuple[str, str, str]:
    """What happens, why that is the outcome, and the config as it is saved."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    _forget(case)
    model, flat = build(case)
    shape = INPUTS[case["kind"]]
    x = np.random.default_rng(1).normal(size=(_ROWS, *shape)).astype("float32")
    ends = keras.tree.flatten(flat(x, training=False))
    for head, end in zip(case["heads"], ends, strict=True):
        head["shape"] = tuple(end.shape[1:])
    labels = [_labels(head) for head in case["heads"]]
    batch = Batch(x, labels, keras.tree.map_structure(labels.__getitem__, case["outputs"]))
    seen = measure(flat, shape)
    config = json.loads(model.to_json())
    try:
        found = _trained(case, model, batch, seen)
        if found[0] in ("accepted", "either"):
            for index, each, _ in case["meant"]:
                if each and class_of(each)[1].get("from_logits"):
                    # Whatever it ends in, its loss says what it is.
                    case["heads"][index]["means"] = "logits"
            order = _order(model, case["outputs"])
            why, index = misleading(model, case["heads"], order)
            if not why and _are_reordered(case, order):
                found = "wrong", "metrics of another output"
            elif why:
                found = ("unseen" if _is_unknown(case, index) else "wrong"), why
    except Exception as error:
        found = "refused", f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}"[:150]
        if _trains_without_metrics(case, batch):
            # What an output or its labels are, code of one's own says to nobody.
            names = [class_of(each)[0] for _, each, _ in case["meant"] if each]
            own = any(name in _OWN_LOSSES for name in names)
            own = own or any(head["own"] for head in case["heads"])
            found = ("unseen" if own else "metrics"), found[1]
        elif any(words in str(error) for words in _OF_TENSORFLOW):
            found = "tensorflow", found[1]
    if found[0] in ("refused", "wrong") and _holds_wrapped(case["compiled"]["loss"]):
        found = "tensorflow", found[1]
    found, text = _saved(case, model, config, found, batch, folder)
    return *found, text


def _forget(case: dict[str, Any]) -> None:
    """Take what Keras does not save out of the losses: the file is judged, as it is read again."""
    todo = [case["compiled"]["loss"], *(each for _, each, _ in case["meant"])]
    while todo:
        current = todo.pop()
        if isinstance(current, list) or _is_plain(current):
            todo += current.values() if isinstance(current, dict) else current
        elif isinstance(current, dict) and current["module"] == "keras.losses":
            config = current["config"]
            # What cannot be built is judged as it is.
            with contextlib.suppress(ValueError, TypeError):
                made = getattr(keras.losses, current["class_name"])(**config)
                current["config"] = {key: config[key] for key in config if key in made.get_config()}


def _holds_wrapped(losses: Any) -> bool:
    """Whether a list of containers stands inside another container.

    TensorFlow has such a list in a wrapper of its own, which Keras takes for another kind of list
    than that of the outputs; on JAX and PyTorch, the same losses train.
    """
    todo, inner = [(losses, False)], False
    while todo:
        current, is_inside = todo.pop()
        if isinstance(current, dict):
            items = [] if "class_name" in current else list(current.values())
        else:
            items = current if isinstance(current, list) else []
        deep = [each for each in items if isinstance(each, list) or _is_plain(each)]
        inner = inner or (is_inside and isinstance(current, list) and bool(deep))
        todo += [(each, True) for each in deep]
    return inner


def _is_plain(written: Any) -> bool:
    return isinstance(written, dict) and "class_name" not in written


def _order(model: Any, outputs: Any) -> list[int]:
    """The head of each output, in the order in which Keras takes the metrics apart."""
    found: list[int] = model._compile_metrics._flatten_y(outputs) if model._compile_metrics else []
    return found


def _are_reordered(case: dict[str, Any], order: list[int]) -> bool:
    """Whether an item of a list of metrics is that of another output than its author wrote it for.

    Keras takes a dict of outputs apart in the order of its keys.
    """
    if not isinstance(case["outputs"], dict):
        return False
    meant = list(case["outputs"].values())
    for key in ("metrics", "weighted_metrics"):
        items = case["compiled"][key]
        if isinstance(items, list) and len(items) == len(order) == len(meant) > 1:
            taken = dict(zip(order, items, strict=True))
            if taken != dict(zip(meant, items, strict=True)):
                return True
    return False


def _is_unknown(case: dict[str, Any], index: int) -> bool:
    """Whether no loss says what an output is, or one of one's own."""
    losses = [class_of(each)[0] for head, each, _ in case["meant"] if head == index and each]
    silent = (*_OWN_LOSSES, "CategoricalHinge")
    return any(name in _OWN_LOSSES for name in losses) or set(losses) <= set(silent)


def _labels(head: dict[str, Any]) -> Any:
    rng = np.random.default_rng(2)
    shape, labels = (_ROWS, *head["shape"]), head["labels"]
    if labels == "ids":
        return rng.integers(0, shape[-1], shape[:-1])
    if labels == "onehot":
        return np.eye(shape[-1], dtype="float32")[rng.integers(0, shape[-1], shape[:-1])]
    if labels == "first":
        ids = rng.integers(0, shape[1], (shape[0], *shape[2:]))
        return np.moveaxis(np.eye(shape[1], dtype="float32")[ids], -1, 1)
    if labels == "binary":
        return rng.integers(0, 2, shape).astype("float32")
    if labels == "signs":
        return rng.choice((-1.0, 1.0), shape).astype("float32")
    if labels == "counts":
        return rng.integers(0, 5, shape).astype("float32")
    if labels == "same":
        return rng.integers(0, 2, _ROWS)
    if labels == "texts":
        return rng.integers(1, shape[-1], (_ROWS, 2))
    return rng.uniform(0.1, 2.0, shape).astype("float32")


def _trained(case: dict[str, Any], model: Any, batch: Batch, seen: list[Seen]) -> Found:
    # Keras wraps what it is given, in place.
    model.compile_from_config(copy.deepcopy(case["compiled"]))
    model.run_eagerly = True
    tensors = keras.tree.map_structure(keras.ops.convert_to_tensor, batch.y)
    outputs = model(batch.x, training=True)
    total = float(model.compute_loss(batch.x, tensors, outputs))
    # Metrics and the step itself are what may still be refused.
    model.train_on_batch(batch.x, batch.y)
    given: list[Any] = [None] * len(seen)
    flat = zip(keras.tree.flatten(case["outputs"]), keras.tree.flatten(outputs), strict=True)
    for index, end in flat:
        given[index] = end
    return _judge(case, total, _meant(case, batch, given), seen)


def _meant(case: dict[str, Any], batch: Batch, given: list[Any]) -> float:
    """The losses that are meant, each times its weight."""
    found = 0.0
    for index, written, factor in case["meant"]:
        if written is None:
            continue
        output = keras.ops.convert_to_numpy(keras.ops.cast(given[index], "float32"))
        value = value_of(written, batch.labels[index], output)
        if value is None:
            loss = keras.losses.get(serialization_lib.deserialize_keras_object(written))
            value = float(np.mean(loss(batch.labels[index], given[index])))
        found += value if factor is None else factor * value
    return found


def _judge(case: dict[str, Any], total: float, meant: float, seen: list[Seen]) -> Found:
    factors = [factor for _, written, factor in case["meant"] if written is not None]
    if case["unfit"]:
        return "wrong", case["unfit"]
    if any(factor is not None and factor < 0 for factor in factors):
        return "wrong", "a negative weight"
    if factors and all(factor == 0 for factor in factors):
        return "wrong", "nothing is trained"
    if any(factor is not None and not math.isfinite(factor) for factor in factors):
        return "wrong", "a weight that is not finite"
    losses = [(index, each) for index, each, _ in case["meant"] if each is not None]
    unfit = [(misfit(each, seen[index]), case["heads"][index]["own"]) for index, each in losses]
    for why, is_own in unfit:
        if len(why) > 1:
            return "unseen" if is_own else "wrong", why
    if not math.isfinite(total):
        return "wrong", "the total is not finite"
    if not math.isclose(total, meant, rel_tol=1e-3, abs_tol=1e-5):
        return "wrong", "another total than the one that was meant"
    if any(_is_zero(each) for _, each in losses):
        return "wrong", "a loss that is 0 whatever the model gives"
    # Somebody may fit one-hot labels by numbers; what those are to a metric is open then.
    by_numbers = any(
        case["heads"][index]["means"] == "logits" and class_of(each)[0] in _OF_NUMBERS
        for index, each in losses
    )
    is_loose = case["loose"] or by_numbers or any(why for why, _ in unfit)
    return ("either", "") if is_loose else ("accepted", "")


def _is_zero(written: Any) -> bool:
    config = written["config"] if isinstance(written, dict) else {}
    return isinstance(config, dict) and config.get("alpha") == 0 and config.get("beta") == 0


def _trains_without_metrics(case: dict[str, Any], batch: Batch) -> bool:
    model, _ = build(case)
    compiled = {**case["compiled"], "metrics": None, "weighted_metrics": None}
    try:
        model.compile_from_config(copy.deepcopy(compiled))
        model.run_eagerly = True
        model.train_on_batch(batch.x, batch.y)
    except Exception:
        return False
    return True


def _saved(
    case: dict[str, Any], model: Any, config: Any, found: Found, batch: Batch, folder: Path
) -> tuple[Found, str]:
    """The outcome and the text that Keras saves; one that it cannot compile is as it was drawn."""
    compiled, form = case["compiled"], case["form"]
    if model.compiled:
        compiled = json.loads(json.dumps(model.get_compile_config()))
        if form == "h5":
            return _as_h5(model, found, batch, folder / "model.h5")
        if form == "archive":
            model.save(folder / "model.keras")
            with zipfile.ZipFile(folder / "model.keras") as archive:
                return found, archive.read("config.json").decode()
    if form == "bare":
        return found, json.dumps({"compile_config": compiled})
    return found, json.dumps({**config, "compile_config": compiled})


def _as_h5(model: Any, found: Found, batch: Batch, path: Path) -> tuple[Found, str]:
    """An .h5 file as JSON, and whether Keras compiles what it reads from it."""
    model.save(path)
    with h5py.File(path) as file:
        parts = {
            key: json.loads(file.attrs[key])
            for key in ("model_config", "training_config")
            if key in file.attrs
        }
    if found[0] not in ("refused", "metrics"):
        try:
            loaded = keras.models.load_model(path)
            loaded.run_eagerly = True
            # Keras builds the optimizer of a loaded file for no weights; it cannot train on.
            loaded.test_on_batch(batch.x, batch.y)
        except Exception as error:
            why = f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}"[:150]
            found = "refused", f"as h5: {why}"
    return found, json.dumps(parts)


def main() -> None:
    """Judge every case of standard input."""
    # TensorFlow is many objects; no collection need look at them again.
    gc.freeze()
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            print(json.dumps(outcome(json.loads(line), Path(folder))), flush=True)


if __name__ == "__main__":
    main()
