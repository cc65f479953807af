"""A model with metrics, as Keras saves it: it is sound, and a fix changes no number of it."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.command import losslint_text

pytestmark = [
    pytest.mark.keras,
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no Keras"),
]

Made = Callable[[Any], dict[str, Any]]


def _objects(metrics: Any) -> list[Any]:
    """Metrics whose classes have the names of losses."""
    return [
        metrics.CosineSimilarity(),
        metrics.MeanSquaredError(name="error"),
        metrics.BinaryCrossentropy(from_logits=True),
        metrics.Poisson(),
        metrics.KLDivergence(),
    ]


# What compile takes beside the loss, for two outputs `a` and `b`.
COMPILED: dict[str, Made] = {
    "objects": lambda m: {"loss": "mse", "metrics": [_objects(m), _objects(m)[:1]]},
    "objects by output": lambda m: {
        "loss": {"a": "mse", "b": "huber"},
        "metrics": {"a": _objects(m), "b": m.MeanSquaredError()},
    },
    "weighted": lambda m: {
        "loss": ["mse", "mae"],
        "weighted_metrics": [[m.MeanAbsoluteError()], _objects(m)],
    },
    "both": lambda m: {
        "loss": ["mse", "mae"],
        "loss_weights": [1.0, 0.5],
        "metrics": {"b": [m.Hinge(), m.LogCoshError(), "cosine_similarity"]},
        "weighted_metrics": {"a": m.CategoricalHinge(), "b": [m.SquaredHinge()]},
    },
    "names and functions": lambda m: {
        "loss": "mse",
        "metrics": [["mse", "CosineSimilarity"], [m.mean_squared_error, "kl_divergence"]],
    },
    "of a class that wraps": lambda m: {
        "loss": "mse",
        "metrics": [m.MeanMetricWrapper(m.mean_absolute_error, name="own"), None],
    },
}


def _saved(made: Made, path: Path) -> None:
    """Build a model, train it on one batch, save it."""
    import keras

    keras.utils.set_random_seed(3)
    start = keras.Input((4,))
    outputs = [keras.layers.Dense(3, "softplus", name=name)(start) for name in ("a", "b")]
    model = keras.Model(start, outputs)
    model.compile(optimizer="sgd", **made(keras.metrics))
    model.fit(*_data(), epochs=1, verbose=0)
    model.save(path)


def _data() -> tuple[Any, list[Any]]:
    import numpy as np

    rng = np.random.default_rng(5)
    x = rng.normal(size=(16, 4)).astype("float32")
    return x, [rng.uniform(size=(16, 3)).astype("float32") for _ in range(2)]


def _evaluated(path: Path) -> dict[str, float]:
    import keras

    model = keras.models.load_model(path)
    return {name: float(n) for name, n in model.evaluate(*_data(), 16, 0, return_dict=True).items()}


def _check(*arguments: str) -> subprocess.CompletedProcess[str]:
    return losslint_text("check", "--no-cache", *arguments)


@pytest.mark.parametrize("made", COMPILED.values(), ids=COMPILED)
def test_a_fix_leaves_metrics_alone(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    _saved(made, path)
    with zipfile.ZipFile(path) as archive:
        whole = json.loads(archive.read("config.json"))
    (tmp_path / "whole.json").write_text(json.dumps(whole), "utf-8")
    # As get_compile_config gives it.
    compiled = json.dumps(whole["compile_config"], indent=2)
    (tmp_path / "compile.json").write_text(compiled, "utf-8")
    files = sorted(tmp_path.iterdir())
    before, numbers = [file.read_bytes() for file in files], _evaluated(path)
    assert len(numbers) > 3
    assert not any(map(math.isnan, numbers.values()))
    done = _check("--fix", "--unsafe-fixes", *map(str, files))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [file.read_bytes() for file in files] == before
    assert _evaluated(path) == numbers


def test_a_loss_beside_metrics_is_still_mended(tmp_path: Path) -> None:
    """The fix of the loss changes the loss, and of the metrics nothing."""
    path = tmp_path / "model.keras"
    _saved(COMPILED["objects"], path)
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))["compile_config"]
    loss = {"module": "keras.loss", "class_name": "Huber", "config": {"delta": 2.0}}
    copy = tmp_path / "compile.json"
    copy.write_text(json.dumps({**config, "loss": loss}), "utf-8")
    assert _check("--fix", str(copy)).returncode == 0
    fixed = json.loads(copy.read_text("utf-8"))
    assert fixed["loss"]["module"] == "keras.losses"
    assert fixed["metrics"] == config["metrics"]
