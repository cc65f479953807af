"""The Keras platform's configuration around LOSS: silence first, then what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from losslint.catalog.platform import MODEL_OF, OPT_NAMES
from losslint.diagnostics import Diagnostic
from losslint.linter.apply_rules import Checked
from losslint.syntax.edits import apply_edits

Lint = Callable[..., tuple[Diagnostic, ...]]

COMPILATION: dict[str, object] = {
    "LOSS": {"NAME": "categorical_crossentropy"},
    "OPT": {"NAME": "rmsprop"},
    "METRICS": ["accuracy"],
}
RCNN = {"CLASSES": ["Background", "cat"], "LOGS_PATH": "logs"}
SSD = {"CLASSES": ["Background", "cat"], "BATCH_SIZE": 32, "IMG_SHAPE": [300, 300, 3]}


def compiled(name: str = "categorical_crossentropy", opt: str = "rmsprop") -> dict[str, object]:
    return {**COMPILATION, "LOSS": {"NAME": name}, "OPT": {"NAME": opt}}


def model(model_type: str = "DENSE_MNIST", task: str | None = "TRAIN", **keys: object) -> str:
    """A MODEL with a whole COMPILATION; a key of None is left out."""
    whole = {"MODEL_TYPE": model_type, "WEIGHTS_PATH": "KERAS_EASY", "TASK": task}
    whole |= {"COMPILATION": COMPILATION, **keys}
    return json.dumps({"MODEL": {key: value for key, value in whole.items() if value is not None}})


def task_beside(in_model: str, in_task: str, compilation: object = None) -> str:
    """A whole configuration, which names its task in two places."""
    keys: dict[str, object] = {"MODEL_TYPE": "DENSE_MNIST", "TASK": in_model}
    if compilation is not None:
        keys["COMPILATION"] = compilation
    task = {"TASK_NAME": in_task, "TASK_SPEC": {"EPOCHS": 12}}
    return json.dumps({"configuration": {"DATAS": {}, "TASK": task, "MODEL": keys}})


SOUND = {
    "the page's template": model(),
    "no task": model(task=None),
    "custom model": model("CUSTOM", COMPILATION=compiled("SSD_LOSS", "SGD")),
    "rcnn": model("RCNN", COMPILATION=compiled("RCNN_LOSS", "RCNN"), **RCNN),
    "rcnn with another optimizer": model("RCNN", COMPILATION=compiled("RCNN_LOSS"), **RCNN),
    "rcnn inference, native loss": model("RCNN", "INFERENCE", CLASSES=["Background"]),
    "rcnn inference without logs": model(
        "RCNN", "INFERENCE", CLASSES=["Background"], COMPILATION=compiled("RCNN_LOSS", "RCNN")
    ),
    "rcnn without a task needs no logs": model(
        "RCNN", None, CLASSES=["Background"], COMPILATION=compiled("RCNN_LOSS", "RCNN")
    ),
    "ssd": model("SSD300", COMPILATION=compiled("SSD_LOSS", "SGD"), **SSD),
    "inference without compilation": model(task="INFERENCE", COMPILATION=None),
    "no task, no compilation": model(task=None, COMPILATION=None),
    "tasks that contradict": task_beside("TRAIN", "INFERENCE"),
    "no model type": json.dumps({"MODEL": {"TASK": "TRAIN"}}),
    "a fragment": json.dumps({"MODEL": {"COMPILATION": {"LOSS": {"NAME": "hinge"}}}}),
    "only COMPILATION": json.dumps({"COMPILATION": {"LOSS": {"NAME": "hinge"}}}),
    "somebody else's MODEL": json.dumps({"MODEL": {"MODEL_TYPE": "ResNet", "TASK": "Train"}}),
    "regression, accuracy": model(COMPILATION=compiled("mean_squared_error")),
    "metric of one's own": model(COMPILATION={**COMPILATION, "METRICS": ["dice_of_lesions"]}),
    "no metrics": model(COMPILATION={**COMPILATION, "METRICS": []}),
    "metrics by class": model(COMPILATION={**COMPILATION, "METRICS": ["AUC", "Precision", "mae"]}),
}

WRONG = {
    "rcnn loss elsewhere": (model(COMPILATION=compiled("RCNN_LOSS")), ["LL340"]),
    "ssd loss elsewhere": (model(COMPILATION=compiled("SSD_LOSS")), ["LL340"]),
    "ssd loss on rcnn": (
        model("RCNN", COMPILATION=compiled("SSD_LOSS", "RCNN"), **RCNN),
        ["LL340"],
    ),
    "native loss on rcnn": (model("RCNN", **RCNN), ["LL340"]),
    "native loss on ssd": (model("SSD300", **SSD), ["LL340"]),
    "rcnn without classes": (
        model("RCNN", COMPILATION=compiled("RCNN_LOSS"), LOGS_PATH="logs"),
        ["LL341"],
    ),
    "rcnn training without logs": (
        model("RCNN", COMPILATION=compiled("RCNN_LOSS"), CLASSES=["Background"]),
        ["LL341"],
    ),
    "ssd without anything": (
        model("SSD300", COMPILATION=compiled("SSD_LOSS", "SGD")),
        ["LL341", "LL341"],
    ),
    "classes in one string": (
        model("SSD300", COMPILATION=compiled("SSD_LOSS"), **{**SSD, "CLASSES": "cat"}),
        ["LL341"],
    ),
    "image without channels": (
        model("SSD300", COMPILATION=compiled("SSD_LOSS"), **{**SSD, "IMG_SHAPE": [300, 300]}),
        ["LL341"],
    ),
    "training without compilation": (model(COMPILATION=None), ["LL342"]),
    "find_lr without compilation": (model(task="FIND_LR", COMPILATION=None), ["LL342"]),
    "ssd without compilation": (model("SSD300", "INFERENCE", COMPILATION=None, **SSD), ["LL342"]),
    "task named once, beside": (task_beside("TRAIN", "TRAIN"), ["LL342"]),
    "no opt": (model(COMPILATION={k: COMPILATION[k] for k in ("LOSS", "METRICS")}), ["LL342"]),
    "only a loss": (model(COMPILATION={"LOSS": {"NAME": "hinge"}}), ["LL342", "LL342"]),
    "no loss": (model(COMPILATION={k: COMPILATION[k] for k in ("OPT", "METRICS")}), ["LL342"]),
    "compilation is a word": (model(COMPILATION="adam"), ["LL342"]),
    "opt in another case": (model(COMPILATION=compiled(opt="Adam")), ["LL343"]),
    "opt is a word": (model(COMPILATION={**COMPILATION, "OPT": "adam"}), ["LL343"]),
    "opt without name": (model(COMPILATION={**COMPILATION, "OPT": {"LR": 0.1}}), ["LL343"]),
    "opt of ssd": (model(COMPILATION=compiled(opt="SGD")), ["LL343"]),
    "opt of rcnn": (model(COMPILATION=compiled(opt="RCNN")), ["LL343"]),
    "metrics is a word": (model(COMPILATION={**COMPILATION, "METRICS": "accuracy"}), ["LL344"]),
    "metric is a number": (model(COMPILATION={**COMPILATION, "METRICS": [1]}), ["LL344"]),
    "misspelt metric": (model(COMPILATION={**COMPILATION, "METRICS": ["acuracy"]}), ["LL344"]),
    "metric of ids": (
        model(COMPILATION={**COMPILATION, "METRICS": ["sparse_categorical_accuracy"]}),
        ["LL418"],
    ),
    "metric of one-hot labels": (
        model(
            COMPILATION={
                **compiled("sparse_categorical_crossentropy"),
                "METRICS": ["categorical_accuracy"],
            }
        ),
        ["LL418"],
    ),
    "misspelt type": (model("DENSE-MNIST"), ["LL345"]),
    "misspelt task": (model(task="TRAINING"), ["LL345"]),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_sound(lint: Lint, text: str) -> None:
    assert lint(text, "config.json") == ()


@pytest.mark.parametrize(("text", "codes"), WRONG.values(), ids=WRONG)
def test_wrong(lint: Lint, text: str, codes: list[str]) -> None:
    assert [d.code for d in lint(text, "config.json")] == codes


DOCUMENTED = (
    "categorical_crossentropy",
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_percentage_error",
    "mean_squared_logarithmic_error",
    "squared_hinge",
    "hinge",
    "categorical_hinge",
    "logcosh",
    "huber_loss",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
    "kullback_leibler_divergence",
    "poisson",
    "cosine_proximity",
    "is_categorical_crossentropy",
    "RCNN_LOSS",
    "SSD_LOSS",
)
"""The NAMEs that the platform documents; six of them are no losses of today's Keras."""


