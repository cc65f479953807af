"""Outputs, losses and weights in the containers that people write them in."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from .model_heads import Head
from .model_losses import OF_NUMBERS

Json = Any


def outputs_of(shape: str, heads: list[Head], rng: random.Random) -> Json:
    """Indices of heads in the container that a model returns."""
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
    if len(heads) > 2 and rng.random() < 0.3:
        rest = [1, {"deep": indices[2:]}] if rng.random() < 0.5 else {"one": 1, "deep": indices[2:]}
    return {keys[0]: 0, "more": rest} if rng.random() < 0.5 else [0, rest]


class Written(NamedTuple):
    """A `loss`, and each loss in it with its head, in the order in which they are written."""

    loss: Json
    each: list[tuple[int, Json]]
    kind: str


def write_losses(
    outputs: Json, heads: list[Head], wanted: list[list[Json]], calm: bool, rng: random.Random
) -> Written:
    """The losses of the heads, in a container that Keras most of the time takes as it is meant."""
    silent = rng.randrange(len(heads)) if len(heads) > 1 and rng.random() < 0.12 else None
    values: list[Json] = []
    for index, losses in enumerate(wanted):
        value = losses[0] if len(losses) == 1 and (calm or rng.random() < 0.93) else losses
        values.append(None if index == silent else value)
    order = list(range(len(heads)))
    kind = "same" if calm else rng.choice(("same", "same", "same", "flat", "names"))
    if kind == "flat" or (kind == "names" and not isinstance(outputs, (int, list))):
        written: Json = values
        kind = "flat"
    elif kind == "names":
        rng.shuffle(order)
        written = {heads[index].name: values[index] for index in order}
    else:
        written, order = like(outputs, values, rng)
    slip = 1.0 if calm else rng.random()
    if slip < 0.03 and isinstance(written, list) and len(written) > 1:
        # What is left out was meant all the same.
        written = written[:-1]
        kind = "shorter"
    elif slip < 0.05 and isinstance(written, list):
        written = [*written, rng.choice(OF_NUMBERS[:6])]
        kind = "longer"
    elif slip < 0.05 and isinstance(written, dict):
        written = {f"{key}_": value for key, value in written.items()}
    each = [
        (index, one)
        for index in order
        for one in (values[index] if isinstance(values[index], list) else [values[index]])
    ]
    return Written(written, each, kind)


def like(outputs: Json, values: list[Json], rng: random.Random) -> tuple[Json, list[int]]:
    """The losses in the containers of the outputs, keys in any order."""
    if isinstance(outputs, dict):
        keys = list(outputs)
        if rng.random() < 0.4:
            rng.shuffle(keys)
        parts = {key: like(outputs[key], values, rng) for key in keys}
        return (
            {key: part for key, (part, _) in parts.items()},
            [index for _, order in parts.values() for index in order],
        )
    if isinstance(outputs, list):
        items = [like(item, values, rng) for item in outputs]
        return [part for part, _ in items], [index for _, order in items for index in order]
    return values[outputs], [outputs]


_FACTORS: tuple[float, ...] = (1.0, 0.5, 0.2, 2.0, 10.0, 1, 2, 0.1)


def weights_for(
    written: Written, calm: bool, rng: random.Random
) -> tuple[Json, list[float | None], bool]:
    """`loss_weights`, the weight meant for each loss, and whether a warning is no false alarm."""
    count = len(written.each)
    if rng.random() < 0.3:
        return None, [None] * count, False
    drawn: list[float | None] = [rng.choice(_FACTORS) for _ in range(count)]
    odd = 1.0 if calm else rng.random()
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
    kind = "same" if calm else kind
    if calm and written.loss == written.each[0][1] and count == 1:
        return float(drawn[0] or 1), [float(drawn[0] or 1)], False
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
    filled = _filled(written.loss, queue)
    if kind == "keys" and isinstance(filled, dict):
        keys = list(filled)
        rng.shuffle(keys)
        filled = {key: filled[key] for key in keys}
    return filled, drawn, False


def _filled(structure: Json, queue: list[float | None]) -> Json:
    """The next weights in the containers of the losses, in the order in which they are written."""
    if isinstance(structure, dict) and "class_name" not in structure:
        return {key: _filled(item, queue) for key, item in structure.items()}
    if isinstance(structure, list):
        return [_filled(item, queue) for item in structure]
    return queue.pop(0) if queue else 1.0
