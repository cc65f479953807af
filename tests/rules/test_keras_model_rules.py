"""A compile config against the model that it stands beside: silence first, then what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from losslint.catalog import keras as catalog
from losslint.diagnostics import Diagnostic

Lint = Callable[..., tuple[Diagnostic, ...]]
Layer = dict[str, object]

CCE, SCCE, BCE = (
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
)


def layer(class_name: str, name: str | None = None, **config: object) -> Layer:
    found: Layer = {"module": "keras.layers", "class_name": class_name, "config": config}
    return {**found, "name": name} if name is not None else found


def dense(units: int = 3, activation: object = "softmax", name: str | None = None) -> Layer:
    return layer("Dense", name, units=units, activation=activation)


def loss(class_name: str, **config: object) -> dict[str, object]:
    return {"module": "keras.losses", "class_name": class_name, "config": config}


def sequential(layers: list[Layer], losses: object, **beside: object) -> str:
    return json.dumps(
        {
            "module": "keras",
            "class_name": "Sequential",
            "config": {"layers": layers},
            "compile_config": {"optimizer": "adam", "loss": losses, **beside},
        }
    )


def functional(losses: object, outputs: object = None, **beside: object) -> str:
    """A model with a softmax `cls` and a linear `reg`."""
    layers = [layer("InputLayer", "x"), dense(3, "softmax", "cls"), dense(1, "linear", "reg")]
    return json.dumps(
        {
            "module": "keras.src.models.functional",
            "class_name": "Functional",
            "config": {
                "layers": layers,
                "output_layers": outputs or [["cls", 0, 0], ["reg", 0, 0]],
            },
            "compile_config": {"optimizer": "adam", "loss": losses, **beside},
        }
    )


def logits(class_name: str) -> dict[str, object]:
    return loss(class_name, from_logits=True)


def metric(class_name: str, **more: object) -> dict[str, object]:
    return {"module": "keras.metrics", "class_name": class_name, "config": {}, **more}


def mixed(end: Layer, policy: object = "mixed_float16") -> Layer:
    """A layer with a dtype policy."""
    config = end["config"]
    assert isinstance(config, dict)
    return {**end, "config": {**config, "dtype": policy}}


BFLOAT = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}
FLOAT = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}}
HALF = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float16"}}
QUANTIZED = {
    "module": "keras",
    "class_name": "QuantizedDTypePolicy",
    "config": {"mode": "int8", "source_name": "mixed_bfloat16"},
}
# Outputs in another order than that of their names.
BY_KEY = {"seg": ["cls", 0, 0], "depth": ["reg", 0, 0]}
AB = {"a": ["cls", 0, 0], "b": ["reg", 0, 0]}
OWN = {"module": "my.losses", "class_name": "Mine", "config": {}, "registered_name": "my>Mine"}
NESTED = {"h": {"x": ["cls", 0, 0]}, "r": ["reg", 0, 0]}
UNSORTED = {"r": ["reg", 0, 0], "h": {"x": ["reg", 0, 0]}}
DEEP = [["reg", 0, 0], {"d": ["reg", 0, 0]}]
REVERSED = [["reg", 0, 0], ["cls", 0, 0]]


SOUND = {
    "softmax, cce": sequential([dense()], CCE),
    "softmax, scce": sequential([dense()], SCCE),
    "sigmoid, bce": sequential([dense(1, "sigmoid")], BCE),
    "several sigmoids, bce": sequential([dense(5, "sigmoid")], BCE),
    "linear, cce of logits": sequential([dense(3, "linear")], logits("CategoricalCrossentropy")),
    "linear, bce of logits": sequential([dense(1, "linear")], logits("BinaryCrossentropy")),
    "linear, focal of logits": sequential([dense(1, "linear")], logits("BinaryFocalCrossentropy")),
    "linear, mse": sequential([dense(1, "linear")], "mean_squared_error"),
    "softmax, mse": sequential([dense()], "mean_squared_error"),
    "softplus, cce": sequential([dense(3, "softplus")], CCE),
    "own activation": sequential([dense(3, {"class_name": "function", "config": "my>act"})], CCE),
    "softmax in a layer": sequential([dense(3, "linear"), layer("Softmax", axis=-1)], CCE),
    "softmax by name": sequential(
        [dense(3, "linear"), layer("Activation", activation="softmax")], CCE
    ),
    "an unknown last layer": sequential([dense(3, "linear"), layer("Rescaling")], CCE),
    "own layer of a known name": sequential(
        [{**dense(3, "linear"), "registered_name": "my>Dense", "module": None}], CCE
    ),
    "softmax over another axis": sequential([dense(1, "linear"), layer("Softmax", axis=1)], "mse"),
    "channels first": sequential(
        [layer("Conv2D", filters=1, activation="softmax", data_format="channels_first")], "mse"
    ),
    "one loss in a list": sequential([dense(1, "linear")], ["mse"]),
    "one loss for two outputs": functional("mean_squared_error"),
    "a list for two outputs": functional([CCE, "mse"]),
    "null for an output": functional([CCE, None]),
    "a dict": functional({"cls": CCE, "reg": "mse"}),
    "a dict with null": functional({"cls": CCE, "reg": None}),
    "weights in a list": functional([CCE, "mse"], loss_weights=[1.0, 0.2]),
    "whole weights in a list": functional([CCE, "mse"], loss_weights=[1, 2]),
    "weights in a dict": functional({"cls": CCE, "reg": "mse"}, loss_weights={"cls": 1, "reg": 2}),
    "weights in a list for a dict": functional({"cls": CCE, "reg": "mse"}, loss_weights=[1, 2]),
    "one weight": functional("mse", loss_weights=[2.0]),
    "a dict of outputs": functional(
        {"a": CCE, "b": "mse"}, {"a": ["cls", 0, 0], "b": ["reg", 0, 0]}
    ),
    "one output of a dict": functional({"a": CCE}, {"a": ["cls", 0, 0], "b": ["reg", 0, 0]}),
    "a list in the order of the keys": functional(["mse", CCE], BY_KEY),
    "a list of one loss twice": functional(["mse", "mse"], BY_KEY),
    "a list of one loss in two spellings": functional(
        ["mse", loss("MeanSquaredError", name="depth_error")], BY_KEY
    ),
    "a list of an object and its function": functional(
        [loss("Huber"), {"module": "builtins", "class_name": "function", "config": "huber"}],
        BY_KEY,
    ),
    "a list for sorted keys": functional([CCE, "mse"], {"a": ["cls", 0, 0], "b": ["reg", 0, 0]}),
    "sigmoid, cce, mixed": sequential([mixed(dense(3, "sigmoid"), BFLOAT)], CCE),
    "sigmoid, cce, 16 bits": sequential([mixed(dense(3, "sigmoid"), "bfloat16")], CCE),
    "sigmoid, cce, a policy of 16 bits": sequential([mixed(dense(3, "sigmoid"), HALF)], CCE),
    "sigmoid, cce, quantized": sequential([mixed(dense(3, "sigmoid"), QUANTIZED)], CCE),
    "sigmoid, cce, flattened": sequential([dense(3, "sigmoid"), layer("Flatten")], CCE),
    "several axes": sequential([dense(3, "sigmoid")], loss("BinaryCrossentropy", axis=[-1])),
    "every axis": sequential([dense(3, "sigmoid")], loss("BinaryFocalCrossentropy", axis=None)),
    "losses nested like the outputs": functional({"h": {"x": CCE}, "r": "mse"}, NESTED),
    "losses flat for nested outputs": functional([CCE, "mse"], NESTED),
    "what TensorFlow keeps in a wrapper": functional(
        ["mse", [loss("CategoricalCrossentropy"), "mae"]], [["reg", 0, 0], [["cls", 0, 0]]]
    ),
    "several losses of a dict's output": functional({"seg": [CCE, "mse"], "depth": "mse"}, BY_KEY),
    "own loss of a dict of outputs": functional(
        [[OWN, OWN], OWN],
        AB,
    ),
    "weights nested like the losses": functional(
        [["mse", "mae"], "mse"], loss_weights=[[1.0, 0.5], 0.2]
    ),
    "weights nested by name": functional(
        {"cls": ["mse", "mae"], "reg": "mse"}, loss_weights={"cls": [1.0, None], "reg": 0.2}
    ),
    "weights flat for nested losses": functional(
        [["mse", "mae"], "mse"], loss_weights=[1.0, 0.5, 0.2]
    ),
    "nested weights without a model": json.dumps(
        {
            "compile_config": {
                "optimizer": "adam",
                "loss": [["mse", "mae"], CCE],
                "loss_weights": [[1.0, 0.5], 0.2],
            }
        }
    ),
    "weights by key on a dict of outputs": functional(
        {"seg": CCE, "depth": "mse"}, BY_KEY, loss_weights={"depth": 2, "seg": 1}
    ),
    "weights by name for a list of losses": functional(
        [CCE, "mse"], loss_weights={"reg": 2.0, "cls": 1.0}
    ),
    "weights in the order of the outputs": functional(
        {"reg": "mse", "cls": CCE}, loss_weights={"reg": 2.0, "cls": 1.0}
    ),
    "the same weight for all": functional({"reg": "mse", "cls": CCE}, loss_weights=[2.0, 2.0]),
    "one weight in two lists": functional("mse", loss_weights=[[2.0]]),
    "weights in a list without a model": json.dumps(
        {
            "compile_config": {
                "optimizer": "adam",
                "loss": {"seg": CCE, "depth": "mse"},
                "loss_weights": [10.0, 0.1],
            }
        }
    ),
    "true in a list of weights": functional([CCE, "mse"], loss_weights=[True, 2]),
    "steps true": sequential([dense(1, "linear")], "mse", steps_per_execution=True),
    "a metric for the loss": sequential([dense()], CCE, metrics={"out": ["categorical_accuracy"]}),
    "a metric object for it": sequential([dense()], CCE, metrics=[metric("CategoricalAccuracy")]),
    "own metric of a known name": sequential(
        [dense()], SCCE, metrics=[metric("CategoricalAccuracy", registered_name="my>A")]
    ),
    "a metric of another output": functional(
        {"cls": CCE, "reg": "mse"}, metrics={"reg": "mean_absolute_error"}
    ),
    "no model": json.dumps({"compile_config": {"optimizer": "adam", "loss": ["mse", "mae"]}}),
    "no loss": sequential([dense(1, "linear")], None),
    "reduction": sequential([dense(1, "linear")], loss("MeanSquaredError", reduction="sum")),
    "overlap without axis": sequential([dense(1, "sigmoid")], loss("Dice", reduction="none")),
}


def both(class_name: str) -> str:
    return sequential([dense(3, "softmax")], logits(class_name))


def sigmoid(class_name: str) -> str:
    return sequential([dense(3, "sigmoid")], logits(class_name))


WRONG = {
    "softmax, cce of logits": (both("CategoricalCrossentropy"), "LL410 warning"),
    "softmax, scce of logits": (both("SparseCategoricalCrossentropy"), "LL410 warning"),
    "sigmoid, bce of logits": (sigmoid("BinaryCrossentropy"), "LL410 warning"),
    "sigmoid, focal of logits": (sigmoid("BinaryFocalCrossentropy"), "LL410 error"),
    "softmax, focal of logits": (both("CategoricalFocalCrossentropy"), "LL410 error"),
    "softmax, reshaped": (
        sequential([dense(), layer("Reshape")], logits("CategoricalCrossentropy")),
        "LL410 error",
    ),
    "softmax, dropped out": (
        sequential([dense(), layer("Dropout")], logits("CategoricalCrossentropy")),
        "LL410 error",
    ),
    "softmax, mixed": (
        sequential([mixed(dense(), BFLOAT)], logits("CategoricalCrossentropy")),
        "LL410 error",
    ),
    "softmax, mixed, then float32": (
        sequential(
            [mixed(dense()), mixed(layer("Activation", activation="linear"), FLOAT)],
            logits("CategoricalCrossentropy"),
        ),
        "LL410 error",
    ),
    "softmax in float32 on mixed": (
        sequential(
            [mixed(dense(3, "linear")), mixed(layer("Softmax"), FLOAT)],
            logits("CategoricalCrossentropy"),
        ),
        "LL410 warning",
    ),
    "softmax, loss in another type": (
        sequential(
            [mixed(dense())],
            loss("CategoricalCrossentropy", from_logits=True, dtype="float16"),
        ),
        "LL410 warning LL407",
    ),
    "softmax on softmax": (sequential([dense(), layer("Softmax")], CCE), "LL410 warning"),
    "linear, cce": (sequential([dense(3, "linear")], CCE), "LL411 error"),
    "linear, scce": (sequential([dense(3, "linear")], SCCE), "LL411 error"),
    "linear, bce": (sequential([dense(1, "linear")], BCE), "LL411 error"),
    "null activation": (sequential([dense(1, None)], BCE), "LL411 error"),
    "linear in a layer": (
        sequential([dense(1, "linear"), layer("Activation", activation="linear")], BCE),
        "LL411 error",
    ),
    "linear, flattened": (sequential([dense(1, "linear"), layer("Flatten")], BCE), "LL411 error"),
    "tanh, bce": (sequential([dense(1, "tanh")], BCE), "LL411 error"),
    "relu, cce": (sequential([dense(3, "relu")], CCE), "LL423 warning"),
    "softplus, bce": (sequential([dense(1, "softplus")], BCE), "LL423 warning"),
    "softplus, bce of logits": (
        sequential([dense(1, "softplus")], logits("BinaryCrossentropy")),
        "LL423 warning",
    ),
    **{
        f"{name}, cce": (sequential([dense(3, name)], CCE), "LL411 error")
        for name in (
            *("log_softmax", "log_sigmoid", "celu", "hard_tanh", "hard_silu", "hard_swish"),
            *("soft_shrink", "hard_shrink", "tanh_shrink"),
        )
    },
    "linear, kld": (sequential([dense(3, "linear")], "kl_divergence"), "LL411 warning"),
    "linear, dice": (sequential([dense(3, "linear")], "dice"), "LL411 warning"),
    "linear, generalized": (
        sequential([dense(3, "linear")], loss("CategoricalGeneralizedCrossEntropy")),
        "LL411 error",
    ),
    "one softmax": (sequential([dense(1)], BCE), "LL412 error"),
    "one softmax, mse": (sequential([dense(1)], "mse"), "LL412 error"),
    "one unit, cce": (sequential([dense(1, "sigmoid")], CCE), "LL412 error"),
    "one unit, scce": (sequential([dense(1, "sigmoid")], SCCE), "LL412 error"),
    "one unit, cce of logits": (
        sequential([dense(1, "linear")], logits("CategoricalCrossentropy")),
        "LL412 error",
    ),
    "sigmoid, cce": (sequential([dense(3, "sigmoid")], CCE), "LL413 warning"),
    "softmax, bce": (sequential([dense(2, "softmax")], BCE), "LL413 warning"),
    "two losses": (sequential([dense(1, "linear")], ["mse", "mae"]), "LL414 error"),
    "a loss and null": (sequential([dense(1, "linear")], ["mse", None]), "LL414 error"),
    "short list": (functional([CCE]), "LL415 warning"),
    "long list": (functional([CCE, "mse", "mae"]), "LL415 error"),
    "short dict": (functional({"cls": CCE}), "LL415 error"),
    "another key": (functional({"cls": CCE, "regs": "mse"}), "LL415 error"),
    "a platform's object": (functional({"NAME": "mse"}), "LL415 error LL415"),
    "a dict on a Sequential": (
        sequential([dense(1, "linear", "out")], {"out": "mse"}),
        "LL415 error",
    ),
    "layers for a dict of outputs": (
        functional({"cls": CCE, "b": "mse"}, {"a": ["cls", 0, 0], "b": ["reg", 0, 0]}),
        "LL415 error",
    ),
    # What the crossentropy then makes of the other output is told as well.
    "a list out of order": (functional([CCE, "mse"], BY_KEY), "LL415 error LL412"),
    "a list with null out of order": (functional([CCE, None], BY_KEY), "LL415 error LL412"),
    # Nothing tells which order was meant.
    "a list of regressions out of order": (functional(["mse", "mae"], BY_KEY), "LL415 warning"),
    "one class with two parameters out of order": (
        functional([loss("MeanSquaredError", reduction="sum"), "mse"], BY_KEY),
        "LL415 warning",
    ),
    "weights out of order, losses in two spellings": (
        functional(["mse", loss("MeanSquaredError")], BY_KEY, loss_weights=[10.0, 0.1]),
        "LL416 warning",
    ),
    "a list in order, judged by output": (
        functional(["mse", BCE], BY_KEY),
        "LL413 warning",
    ),
    "nothing but null": (functional([None, None]), "LL415 error"),
    "weight is true": (functional("mse", loss_weights=True), "LL416 error"),
    "weight in text": (functional([CCE, "mse"], loss_weights="x"), "LL416 error"),
    "weights in text": (functional([CCE, "mse"], loss_weights=["1", 2]), "LL416 error"),
    "whole weight": (functional("mse", loss_weights=2), "LL416 error"),
    "weight of two": (functional([CCE, "mse"], loss_weights=2.0), "LL416 error"),
    "two weights of one": (functional("mse", loss_weights=[1, 2]), "LL416 error"),
    "one weight of two": (functional([CCE, "mse"], loss_weights=[1]), "LL416 error"),
    "weight of another": (
        functional({"cls": CCE, "reg": "mse"}, loss_weights={"cls": 1, "rec": 2}),
        "LL416 error",
    ),
    "negative weight": (functional([CCE, "mse"], loss_weights=[1, -1]), "LL416 warning"),
    "losses that nest otherwise": (functional({"h": {"r": CCE}}, NESTED), "LL415 error"),
    **{
        f"softmax twice, {name}": (
            sequential([mixed(dense(), policy)], logits("CategoricalCrossentropy")),
            "LL410 error",
        )
        for name, policy in (("mixed", BFLOAT), ("plain", "float16"), ("quantized", QUANTIZED))
    },
    "one loss of a dict of outputs": (functional({"h": CCE}, NESTED), "LL415 error"),
    "several losses of the only output": (
        sequential([dense(1, "linear")], [["mse", "mae"]]),
        "LL414 error",
    ),
    "several losses of the only output, by name": (
        functional({"reg": ["mse", "mae"]}, ["reg", 0, 0]),
        "LL414 error",
    ),
    "a list of weights on a dict of equal losses": (
        functional(["mse", "mse"], BY_KEY, loss_weights=[10, 1]),
        "LL416 warning",
    ),
    "a list of weights for a dict deep in": (
        functional(
            ["mse", {"y": "mse", "x": CCE}],
            [["reg", 0, 0], {"y": ["reg", 0, 0], "x": ["cls", 0, 0]}],
            loss_weights=[1.0, [2.0, 3.0]],
        ),
        "LL416 warning",
    ),
    "a list for each of a dict of outputs": (
        functional([["mse", "mae"], ["huber", "mse"]], BY_KEY),
        "LL415 warning",
    ),
    "a null beside lists of a dict's losses": (
        functional([["mse", "mae"], None], BY_KEY),
        "LL415 error",
    ),
    "containers in a list in a list, which TensorFlow wraps": (
        functional(["mse", ["mse", {"d": "mae"}]], [["reg", 0, 0], DEEP]),
        "LL415 warning",
    ),
    "a flat list, nested outputs out of order": (
        functional(["mse", "mae"], UNSORTED),
        "LL415 warning",
    ),
    "a short list of nested outputs": (
        functional(["mse"], [["reg", 0, 0], {"x": ["reg", 0, 0]}]),
        "LL415 warning",
    ),
    "losses without an output": (functional({"h": CCE, "x": "mse"}, NESTED), "LL415 error"),
    "nested losses of a dict of outputs": (
        functional([[CCE, "mse"], "mse"], BY_KEY),
        "LL415 error LL412",
    ),
    "weights by other keys": (
        functional({"a": CCE, "b": "mse"}, AB, loss_weights={"x": 1, "y": 2}),
        "LL416 warning",
    ),
    "weights by other keys without a model": (
        json.dumps(
            {
                "compile_config": {
                    "optimizer": "adam",
                    "loss": {"a": CCE, "b": "mse"},
                    "loss_weights": {"x": 1, "y": 2},
                }
            }
        ),
        "LL416 warning",
    ),
    "weights in another order than that of the names": (
        functional(["mse", CCE], REVERSED, loss_weights={"reg": 10, "cls": 1}),
        "LL416 error",
    ),
    "a list of weights on a dict of outputs": (
        functional({"seg": CCE, "depth": "mse"}, BY_KEY, loss_weights=[10, 1]),
        "LL416 warning",
    ),
    "a list of weights for a dict of losses": (
        functional({"reg": "mse", "cls": CCE}, loss_weights=[10, 1]),
        "LL416 warning",
    ),
    "weights nested otherwise": (
        functional([["mse", "mae"], "mse"], loss_weights=[1, [2, 3]]),
        "LL416 warning",
    ),
    "weights nested otherwise by name": (
        functional(
            {"cls": ["mse", "mae"], "reg": "mse"}, loss_weights={"cls": 1.0, "reg": [2.0, 3.0]}
        ),
        "LL416 error",
    ),
    "a weight without a loss": (
        functional({"cls": CCE, "reg": "mse"}, loss_weights={"cls": 1, "reg": 2, "aux": 3}),
        "LL416 warning",
    ),
    "too few for nested losses": (
        functional([["mse", "mae"], "mse"], loss_weights=[1.0, 0.5]),
        "LL416 error",
    ),
    **{
        f"weight {weight} of one": (functional("mse", loss_weights=weight), "LL416 error")
        for weight in (0, 0.0, False, [0], [False], float("nan"), float("inf"))
    },
    "only zeros": (functional([CCE, "mse"], loss_weights=[0.0, 0]), "LL416 error"),
    "zero for the one that is trained": (
        functional(["mse", None], loss_weights=[0.0, 1.0]),
        "LL416 error",
    ),
    "one zero": (functional([CCE, "mse"], loss_weights=[1.0, 0.0]), "LL416 info"),
    "text deep in": (
        functional([["mse", "mae"], "mse"], loss_weights=[["1", 2], 3]),
        "LL416 error",
    ),
    "no reduction": (
        sequential([dense(1, "linear")], loss("MeanSquaredError", reduction="none")),
        "LL417 warning",
    ),
    "reduction null": (
        sequential([dense(1, "linear")], loss("MeanSquaredError", reduction=None)),
        "LL417 warning",
    ),
    "metric of one-hot labels": (
        sequential([dense()], SCCE, metrics=["categorical_accuracy"]),
        "LL418 error",
    ),
    "metric object of ids": (
        sequential([dense()], CCE, metrics=[metric("SparseCategoricalAccuracy")]),
        "LL418 error",
    ),
    "metric object of one-hot labels": (
        sequential([dense()], SCCE, weighted_metrics=[metric("CategoricalAccuracy")]),
        "LL418 error",
    ),
    "metric of ids by output": (
        sequential([dense()], CCE, metrics={"out": "sparse_categorical_accuracy"}),
        "LL418 error",
    ),
    "metrics of ids by output": (
        sequential([dense()], CCE, metrics={"out": ["accuracy", "sparse_categorical_accuracy"]}),
        "LL418 error",
    ),
    "metric of the output's loss": (
        functional({"cls": CCE, "reg": "mse"}, metrics={"cls": "sparse_categorical_accuracy"}),
        "LL418 error",
    ),
    **{
        f"steps {steps}": (
            sequential([dense(1, "linear")], "mse", steps_per_execution=steps),
            "LL404 error",
        )
        for steps in (0, -1, 1.5, 1.0, "1", False)
    },
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_sound(lint: Lint, text: str) -> None:
    assert lint(text, "config.json") == ()


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG)
def test_wrong(lint: Lint, text: str, expected: str) -> None:
    code, severity = expected.split()[:2]
    found = lint(text, "config.json")
    assert [(d.code, d.severity) for d in found][:1] == [(code, severity)], found
    assert {d.code for d in found} <= set(expected.split())


def test_no_fix_hides_a_weight_of_zero(lint: Lint) -> None:
    """Keras takes the whole number 0, and trains nothing."""
    for weight in (0, False):
        (found,) = lint(functional("mse", loss_weights=weight), "config.json")
        assert found.fix is None
        assert "nothing is trained" in found.message


def test_what_is_paired_is_said(lint: Lint) -> None:
    text = functional({"seg": CCE, "depth": "mse"}, BY_KEY, loss_weights={"p": 10, "a": 1})
    (found,) = lint(text, "config.json")
    assert "the weight `a` to the loss of `depth`, the weight `p` to the loss of `seg`" in (
        found.message
    )


# Text, the releases with a finding, the releases without.
TIMES = [
    (sequential([dense(1, "linear", "out")], {"out": "mse"}), ["3.3.3"], ["2.15.0"]),
    (sequential([dense(1, "linear")], ["mse", "mae"]), ["2.15.0", "3.4.1", "3.7.0"], []),
    (sequential([dense(1, "linear")], ["mse", None]), ["3.7.0"], ["2.15.0"]),
    (functional({"cls": CCE}), ["3.6.0", "3.7.0"], ["3.4.1"]),
    (functional([CCE]), ["3.3.3", "3.7.0"], []),
    (functional("mse", loss_weights=[1, 100]), ["3.7.0"], ["3.6.0"]),
    (functional("mse", loss_weights=2), ["3.3.3", "3.15.1"], []),
    (sequential([dense(3, "sigmoid")], CCE), ["2.6.0", "3.0.5"], ["2.3.1"]),
    (sequential([mixed(dense(3, "sigmoid"))], CCE), ["2.15.0"], ["3.15.1"]),
    (functional([CCE, "mse"], BY_KEY), ["3.7.0"], ["3.6.0"]),
]


@pytest.mark.parametrize(("text", "with_it", "without"), TIMES)
def test_releases(lint: Lint, text: str, with_it: list[str], without: list[str]) -> None:
    for release in with_it:
        assert [d.code for d in lint(text, "c.json", keras=release)] != [], release
    for release in without:
        assert lint(text, "c.json", keras=release) == (), release


def test_an_h5_file_has_its_model_beside(lint: Lint) -> None:
    model = {"class_name": "Sequential", "config": {"layers": [dense(3, "linear")]}}
    training = {"loss": CCE, "optimizer_config": {"class_name": "Adam", "config": {}}}
    text = json.dumps({"model_config": model, "training_config": training})
    assert [d.code for d in lint(text, "h5.json")] == ["LL411"]


@pytest.mark.parametrize(
    "inbound",
    [
        [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["d", 0, 0]}}]}],
        [[["d", 0, 0, {}]]],
    ],
    ids=["Keras 3", "Keras 2"],
)
def test_a_functional_model_is_walked_back(lint: Lint, inbound: object) -> None:
    end = {**layer("Activation", "end", activation="softmax"), "inbound_nodes": inbound}
    model = {
        "class_name": "Functional",
        "config": {"layers": [dense(1, "linear", "d"), end], "output_layers": ["end", 0, 0]},
        "compile_config": {"optimizer": "adam", "loss": BCE},
    }
    (found,) = lint(json.dumps(model), "c.json")
    assert found.code == "LL412"
    assert found.related


def test_a_model_that_ends_in_itself_ends(lint: Lint) -> None:
    loop = {**layer("Dropout", "d"), "inbound_nodes": [[["d", 0, 0, {}]]]}
    model = {
        "class_name": "Functional",
        "config": {"layers": [loop], "output_layers": [["d", 0, 0]]},
        "compile_config": {"optimizer": "adam", "loss": BCE},
    }
    assert lint(json.dumps(model), "c.json") == ()


ODD = [None, 1, "x", [], {}, [None], [["cls"]], [["cls", 0]], {"a": 1}]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_odd_models_are_passed_over(lint: Lint, odd: object) -> None:
    for key in ("layers", "output_layers"):
        config = {"layers": [dense(1, "linear", "cls")], "output_layers": [["cls", 0, 0]], key: odd}
        for class_name in ("Sequential", "Functional", "Other"):
            if (class_name, key) == ("Sequential", "output_layers"):
                continue
            model = {"class_name": class_name, "config": config}
            lint(json.dumps({**model, "compile_config": {"loss": "mse", "optimizer": 1}}), "c.json")


# What Keras makes of one loss and its weights on the two models below.
CONTAINERS: list[tuple[str, object, object]] = [
    ("one", ["mse"], None),
    ("one", ["mse", None], None),
    ("one", {"out": "mse"}, None),
    ("one", {"zzz": "mse"}, None),
    ("one", "mse", [1, 2]),
    ("one", "mse", [2]),
    ("one", "mse", {"out": 2}),
    ("one", "mse", 2),
    ("one", "mse", 2.0),
    ("one", "mse", "x"),
    ("one", "mse", True),
    ("one", "mse", False),
    ("two", "mse", None),
    ("two", ["mse", None], None),
    ("two", ["mse", "mse", "mse"], None),
    ("two", {"cls": "mse"}, None),
    ("two", {"cls": "mse", "reg": None}, None),
    ("two", {"cls": "mse", "zzz": "mse"}, None),
    ("two", {"cls": "mse", "reg": "mse"}, [1, 100]),
    ("two", {"cls": "mse", "reg": "mse"}, {"cls": 1}),
    ("two", {"cls": "mse", "reg": "mse"}, {"cls": 1, "zzz": 2}),
    ("two", "mse", [1, 100]),
    ("two", "mse", [2.0]),
    ("two", ["mse", "mse"], {"cls": 1, "reg": 100}),
    ("two", ["mse", "mse"], [1]),
    ("two", ["mse", "mse"], [1, None]),
    ("two", ["mse", "mse"], ["1", "2"]),
    ("two", ["mse", "mse"], 5.0),
    ("two", [None, None], None),
    ("one", "mse", 0),
    ("one", "mse", [True]),
    ("one", "mse", [[2.0]]),
    ("one", "mse", {"zzz": 2}),
    ("two", "mse", 2.0),
    ("two", [["mse", "mae"], "mse"], [[1.0, 0.5], 0.2]),
    ("two", [["mse", "mae"], "mse"], [[1.0, None], 0.2]),
    ("two", [["mse", "mae"], "mse"], [1.0, 0.5, 0.2]),
    ("two", [["mse", "mae"], "mse"], [1.0, 0.5]),
    ("two", [["mse", "mae"], "mse"], [["1", 0.5], 2]),
    ("two", {"cls": ["mse", "mae"], "reg": "mse"}, {"cls": [1.0, 0.5], "reg": 0.2}),
    ("two", {"cls": "mse", "reg": "mse"}, {"cls": 1, "reg": 2, "more": 3}),
    ("two", {"cls": "mse", "reg": "mse"}, [2.0]),
    ("two", ["mse", "mse"], {"x": 1, "y": 2}),
]


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.parametrize(("model", "losses", "weights"), CONTAINERS, ids=str)
def test_keras_refuses_what_is_called_an_error(
    lint: Lint, model: str, losses: object, weights: object
) -> None:
    keras = pytest.importorskip("keras")
    np = pytest.importorskip("numpy")
    if keras.__version__ != catalog.NEWEST:
        pytest.skip("another Keras is installed")
    x = keras.Input((1,), name="x")
    names = ["out"] if model == "one" else ["cls", "reg"]
    outputs = [keras.layers.Dense(1, name=name)(x) for name in names]
    built = keras.Model(x, outputs if model == "two" else outputs[0])
    config = json.loads(built.to_json())
    config["compile_config"] = {"optimizer": "sgd", "loss": losses, "loss_weights": weights}
    found = [d for d in lint(json.dumps(config), "c.json") if d.severity == "error"]
    assert bool(found) == _refuses(built, losses, weights, np.ones((2, 1)), len(names))


def _refuses(model: Any, losses: object, weights: object, data: Any, outputs: int) -> bool:
    np = pytest.importorskip("numpy")
    try:
        model.compile("sgd", loss=losses, loss_weights=weights)
        found = model.train_on_batch(data, [data] * outputs if outputs > 1 else data)
    except Exception:
        return True
    # A total of 0 trains nothing.
    return not np.any(found)


@pytest.mark.keras
@pytest.mark.parametrize("steps", [1, True, 0, False, 1.0, 1.5, "1"], ids=repr)
def test_keras_refuses_the_steps_that_are_an_error(lint: Lint, steps: object) -> None:
    keras = pytest.importorskip("keras")
    np = pytest.importorskip("numpy")
    text = sequential([dense(1, "linear")], "mse", steps_per_execution=steps)
    found = [d for d in lint(text, "c.json") if d.severity == "error"]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mse", steps_per_execution=steps)
    try:
        model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0)
    except (TypeError, ValueError):
        assert found
    else:
        assert not found


@pytest.mark.keras
def test_keras_gives_a_list_to_sorted_keys(lint: Lint) -> None:
    keras = pytest.importorskip("keras")
    np = pytest.importorskip("numpy")
    x = keras.Input((1,), name="x")
    outputs = {key: keras.layers.Dense(1, name=key)(x) for key in ("seg", "depth")}
    model = keras.Model(x, outputs)
    config = json.loads(model.to_json())
    config["compile_config"] = {"optimizer": "sgd", "loss": ["mse", "mae"]}
    assert [d.code for d in lint(json.dumps(config), "c.json")] == ["LL415"]
    model.compile("sgd", loss=["mse", "mae"])
    ones = np.ones((2, 1))
    got = model.evaluate(ones, dict.fromkeys(outputs, 101 * ones), verbose=0, return_dict=True)
    assert got["depth_loss"] > 10 * got["seg_loss"]


@pytest.mark.keras
def test_ctc_applies_softmax_itself() -> None:
    """LL410: the logarithms of a softmax are worth as much as the logits, the softmax is not."""
    keras = pytest.importorskip("keras")
    logits = 4.0 * keras.random.normal((2, 6, 4), seed=3)
    labels = keras.ops.convert_to_tensor([[1, 2], [3, 1]])
    ctc = keras.losses.CTC()
    meant = float(ctc(labels, logits))
    assert float(ctc(labels, keras.ops.log_softmax(logits))) == pytest.approx(meant, rel=1e-5)
    assert float(ctc(labels, keras.ops.softmax(logits))) != pytest.approx(meant, rel=1e-2)


@pytest.mark.keras
def test_what_is_cut_at_one() -> None:
    """LL411: two crossentropies cut above 1, the categorical one divides by the sum."""
    keras = pytest.importorskip("keras")
    losses, array = keras.losses, keras.ops.convert_to_tensor
    above, at_one = array([[5.0, 0.5]]), array([[1.0, 0.5]])
    binary = losses.BinaryCrossentropy()
    hot = array([[1.0, 0.0]])
    assert float(binary(hot, above)) == pytest.approx(float(binary(hot, at_one)))
    sparse = losses.SparseCategoricalCrossentropy()
    ids = array([0])
    assert float(sparse(ids, above)) == pytest.approx(float(sparse(ids, at_one)))
    over = losses.CategoricalCrossentropy()
    divided = array([[5.0 / 5.5, 0.5 / 5.5]])
    assert float(over(hot, above)) == pytest.approx(float(over(hot, divided)), rel=1e-5)
    focal = losses.CategoricalFocalCrossentropy()
    assert float(focal(hot, above)) == pytest.approx(float(focal(hot, divided)), rel=1e-5)
