"""What the reader of endings says of models that are written by hand: forms, and limits."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from losslint.dialects.keras.ending import Ending, Endings
from losslint.dialects.keras.model import model_of
from losslint.syntax.json_tree import parse_json
from losslint.syntax.readers import JSON_LOAD
from losslint.syntax.resolved_node import ResolvedNode

Layer = dict[str, Any]


def read(model: Layer) -> list[Ending]:
    """The endings of all outputs."""
    text = json.dumps(model)
    found = model_of(ResolvedNode.root(parse_json(text).documents[0], text, JSON_LOAD))
    assert found is not None
    endings = Endings(found)
    return [endings.of()] if found.is_sequential else [endings.of(each) for each in found.outputs]


def layer(class_name: str, *calls: list[Any], name: str = "", **config: Any) -> Layer:
    """A layer, with what it is called on in the way of Keras 2: `["name", 0, 0]`."""
    nodes = [[[*each, {}] for each in call] for call in calls]
    return {"class_name": class_name, "config": config, "name": name, "inbound_nodes": nodes}


def dense(activation: Any, *calls: list[Any], name: str = "", units: int = 3) -> Layer:
    return layer("Dense", *calls, name=name, units=units, activation=activation)


def functional(layers: list[Layer], outputs: Any, inputs: Any = (("x", 0, 0),)) -> Layer:
    config = {"layers": layers, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config}


def sequential(*layers: Layer) -> Layer:
    return {"class_name": "Sequential", "config": {"layers": list(layers)}}


X = layer("InputLayer", name="x", batch_input_shape=[None, 3])


def called(model: Layer, name: str, *calls: list[Any]) -> Layer:
    """A model as a layer of another one."""
    return {**layer("", *calls, name=name), **model, "name": name}


def test_a_model_in_a_model_counts_its_calls_from_one() -> None:
    """Each call gives what the model makes of what that call reads."""
    inner = functional([X, layer("Activation", [["x", 0, 0]], name="a", activation="relu")],
                       [["a", 0, 0]])  # fmt: skip
    for class_name, model in (
        ("Functional", inner),
        ("Sequential", sequential(X, layer("Activation", activation="relu"))),
    ):
        assert model["class_name"] == class_name
        outer = functional(
            [
                X,
                dense("tanh", [["x", 0, 0]], name="t"),
                dense("softplus", [["x", 0, 0]], name="s"),
                called(model, "m", [["t", 0, 0]], [["s", 0, 0]]),
            ],
            [["m", 1, 0], ["m", 2, 0]],
        )
        assert [each.high for each in read(outer)] == [1.0, math.inf], class_name


def test_one_layer_gives_two_outputs() -> None:
    shared = layer("Activation", [["t", 0, 0]], [["d", 0, 0]], name="both", activation="relu")
    model = functional(
        [X, dense("tanh", [["x", 0, 0]], name="t"), dense(None, [["x", 0, 0]], name="d"), shared],
        [["both", 0, 0], ["both", 1, 0]],
    )
    assert [each.high for each in read(model)] == [1.0, math.inf]


def test_outputs_nest() -> None:
    model = functional(
        [X, dense("softmax", [["x", 0, 0]], name="a"), dense("tanh", [["x", 0, 0]], name="b")],
        {"h": [["a", 0, 0]], "r": {"q": ["b", 0, 0]}},
    )
    assert [each.activation for each in read(model)] == ["softmax", "tanh"]


@pytest.mark.parametrize(
    "what",
    [
        {"class_name": "Dense", "registered_name": "mine>Dense", "config": {"units": 3}},
        {"class_name": "Dense", "module": "my.layers", "config": {"units": 3, "activation": None}},
        dense({"class_name": "function", "config": "mine>act", "module": "builtins"}),
        dense({"class_name": "Swish", "module": "my.layers", "config": {}}),
        dense("of_mine"),
        dense(3),
        layer("Lambda", function={}),
        layer("TimeDistributed", layer={"class_name": "Mine", "config": {}}),
        layer("TimeDistributed"),
        layer("Bidirectional", layer=7),
        layer("Rescaling", scale=[1.0, 2.0]),
        layer("Rescaling", scale=10**400),
        layer("ReLU", max_value="1"),
        layer("Functional", layers="none"),
        sequential(),
    ],
    ids=str,
)
def test_what_is_not_understood_is_unknown(what: Layer) -> None:
    (found,) = read(sequential(dense(None), what))
    assert (found.low, found.high) in ((None, None), (0.0, None))
    assert found.sums_to_one is None


def test_a_circle_is_unknown() -> None:
    one = layer("Add", [["b", 0, 0], ["x", 0, 0]], name="a")
    model = functional([X, one, layer("Flatten", [["a", 0, 0]], name="b")], [["b", 0, 0]])
    assert read(model)[0].low is None


@pytest.mark.slow
def test_a_deep_backbone_is_not_walked() -> None:
    layers = [X]
    for number in range(400):
        before = layers[-1]["name"]
        layers.append(layer("Add", [[before, 0, 0], [before, 0, 0]], name=f"a{number}"))
    layers.append(dense("sigmoid", [["a399", 0, 0]], name="end"))
    (found,) = read(functional(layers, [["end", 0, 0]]))
    assert (found.activation, found.units, found.is_fraction) == ("sigmoid", 3, True)


@pytest.mark.slow
def test_long_ways_have_an_end() -> None:
    many = [layer("Dropout", rate=0.1)] * 6_000
    assert read(sequential(dense("sigmoid"), *many))[0].low is None
    few = [layer("Dropout", rate=0.1)] * 300
    assert read(sequential(dense("sigmoid"), *few))[0].is_fraction


def test_models_that_multiply_have_an_end() -> None:
    """A model that calls another one twice, and that another one twice."""
    model = functional([X, layer("Flatten", [["x", 0, 0]], name="f")], [["f", 0, 0]])
    for depth in range(40):
        inner = called(model, f"m{depth}", [["x", 0, 0]], [[f"m{depth}", 1, 0]])
        model = functional([X, inner], [[f"m{depth}", 2, 0]])
    assert read(model)[0].low is None


def test_deep_nesting_is_no_recursion() -> None:
    model = sequential(X, dense("sigmoid"))
    for _ in range(150):
        model = sequential(X, model)
    assert read(model)[0].is_fraction
