"""Compiled Keras models as real ones are: outputs, losses, weights and metrics in every container.

A case says what its author meant, too: which loss of which output counts how much. What is meant
is drawn first and then written down, most of the time in a way that means the same to Keras.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

Json = Any


class Head(NamedTuple):
    """One output: its layer, and how it ends; `apart` says that the activation is its own layer."""

    name: str
    units: int
    activation: str
    labels: str
    apart: bool


class Case(NamedTuple):
    """A model and what it is compiled with.

    `outputs` is a structure of indices into `heads`, `meant` one loss at a time: the head, the
    loss, its weight. `unfit` says what is wrong with it for certain, `loose` that a warning about
    its weights is no false alarm, `bare` that the compile config stands without its model.
    """

    heads: list[Head]
    outputs: Json
    sequential: bool
    compiled: dict[str, Json]
    meant: list[tuple[int, Json, float | None]]
    unfit: str
    loose: bool
    bare: bool

    def as_json(self) -> Json:
        """The case for another process."""
        return {**self._asdict(), "heads": [head._asdict() for head in self.heads]}


def loss(class_name: str, **config: object) -> Json:
    return {
        "module": "keras.losses",
        "class_name": class_name,
        "config": config,
        "registered_name": None,
    }


_OF_LOGITS = {
    "onehot": (
        loss("CategoricalCrossentropy", from_logits=True),
        loss("CategoricalFocalCrossentropy", from_logits=True),
    ),
    "ids": (loss("SparseCategoricalCrossentropy", from_logits=True),),
    "binary": (
        loss("BinaryCrossentropy", from_logits=True),
        loss("BinaryFocalCrossentropy", from_logits=True),
    ),
}
_OF_PROBABILITIES = {
    "onehot": (
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
        loss("CategoricalCrossentropy", label_smoothing=0.1),
        {
            "module": "builtins",
            "class_name": "function",
            "config": "categorical_crossentropy",
            "registered_name": "function",
        },
    ),
    "ids": ("sparse_categorical_crossentropy", loss("SparseCategoricalCrossentropy")),
    "binary": (
        "binary_crossentropy",
        loss("BinaryCrossentropy"),
        loss("BinaryFocalCrossentropy", gamma=3.0),
    ),
}
_OF_NUMBERS = (
    "mse",
    "mean_absolute_error",
    "huber",
    loss("Huber", delta=0.5),
    loss("LogCosh"),
    loss("CosineSimilarity"),
)
_ENDS = {"onehot": "softmax", "ids": "softmax", "binary": "sigmoid", "real": "linear"}

_ANY_METRICS: tuple[Json, ...] = (
    "mse",
    "MeanSquaredError",
    "cosine_similarity",
    ("CosineSimilarity", {}),
    ("MeanSquaredError", {"name": "error"}),
    ("MeanAbsoluteError", {}),
    ("RootMeanSquaredError", {}),
    ("LogCoshError", {}),
)
METRICS: dict[str, tuple[Json, ...]] = {
    "onehot": (
        "accuracy",
        "acc",
        "categorical_accuracy",
        ("CategoricalAccuracy", {}),
        ("CategoricalCrossentropy", {}),
        ("TopKCategoricalAccuracy", {"k": 2}),
        ("KLDivergence", {}),
        ("Precision", {}),
        ("AUC", {}),
        ("CategoricalHinge", {}),
        ("F1Score", {}),
        ("OneHotMeanIoU", {"num_classes": 3}),
        ("AUC", {"multi_label": True, "num_labels": 3}),
    ),
    "ids": (
        "accuracy",
        "sparse_categorical_accuracy",
        ("SparseCategoricalAccuracy", {}),
        ("SparseCategoricalCrossentropy", {}),
        ("SparseTopKCategoricalAccuracy", {"k": 2}),
        "sparse_categorical_crossentropy",
        ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}),
    ),
    "binary": (
        "accuracy",
        "binary_accuracy",
        ("BinaryAccuracy", {"threshold": 0.4}),
        ("BinaryCrossentropy", {}),
        ("AUC", {}),
        ("Precision", {}),
        ("Recall", {}),
        ("Hinge", {}),
        ("SquaredHinge", {}),
        ("F1Score", {"threshold": 0.5}),
        ("BinaryIoU", {}),
        ("BinaryIoU", {"threshold": 0.5}),
    ),
    "real": ("mae", ("MeanAbsolutePercentageError", {}), ("Poisson", {}), ("R2Score", {})),
}

# What somebody may take for a metric of such labels, and what is wrong with it.
_MISTAKEN: dict[str, tuple[Json, ...]] = {
    "onehot": (
        "acuracy",
        "huber",
        "mean_io_u",
        "sparse_categorical_accuracy",
        "SparseTopKCategoricalAccuracy",
        ("Accuracy", {}),
        ("MeanIoU", {"num_classes": 3}),
        ("AUC", {"multi_label": True, "num_labels": 4}),
    ),
    "ids": (
        "sparse_categorial_accuracy",
        "categorical_accuracy",
        "categorical_crossentropy",
        ("TopKCategoricalAccuracy", {"k": 2}),
        ("Precision", {}),
        ("F1Score", {}),
        ("MeanIoU", {"num_classes": 3}),
    ),
    "binary": (
        "bin_accuracy",
        "sparse_categorical_accuracy",
        ("Accuracy", {}),
        ("AUC", {"num_labels": 3}),
        ("BinaryCrossentropi", {}),
    ),
    "real": ("accuracy", "acc", "mean_squared_eror", ("Accuracy", {})),
}
# Right on logits, which the usual threshold is not.
_KNOW_LOGITS: dict[str, tuple[Json, ...]] = {
    "onehot": (("CategoricalCrossentropy", {"from_logits": True}), "categorical_accuracy"),
    "ids": (("SparseCategoricalCrossentropy", {"from_logits": True}),),
    "binary": (
        ("BinaryAccuracy", {"threshold": 0.0}),
        ("BinaryCrossentropy", {"from_logits": True}),
        ("AUC", {"from_logits": True}),
        ("Precision", {"thresholds": 0.0}),
    ),
}


def generate(count: int, seed: int) -> list[Case]:
    """So many cases."""
    rng = random.Random(seed)
    return [_case(rng) for _ in range(count)]


def _case(rng: random.Random) -> Case:
    shape = rng.choices(("one", "list", "dict", "nested"), (3, 4, 4, 2))[0]
    number = 1 if shape == "one" else rng.choice((2, 2, 3))
    names = rng.sample(("a", "b", "cls", "reg", "mask", "z", "Out"), number)
    same = rng.random() < 0.25
    labels = rng.choice(tuple(_ENDS))
    heads = [_head(name, labels if same else rng.choice(tuple(_ENDS)), rng) for name in names]
    outputs = _outputs(shape, heads, rng)
    wanted = [_losses_of(head, rng) for head in heads]
    if same and number > 1 and rng.random() < 0.5:
        # One loss for all.
        first = wanted[0][0]
        written = _Written(first, [(index, first) for index in range(number)], "one")
    else:
        written = _write_losses(outputs, heads, wanted, rng)
    weights, factors, loose = _weights(written, rng)
    compiled = {
        "optimizer": "sgd",
        "loss": written.loss,
        "loss_weights": weights,
        "metrics": _metrics(outputs, heads, rng),
        "weighted_metrics": _metrics(outputs, heads, rng) if rng.random() < 0.25 else None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }
    meant = [
        (head, each, factor) for (head, each), factor in zip(written.each, factors, strict=False)
    ]
    unfit = next((why for index, each in written.each if (why := _unfit(heads[index], each))), "")
    if written.kind == "longer":
        unfit = unfit or "a loss that no output gets"
    loose = loose or written.kind == "shorter"
    sequential = shape == "one" and not isinstance(outputs, list) and rng.random() < 0.4
    sequential = sequential and outputs == 0
    return Case(heads, outputs, sequential, compiled, meant, unfit, loose, rng.random() < 0.12)


def _head(name: str, labels: str, rng: random.Random) -> Head:
    end = _ENDS[labels]
    if labels != "real" and rng.random() < 0.35:
        end = "linear"
    units = rng.choice((1, 3)) if labels in ("binary", "real") else 3
    return Head(name, units, end, labels, rng.random() < 0.3 and end != "linear")


def _outputs(shape: str, heads: list[Head], rng: random.Random) -> Json:
    indices = list(range(len(heads)))
    if shape == "one":
        return rng.choice((0, 0, 0, [0], {"only": 0}))
    if shape == "list":
        return indices
    keys = [head.name for head in heads]
    if rng.random() < 0.5:
        keys = rng.sample(("x", "y", "seg", "depth", "k1"), len(heads))
    if shape == "dict":
        return dict(zip(keys, indices, strict=True))
    rest: Json = indices[1:]
    if rng.random() < 0.5:
        rest = dict(zip(keys[1:], rest, strict=True))
    return {keys[0]: 0, "more": rest} if rng.random() < 0.5 else [0, rest]


def _unfit(head: Head, written: Json) -> str:
    """Why a loss does not go with an output for certain: the two slips of crossentropies."""
    name = written if isinstance(written, str) else (written or {}).get("class_name", "")
    if name == "function":
        name = written["config"]
    if "crossentropy" not in name.lower():
        return ""
    logits = isinstance(written, dict) and written["config"] == {"from_logits": True}
    if logits != (head.activation == "linear"):
        return f"{name} of {'logits' if logits else 'probabilities'} on {head.activation}"
    return ""


def _losses_of(head: Head, rng: random.Random) -> list[Json]:
    """The losses that are meant for an output, now and then of the wrong kind."""
    if head.labels == "real":
        # Of one number, the cosine is its sign.
        fitting: tuple[Json, ...] = _OF_NUMBERS if head.units > 1 else _OF_NUMBERS[:-1]
    elif head.activation == "linear":
        fitting = _OF_LOGITS[head.labels]
    else:
        fitting = _OF_PROBABILITIES[head.labels]
    if head.labels != "real" and rng.random() < 0.08:
        slip = _OF_PROBABILITIES if head.activation == "linear" else _OF_LOGITS
        fitting = slip[head.labels]
    count = 1 if rng.random() < 0.85 or head.labels == "ids" else 2
    losses = [rng.choice(fitting)]
    if count == 2:
        losses.append(rng.choice((*fitting, *_OF_NUMBERS[:-1])))
    return losses


class _Written(NamedTuple):
    """A `loss`, and each loss in it with its head, in the order in which they are written."""

    loss: Json
    each: list[tuple[int, Json]]
    kind: str


def _write_losses(
    outputs: Json, heads: list[Head], wanted: list[list[Json]], rng: random.Random
) -> _Written:
    silent = rng.randrange(len(heads)) if len(heads) > 1 and rng.random() < 0.12 else None
    values: list[Json] = []
    for index, losses in enumerate(wanted):
        value = losses[0] if len(losses) == 1 and rng.random() < 0.93 else losses
        values.append(None if index == silent else value)
    order = list(range(len(heads)))
    kind = rng.choice(("same", "same", "same", "flat", "names"))
    if kind == "flat" or (kind == "names" and not isinstance(outputs, (int, list))):
        written: Json = values
        kind = "flat"
    elif kind == "names":
        rng.shuffle(order)
        written = {heads[index].name: values[index] for index in order}
    else:
        written, order = _like(outputs, values, rng)
    slip = rng.random()
    if slip < 0.03 and isinstance(written, list) and len(written) > 1:
        # What is left out was meant all the same.
        written = written[:-1]
        kind = "shorter"
    elif slip < 0.05 and isinstance(written, list):
        written = [*written, rng.choice(_OF_NUMBERS)]
        kind = "longer"
    elif slip < 0.05 and isinstance(written, dict):
        written = {f"{key}_": value for key, value in written.items()}
    each = [
        (index, one)
        for index in order
        for one in (values[index] if isinstance(values[index], list) else [values[index]])
    ]
    return _Written(written, each, kind)


def _like(outputs: Json, values: list[Json], rng: random.Random) -> tuple[Json, list[int]]:
    """The losses in the containers of the outputs, keys in any order."""
    if isinstance(outputs, dict):
        keys = list(outputs)
        if rng.random() < 0.4:
            rng.shuffle(keys)
        parts = {key: _like(outputs[key], values, rng) for key in keys}
        return (
            {key: part for key, (part, _) in parts.items()},
            [index for _, order in parts.values() for index in order],
        )
    if isinstance(outputs, list):
        items = [_like(item, values, rng) for item in outputs]
        return [part for part, _ in items], [index for _, order in items for index in order]
    return values[outputs], [outputs]


_FACTORS: tuple[float, ...] = (1.0, 0.5, 0.2, 2.0, 10.0, 1, 2, 0.1)


def _weights(written: _Written, rng: random.Random) -> tuple[Json, list[float | None], bool]:
    """`loss_weights`, the weight meant for each loss, and whether a warning is no false alarm."""
    count = len(written.each)
    if rng.random() < 0.3:
        return None, [None] * count, False
    drawn: list[float | None] = [rng.choice(_FACTORS) for _ in range(count)]
    odd = rng.random()
    if odd < 0.04:
        drawn[rng.randrange(count)] = rng.choice((None, 0.0, 0, -1.0, float("nan"), float("inf")))
    elif odd < 0.07:
        drawn = [rng.choice((0.0, 0))] * count
    if written.kind == "one":
        weight = drawn[0]
        kind = rng.choice(("number", "number", "list", "each"))
        if kind == "each":
            return drawn, drawn, False
        return (weight if kind == "number" else [weight]), [weight] * count, False
    kind = rng.choice(("same", "same", "same", "flat", "keys", "strange", "nest", "short"))
    if count == 1 and kind in ("flat", "keys", "strange") and rng.random() < 0.6:
        return drawn[0], drawn, False
    if kind == "flat":
        return drawn, drawn, False
    if kind == "short" and rng.random() < 0.5:
        return rng.choice((drawn[:-1], [*drawn, 1.0])), drawn, False
    if kind == "strange":
        # Its own keys, for losses in the order in which they are written.
        keys = rng.sample(("m", "n", "o", "p", "q", "r", "s", "t"), count) if count < 9 else []
        return dict(zip(keys, drawn, strict=True)), drawn, True
    if kind == "nest" and count > 1:
        return [drawn[0], drawn[1:]], drawn, True
    queue = list(drawn)
    like = _filled(written.loss, queue)
    if kind == "keys" and isinstance(like, dict):
        keys = list(like)
        rng.shuffle(keys)
        like = {key: like[key] for key in keys}
    return like, drawn, False


def _filled(structure: Json, queue: list[float | None]) -> Json:
    """The next weights in the containers of the losses, in the order in which they are written."""
    if isinstance(structure, dict) and "class_name" not in structure:
        return {key: _filled(item, queue) for key, item in structure.items()}
    if isinstance(structure, list):
        return [_filled(item, queue) for item in structure]
    return queue.pop(0) if queue else 1.0


def _metrics(outputs: Json, heads: list[Head], rng: random.Random) -> Json:
    kind = rng.choice(("none", "each", "each", "names", "like", "flat"))
    if kind == "none":
        return None
    drawn = [_drawn(head, rng) for head in heads]
    if kind == "flat":
        return drawn[0] if isinstance(drawn[0], list) else [drawn[0]]
    if kind == "names":
        names = list(outputs) if isinstance(outputs, dict) else [head.name for head in heads]
        found = dict(zip(names, drawn, strict=False))
        if len(found) > 1 and rng.random() < 0.4:
            del found[rng.choice(names)]
        return found
    if isinstance(outputs, (dict, list)) and kind == "like":
        return _like(outputs, drawn, rng)[0]
    return drawn


def _drawn(head: Head, rng: random.Random) -> Json:
    some = METRICS[head.labels] + (() if head.labels == "ids" else _ANY_METRICS)
    chance = rng.random()
    if chance < 0.06:
        some = _MISTAKEN[head.labels]
    elif head.activation == "linear" and head.labels != "real" and chance < 0.6:
        some = _KNOW_LOGITS[head.labels]
    found = [_metric(each) for each in rng.sample(some, min(len(some), rng.choice((1, 1, 2, 3))))]
    kind = rng.random()
    if kind < 0.1:
        return None
    return found[0] if kind < 0.3 else found


def _metric(written: Json) -> Json:
    if isinstance(written, str):
        return written
    class_name, config = written
    return {
        "module": "keras.metrics",
        "class_name": class_name,
        "config": {"name": class_name.lower(), "dtype": "float32", **config},
        "registered_name": None,
    }