@pytest.mark.parametrize("name", [name for name in DOCUMENTED if name not in MODEL_OF])
def test_every_listed_name_is_judged_by_keras_alone(lint: Lint, name: str) -> None:
    """Eleven of the seventeen are losses of today's Keras; none has trouble with DENSE_MNIST."""
    gone = {
        "logcosh": "LL101",
        "huber_loss": "LL101",
        "kullback_leibler_divergence": "LL101",
        "cosine_proximity": "LL101",
        "mean_squared_percentage_error": "LL103",
        "is_categorical_crossentropy": "LL103",
    }
    found = lint(model(COMPILATION=compiled(name)), "config.json")
    assert [d.code for d in found] == ([gone[name]] if name in gone else [])


@pytest.mark.parametrize("name", [name for name in OPT_NAMES if name not in ("RCNN", "SGD")])
def test_every_optimizer_of_keras(lint: Lint, name: str) -> None:
    assert lint(model(COMPILATION=compiled(opt=name)), "config.json") == ()


def test_optimizers_of_other_models_are_warnings(lint: Lint) -> None:
    for opt in ("RCNN", "SGD"):
        (found,) = lint(model(COMPILATION=compiled(opt=opt)), "config.json")
        assert found.severity == "warning"


FIXED = [
    (compiled(opt="Adam"), '"Adam"', '"adam"'),
    (compiled(opt="SGD"), '"SGD"', '"sgd"'),
    ({**COMPILATION, "METRICS": ["acuracy"]}, '"acuracy"', '"accuracy"'),
]


@pytest.mark.parametrize(("compilation", "old", "new"), FIXED)
def test_guesses_are_unsafe_fixes(
    check_text: Callable[..., Checked], compilation: object, old: str, new: str
) -> None:
    text = model(COMPILATION=compilation)
    (found,) = check_text(text, "config.json").diagnostics
    assert found.fix is not None
    assert not found.fix.safe
    assert apply_edits(text, found.fix.edits) == text.replace(old, new)


def test_misspelt_compilation_is_asked_about(lint: Lint) -> None:
    text = model(COMPILATION=None, Compilation=COMPILATION)
    (found,) = lint(text, "config.json")
    assert found.code == "LL342"
    assert "is `Compilation` meant for it?" in found.message


def test_yaml_is_the_same(lint: Lint) -> None:
    text = "MODEL:\n  MODEL_TYPE: RCNN\n  TASK: TRAIN\n  CLASSES: [Background]\n"
    assert [d.code for d in lint(text)] == ["LL341", "LL342"]
