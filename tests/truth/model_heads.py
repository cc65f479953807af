"""The heads of models as people write them: layers, wrappers, nested models, merges, operations.

What a head gives in the end is for the process with Keras to measure; `means` is what its author
takes it for.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from .model_steps import (
    Step,
    Steps,
    activated,
    computing,
    layer,
    merged,
    model,
    operation,
    own,
    wrapped,
)

Means = str


class Head(NamedTuple):
    """One output.

    `labels` is what it is trained with, `means` what its numbers are to its author: "softmax",
    "sigmoid", "logits", "numbers", "positive", "signed", "unit", "steps", "first" or
    "first_logits", where the classes are the first axis, or "odd", an activation that goes with no
    such labels. `own` says that code of the user's own is part of it.
    """

    name: str
    labels: str
    means: Means
    units: int
    steps: Steps
    own: bool = False


def linear(kind: str, units: int, rng: random.Random) -> Steps:
    """Numbers of any sign."""
    chance = rng.random()
    if chance < 0.6:
        return [computing(kind, units, rng.choice((None, "linear")), rng)]
    if chance < 0.7:
        last = rng.choice((layer("BatchNormalization"), layer("Activation", activation="linear")))
        return [computing(kind, units, None, rng), last]
    if chance < 0.85:
        both = [computing(kind, units, None, rng)], [computing(kind, units, None, rng)]
        return [merged(rng.choice(("Add", "Average", "Subtract")), *both)]
    if chance < 0.92 and units > 1:
        both = [computing(kind, units - 1, None, rng)], [computing(kind, 1, None, rng)]
        return [merged("Concatenate", *both)]
    return [computing(kind, units, None, rng), layer("Rescaling", scale=0.5)]


def distributed(kind: str, units: int, rng: random.Random) -> Steps:
    """Shares of the whole, which sum to one."""
    chance = rng.random()
    if chance < 0.7:
        return activated(kind, units, "softmax", rng)
    if chance < 0.82:
        branches = [activated(kind, units, "softmax", rng) for _ in range(rng.choice((2, 3)))]
        if rng.random() < 0.4:
            scale = layer("Rescaling", scale=1 / len(branches))
            return [merged("Add", *branches), scale]
        return [merged("Average", *branches)]
    first = computing(kind, units, None, rng)
    if chance < 0.88:
        return [computing(kind, units, "softplus", rng), own("sum_to_one")]
    if chance < 0.94:
        return [first, operation("Exp"), ["over_sum"]]
    return [first, own("softmax")]


def independent(kind: str, units: int, rng: random.Random) -> Steps:
    """Probabilities each for itself."""
    chance = rng.random()
    if chance < 0.62:
        return activated(kind, units, "sigmoid", rng)
    if chance < 0.66:
        return activated(kind, units, "hard_sigmoid", rng)
    if chance < 0.82:
        both = [activated(kind, units, "sigmoid", rng) for _ in range(2)]
        return [merged(rng.choice(("Average", "Multiply", "Maximum", "Minimum")), *both)]
    if chance < 0.87:
        return [*activated(kind, units, "sigmoid", rng), ["one_minus"]]
    if chance < 0.91 and units > 1:
        parts = units - 1, 1
        return [merged("Concatenate", *[activated(kind, n, "sigmoid", rng) for n in parts])]
    if chance < 0.95:
        last = layer("Rescaling", scale=0.5, offset=0.5)
        return [*activated(kind, units, "tanh", rng), last]
    return [computing(kind, units, None, rng), own(rng.choice(("sigmoid", "sigmoid_function")))]


def unit_vectors(kind: str, units: int, rng: random.Random) -> Steps:
    """Embeddings of length one."""
    first = linear(kind, units, rng)
    return [*first, rng.choice((layer("UnitNormalization"), own("length_one"), ["over_length"]))]


_SIGNED = ("tanh", "tanh", "linear", "softsign")
_POSITIVE = ("softplus", "exponential", "relu")
ODD = (
    "relu", "softplus", "tanh", "elu", "gelu", "leaky_relu", "silu", "relu6", "softsign", "selu",
    "exponential", "log_softmax", "sigmoid", "softmax",
)  # fmt: skip
"""Activations that somebody puts before a loss of another one."""


def ending(kind: str, means: Means, units: int, rng: random.Random) -> Steps:
    """The end of a head that means this to its author."""
    if means == "softmax":
        return distributed(kind, units, rng)
    if means == "sigmoid":
        return independent(kind, units, rng)
    if means == "unit":
        return unit_vectors(kind, units, rng)
    if means == "odd":
        if kind == "vector" and rng.random() < 0.1:
            return [layer("Reshape", target_shape=[2, -1]), _recurrent(units, False, rng)]
        steps = activated(kind, units, rng.choice(ODD), rng)
        return [*steps, layer("Softmax")] if rng.random() < 0.08 else steps
    if means == "first":
        return [*linear(kind, units, rng), layer("Softmax", axis=1)]
    if means in ("signed", "positive"):
        return activated(kind, units, rng.choice(_SIGNED if means == "signed" else _POSITIVE), rng)
    return linear(kind, units, rng)


def _recurrent(units: int, steps: bool, rng: random.Random) -> Step:
    inner = layer(rng.choice(("LSTM", "GRU", "SimpleRNN")), units=units, return_sequences=steps)
    if units % 2 or rng.random() < 0.6:
        return inner
    inner[2]["units"] = units // 2
    return wrapped("Bidirectional", inner)


def trunk(kind: str, into: str, rng: random.Random) -> Steps:
    """What stands before a head, from one kind of tensor to another."""
    steps: Steps = []
    if rng.random() < 0.3:
        steps.append(computing(kind, 4, rng.choice(("relu", "tanh", "gelu")), rng))
    if rng.random() < 0.2:
        steps.append(layer(rng.choice(("BatchNormalization", "LayerNormalization"))))
    if kind == "sequence" and rng.random() < 0.3:
        steps.append(_recurrent(4, into == "sequence", rng))
        kind = into
    if kind != into:
        pools = {
            "sequence": ("GlobalAveragePooling1D", "GlobalMaxPooling1D", "Flatten"),
            "map": ("GlobalAveragePooling2D", "GlobalMaxPooling2D", "Flatten"),
        }
        steps.append(layer(rng.choice(pools[kind])))
    if rng.random() < 0.15:
        steps.append(model(rng.choice(("Sequential", "Functional")), [_hidden(into, rng)]))
    return steps


def _hidden(kind: str, rng: random.Random) -> Step:
    return computing(kind, 4, "relu", rng)


def dressed(steps: Steps, kind: str, means: Means, units: int, rng: random.Random) -> Steps:
    """The same numbers in other clothes: layers behind them, models and wrappers around them."""
    steps = list(steps)
    if rng.random() < 0.22:
        steps += _behind(kind, means, units, rng)
    chance = rng.random()
    if chance < 0.2:
        steps = [model(rng.choice(("Sequential", "Functional")), steps)]
        if rng.random() < 0.25:
            steps = [model(rng.choice(("Sequential", "Functional")), steps)]
    elif chance < 0.28 and len(steps) > 1:
        # Only the last of them: a model of logits, and another that has its softmax.
        steps = [*steps[:-1], model("Sequential", steps[-1:])] if _is_plain(steps[-1:]) else steps
    elif chance < 0.36 and kind == "sequence" and _is_plain(steps) and not _has_steps(steps):
        steps = [wrapped("TimeDistributed", model("Sequential", steps))]
    if kind in ("vector", "map") and chance > 0.95 and means in ("softmax", "sigmoid", "logits"):
        steps = [model("Functional", steps), layer("Identity")]
    return steps


def _is_plain(steps: Steps) -> bool:
    return all(step[0] == "layer" for step in steps)


def _has_steps(steps: Steps) -> bool:
    """Whether a layer needs the axis of the steps that TimeDistributed takes away."""
    return any(name[:4] in ("Conv", "Eins", "Resh", "Perm", "Batc") for _, name, *_ in steps)


def _behind(kind: str, means: Means, units: int, rng: random.Random) -> Steps:
    """Layers that leave each number as it is."""
    passing = [[layer("Identity")], [layer("Activation", activation="linear")]]
    if means not in ("softmax", "sigmoid"):
        # Behind probabilities it makes some of them 0 and others more than 1.
        passing.append([layer("Dropout", rate=0.1)])
    shape = {"vector": [units], "sequence": [5, units], "map": [4, 4, units]}[kind]
    passing.append([layer("Reshape", target_shape=shape)])
    if kind == "vector":
        passing.append([layer("Flatten")])
    if kind == "sequence":
        passing.append([layer("Permute", dims=[2, 1]), layer("Permute", dims=[2, 1])])
    if kind == "map" and means in ("softmax", "sigmoid", "logits", "numbers"):
        passing.append([layer("UpSampling2D", size=2)])
    if kind == "map":
        passing.append([layer("Reshape", target_shape=[16, units])])
    return rng.choice(passing)
