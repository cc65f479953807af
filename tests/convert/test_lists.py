"""Lists of losses: factors, several outputs, several criteria, the styles of the result."""

from __future__ import annotations

import json

import pytest

from losslint.convert.console import beneath
from losslint.convert.conversion import Conversion
from losslint.convert.report import lines
from losslint.convert.report_json import as_json
from tests.convert.support import compiled, convert, losses, platform, source

DENSE = {"class_name": "Dense", "config": {"name": "out", "units": 3, "activation": "linear"}}


def sequential(*layers: dict[str, object]) -> dict[str, object]:
    return {"class_name": "Sequential", "config": {"name": "m", "layers": list(layers)}}


def functional(outputs: object) -> dict[str, object]:
    layers = [DENSE, {**DENSE, "config": {**DENSE["config"], "name": "aux"}}]
    return {
        "class_name": "Functional",
        "config": {"layers": layers, "output_layers": outputs},
    }


def rows(result: Conversion) -> list[tuple[str, ...]]:
    return [entry.rows for entry in result.plan.entries]


def test_loss_weights_become_the_weight() -> None:
    result = convert(compiled("categorical_crossentropy", [2.5]), "netspresso")
    assert rows(result) == [
        (
            "keras.categorical_crossentropy->netspresso.cross_entropy/softmax",
            "keras.*->netspresso.*/loss-weights",
        )
    ]
    assert "weight: 2.5" in (result.text or "")


def test_factors_multiply() -> None:
    loss = {
        "module": "keras.losses",
        "class_name": "CategoricalFocalCrossentropy",
        "config": {"gamma": 0, "alpha": 0.5},
        "registered_name": None,
    }
    result = convert(compiled(loss, [3.0]), "netspresso")
    assert "weight: 1.5" in (result.text or "")


def test_a_whole_number_as_loss_weights_is_refused() -> None:
    result = convert(compiled("categorical_crossentropy", 2), "netspresso")
    assert result.status == "refused"
    assert "wants a float as `loss_weights`" in result.plan.entries[0].reason


def test_of_a_list_for_one_output_keras_uses_the_first_loss() -> None:
    read = compiled(["categorical_crossentropy", "mse"], [2.0, 1.0], sequential(DENSE))
    result = convert(read, "netspresso")
    assert result.status == "refused", "the model ends in logits, and from_logits is false"
    softmax = {"class_name": "Softmax", "config": {}}
    read = compiled(["categorical_crossentropy", "mse"], [2.0, 1.0], sequential(DENSE, softmax))
    result = convert(read, "netspresso")
    assert result.status == "consent"
    assert "drops" in result.plan.entries[0].reason
    result = convert(read, "netspresso", lossy=True)
    assert result.status == "converted"
    assert rows(result) == [
        (
            "keras.categorical_crossentropy->netspresso.cross_entropy/softmax",
            "keras.*->netspresso.*/loss-weights",
            "keras.*->netspresso.*/one-output",
        )
    ]
    assert [entry.source.name for entry in result.plan.dropped] == ["mean_squared_error"]


def test_what_is_dropped_is_built_too_and_an_error_of_it_refuses_the_list() -> None:
    nowhere = {"module": None, "class_name": "Circle", "config": {}, "registered_name": None}
    softmax = {"class_name": "Softmax", "config": {}}
    read = compiled(["categorical_crossentropy", nowhere], None, sequential(DENSE, softmax))
    result = convert(read, "netspresso", lossy=True)
    assert result.status == "refused"
    assert "finds `Circle` under the module `keras.losses`" in result.plan.entries[0].reason


def test_several_outputs_of_one_tensor_need_consent() -> None:
    model = functional([["out", 0, 0], ["out", 0, 0]])
    named = [
        {"class_name": name, "config": {"from_logits": True}, "module": "keras.losses"}
        for name in ("CategoricalCrossentropy", "BinaryCrossentropy")
    ]
    read = compiled(named, [1.0, 0.5], model)
    assert convert(read, "netspresso").status == "consent"
    result = convert(read, "netspresso", lossy=True)
    assert result.status == "converted"
    assert all("keras.*->netspresso.*/same-output" in each for each in rows(result))
    assert (result.text or "").count("criterion:") == 2


def test_several_heads_are_refused() -> None:
    model = functional([["out", 0, 0], ["aux", 0, 0]])
    logits = {
        "module": "keras.losses",
        "class_name": "CategoricalCrossentropy",
        "config": {"from_logits": True},
    }
    for loss in ([logits, logits], logits):
        result = convert(compiled(loss, None, model), "netspresso", lossy=True)
        assert result.status == "refused"
        assert all("keras.*->none/several-outputs" in each for each in rows(result))


