"""What is told of one loss."""

from __future__ import annotations

import ast

from losslint.catalog import keras, netspresso
from losslint.catalog.describe import facts


def test_the_call_of_a_loss_of_keras() -> None:
    shown = {loss.name: dict(facts(loss)).get("in Python") for loss in keras.LOSSES}
    assert shown["huber"] == "keras.losses.Huber(delta=1.0)"
    assert shown["mean_squared_error"] == "keras.losses.MeanSquaredError()"
    for loss in keras.LOSSES:
        call = shown[loss.name]
        assert (call is not None) is (loss.class_name is not None and loss.until is None)
        assert call is None or isinstance(ast.parse(call, mode="eval").body, ast.Call)


def test_a_criterion_has_no_call() -> None:
    assert not any("in Python" in dict(facts(loss)) for loss in netspresso.LOSSES)
