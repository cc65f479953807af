"""What a Keras model tells a conversion: as much as is certain, from wherever it stands."""

from __future__ import annotations

import json

import pytest

from losslint.dialects.model_info import ModelInfo
from losslint.linter.apply_rules import find_sites, parse
from tests.convert.support import compiled, convert, source

Layer = dict[str, object]

FUNCTION = {"class_name": "function", "config": "softmax"}


def layer(class_name: str, **config: object) -> Layer:
    return {"module": "keras.layers", "class_name": class_name, "config": config}


def dense(units: int = 3, **config: object) -> Layer:
    return layer("Dense", units=units, **config)


SOFTMAX, DROPOUT, FLATTEN = layer("Softmax"), layer("Dropout"), layer("Flatten")
RESIZE = layer("Resizing", interpolation="bilinear")
LINEAR, SIGMOID = (
    layer("Activation", activation="linear"),
    layer("Activation", activation="sigmoid"),
)


def sequential(*layers: Layer) -> Layer:
    return {"class_name": "Sequential", "config": {"layers": list(layers)}}


def functional(*layers: Layer, class_name: str = "Functional") -> Layer:
    """The same layers as a model whose layers say what they read."""
    named = [{**each, "name": str(index)} for index, each in enumerate(layers)]
    for index, each in enumerate(named):
        each["inbound_nodes"] = [[[str(index - 1), 0, 0, {}]]] if index else []
    outputs = [[str(len(layers) - 1), 0, 0]]
    return {"class_name": class_name, "config": {"layers": named, "output_layers": outputs}}


def facts(document: object) -> ModelInfo:
    (site,) = find_sites(parse(source(json.dumps(document), "config.json")))[1]
    return site.dialect.model_info(site)


def told(model: Layer) -> str:
    """The facts of a model, but for its one output."""
    known = dict(facts({**model, "compile_config": {"optimizer": "adam", "loss": "mse"}}).known)
    assert known.pop("outputs") == "one"
    return " ".join(f"{name}={known[name]}" for name in sorted(known))  # type: ignore[index]


ENDS = [
    ([dense(activation="softmax")], "classes=more head=softmax units=several"),
    ([dense(activation=FUNCTION)], "classes=more head=softmax units=several"),
    ([dense(activation=None)], "classes=more head=linear units=several"),
    ([dense(activation="relu")], "classes=more head=other units=several"),
    ([dense(1, activation="linear"), SIGMOID], "head=sigmoid units=one"),
    ([dense(1, activation="sigmoid"), LINEAR], "head=sigmoid units=one"),
    ([layer("Rescaling"), LINEAR], "head=linear"),
    ([dense(activation="linear"), DROPOUT], "head=linear"),
    ([dense(activation="linear"), LINEAR, FLATTEN], "head=linear"),
    ([dense(activation="softmax"), DROPOUT], "head=other"),
    ([dense(activation="softmax"), FLATTEN], "head=other"),
    ([dense(activation="softmax"), LINEAR, DROPOUT], "head=other"),
    ([dense(activation="linear"), layer("Activation", activation="relu")], ""),
    (
        [layer("Conv2D", filters=3, activation="linear"), RESIZE, SOFTMAX],
        "classes=more head=softmax resize=logits units=several",
    ),
    (
        [layer("Conv2D", filters=3, activation="softmax"), RESIZE],
        "classes=more head=softmax resize=probabilities units=several",
    ),
    (
        [layer("Conv2D", filters=3, activation="sigmoid"), RESIZE],
        "classes=more head=sigmoid units=several",
    ),
    (
        [layer("Conv2D", filters=3, activation="linear"), RESIZE, SIGMOID],
        "classes=more head=sigmoid units=several",
    ),
    (
        [layer("Conv2D", filters=3, activation="softmax"), RESIZE, SOFTMAX],
        "classes=more head=softmax units=several",
    ),
    (
        [layer("Conv2D", filters=3, activation="softmax", data_format="channels_first")],
        "head=softmax units=several",
    ),
    (
        [{**dense(activation="softmax"), "module": "mine"}],
        "classes=more head=softmax units=several",
    ),
    ([{**dense(activation=None), "module": "mine"}], "classes=more head=other units=several"),
]


