"""Whose file it is: what other tools and reports write is nobody's loss here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from losslint.linter.apply_rules import Checked
from tests.sites.support import spellings

ADAM = {"class_name": "Adam", "config": {}}
H5 = {"loss": "logcosh", "optimizer_config": ADAM}
METRIC = {"module": "keras.metrics", "class_name": "Poisson", "config": {"name": "p"}}

# Kind → documents that hold no site.
OTHERS: dict[str, list[dict[str, Any]]] = {
    "PyTorch by name": [
        {"optimizer": "adam", "loss": "cross_entropy"},
        {"optimizer": "Adam", "loss": "CrossEntropyLoss", "metrics": ["accuracy"]},
        {"optimizer": "adam", "loss": "binary_cross_entropy", "metrics": ["accuracy"]},
        {"optimizer": "adamw", "loss": "bce_with_logits", "weight_decay": 0.01},
        {"optimizer": "adam", "loss": "huber_loss"},
        {"optimizer": "adam", "loss": "logcosh", "epochs": 3},
        {"optimizer": "adam", "loss": "mean_square_error"},
        {"type": "x", "optimizer": "adam", "loss": "categorical_crosentropy", "lr": 0.1},
        {"optimizer": "adam", "loss": "mse_loss", "metrics": ["psnr", "ssim"]},
        {"optimizer": "lamb", "loss": "categorical_crosentropy", "metrics": ["accuracy"]},
        {"optimizer": "adam", "loss": "cosine", "metrics": ["accuracy"]},
        {"optimizer": "adam", "loss": "mse", "loss_weights": [1.0, 0.1], "epochs": 9},
        {"optimizer": "sgd", "loss": "mse", "loss_weights": {"a": 1}, "metrics": ["mse"], "lr": 1},
    ],
    "a loss of one's own": [
        {"optimizer": "adam", "loss": "edge_aware", "metrics": ["accuracy"]},
        {"optimizer": "adam", "loss": {"a": "mse", "b": "edge_aware"}, "metrics": ["mae"]},
        {"optimizer": "adam", "loss": "weighted_categorical_crossentropy", "metrics": ["mae"]},
    ],
    "registries": [
        {"optimizer": {"type": "Adam"}, "loss": {"type": "DiceLoss"}},
        {"optimizer": {"_target_": "torch.optim.Adam"}, "loss": {"_target_": "torch.nn.L1Loss"}},
        {"_target_": "x.Task", "optimizer": "adam", "loss": "categorical_crosentropy"},
    ],
    "reports": [
        {"optimizer": "adam", "loss": 0.31, "metrics": {"accuracy": 0.9}},
        {"optimizer": "adam", "loss": [0.3, 0.2], "metrics": ["accuracy"]},
        {"optimizer": "adam", "loss": "cosine_proximity", "metrics": {"accuracy": 0.9}},
        {"history": [{"epoch": 1, "loss": 0.2, "optimizer_config": {"lr": 0.1}}]},
        {"training_config": {"epochs": 3, "loss": "weighted cross-entropy"}},
        {"run": 3, "loss": "cross_entropy", "optimizer_config": {"name": "adamw"}},
    ],
    "everyday keys": [
        {"compile_config": {"target": "arm", "loss": "none"}},
        {"compile_config": {"target": "arm", "optimizer": "adam", "loss": "none"}},
        {"training_config": {"loss": "bce", "optimizer": {"name": "AdamW"}}},
        {"old_training_config_2": {"loss": "triplet"}},
        {"fit": {"loss": "ranking", "loss_weights": [1, 2], "jit_compile": True}},
        {"loss": "log_loss", "penalty": "l2"},
    ],
    "objects": [
        {"class_name": "Poisson", "config": {"rate": 3}},
        {"class_name": "Hinge", "config": {"name": "door"}},
        {"class_name": "Huber", "config": {}},
        {"optimizer": "adam", "loss": {"class_name": "MyLoss", "config": {}}},
        {"optimizer": "adam", "loss": {"class_name": "DiceLoss", "config": {"gamma": 3}}},
        {"optimizer": {"type": "adam"}, "loss": {"class_name": "MeanSquaredErorr", "config": {}}},
        {"class_name": "MeanSquaredError", "config": {"name": "mse", "dtype": "float32"}},
        {"class_name": "BinaryCrossentropy", "config": {"from_logits": 3, "dtype": "float32"}},
        {"module": "distributions", "class_name": "Poisson", "config": {"rate": 3}},
        {"module": "keras.layers", "class_name": "Dice", "config": {"reduction": "x", "name": "d"}},
        {"module": "keras.optimizers", "class_name": "Tversky", "config": {"gamma": 3}},
    ],
    "metrics": [
        METRIC,
        {**METRIC, "module": "keras.src.metrics.probabilistic_metrics"},
        {**METRIC, "module": "tf_keras.metrics"},
        {**METRIC, "module": "tf_keras.src.metrics"},
        {**METRIC, "module": "keras_core.metrics"},
        {**METRIC, "module": "tensorflow.keras.metrics"},
        {"metrics": {"out": [[{"class_name": "MeanSquaredError", "config": {"dtype": "x"}}]]}},
        {"weighted_metrics": [{**METRIC, "module": "keras.losses"}]},
        {**METRIC, "config": {"fn": {"module": "keras.losses", "class_name": "X", "config": {}}}},
    ],
    "TensorFlow.js": [
        {"optimizer": "adam", "loss": "meanSquaredError", "metrics": ["accuracy"]},
        {"optimizer": "adam", "loss": {"a": "categoricalCrossentropy"}, "metrics": ["acc"]},
        {"format": "layers-model", "training_config": H5},
        {"weightsManifest": [], "training_config": H5},
        {"trainingConfig": H5},
        {"modelTopology": {**ADAM, "compile_config": {"loss": "logcosh", "optimizer": ADAM}}},
        {**ADAM, "keras_version": "tfjs-layers 4.2", "compile_config": {"loss": "logcosh"}},
        {"models": [{"modelTopology": {"training_config": H5}}]},
    ],
    "yacs": [
        {"MODEL": {"NAME": "x"}, "LOSS": {"NAME": "OhemCE"}, "METRICS": ["iou"]},
        {"LOSS": {"NAME": "mae", "WEIGHT": 2.0}, "OPTIMIZER": {"NAME": "sgd"}},
        {"LOSS": {"NAME": "Triplet"}, "TRAIN": {"EPOCHS": 1}},
        {"LOSS": {"NAME": ["a", "b"], "SCALE": [1, 1]}},
        {"LOSS": {"TYPE": "x"}, "METRICS": []},
    ],
    "models of others": [
        {"model": {"task": "classification", "name": "bert"}},
        {"model": {"task": "segmentation", "name": "unet", "loss": "dice"}},
        {"model": {"task": "segmentation", "losses": ["dice"]}},
        {"model": {"task": "segmentation", "architecture": "unet", "losses": {"dice": 1}}},
        {"model": {"task": "x", "architecture": {"head": {"name": "y"}}, "losses": ["dice"]}},
        {"model": {"architecture": {"head": {"name": "y"}}, "losses": ["dice"]}},
        {"model": {"losses": [{"type": "DiceLoss", "weight": 1}]}},
        {"model": {"losses": [{"criterion": "torch.nn.L1Loss", "weight": 1}]}},
        {"model": {"task": "detection", "losses": [{"criterion": {"_target_": "a.B"}}]}},
        {"model": {"losses": [{"_target_": "a.B", "criterion": "l1"}]}},
        {"train": {"model": {"losses": [{"criterion": "cross_entropyy"}]}}},
        {"losses": [{"criterion": "cross_entropyy", "weight": 1}]},
        {"model": {"task": "regression", "losses": [{"criterion": "mse"}]}},
        {
            "model": {
                "task": "classification",
                "architecture": {"head": {"_target_": "a.Head"}},
                "losses": [{"criterion": {"_target_": "a.B"}, "weight": 1.0}],
            }
        },
    ],
}


@pytest.mark.parametrize(
    "data", [each for documents in OTHERS.values() for each in documents], ids=str
)
def test_nothing_is_said(data: dict[str, Any], check_text: Callable[..., Checked]) -> None:
    for name, text in spellings(data):
        checked = check_text(text, name)
        assert checked.sites == (), name
        assert checked.diagnostics == (), name


def test_a_fragment_in_yaml_needs_a_name_that_is_near(check_text: Callable[..., Checked]) -> None:
    """The platform's files are JSON; sections called LOSS in YAML are mostly yacs's."""
    assert not check_text("LOSS: {NAME: OhemCrossEntropy, THRESH: 0.7}\n", "a.yaml").sites
    assert check_text("LOSS: {NAME: categorical_crosentropy}\n", "a.yaml").sites
    assert check_text('{"LOSS": {"NAME": "OhemCrossEntropy"}}', "a.json").sites
    for beside in ("METRICS: [pck]", "METRICS: [iou]", "METRICS: []", "OPT: {NAME: lamb}"):
        pose = f"LOSS: {{NAME: JointsMSELoss, USE_TARGET_WEIGHT: true}}\n{beside}\nGPUS: [0]\n"
        assert not check_text(pose, "a.yaml").sites, beside
