"""Heads that Keras builds, trains and saves: sound ones are silent, broken ones are told."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from losslint.linter.apply_rules import Checked

keras = pytest.importorskip("keras")

import numpy as np  # noqa: E402

from .real_heads import BROKEN, SOUND, Head  # noqa: E402

pytestmark = [pytest.mark.keras, pytest.mark.slow]
_ROWS = 6
Check = Callable[..., Checked]


def _labels(loss: object, shape: tuple[int, ...]) -> Any:
    rng = np.random.default_rng(2)
    name = loss if isinstance(loss, str) else type(loss).__name__
    if "parse" in name:
        return rng.integers(0, shape[-1], (_ROWS, *shape[:-1]))
    if name == "Circle":
        return rng.integers(0, 2, _ROWS)
    if "ategorical" in name or name == "kl_divergence":
        return np.eye(shape[-1])[rng.integers(0, shape[-1], (_ROWS, *shape[:-1]))]
    return rng.integers(0, 2, (_ROWS, *shape)).astype("float32")


def saved(head: Head) -> tuple[str, float]:
    """The config of a compiled model, and its loss on a batch."""
    keras.utils.set_random_seed(7)
    start = keras.Input(head.shape)
    model = keras.Model(start, head.end(start))
    model.compile("sgd", loss=head.loss)
    rows = np.random.default_rng(1).random((_ROWS, *head.shape)).astype("float32")
    loss = model.train_on_batch(rows, _labels(head.loss, tuple(model.output_shape[1:])))
    config = {**json.loads(model.to_json()), "compile_config": model.get_compile_config()}
    return json.dumps(config), float(np.ravel(loss)[0])


def told(text: str, check_text: Check) -> list[str]:
    found = check_text(text, "config.json").diagnostics
    return [f"{each.code} {each.message}" for each in found if each.severity != "info"]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_head_is_silent(name: str, check_text: Check) -> None:
    text, loss = saved(SOUND[name])
    assert math.isfinite(loss)
    assert told(text, check_text) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_head_is_told(name: str, check_text: Check) -> None:
    assert told(saved(BROKEN[name])[0], check_text)
