"""What the reader says of an output against what real Keras computes on random weights."""

from __future__ import annotations

import math
from typing import Any

import pytest

from losslint.dialects.keras.ending import Ending, Endings
from losslint.dialects.keras.model import model_of
from losslint.syntax.json_tree import parse_json
from losslint.syntax.readers import JSON_LOAD
from losslint.syntax.resolved_node import ResolvedNode

keras = pytest.importorskip("keras")
pytest.importorskip("tensorflow")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from tests.dialects.real_models import all_models  # noqa: E402

pytestmark = pytest.mark.slow

MODELS = all_models()
_DRAWS = 12
_ROWS = 64


def ending_of(model: Any) -> Ending:
    """What the reader makes of the model as Keras saves it."""
    text = model.to_json()
    tree = parse_json(text)
    found = model_of(ResolvedNode.root(tree.documents[0], text, JSON_LOAD))
    assert found is not None
    return Endings(found).of(None if found.is_sequential else found.outputs[0])


def outputs_of(model: Any) -> list[Any]:
    """What comes out for some weights: small ones and large ones."""
    rng = np.random.default_rng(3)
    shape = tuple(model.inputs[0].shape[1:])
    found = []
    for draw in range(_DRAWS):
        for weight in model.trainable_weights:
            value = rng.normal(size=weight.shape) * (0.5, 1.0, 4.0)[draw % 3]
            weight.assign(value if weight.constraint is None else weight.constraint(value))
        rows = rng.normal(size=(_ROWS, *shape)) * (1.0, 3.0)[draw % 2]
        found.append(np.asarray(model(rows.astype("float32")), "float64"))
    return found


def finds_activation(model: Any) -> bool:
    """Whether the crossentropies of TensorFlow find an activation behind the output of training."""
    found = []

    @tf.function
    def run(rows: Any) -> Any:
        # A loss begins with this.
        output = keras.ops.convert_to_tensor(model(rows, training=True), "float32")
        found.append(hasattr(output, "_keras_logits") or output.op.type in ("Softmax", "Sigmoid"))
        return output

    run.get_concrete_function(tf.TensorSpec((4, *model.inputs[0].shape[1:]), "float32"))
    return bool(found[0])


@pytest.mark.parametrize("name", MODELS)
def test_what_is_said_is_so(name: str) -> None:
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    model = MODELS[name]()
    said = ending_of(model)
    shape = model.outputs[0].shape
    assert said.rank in (None, len(shape)), (said.rank, shape)
    assert said.units in (None, shape[-1]), (said.units, shape)
    drawn = outputs_of(model)
    numbers = np.concatenate([each.ravel() for each in drawn])
    assert_range(said, numbers[np.isfinite(numbers)])
    for rows in drawn:
        assert_vectors(said, rows)
    if said.activation in ("softmax", "sigmoid"):
        assert (said.hidden or said.cast) is not finds_activation(model)


def assert_range(said: Ending, numbers: Any) -> None:
    low, high = numbers.min(), numbers.max()
    slack = 1e-4 * max(1.0, abs(low), abs(high))
    if said.low is not None:
        assert low >= said.low - slack
        assert said.low >= 0 or low < 0, (low, said)
        if math.isinf(said.low):
            assert low < -0.5, (low, said)
    if said.high is not None:
        assert high <= said.high + slack
        assert said.high <= 1 or high > 1, (high, said)
        if math.isinf(said.high):
            assert high > 1.5, (high, said)


def assert_vectors(said: Ending, rows: Any) -> None:
    sums = rows.sum(axis=-1)
    if said.sums_to_one is not None and not (rows.shape[-1] == 1 and not said.sums_to_one):
        near = 2e-2 if said.cast else 1e-3
        assert np.allclose(sums, 1, atol=near) == said.sums_to_one, (sums[:3], said)
    lengths = np.linalg.norm(rows, axis=-1)
    if said.unit_length:
        # One of hardly any length stays short.
        assert lengths.max() <= 1.001
        assert np.median(lengths) > 0.99


def test_most_is_known() -> None:
    """Silence would agree with everything."""
    known = [name for name, build in MODELS.items() if ending_of(build()).low is not None]
    assert len(known) > 0.7 * len(MODELS)
