"""The generated schemas: up to date, and with the catalog's verdict on entries and files."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from losslint.catalog import keras, netspresso, platform, schemas
from losslint.catalog.model import LossDef

CRITERIA = tuple(loss for loss in netspresso.LOSSES if loss.until is None)

Entry = dict[str, Any]


def entry(loss: LossDef) -> Entry:
    return {"criterion": loss.name, **copy.deepcopy(dict(loss.example))}


def is_valid(style: schemas.SchemaStyle, name: str, value: object) -> bool:
    return bool(Draft202012Validator(schemas.entry_schema(style, name)).is_valid(value))


def is_valid_file(style: schemas.SchemaStyle, value: object) -> bool:
    return bool(Draft202012Validator(schemas.build(style)).is_valid(value))


def criterion(name: str, **changes: object) -> Entry:
    loss = netspresso.find(name)
    assert loss is not None
    return {**entry(loss), **changes}


@pytest.mark.parametrize("style", schemas.STYLES)
def test_the_checked_in_file_is_up_to_date(style: schemas.SchemaStyle) -> None:
    stored = (schemas.FOLDER / f"{style}.schema.json").read_text(encoding="utf-8")
    assert stored == schemas.text(style), "run python -m losslint.catalog.schemas"


@pytest.mark.parametrize("style", schemas.STYLES)
def test_the_schema_is_one(style: schemas.SchemaStyle) -> None:
    Draft202012Validator.check_schema(schemas.build(style))


@pytest.mark.parametrize("loss", CRITERIA, ids=lambda loss: loss.name)
def test_a_criterion_as_shipped(loss: LossDef) -> None:
    good = entry(loss)
    assert is_valid("netspresso", loss.name, good)
    assert is_valid("netspresso", "entry", good)
    assert is_valid_file("netspresso", {"model": {"task": "x", "losses": [good]}, "other": 1})
    for broken in (
        {**good, "misspelt": 1},
        {**good, "cur_epoch": 3},
        {**good, "weight": "0.5"},
        {**good, "weight": 0},
        {key: value for key, value in good.items() if key != "weight"},
        {**good, "criterion": loss.class_name},
    ):
        assert not is_valid("netspresso", loss.name, broken), broken
        assert not is_valid("netspresso", "entry", broken), broken


@pytest.mark.parametrize("loss", CRITERIA, ids=lambda loss: loss.name)
def test_a_required_parameter_is_required(loss: LossDef) -> None:
    good = entry(loss)
    for param in loss.params:
        if param.required and param.until is None:
            less = {key: value for key, value in good.items() if key != param.name}
            assert not is_valid("netspresso", loss.name, less), param.name


def matcher(**changes: object) -> object:
    found = criterion("detr_loss")["matcher"]
    assert isinstance(found, dict)
    return {**found, **changes}


GOOD: list[Entry] = [
    criterion("cross_entropy", label_smoothing=1),
    criterion("cross_entropy", ignore_index=-1, size_average=True, reduce=None),
    criterion("cross_entropy", size_average=False),
    criterion("cross_entropy", label_smoothing="${model.smoothing}", weight="${w}"),
    criterion("seg_cross_entropy", ignore_index=0),
    criterion("focal_loss", alpha=-1, gamma=0),
    criterion("yolox_loss", l1_activate_epoch=1.5),
    criterion("yolofastest_loss", anchors=[[[1, 2], [3, 4]], [5, 6, 7, 8]]),
    criterion("yolofastest_loss", anchors="${model.architecture.head.params.anchors}"),
    criterion("detr_loss", losses=["boxes"], weight_dict={"loss_bbox": 5, "loss_giou": 2}),
    criterion("detr_loss", weight_dict={"loss_vfl": 1, "loss_bbox": 5, "loss_giou": 0}),
    criterion("detr_loss", losses=["${term}", "boxes"]),
    criterion("detr_loss", matcher=matcher(use_focal_loss=False, alpha=0.25)),
    criterion("detr_loss", matcher=matcher(use_focal_loss=False, gamma=None)),
]

BAD: list[Entry] = [
    criterion("detr_loss", matcher=matcher(alpha=None)),
    criterion("detr_loss", matcher=matcher(use_focal_loss=True, gamma=-1)),
    criterion("detr_loss", matcher=matcher(use_focal_loss="false")),
    criterion("cross_entropy", label_smoothing=1.5),
    criterion("cross_entropy", label_smoothing=True),
    criterion("cross_entropy", label_smoothing=None),
    criterion("cross_entropy", ignore_index=255),
    criterion("cross_entropy", reduce=False),
    criterion("seg_cross_entropy", ignore_index=2**63),
    criterion("seg_cross_entropy", ignore_index="255"),
    criterion("focal_loss", alpha=1.5),
    criterion("focal_loss", gamma=-0.1),
    criterion("yolox_loss", l1_activate_epoch=None),
    criterion("yolov9_loss", reg_max=0),
    criterion("yolov9_loss", l1_activate_epoch=1),
    criterion("yolofastest_loss", l1_activate_epoch=1),
    criterion("yolofastest_loss", anchors=[]),
    criterion("yolofastest_loss", anchors=[[1, 2, 3]]),
    criterion("yolofastest_loss", anchors=[[0, 1]]),
    criterion("yolofastest_loss", anchors=[1, 2, 3, 4]),
    criterion("yolofastest_loss", anchors=[[[1, 2, 3]]]),
    criterion("detr_loss", losses="vfl"),
    criterion("detr_loss", losses=[]),
    criterion("detr_loss", losses=["vfl", "boxes", "cardinality"]),
    criterion("detr_loss", losses=["vfl", "boxes", "vfl"]),
    criterion("detr_loss", losses=["vfl"]),
    criterion("detr_loss", weight_dict={"loss_vfl": 1, "loss_bbox": 5}),
    criterion("detr_loss", weight_dict={"loss_vfl": 0, "loss_bbox": 0, "loss_giou": 0}),
    criterion("detr_loss", matcher={"type": "HungarianMatcher"}),
]


@pytest.mark.parametrize("value", GOOD, ids=str)
def test_good_entries(value: Entry) -> None:
    assert is_valid("netspresso", value["criterion"], value)


@pytest.mark.parametrize("value", BAD, ids=str)
def test_bad_entries(value: Entry) -> None:
    assert not is_valid("netspresso", value["criterion"], value)


def test_the_matcher_is_never_code() -> None:
    good = criterion("detr_loss")
    for type_ in ("__import__('os')", "lambda *a: HungarianMatcher(*a)", "Hungarian", ""):
        matcher = {**good["matcher"], "type": type_}
        assert not is_valid("netspresso", "detr_loss", {**good, "matcher": matcher})
    costs = {"cost_class": 0, "cost_bbox": 0, "cost_giou": 0}
    matcher = {**good["matcher"], "weight_dict": costs}
    assert not is_valid("netspresso", "detr_loss", {**good, "matcher": matcher})


def test_lists_of_criteria() -> None:
    one, other = criterion("cross_entropy"), criterion("focal_loss")
    goods: list[object] = [
        [one],
        [one, other],
        ["${shared}"],
        "${shared.losses}",
        [one, "${other}"],
    ]
    for good in goods:
        assert is_valid_file("netspresso", {"model": {"losses": good}})
    bads: list[object] = [
        [],
        None,
        one,
        [one, one],
        ["cross_entropy"],
        [None],
        [[one]],
        "cross_entropy",
    ]
    for bad in bads:
        assert not is_valid_file("netspresso", {"model": {"losses": bad}})
    assert is_valid_file("netspresso", {"data": {"losses": None}})
    gone = {"criterion": "pidnet_cross_entropy", "weight": None}
    assert not is_valid_file("netspresso", {"model": {"losses": [gone]}})
    unknown = {"criterion": "${model.criterion}", "weight": None, "anything": 1}
    assert is_valid_file("netspresso", {"model": {"losses": [unknown]}})


def serialized(loss: LossDef, **config: object) -> Entry:
    return {
        "module": "keras.losses",
        "class_name": loss.class_name,
        "config": {**dict(loss.example), **config},
        "registered_name": None,
    }


@pytest.mark.parametrize("loss", keras.LOSSES, ids=lambda loss: loss.class_name)
def test_a_keras_object(loss: LossDef) -> None:
    name = loss.class_name or ""
    good = serialized(loss)
    assert is_valid("keras", name, good)
    assert is_valid_file("keras", good)
    assert is_valid_file("keras", {"compile_config": {"loss": good}})
    assert is_valid_file("keras", {"compile_config": {"loss": [good, None]}})
    assert is_valid_file("keras", {"compile_config": {"loss": {"out": good}}})
    for config in ({"misspelt": 1}, {"reduction": "auto"}, {"name": "a/b"}, {"dtype": 32}):
        broken = serialized(loss, **config)
        assert not is_valid("keras", name, broken), config
        assert not is_valid_file("keras", broken), config
        assert not is_valid_file("keras", {"compile_config": {"loss": {"out": broken}}}), config


KERAS_BAD: list[tuple[str, Entry]] = [
    ("BinaryCrossentropy", {"from_logits": "false"}),
    ("BinaryCrossentropy", {"label_smoothing": None}),
    ("BinaryCrossentropy", {"axis": 7}),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": False, "alpha": 0.75}),
    ("CategoricalFocalCrossentropy", {"alpha": 0}),
    ("CategoricalFocalCrossentropy", {"alpha": [0, 0]}),
    ("CategoricalGeneralizedCrossEntropy", {"q": 1}),
    ("Circle", {"gamma": 0}),
    ("BinaryCrossentropy", {"axis": [1, 1]}),
    ("BinaryFocalCrossentropy", {"axis": []}),
    ("CategoricalCrossentropy", {"axis": [1]}),
    ("CategoricalCrossentropy", {"axis": None}),
    ("CosineSimilarity", {"axis": [1]}),
    ("Dice", {"axis": [1, 1]}),
    ("Huber", {"delta": 0}),
    ("Huber", {"delta": True}),
    ("SparseCategoricalCrossentropy", {"axis": 0}),
    ("SparseCategoricalCrossentropy", {"ignore_class": [255]}),
]

KERAS_GOOD: list[tuple[str, Entry]] = [
    ("BinaryCrossentropy", {"axis": [1, 2, 3]}),
    ("BinaryFocalCrossentropy", {"axis": None}),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": False, "alpha": 0.25}),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.75}),
    ("CategoricalFocalCrossentropy", {"alpha": [0.1, 0.9, 0]}),
    ("CosineSimilarity", {"axis": 0, "reduction": None, "name": None}),
    ("Dice", {"axis": None}),
    ("Dice", {"axis": 1, "dtype": "float16"}),
    ("SparseCategoricalCrossentropy", {"ignore_class": -1, "axis": -1}),
]


@pytest.mark.parametrize(("name", "config"), KERAS_BAD, ids=str)
def test_bad_keras_values(name: str, config: Entry) -> None:
    assert not is_valid("keras", name, {"class_name": name, "config": config})


@pytest.mark.parametrize(("name", "config"), KERAS_GOOD, ids=str)
def test_good_keras_values(name: str, config: Entry) -> None:
    assert is_valid("keras", name, {"class_name": name, "config": config})


def test_keras_identifiers() -> None:
    function = {"module": "builtins", "class_name": "function", "registered_name": "function"}
    goods: list[object] = [
        None,
        "mse",
        "Huber",
        ["mse", None],
        {"a": "mse", "b": ["mae"]},
        {**function, "config": "mean_squared_error"},
        {"module": None, "class_name": "Mine", "config": {}, "registered_name": "my>Mine"},
    ]
    for good in goods:
        assert is_valid_file("keras", {"compile_config": {"loss": good, "loss_weights": [1, 2]}})
    bads: list[object] = [
        "logcosh",
        "Mse",
        3,
        ["mse", "nope"],
        {"a": "huber_loss"},
        {**function, "config": "logcosh"},
        {"module": "keras.losses", "class_name": "Nope", "config": {}},
        {"module": "keras.losses", "class_name": "Huber", "registered_name": "my>Huber"},
    ]
    for bad in bads:
        assert not is_valid_file("keras", {"compile_config": {"loss": bad}}), bad
    assert not is_valid_file("keras", {"compile_config": {"loss": None, "loss_weights": "1"}})


def test_a_compile_config_as_the_whole_file() -> None:
    assert is_valid_file("keras", {"loss": "mse", "optimizer": "adam"})
    assert not is_valid_file("keras", {"loss": "logcosh", "optimizer": "adam"})
    assert not is_valid_file("keras", {"loss": "logcosh", "loss_weights": None})
    assert is_valid_file("keras", {"loss": [0.7, 0.5], "val_loss": [0.8, 0.6]})


def test_the_platform_in_its_nestings() -> None:
    cases: list[tuple[Entry, bool]] = [
        ({"NAME": "huber", "DELTA": 2.0}, True),
        ({"NAME": "mse"}, True),
        ({"NAME": "RCNN_LOSS", "LOSS_WEIGHTS": {"mrcnn_mask_loss": 2.0}}, True),
        ({"NAME": "SSD_LOSS", "NEG_POS_RATIO": 3, "ALPHA": 1.0}, True),
        ({"NAME": "logcosh"}, False),
        ({"NAME": "is_categorical_crossentropy"}, False),
        ({"NAME": "huber", "delta": 2.0}, False),
        ({"NAME": "huber", "FROM_LOGITS": True}, False),
        ({"NAME": "binary_crossentropy", "FROM_LOGITS": "False"}, False),
        ({"NAME": "RCNN_LOSS", "LOSS_WEIGHTS": {"mask": 2.0}}, False),
        ({"NAME": "SSD_LOSS", "NEG_POS_RATIO": 2.5}, False),
        ({"NAME": "SSD_LOSS", "ALPHA": -1.0}, False),
        ({}, False),
    ]
    for loss, good in cases:
        files: list[Entry] = [
            {"LOSS": loss},
            {"COMPILATION": {"LOSS": loss}},
            {"MODEL": {"COMPILATION": {"LOSS": loss, "METRICS": []}}},
            {"configuration": {"MODEL": {"COMPILATION": {"LOSS": loss}}, "TASK": {}}},
        ]
        for file in files:
            assert is_valid_file("keras", file) == good, file


@pytest.mark.parametrize("loss", platform.LOSSES, ids=lambda loss: loss.name)
def test_the_platform_s_own_examples(loss: LossDef) -> None:
    assert is_valid("keras", f"platform.{loss.name}", {"NAME": loss.name, **dict(loss.example)})