def test_two_losses_that_become_one_criterion_are_refused() -> None:
    read = compiled({"a": "categorical_crossentropy", "b": "sparse_categorical_crossentropy"})
    result = convert(read, "netspresso", lossy=True)
    assert result.status == "refused"
    assert "keeps the last" in result.plan.entries[0].reason


def test_regularizers_in_the_archive_are_refused() -> None:
    dense = {"class_name": "Dense", "config": {"units": 3, "kernel_regularizer": {"l2": 0.1}}}
    result = convert(compiled("categorical_crossentropy", None, sequential(dense)), "netspresso")
    assert result.status == "refused"
    assert "keras.*->none/regularizer" in rows(result)[0]


def test_the_end_of_the_model_decides() -> None:
    one = {"class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}
    result = convert(compiled("binary_crossentropy", None, sequential(one)), "netspresso")
    assert result.plan.entries[0].rows == (
        "keras.binary_crossentropy->netspresso.cross_entropy/one-unit",
    )
    conv = {"class_name": "Conv2D", "config": {"filters": 5, "activation": "linear"}}
    resize = {"class_name": "Resizing", "config": {"interpolation": "bilinear"}}
    softmax = {"class_name": "Softmax", "config": {}}
    name = "sparse_categorical_crossentropy"
    result = convert(compiled(name, None, sequential(conv, resize, softmax)), "netspresso")
    assert result.plan.entries[0].rows == (
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized",
    )
    late = {"class_name": "Conv2D", "config": {"filters": 5, "activation": "softmax"}}
    result = convert(compiled(name, None, sequential(late, resize)), "netspresso")
    assert result.plan.entries[0].rows == (
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized-late",
    )
    assert result.status == "consent"


def test_the_model_that_is_written_into_must_fit() -> None:
    one = losses({"criterion": "cross_entropy", "weight": None})
    two = losses(
        {"criterion": "cross_entropy", "weight": None},
        {"criterion": "focal_loss", "alpha": -1, "gamma": 0, "weight": None},
    )
    softmax = {"class_name": "Softmax", "config": {}}
    for read, model, word in (
        (one, sequential(DENSE, softmax), "ends in a softmax"),
        (two, sequential(DENSE), "the first loss of a list"),
        (one, functional([["out", 0, 0], ["aux", 0, 0]]), "several outputs"),
    ):
        result = convert(read, "keras", compiled("mse", None, model), lossy=True)
        assert result.status == "refused"
        assert word in result.reason
    result = convert(one, "keras", compiled("mse", None, sequential(DENSE)))
    assert result.status == "converted"


def test_a_weight_becomes_loss_weights() -> None:
    read = losses({"criterion": "cross_entropy", "weight": 2})
    assert convert(read, "keras").status == "refused", "LOSS has no place for a factor"
    result = convert(read, "keras", style="object")
    value = json.loads(result.text or "")["compile_config"]
    assert value["loss_weights"] == [2.0]
    assert value["loss"]["class_name"] == "CategoricalCrossentropy"
    assert rows(result) == [
        ("netspresso.cross_entropy->keras.categorical_crossentropy", "netspresso.*->keras.*/weight")
    ]


@pytest.mark.parametrize("weight", ["", "0.5", True, [1, 2]])
def test_a_weight_that_stops_the_trainer_is_refused(weight: object) -> None:
    read = losses({"criterion": "cross_entropy", "weight": weight})
    result = convert(read, "keras", style="object")
    assert result.status == "refused"
    assert "weight" in result.plan.entries[0].reason


def test_a_missing_weight_is_refused() -> None:
    result = convert(losses({"criterion": "cross_entropy"}), "keras")
    assert result.status == "refused"
    assert "this entry has no `weight`" in result.plan.entries[0].reason


def test_several_criteria_need_consent_and_the_object_style() -> None:
    read = losses(
        {"criterion": "cross_entropy", "weight": None},
        {"criterion": "focal_loss", "alpha": -1, "gamma": 0, "weight": 0.5},
    )
    assert convert(read, "keras", style="object").status == "consent"
    assert convert(read, "keras", lossy=True).status == "refused"
    result = convert(read, "keras", style="object", lossy=True)
    value = json.loads(result.text or "")["compile_config"]
    assert [loss["class_name"] for loss in value["loss"]] == [
        "CategoricalCrossentropy",
        "BinaryCrossentropy",
    ]
    assert value["loss_weights"] == [1.0, 0.5]


def test_of_a_criterion_twice_the_last_counts() -> None:
    read = losses(
        {"criterion": "cross_entropy", "label_smoothing": 0.3, "weight": 5},
        {"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None},
    )
    result = convert(read, "keras")
    assert result.status == "consent"
    assert "the trainer keeps only the last one of a name (LL202)" in result.plan.entries[0].reason
    result = convert(read, "keras", lossy=True)
    assert result.status == "converted"
    assert rows(result) == [
        (
            "netspresso.cross_entropy->keras.categorical_crossentropy",
            "netspresso.*->keras.*/same-twice",
        )
    ]
    assert json.loads(result.text or "")["LOSS"]["LABEL_SMOOTHING"] == 0.1
    assert len(result.plan.dropped) == 1
    *_, told = lines(result, lossy=True)
    assert told.endswith("cross_entropy: left out, as it has no effect where it stands")
    *_, on_terminal = beneath([result], lossy=True)
    assert on_terminal == "• cross_entropy: left out, as it has no effect where it stands"
    _, record = json.loads(as_json([result], lossy=True))
    assert (record["outcome"], record["to"]) == ("left out", None)


def test_an_entry_that_stops_the_trainer_counts_though_another_replaces_it() -> None:
    read = losses(
        {"criterion": "focal_loss", "gamma": 2.0, "weight": None},
        {"criterion": "focal_loss", "alpha": 0.25, "gamma": 2.0, "weight": None},
    )
    result = convert(read, "keras", lossy=True)
    assert result.status == "refused"
    assert "needs `alpha`" in result.plan.entries[0].reason


def test_unknown_keys_are_left_out_and_said_so() -> None:
    read = losses({"criterion": "cross_entropy", "class_weight_file": "w.csv", "weight": None})
    result = convert(read, "keras")
    assert rows(result) == [
        (
            "netspresso.cross_entropy->keras.categorical_crossentropy",
            "netspresso.*->keras.*/unknown-keys",
        )
    ]
    assert "left out: `class_weight_file`" in result.plan.entries[0].conditions


def test_what_the_trainer_cannot_run_is_not_converted() -> None:
    for entry, word in (
        ({"criterion": "cross_entropy", "cur_epoch": 1}, "cur_epoch"),
        ({"criterion": "focal_loss", "gamma": 2.0}, "alpha"),
        ({"criterion": "cross_entropy", "reduce": False}, "reduce"),
        ({"criterion": "focal_loss", "alpha": "0.25", "gamma": 2.0}, "string"),
        ({"criterion": "dice_loss"}, "no criterion"),
        ({"criterion": "boundary_loss"}, "removed"),
    ):
        result = convert(losses({**entry, "weight": None}), "keras")
        assert result.status == "refused"
        assert word in result.plan.entries[0].reason


def test_what_keras_does_not_have_is_not_converted() -> None:
    for read, word in (
        (platform("is_categorical_crossentropy"), "helper"),
        (platform("crossentropy"), "knows no loss"),
        (platform("huber_loss", delte=1.0), "DELTE"),
        (platform("categorical_crossentropy", from_logits="False"), "string"),
        (platform("categorical_crossentropy", from_logits=1), "int"),
        (compiled({"class_name": "__lambda__", "config": {"value": "x"}}), "lambda"),
        (
            compiled({"class_name": "Mine", "config": {}, "registered_name": "my>Mine"}),
            "your own",
        ),
    ):
        result = convert(read, "netspresso", lossy=True)
        assert result.status == "refused"
        assert word in result.plan.entries[0].reason


def test_an_interpolation_is_not_guessed() -> None:
    text = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ${other.weight}\n"
    result = convert(source(text, "model.yaml"), "keras")
    assert result.status == "refused"
    assert "not known from this file" in result.plan.entries[0].reason
    within = "w: 2.0\n" + text.replace("other.weight", "w")
    assert convert(source(within, "model.yaml"), "keras", style="object").status == "converted"


def test_the_platform_tells_the_number_of_classes() -> None:
    configuration = {
        "DATAS": {"CLASSES": ["background", "cat", "dog", "cow"]},
        "MODEL": {"COMPILATION": {"LOSS": {"NAME": "poisson"}}},
    }
    read = source(json.dumps({"configuration": configuration}), "config.json")
    result = convert(read, "netspresso", lossy=True)
    assert "weight: 0.25" in (result.text or "")
    alone = convert(platform("poisson"), "netspresso", lossy=True)
    assert alone.status == "refused"
    assert "number of classes" in alone.plan.entries[0].reason
