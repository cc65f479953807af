"""Losses of the user's own beside those of Keras, and those that nothing trains by.

What is expected was measured with Keras 3.15.1: saved, loaded (with custom_objects where the loss
is one's own) and fitted.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from losslint.diagnostics import Diagnostic

Lint = Callable[..., tuple[Diagnostic, ...]]


def function(name: str) -> dict[str, object]:
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def own(name: str, **frame: object) -> dict[str, object]:
    return {"module": None, "class_name": name, "config": {}, "registered_name": name, **frame}


def archive(loss: object, **beside: object) -> str:
    return json.dumps({"compile_config": {"optimizer": "adam", "loss": loss}, **beside})


def legacy(loss: object) -> str:
    optimizer = {"class_name": "Adam", "config": {}}
    return json.dumps({"training_config": {"loss": loss, "optimizer_config": optimizer}})


def said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return sorted((d.code, d.severity) for d in found if d.severity != "info")


OWN = [
    *map(function, ("huber_loss", "logcosh", "dice_loss", "tversky_loss", "focal_tversky", "mse")),
    *map(function, ("my_mse", "rmse", "weighted_categorical_crossentropy", "MAE", "Loss")),
    *map(function, ("categorical_focal_loss", "mean_squared_percentage_error")),
    *map(own, ("DiceLoss", "TverskyLoss", "HuberLoss", "Dice", "Loss")),
    own("DiceLoss", module="mylosses"),
    own("Dice", module="mylosses"),
    {"module": "mylosses", "class_name": "Dice", "config": {}},
]


@pytest.mark.parametrize("loss", OWN, ids=json.dumps)
def test_an_unregistered_loss_is_never_taken_for_a_misspelt_one(
    loss: dict[str, object], lint: Lint
) -> None:
    found = lint(archive(loss), "config.json")
    assert said(found) == [("LL401", "warning")]
    assert all(d.fix is None for d in found)


def test_what_may_be_meant_is_a_hint(lint: Lint) -> None:
    hints = [
        lint(archive(loss), "config.json")[0].hint for loss in (function("huber_loss"), own("Dice"))
    ]
    assert hints == ["Keras's own is written `huber`, if that is meant", None]


def test_a_class_of_ones_own_in_an_h5_file(lint: Lint) -> None:
    own_class = {"class_name": "DiceLoss", "config": {}}
    assert said(lint(legacy(own_class), "config.json")) == [("LL401", "warning")]


@pytest.mark.parametrize(
    ("loss", "code"),
    [
        ("huber_loss", "LL101"),
        ({"class_name": "Dice", "config": {}}, "LL402"),
        (own("Dice", registered_name=None), "LL402"),
        (own("Dice", module="tensorflow.keras.losses"), "LL402"),
        (own("DiceLoss", module="keras.losses"), "LL100"),
        ({"class_name": "DiceLoss", "config": {}}, "LL100"),
    ],
    ids=str,
)
def test_what_is_keras_s_or_cannot_load_stays_an_error(loss: object, code: str, lint: Lint) -> None:
    assert said(lint(archive(loss), "config.json")) == [(code, "error")]


@pytest.mark.parametrize("layer", ["CTC", "Dice"])
def test_a_layer_that_is_called_like_a_loss(layer: str, lint: Lint) -> None:
    layers = [{**own(layer, module="mylayers"), "build_config": {}}]
    model = {"class_name": "Sequential", "config": {"layers": layers}}
    assert lint(archive("mean_squared_error", **model), "config.json") == ()


@pytest.mark.parametrize(
    "loss", ["crossentropy", "ce", "CE", "CrossEntropy", ["ce"], {"o": "crossentropy"}], ids=str
)
def test_keras_picks_the_crossentropy(loss: object, lint: Lint) -> None:
    assert lint(archive(loss), "config.json") == ()


def test_no_crossentropy_is_picked_elsewhere(lint: Lint) -> None:
    assert said(lint(legacy("ce"), "config.json")) == [("LL100", "error")]
    assert said(lint(archive("ce"), "config.json", keras="2.15.0")) == [("LL100", "error")]


def test_a_function_under_the_name_of_a_class(lint: Lint) -> None:
    (found,) = lint(archive(function("CategoricalCrossentropy")), "config.json")
    assert (found.code, found.severity) == ("LL101", "error")
    assert "never builds it" in found.message
    assert found.fix is not None
    assert not found.fix.safe


@pytest.mark.parametrize(
    "train",
    [
        "epochs: 3\n  loss:\n    class_name: Huber\n    config: {delta: 2.0}\n",
        "optimizer: adam\n  loss: {class_name: Huber, config: {delta: 2.0}}\n",
    ],
)
def test_a_loss_in_ones_own_config_is_no_compile_config(train: str, lint: Lint) -> None:
    assert lint(f"train:\n  {train}", "train.yaml") == ()


def test_a_free_loss_is_still_judged(lint: Lint) -> None:
    text = "train:\n  loss: {class_name: Huber, config: {delte: 2.0}}\n"
    assert said(lint(text, "train.yaml")) == [("LL110", "error")]


UNREDUCED = {
    "module": "keras.losses",
    "class_name": "CategoricalCrossentropy",
    "config": {"from_logits": True, "reduction": "none"},
    "registered_name": None,
}
SOFTMAX = {
    "module": "keras.layers",
    "class_name": "Dense",
    "config": {"name": "o", "units": 3, "activation": "softmax"},
}


def around(layer: dict[str, object]) -> str:
    """A compiled Sequential whose first layer is this one."""
    model = {"class_name": "Sequential", "config": {"layers": [layer, SOFTMAX]}}
    return archive("categorical_crossentropy", **model)


def inner(loss: object) -> dict[str, object]:
    """A compiled model that is used as a layer."""
    compiled = {"optimizer": "adam", "loss": loss, "loss_weights": None, "steps_per_execution": 1}
    config = {"name": "inner", "layers": [SOFTMAX]}
    return {"class_name": "Sequential", "config": config, "compile_config": compiled}


@pytest.mark.parametrize(
    "layer",
    [
        {"class_name": "Keeps", "registered_name": "mine>Keeps", "config": {"loss": UNREDUCED}},
        inner(UNREDUCED),
        inner("logcosh"),
    ],
    ids=["layer", "inner model", "inner string"],
)
def test_nothing_trains_by_an_inner_loss(layer: dict[str, object], lint: Lint) -> None:
    assert said(lint(around(layer), "config.json")) == []


def test_an_inner_loss_that_keras_builds_is_judged(lint: Lint) -> None:
    misspelt = {**UNREDUCED, "config": {"from_logit": True}}
    assert said(lint(around(inner(misspelt)), "config.json")) == [("LL110", "error")]
