"""Programs as people write them for Keras, drawn at random, half of them with a planted fault.

Each builds a small model in one of several forms, compiles it and is run for one batch by `main`,
in a process of its own, which saves the compiled model beside it.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import NamedTuple

# How Keras is imported, and what its packages are called behind that.
IMPORTS = (
    ("import keras", "keras."),
    ("import keras as k", "k."),
    ("from keras import layers, losses, metrics, models, activations", ""),
    (
        "from keras.models import *\n"
        "from keras import activations, layers, losses, metrics, models",
        "",
    ),
    ("from tensorflow import keras", "keras."),
    ("import tensorflow as tf", "tf.keras."),
)
ENDS = (
    (1, None), (1, "sigmoid"), (1, "softmax"), (1, "tanh"), (1, "relu"),
    (3, None), (3, "sigmoid"), (3, "softmax"), (3, "relu"), (3, "log_softmax"),
)  # fmt: skip
LOSSES = (
    ("binary_crossentropy", "BinaryCrossentropy"),
    ("categorical_crossentropy", "CategoricalCrossentropy"),
    ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
    ("mean_squared_error", "MeanSquaredError"),
    ("hinge", "Hinge"),
    ("kl_divergence", "KLDivergence"),
)
SOUND = {
    "binary_crossentropy": ((1, "sigmoid"), (3, "sigmoid")),
    "categorical_crossentropy": ((3, "softmax"),),
    "sparse_categorical_crossentropy": ((3, "softmax"),),
    "mean_squared_error": ((1, None), (3, None)),
    "hinge": ((1, "tanh"), (3, "tanh")),
    "kl_divergence": ((3, "softmax"),),
}
METRICS = (
    "", "", '"accuracy"', '"mae"', "{metrics}AUC()", "{metrics}Precision()",
    '"categorical_accuracy"', '"sparse_categorical_accuracy"',
    "{metrics}BinaryAccuracy(threshold=0.0)", "{metrics}MeanSquaredError(name='error')",
)  # fmt: skip


class Program(NamedTuple):
    """A program, and what its data has to look like."""

    text: str
    loss: str
    units: int


def draw(seed: int) -> Program:
    """The program of a seed."""
    dice = random.Random(seed)
    head, prefix = dice.choice(IMPORTS)
    names = {
        each: f"{prefix}{each}."
        for each in ("layers", "losses", "metrics", "models", "activations")
    }
    function, class_name = dice.choice(LOSSES)
    units, activation = dice.choice(SOUND[function] if dice.random() < 0.5 else ENDS)
    build = dice.choice(FORMS)(dice, names, units, activation)
    setup, loss = _loss(dice, names, function, class_name, activation)
    metric = dice.choice(METRICS).format(**names)
    arguments = [f"loss={loss}", 'optimizer="sgd"']
    if dice.random() < 0.2:
        arguments = ['"sgd"', loss]
    if metric:
        arguments.append(f"metrics=[{metric}]")
    call = dice.choice((f"model.compile({', '.join(arguments)})", _by_dict(arguments)))
    return Program(f"{head}\n\n{build}{setup}{call}\n", function, units)


def _by_dict(arguments: list[str]) -> str:
    if not all("=" in each.partition("(")[0] for each in arguments):
        return f"model.compile({', '.join(arguments)})"
    pairs = (each.partition("=") for each in arguments)
    inner = ", ".join(f'"{name}": {value}' for name, _, value in pairs)
    return f"settings = {{{inner}}}\nmodel.compile(**settings)"


def _loss(
    dice: random.Random, names: dict[str, str], function: str, class_name: str, end: str | None
) -> tuple[str, str]:
    """What is written before the call, and the loss in it."""
    losses = names["losses"]
    forms = [
        f'"{function}"',
        f"{losses}{function}",
        f"{losses}{class_name}()",
        f"{losses}{class_name}",
    ]
    if "crossentropy" in function:
        given = end in (None, "relu", "tanh") if dice.random() < 0.7 else dice.random() < 0.5
        forms += [
            f"{losses}{class_name}(from_logits={given})",
            f"{losses}{class_name}({given})",
        ] * 2
        forms += [f"{losses}{class_name}(**{{'from_logits': {given}}})"]
    form = dice.choice(forms)
    kind = dice.randrange(4)
    if kind == 0:
        return f"loss_fn = {form}\n", "loss_fn"
    if kind == 1:
        return f"def loss_of():\n    return {form}\n\n\n", "loss_of()"
    return "", f"[{form}]" if kind == 2 else form


def _dense(dice: random.Random, names: dict[str, str], units: int, activation: str | None) -> str:
    """The last layer, with its activation written in one of several ways."""
    written = [] if activation is None and dice.random() < 0.5 else [f"{activation!r}"]
    if activation is not None:
        written.append(f"{names['activations']}{activation}")
    if not written:
        return f"{names['layers']}Dense({units})"
    value = dice.choice(written)
    keyword = dice.choice(("activation=", ""))
    return f"{names['layers']}Dense({units}, {keyword}{value})"


def _sequential(
    dice: random.Random, names: dict[str, str], units: int, activation: str | None
) -> str:
    last = _dense(dice, names, units, activation)
    hidden = f"{names['layers']}Dense(4, activation='relu')"
    start = f"{names['layers']}Input((6,)), " if dice.random() < 0.5 else ""
    return f"model = {names['models']}Sequential([{start}{hidden}, {last}])\n"


def _by_add(dice: random.Random, names: dict[str, str], units: int, activation: str | None) -> str:
    lines = [f"model = {names['models']}Sequential()"]
    lines += [f"for width in (8, 4):\n    model.add({names['layers']}Dense(width, 'relu'))"]
    if activation is not None and dice.random() < 0.5:
        lines.append(f"model.add({names['layers']}Dense({units}))")
        lines.append(f"model.add({names['layers']}Activation({activation!r}))")
    else:
        lines.append(f"model.add({_dense(dice, names, units, activation)})")
    return "\n".join(lines) + "\n"


def _functional(
    dice: random.Random, names: dict[str, str], units: int, activation: str | None
) -> str:
    last = _dense(dice, names, units, activation)
    lines = [
        f"inputs = {names['layers']}Input(shape=(6,))",
        f"x = {names['layers']}Dense(4, activation='relu')(inputs)",
        f"outputs = {last}(x)",
    ]
    if dice.random() < 0.3:
        lines[-1] = f"outputs = {names['layers']}Dropout(0.1)({last}(x))"
    ends = dice.choice(
        ("inputs, outputs", "inputs=inputs, outputs=[outputs]", "outputs=outputs, inputs=inputs")
    )
    return "\n".join([*lines, f"model = {names['models']}Model({ends})"]) + "\n"


def _function(
    dice: random.Random, names: dict[str, str], units: int, activation: str | None
) -> str:
    layers = names["layers"]
    return (
        f"UNITS = {units}\n\n\n"
        f"def build(units, activation=None, width=4):\n"
        f"    inputs = {layers}Input((6,))\n"
        f"    x = {layers}Dense(width * 2)(inputs)\n"
        f"    if activation is None:\n"
        f"        outputs = {layers}Dense(units)(x)\n"
        f"    else:\n"
        f"        outputs = {layers}Dense(units, activation=activation)(x)\n"
        f"    return {names['models']}Model(inputs, outputs)\n\n\n"
        f"model = build(UNITS, activation={activation!r})\n"
    )


def _class(dice: random.Random, names: dict[str, str], units: int, activation: str | None) -> str:
    return (
        f"class Builder:\n"
        f"    def __init__(self, units):\n"
        f"        self.units = units\n\n"
        f"    def build(self):\n"
        f"        model = {names['models']}Sequential()\n"
        f"        model.add({names['layers']}Dense(self.units, activation={activation!r}))\n"
        f"        return model\n\n\n"
        f"model = Builder({units}).build()\n"
    )


def _nested(dice: random.Random, names: dict[str, str], units: int, activation: str | None) -> str:
    last = _dense(dice, names, units, activation)
    return (
        f"body = {names['models']}Sequential([{names['layers']}Dense(4, 'relu')])\n"
        f"inputs = {names['layers']}Input((6,))\n"
        f"model = {names['models']}Model(inputs, {last}(body(inputs)))\n"
    )


FORMS = (_sequential, _by_add, _functional, _function, _class, _nested)


def main(folder: str) -> None:
    """Run every program of a folder, and save what it compiled; print what came of each."""
    import numpy as np

    outcomes: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.py")):
        told = json.loads(path.with_suffix(".json").read_text())
        labels = np.ones((4, told["units"]), "float32")
        if told["loss"].startswith("sparse"):
            labels = np.zeros((4, 1), "int32")
        names: dict[str, object] = {}
        try:
            exec(compile(path.read_text(), path.name, "exec"), names)
            model: object = names["model"]
            try:
                model.fit(np.ones((4, 6), "float32"), labels, verbose=0)  # type: ignore[attr-defined]
                outcomes[path.stem] = "ran"
            except Exception as error:
                outcomes[path.stem] = f"fit: {type(error).__name__}"
            model.save(path.with_suffix(".keras"))  # type: ignore[attr-defined]
        except Exception as error:
            outcomes[path.stem] = f"{type(error).__name__}: {error}"
    print("OUTCOMES" + json.dumps(outcomes))


if __name__ == "__main__":
    main(sys.argv[1])
