"""Whose file it is: the marks by which a site is sure, in JSON and in YAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from losslint.linter.apply_rules import Checked
from tests.sites.support import spellings

ADAM = {"class_name": "Adam", "config": {"learning_rate": 0.1}}
SERIALISED = {"module": "keras.optimizers", **ADAM, "registered_name": None}
AUC = {"module": "keras.metrics", "class_name": "AUC", "config": {"name": "auc"}}
SLIP = "categorical_crosentropy"
HEAD = {"task": "classification", "architecture": {"backbone": {}, "head": {"name": "fc"}}}

# A document with a mistake that must be found, and the code of the finding.
SITES: list[tuple[dict[str, Any], str]] = [
    ({"optimizer": "adam", "loss": SLIP, "metrics": ["accuracy"]}, "LL100"),
    ({"optimizer": "adam", "loss": SLIP}, "LL100"),
    ({"optimizer": "RMSprop", "loss": "mean_squared_erorr", "metrics": ["mae"]}, "LL100"),
    ({"optimizer": "sgd", "loss": "categorical_cross_entropy", "metrics": ["acc"]}, "LL100"),
    ({"optimizer": "adam", "loss": "Categorical_Crossentropy", "metrics": []}, "LL100"),
    ({"a": {"b": [{"optimizer": "nadam", "loss": SLIP, "metrics": ["auc"]}]}}, "LL100"),
    ({"optimizer": ADAM, "loss": SLIP, "metrics": ["accuracy"]}, "LL100"),
    ({"optimizer": SERIALISED, "loss": "a_thing_of_mine"}, "LL100"),
    ({"optimizer": "adam", "loss": ["mse", SLIP], "loss_weights": [1.0, 2.0]}, "LL100"),
    ({"optimizer": "adam", "loss": {"a": "mse", "b": SLIP}, "metrics": {"a": ["mae"]}}, "LL100"),
    ({"optimizer": "adam", "loss": "binary_crossentropyy", "metrics": [AUC]}, "LL100"),
    ({"optimizer": "adam", "loss": SLIP, "metrics": ["acuracy"], "epochs": 10}, "LL100"),
    ({"optimizer": "adam", "loss": "kullback_leibler_divergence", "metrics": ["mae"]}, "LL101"),
    ({"loss": SLIP, "metrics": ["accuracy"], "run_eagerly": False}, "LL100"),
    ({"optimizer": "adam", "loss": SLIP, "epochs": 10, "batch_size": 32}, "LL100"),
    ({"optimizer": "adam", "loss": {"class_name": "SquaredHingee", "config": {}}}, "LL100"),
    ({"optimizer": ADAM, "loss": {"a": [{"class_name": "LogCosch", "config": {}}]}}, "LL100"),
    ({"model": "cnn", "optimizer": "adam", "loss": SLIP, "metrics": ["accuracy"]}, "LL100"),
    ({"optimizer": "adam", "loss": SLIP, "metrics": ["accuracy", "precision", "f1"]}, "LL100"),
    ({"module": "keras.losses", "class_name": "Hubber", "config": {}}, "LL100"),
    ({"module": "keras.src.losses.losses", "class_name": "Huber", "config": {"d": 1}}, "LL110"),
    ({"class_name": "BinaryCrossentropy", "config": {"label_smoothing": 2.0}}, "LL113"),
    ({"x": {"loss": {"class_name": "Huber", "config": {"d": 1}}}}, "LL110"),
    ({**ADAM, "compile_config": {"loss": "a_thing_of_mine"}}, "LL100"),
    ({"compile_config": {"optimizer": "adam", "loss": "a_thing_of_mine"}}, "LL100"),
    ({"training_config": {"loss": "mae", "optimizer_config": ADAM}}, "LL403"),
    ({"LOSS": {"NAME": SLIP}}, "LL100"),
    ({"LOSS": {"NAME": SLIP}, "OPT": {"NAME": "adam"}}, "LL100"),
    ({"LOSS": {"NAME": "none_of_these"}, "METRICS": ["accuracy"]}, "LL100"),
    ({"COMPILATION": {"LOSS": {"NAME": "none_of_these"}}}, "LL100"),
    ({"model": {**HEAD, "losses": ["cross_entropy", "focal_loss"]}}, "LL200"),
    ({"model": {**HEAD, "losses": {"cross_entropy": {"weight": 1.0}}}}, "LL200"),
    ({"model": {**HEAD, "losses": "cross_entropy"}}, "LL200"),
    ({"model": {**HEAD, "loss": ["cross_entropy"]}}, "LL200"),
    ({"model": HEAD}, "LL200"),
    ({"model": {**HEAD, "losses": [{"name": "cross_entropy", "weight": None}]}}, "LL104"),
    ({"model": {"losses": {"a": {"criterion": "cross_entropy", "weight": 1.0}}}}, "LL200"),
    ({"model": {"losses": {"criterion": "cross_entropy", "weight": 1.0}}}, "LL200"),
    ({"model": {"losses": ["x", {"criterion": "cross_entropy", "weight": 1.0}]}}, "LL200"),
    ({"model": {"losses": [{"criterion": "cross_entropyy", "weight": 1.0}]}}, "LL100"),
]


@pytest.mark.parametrize(("data", "code"), SITES, ids=str)
def test_what_is_wrong_is_found(
    data: dict[str, Any], code: str, check_text: Callable[..., Checked]
) -> None:
    for name, text in spellings(data):
        assert code in {d.code for d in check_text(text, name).diagnostics}, name


@pytest.mark.parametrize(
    "data",
    [
        {"optimizer": "adam", "loss": "mse", "metrics": ["mae", "accuracy"]},
        {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": ["acc"]},
        {"optimizer": "adam", "loss": {"class_name": "Huber", "config": {"delta": 2.0}}},
        {"class_name": "CategoricalFocalCrossentropy", "config": {"gamma": 1.0, "alpha": 0.4}},
        {"class_name": "Huber", "config": {"delta": 2.0}},
        {"optimizer": ADAM, "loss": ["mse", None], "metrics": [AUC], "jit_compile": True},
    ],
    ids=str,
)
def test_what_keras_takes_is_clean(
    data: dict[str, Any], check_text: Callable[..., Checked]
) -> None:
    for name, text in spellings(data):
        checked = check_text(text, name)
        assert len(checked.sites) == 1, name
        assert checked.diagnostics == (), name
