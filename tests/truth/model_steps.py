"""The steps that heads are made of, and the layers that compute: each of them is JSON.

`build_model` knows how to apply a step to a tensor.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Step = list[Any]
Steps = list[Step]


def layer(class_name: str, **config: object) -> Step:
    return ["layer", class_name, config]


def wrapped(wrapper: str, inner: Step, **config: object) -> Step:
    return ["wrap", wrapper, inner, config]


def model(class_name: str, steps: Steps) -> Step:
    return ["model", class_name, steps]


def merged(class_name: str, *branches: Steps, **config: object) -> Step:
    return ["merge", class_name, list(branches), config]


def operation(name: str, **config: object) -> Step:
    return ["op", name, config]


def own(name: str) -> Step:
    return ["own", name]


# The kinds of tensors: rows of numbers, steps of them, maps of them.
KINDS = ("vector", "sequence", "map")
_COMPUTING: dict[str, tuple[Callable[[int, Any], Step], ...]] = {
    "vector": (
        lambda units, act: layer("Dense", units=units, activation=act),
        lambda units, act: layer("Dense", units=units, activation=act),
        lambda units, act: layer("Dense", units=units, activation=act, use_bias=False),
        lambda units, act: layer(
            "EinsumDense", equation="ab,bc->ac", output_shape=units, activation=act
        ),
    ),
    "sequence": (
        lambda units, act: layer("Dense", units=units, activation=act),
        lambda units, act: wrapped("TimeDistributed", layer("Dense", units=units, activation=act)),
        lambda units, act: layer("Conv1D", filters=units, kernel_size=1, activation=act),
        lambda units, act: layer("Conv1DTranspose", filters=units, kernel_size=1, activation=act),
        lambda units, act: layer(
            "EinsumDense", equation="abc,cd->abd", output_shape=[5, units], activation=act
        ),
    ),
    "map": (
        lambda units, act: layer("Conv2D", filters=units, kernel_size=1, activation=act),
        lambda units, act: layer("Conv2DTranspose", filters=units, kernel_size=1, activation=act),
        lambda units, act: layer("SeparableConv2D", filters=units, kernel_size=1, activation=act),
        lambda units, act: layer("Dense", units=units, activation=act),
        lambda units, act: wrapped("TimeDistributed", layer("Dense", units=units, activation=act)),
    ),
}
_AS_LAYER = {
    "softmax": "Softmax", "relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU",
}  # fmt: skip
_AS_OPERATION = {
    "softmax": "Softmax", "sigmoid": "Sigmoid", "relu": "Relu", "leaky_relu": "LeakyRelu",
    "tanh": "Tanh", "softplus": "Softplus", "elu": "Elu", "gelu": "Gelu", "silu": "Silu",
    "hard_sigmoid": "HardSigmoid", "softsign": "Softsign", "exponential": "Exp", "relu6": "Relu6",
    "log_softmax": "LogSoftmax",
}  # fmt: skip


def computing(kind: str, units: int, activation: Any, rng: random.Random) -> Step:
    """A layer with weights; low types now and then."""
    step = rng.choice(_COMPUTING[kind])(units, activation)
    if step[0] == "layer" and rng.random() < 0.04:
        policies = ("mixed_float16", "mixed_bfloat16", "bfloat16", "float16")
        step[2]["dtype"] = rng.choice(policies)
    return step


def activated(kind: str, units: int, activation: str, rng: random.Random) -> Steps:
    """Layers that end in an activation, in one of the ways to write it."""
    ways = ["inside", "inside", "inside", "layer"]
    if activation in _AS_LAYER:
        ways += ["class", "object"]
    if activation in _AS_OPERATION:
        ways += ["operation"]
    way = rng.choice(ways)
    if way == "inside":
        return [computing(kind, units, activation, rng)]
    if way == "object":
        name = _AS_LAYER[activation]
        given = {"module": "keras.layers", "class_name": name, "config": {}}
        return [computing(kind, units, {**given, "registered_name": None}, rng)]
    first = computing(kind, units, rng.choice((None, "linear")), rng)
    if way == "operation":
        return [first, operation(_AS_OPERATION[activation])]
    last = layer(_AS_LAYER[activation]) if way == "class" else None
    return [first, last or layer("Activation", activation=activation)]


def is_layer(step: Step) -> bool:
    """Whether a Sequential model may have this for a layer."""
    return step[0] in ("layer", "wrap", "own") or (
        step[0] == "model" and step[1] == "Sequential" and all(map(is_layer, step[2]))
    )
