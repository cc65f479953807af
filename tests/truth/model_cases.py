"""Compiled Keras models as real ones are: heads of every kind, and what they are compiled with.

A case says what its author meant, too: which loss of which output counts how much. What is meant
is drawn first and then written down, most of the time in a way that means the same to Keras.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from .model_containers import Written, outputs_of, weights_for, write_losses
from .model_heads import Head, dressed, ending, trunk
from .model_losses import of_head
from .model_metrics import metrics
from .model_steps import Steps, computing, is_layer, layer

Json = Any


class Case(NamedTuple):
    """A model and what it is compiled with.

    `outputs` is a structure of indices into `heads`, `meant` one loss at a time: the head, the
    loss, its weight. `trunk` stands before all heads, on an input of the `kind`. `shared` says
    that one layer gives all outputs, `inside` that they are those of a model within the model.
    `unfit` says what is wrong with it for certain, `loose` that a warning about its weights is no
    false alarm. `form`: "archive", "json", "h5", or "bare" for a compile config without its model.
    """

    kind: str
    trunk: Steps
    heads: list[Head]
    outputs: Json
    sequential: bool
    shared: bool
    inside: bool
    compiled: dict[str, Json]
    meant: list[tuple[int, Json, float | None]]
    unfit: str
    loose: bool
    form: str

    def as_json(self) -> Json:
        """The case for another process."""
        return {**self._asdict(), "heads": [head._asdict() for head in self.heads]}


def generate(count: int, seed: int) -> list[Case]:
    """So many cases."""
    rng = random.Random(seed)
    return [_case(rng) for _ in range(count)]


_NAMES = ("a", "b", "cls", "reg", "mask", "z", "Out")
_LABELS = ("onehot", "ids", "binary", "real")


# The activation of a layer that gives every output.
_SHARED = {"softmax": "softmax", "sigmoid": "sigmoid", "logits": None, "numbers": "linear"}


def _case(rng: random.Random) -> Case:
    calm = rng.random() < 0.4
    shape = rng.choices(("one", "list", "dict", "nested"), (5, 4, 4, 3))[0]
    number = 1 if shape == "one" else rng.choice((2, 2, 3))
    kind = rng.choices(("vector", "sequence", "map"), (6, 2, 2))[0]
    heads = _heads(kind, number, calm, rng)
    shared = number > 1 and heads[0].means in _SHARED and kind == "vector" and rng.random() < 0.12
    if shared:
        step = computing(kind, heads[0].units, _SHARED[heads[0].means], rng)
        heads = [heads[0]._replace(name=each.name, steps=[step], own=False) for each in heads]
    outputs = outputs_of(shape, heads, rng)
    written = _losses(outputs, heads, calm, rng)
    weights, factors, loose = weights_for(written, calm, rng)
    compiled = {
        "optimizer": "sgd",
        "loss": written.loss,
        "loss_weights": weights,
        "metrics": metrics(outputs, heads, calm, rng),
        "weighted_metrics": metrics(outputs, heads, calm, rng) if rng.random() < 0.2 else None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }
    meant = [
        (head, each, factor) for (head, each), factor in zip(written.each, factors, strict=False)
    ]
    unfit = "a loss that no output gets" if written.kind == "longer" else ""
    loose = loose or written.kind == "shorter"
    can_be_sequential = outputs == 0 and all(
        is_layer(step) or step[0] == "model" for step in heads[0].steps
    )
    sequential = can_be_sequential and rng.random() < 0.5
    inside = number > 1 and not shared and rng.random() < 0.08
    form = rng.choices(("archive", "json", "h5", "bare"), (70, 10, 8, 12))[0]
    body = trunk(kind, kind, rng)
    steps = [body, *(head.steps for head in heads)]
    if form == "h5" and ("bfloat16" in str(steps) or any(_kinds(each) - _IN_H5 for each in steps)):
        # Keras writes operations and such numbers into an .h5 file, and cannot read them again.
        form = "archive"
    return Case(
        kind, body, heads, outputs, sequential, shared, inside, compiled, meant, unfit, loose, form
    )


def _losses(outputs: Json, heads: list[Head], calm: bool, rng: random.Random) -> Written:
    wanted = [of_head(head, calm, rng) for head in heads]
    alike = {(head.labels, head.means) for head in heads}
    if len(heads) > 1 and len(alike) == 1 and rng.random() < 0.5:
        # One loss for all.
        first = wanted[0][0]
        return Written(first, [(index, first) for index in range(len(heads))], "one")
    return write_losses(outputs, heads, wanted, calm, rng)


def _heads(kind: str, number: int, calm: bool, rng: random.Random) -> list[Head]:
    names = rng.sample(_NAMES, number)
    rare = rng.random()
    if number == 1 and rare < 0.1:
        return [_rare(kind, names[0], calm, rng)]
    labels = rng.choice(_LABELS) if rng.random() < 0.25 else None
    return [_head(kind, name, labels or _labels(rng), calm, rng) for name in names]


def _labels(rng: random.Random) -> str:
    return rng.choice(_LABELS) if rng.random() < 0.88 else rng.choice(("counts", "signs"))


# What an output is to its author, most often first: what goes with the labels, then what does not.
_MEANS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "onehot": (("softmax", "softmax", "logits"), ("odd",)),
    "ids": (("softmax", "softmax", "logits"), ("odd",)),
    "binary": (("sigmoid", "sigmoid", "logits"), ("odd",)),
    "real": (("numbers", "numbers", "numbers", "positive", "sigmoid"), ("odd",)),
    "counts": (("positive",), ("numbers",)),
    "signs": (("signed",), ("sigmoid", "odd")),
    "same": (("unit",), ("numbers",)),
    "texts": (("steps",), ("softmax",)),
    "first": (("first", "first_logits"), ("first",)),
}


def _means(labels: str, calm: bool, rng: random.Random) -> str:
    fitting, odd = _MEANS[labels]
    rare = 0.3 if labels in ("same", "texts") else 0.1
    return rng.choice(odd if not calm and rng.random() < rare else fitting)


def _head(kind: str, name: str, labels: str, calm: bool, rng: random.Random) -> Head:
    into = kind if kind == "vector" or rng.random() < 0.5 else "vector"
    means = _means(labels, calm, rng)
    units = 3 if labels in ("onehot", "ids") else rng.choice((1, 3))
    if labels == "onehot" and not calm and rng.random() < 0.02:
        units = 1
    steps = dressed(ending(into, means, units, rng), into, means, units, rng)
    if into != "vector" and rng.random() < 0.12 and "Reshape" not in str(steps):
        size = {"sequence": "1D", "map": "2D"}[into]
        pools = ("GlobalAveragePooling", "GlobalAveragePooling", "GlobalMaxPooling")
        steps = [*steps, layer(rng.choice(pools) + size)]
    return _made(name, labels, means, units, [*trunk(kind, into, rng), *steps])


def _rare(kind: str, name: str, calm: bool, rng: random.Random) -> Head:
    """Embeddings, texts of which only the order is known, classes on another axis than the last."""
    labels = rng.choice(("texts", "first")) if kind == "sequence" else "same"
    into = kind if kind == "sequence" else "vector"
    means = _means(labels, calm, rng)
    steps = ending(into, means, 4, rng)
    if labels != "first":
        steps = dressed(steps, into, means, 4, rng)
    return _made(name, labels, means, 4, [*trunk(kind, into, rng), *steps])


def _made(name: str, labels: str, means: str, units: int, steps: Steps) -> Head:
    return Head(name, labels, means, units, steps, "own" in _kinds(steps))


_IN_H5 = {"layer", "wrap", "model", "merge", "own"}


def _kinds(steps: Steps) -> set[str]:
    """Of which kinds steps are, at any depth."""
    todo: list[Any] = list(steps)
    found: set[str] = set()
    while todo:
        step = todo.pop()
        found.add(step[0])
        if step[0] == "model":
            todo += step[2]
        elif step[0] == "wrap":
            todo.append(step[2])
        elif step[0] == "merge":
            todo += [each for branch in step[2] for each in branch]
    return found