@pytest.mark.parametrize(("layers", "wanted"), ENDS, ids=lambda value: str(value)[:60])
def test_the_end_of_a_model(layers: list[Layer], wanted: str) -> None:
    assert told(sequential(*layers)) == wanted
    assert told(functional(*layers)) == wanted
    assert told(functional(*layers, class_name="Model")) == wanted


def test_a_model_is_found_wherever_keras_writes_it() -> None:
    model = functional(dense(1, activation="linear"), SIGMOID)
    config = {"optimizer": "adam", "loss": "mse"}
    training = {"loss": "mse", "optimizer_config": {"class_name": "Adam", "config": {}}}
    beside = facts({**model, "compile_config": config})
    assert beside.known["head"] == "sigmoid"
    assert facts({"file": {**model, "compile_config": config}}) == beside
    assert facts({"model_config": model, "training_config": training}) == beside
    assert facts({"model_config": model, "compile_config": config}) == ModelInfo()


@pytest.mark.parametrize(
    ("outputs", "wanted"),
    [
        (["0", 0, 0], "one"),
        ([["0", 0, 0]], "one"),
        ({"a": ["0", 0, 0]}, "one"),
        ([["0", 0, 0], ["0", 0, 0]], "same"),
        ({"a": ["0", 0, 0], "b": ["0", 0, 0]}, "same"),
        ([["0", 0, 0], ["0", 0, 1]], "several"),
        ([["0", 0, 0], ["1", 0, 0]], "several"),
        ({"a": [["0", 0, 0], {"b": ["1", 0, 0]}]}, "several"),
        ([], None),
        (None, None),
    ],
)
def test_outputs(outputs: object, wanted: str | None) -> None:
    model = functional(dense(), dense())
    model["config"]["output_layers"] = outputs  # type: ignore[index]
    known = facts({**model, "compile_config": {"optimizer": "adam", "loss": "mse"}}).known
    assert known.get("outputs") == wanted


def test_a_null_activation_gives_no_probabilities() -> None:
    read = compiled("categorical_crossentropy", None, functional(dense(activation=None)))
    result = convert(read, "netspresso", lossy=True)
    assert result.status == "refused"
    assert "the model ends without an activation" in result.plan.entries[0].reason


def test_one_unit_behind_an_activation_of_a_functional_model() -> None:
    model = functional(dense(1, activation="linear"), SIGMOID)
    result = convert(compiled("binary_crossentropy", None, model), "netspresso")
    assert result.plan.entries[0].rows == (
        "keras.binary_crossentropy->netspresso.cross_entropy/one-unit",
    )


def test_classes_on_another_axis_are_no_factor() -> None:
    conv = layer("Conv2D", filters=4, activation="softmax", data_format="channels_first")
    result = convert(compiled("poisson", None, sequential(conv)), "netspresso", lossy=True)
    assert result.status == "refused"
    assert "number of classes" in result.plan.entries[0].reason


@pytest.mark.keras
def test_keras_writes_what_is_read() -> None:
    keras = pytest.importorskip("keras")
    x = keras.Input((8, 8, 2))
    y = keras.layers.Conv2D(3, 1)(x)
    y = keras.layers.Resizing(16, 16, interpolation="bilinear")(y)
    config = json.loads(keras.Model(x, keras.layers.Softmax()(y)).to_json())
    config.pop("compile_config", None)
    assert told(config) == "classes=more head=softmax resize=logits units=several"
    flat = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1), keras.layers.Dropout(0.5)])
    config = json.loads(flat.to_json())
    config.pop("compile_config", None)
    assert told(config) == "head=linear"
