"""Each message about a value ends with the one thing that the framework does with that value.

The outcomes were measured: NetsPresso Trainer 1.4.1 and Keras 3.15.1 were run with these values.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from losslint.catalog.describe import effect_words
from losslint.catalog.model import Param, Spec
from losslint.diagnostics import Diagnostic
from losslint.dialects.registry import all_losses

Lint = Callable[..., tuple[Diagnostic, ...]]

STEP = "the trainer stops with an error at the first training step"
BUILD = "the trainer stops with an error when it builds the losses"
TORCH = "torch stops the first training step"
HUGE = "1" + 30 * "0"
MATCHER = {
    "type": "HungarianMatcher",
    "weight_dict": "{cost_class: 2, cost_bbox: 5, cost_giou: 2}",
    "alpha": "0.25",
    "gamma": "2.0",
    "use_focal_loss": "true",
}
DETR = {
    "weight_dict": "{loss_vfl: 1, loss_bbox: 5, loss_giou: 2}",
    "losses": "[vfl, boxes]",
    "matcher": "{" + ", ".join(f"{k}: {v}" for k, v in MATCHER.items()) + "}",
}
NEEDED = {
    "focal_loss": {"alpha": "0.25", "gamma": "2.0"},
    "detr_loss": DETR,
    "yolov9_loss": {"l1_activate_epoch": "~"},
}


def entry(criterion: str, **values: str) -> str:
    """A NetsPresso file with one entry, as YAML."""
    every = {**NEEDED.get(criterion, {}), **values}
    lines = [f"      {key}: {value}\n" for key, value in every.items()]
    return f"model:\n  losses:\n    - criterion: {criterion}\n      weight: ~\n{''.join(lines)}"


def said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    """Code and consequence of each finding."""
    return [(d.code, d.message.rpartition("; ")[2]) for d in found]


@pytest.mark.parametrize(
    ("criterion", "key", "value", "code", "consequence"),
    [
        ("cross_entropy", "label_smoothing", "1.5", "LL113", TORCH),
        ("cross_entropy", "label_smoothing", ".inf", "LL113", TORCH),
        ("cross_entropy", "label_smoothing", "-0.1", "LL113", "torch treats it as 0"),
        ("cross_entropy", "label_smoothing", "-.inf", "LL113", "torch treats it as 0"),
        ("cross_entropy", "label_smoothing", ".nan", "LL113", "torch treats it as 0"),
        ("cross_entropy", "label_smoothing", "true", "LL112", "it counts as 1"),
        ("cross_entropy", "label_smoothing", "no", "LL112", "it counts as 0"),
        ("cross_entropy", "label_smoothing", "~", "LL112", TORCH),
        ("cross_entropy", "label_smoothing", "10%", "LL112", TORCH),
        ("cross_entropy", "label_smoothing", "[0.1]", "LL112", TORCH),
        (
            "cross_entropy",
            "size_average",
            "'false'",
            "LL112",
            "it counts as true, and torch takes the mean",
        ),
        (
            "cross_entropy",
            "size_average",
            "0",
            "LL112",
            "it counts as false, and torch takes the sum",
        ),
        (
            "cross_entropy",
            "reduce",
            "false",
            "LL113",
            "the loss is no single number, and the first step stops",
        ),
        ("cross_entropy", "reduce", "1", "LL112", "it counts as true"),
        ("focal_loss", "alpha", "1.5", "LL113", "the negatives count with a negative sign"),
        ("focal_loss", "alpha", ".nan", "LL113", "the balancing is switched off"),
        ("focal_loss", "alpha", ".inf", "LL113", "the loss is not finite"),
        ("focal_loss", "alpha", HUGE, "LL113", STEP),
        ("focal_loss", "alpha", "~", "LL112", STEP),
        ("focal_loss", "gamma", "-1", "LL113", "easy examples count most"),
        ("focal_loss", "gamma", "1e6", "LL113", "nothing is left of the loss"),
        ("focal_loss", "gamma", ".inf", "LL113", "the gradient is NaN"),
        ("focal_loss", "gamma", ".nan", "LL113", "the loss is not finite"),
        ("yolox_loss", "l1_activate_epoch", "~", "LL112", STEP),
        ("yolox_loss", "l1_activate_epoch", "true", "LL112", "it counts as epoch 1"),
        (
            "yolox_loss",
            "l1_activate_epoch",
            ".nan",
            "LL113",
            "no epoch reaches it, and the L1 term is never added",
        ),
        ("yolov9_loss", "reg_max", "-1", "LL113", BUILD),
        ("yolov9_loss", "reg_max", "0", "LL113", STEP),
        ("yolov9_loss", "reg_max", "true", "LL112", STEP),
        ("yolov9_loss", "reg_max", "16.0", "LL112", BUILD),
        ("yolofastest_loss", "anchors", "auto", "LL112", BUILD),
        ("yolofastest_loss", "anchors", "[]", "LL113", BUILD),
        ("yolofastest_loss", "anchors", "[[1, 2], [1, 2, 3]]", "LL113", BUILD),
        ("yolofastest_loss", "anchors", "[[1, 2], []]", "LL113", STEP),
        (
            "yolofastest_loss",
            "anchors",
            "[[1, 2], [1, 0]]",
            "LL113",
            "the trainer learns from a box without an extent",
        ),
        ("yolofastest_loss", "anchors", "[[1, 2], [1, .nan]]", "LL113", "the gradient is NaN"),
        ("yolofastest_loss", "anchors", "[[1, 2], [1, x]]", "LL112", BUILD),
        ("detr_loss", "alpha", "-1", "LL113", "false detections are rewarded"),
        ("detr_loss", "alpha", ".inf", "LL113", "the loss is not finite"),
        ("detr_loss", "gamma", "-1", "LL113", "easy negatives count most"),
        ("detr_loss", "gamma", "1e6", "LL113", "the negatives do not count"),
        (
            "detr_loss",
            "weight_dict",
            "{loss_vfl: 1, loss_bbox: -5, loss_giou: 2}",
            "LL113",
            "that part of the loss is maximised",
        ),
        ("detr_loss", "weight_dict", "{loss_vfl: 1, loss_bbox: 5, loss_giou: ~}", "LL112", STEP),
        (
            "detr_loss",
            "weight_dict",
            "{loss_vfl: 0, loss_bbox: 0, loss_giou: 0}",
            "LL113",
            "nothing is learned",
        ),
        ("detr_loss", "losses", "~", "LL112", STEP),
        ("detr_loss", "losses", "vfl", "LL112", "the trainer takes it letter by letter and stops"),
        (
            "detr_loss",
            "losses",
            "{vfl: 1, boxes: 1}",
            "LL112",
            "the trainer takes its keys as the list",
        ),
        ("detr_loss", "losses", "{vfl, boxes}", "LL112", "the trainer takes its keys as the list"),
        ("detr_loss", "losses", "{vfl: 1, boxes: 1, masks: 1}", "LL112", STEP),
        ("detr_loss", "losses", "[vfl, boxes, vfl]", "LL113", "it counts once"),
        ("detr_loss", "losses", "[vfl, boxes, labels]", "LL114", STEP),
        (
            "detr_loss",
            "losses",
            "[vfl, boxes, cardinality]",
            "LL114",
            "it has no gradient, and nothing is learned from it",
        ),
    ],
)
def test_what_the_trainer_does(
    criterion: str, key: str, value: str, code: str, consequence: str, lint: Lint
) -> None:
    assert said(lint(entry(criterion, **{key: value}))) == [(code, consequence)]


@pytest.mark.parametrize(
    ("key", "value", "consequence"),
    [
        ("alpha", "~", STEP),
        ("alpha", "-1", "predictions of other classes are matched first"),
        ("alpha", "1.5", "predictions that are sure of the class are matched last"),
        ("alpha", ".nan", STEP),
        ("gamma", "1e6", "the class has no part in the matching"),
        ("gamma", ".nan", STEP),
        ("use_focal_loss", "'false'", 'any text counts as true, "false" too'),
        ("use_focal_loss", "0", "it counts as false"),
        ("use_focal_loss", "[1]", "it counts as true"),
        (
            "weight_dict",
            "{cost_class: -2, cost_bbox: 5, cost_giou: 2}",
            "the worst matches are picked",
        ),
        ("weight_dict", "{cost_class: .inf, cost_bbox: 5, cost_giou: 2}", STEP),
        ("weight_dict", "{cost_class: 0, cost_bbox: 0, cost_giou: 0}", BUILD),
        ("weight_dict", "~", BUILD),
    ],
)
def test_what_the_matcher_does(key: str, value: str, consequence: str, lint: Lint) -> None:
    matcher = ", ".join(f"{k}: {v}" for k, v in {**MATCHER, key: value}.items())
    ((_, text),) = said(lint(entry("detr_loss", matcher="{" + matcher + "}")))
    assert text == consequence


def test_without_the_focal_cost_its_numbers_are_never_read(lint: Lint) -> None:
    off = {**MATCHER, "alpha": "~", "gamma": "-3", "use_focal_loss": "false"}
    matcher = ", ".join(f"{key}: {value}" for key, value in off.items())
    assert lint(entry("detr_loss", matcher="{" + matcher + "}")) == ()


@pytest.mark.parametrize(
    ("class_name", "key", "value", "consequence"),
    [
        ("BinaryCrossentropy", "label_smoothing", -0.1, "the labels are pushed beyond 0 and 1"),
        ("BinaryCrossentropy", "label_smoothing", 1.5, "the labels are inverted"),
        ("BinaryCrossentropy", "label_smoothing", None, "it counts as 0"),
        ("BinaryCrossentropy", "label_smoothing", "", "it counts as 0"),
        ("BinaryCrossentropy", "label_smoothing", True, "it counts as 1"),
        ("BinaryCrossentropy", "label_smoothing", "0.1", "the first batch fails"),
        ("BinaryCrossentropy", "axis", True, "it counts as axis 1"),
        ("BinaryCrossentropy", "axis", 9, "the first batch fails"),
        ("BinaryCrossentropy", "axis", [1, 1], "the first batch fails"),
        ("CategoricalCrossentropy", "axis", None, "Keras takes the whole batch for one row"),
        ("CategoricalCrossentropy", "axis", [0, 1], "Keras takes all these axes for one row"),
        ("CategoricalCrossentropy", "axis", True, "the first batch fails"),
        ("CategoricalCrossentropy", "from_logits", "no", 'any text counts as true, "false" too'),
        ("CategoricalCrossentropy", "from_logits", "", "it counts as false"),
        ("CategoricalCrossentropy", "from_logits", 1, "it counts as true"),
        ("CategoricalFocalCrossentropy", "gamma", -1, "easy examples count most"),
        ("CategoricalFocalCrossentropy", "gamma", 1e6, "nothing is left of the loss"),
        ("CategoricalFocalCrossentropy", "gamma", None, "the first batch fails"),
        ("CategoricalFocalCrossentropy", "alpha", -0.5, "the loss is negative"),
        ("CategoricalFocalCrossentropy", "alpha", 0, "the loss is always 0"),
        ("CategoricalFocalCrossentropy", "alpha", [0, 0], "the loss is always 0"),
        ("CategoricalFocalCrossentropy", "alpha", [1, -1], "the loss of that class is negative"),
        ("CategoricalFocalCrossentropy", "alpha", "0.25", "the first batch fails"),
        ("Huber", "delta", 0, "every loss is 0"),
        ("Huber", "delta", -1, "the loss is negative"),
        ("Huber", "delta", "1.0", "the first batch fails"),
        ("Huber", "dtype", "int32", "Keras takes it, and in whole numbers no loss can train"),
        ("Huber", "dtype", "FLOAT32", "did you mean `float32`?"),
        ("Huber", "dtype", "bad", "Keras refuses it when the loss is built"),
        ("Huber", "name", "a/b", "the first batch fails"),
        ("Tversky", "beta", -0.5, "mistakes of that kind are rewarded"),
        ("Tversky", "alpha", None, "the first batch fails"),
        ("Circle", "gamma", 0, "the loss is a constant"),
        ("Circle", "margin", 1, "the loss is always 0"),
        ("Circle", "margin", -0.1, "the similarities have to be what none can be"),
        ("SparseCategoricalCrossentropy", "ignore_class", 0.5, "it matches no class"),
        ("SparseCategoricalCrossentropy", "ignore_class", True, "it counts as class 1"),
        ("SparseCategoricalCrossentropy", "ignore_class", "255", "the first batch fails"),
    ],
)
def test_what_keras_does(
    class_name: str, key: str, value: object, consequence: str, lint: Lint
) -> None:
    loss = {"module": "keras.losses", "class_name": class_name, "config": {key: value}}
    found = said(lint(json.dumps(loss), "loss.json"))
    assert [text for code, text in found if code in ("LL112", "LL113", "LL114")] == [consequence]


def test_no_consequence_is_one_of_several() -> None:
    """A clause with "or" in it leaves open what the value does."""
    texts = {
        text
        for loss in all_losses()
        for param in loss.params
        for spec in _specs(param)
        for text in (spec.otherwise, *(effect.text for effect in spec.effects))
    }
    assert [text for text in texts if " or " in text] == []
    assert [text for text in texts if text.endswith(".")] == []


def _specs(param: Param) -> list[Spec]:
    found, todo = [], [param.spec]
    while todo:
        spec = todo.pop()
        found.append(spec)
        todo += [field.spec for field in spec.fields] + list(spec.either)
        todo += [spec.item] if spec.item is not None else []
    return found


def test_the_page_of_a_parameter_tells_the_consequences_apart() -> None:
    (alpha,) = [
        param
        for loss in all_losses()
        if loss.name == "focal_loss"
        for param in loss.params
        if param.name == "alpha"
    ]
    words = effect_words(alpha.spec)
    assert "nan, -inf: the balancing is switched off" in words
    assert "above: the negatives count with a negative sign" in words
