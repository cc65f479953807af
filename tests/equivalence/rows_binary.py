"""Keras to NetsPresso: binary cross entropy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .cases import held, plain
from .data import (
    Data,
    binary,
    covered,
    difference,
    fractions,
    indices,
    last,
    one,
    sigmoid,
    weighted,
)
from .data import several as drawn
from .records import Case
from .rows_crossentropy import CLIP, CONFIDENT, LOGITS, NO_LOGITS, TORCH_REFUSES, WEIGHTS

BINARY = "binary_crossentropy"
# The trainer asserts that the shapes are the same, where losslint raises a ValueError.
OF_SHAPE = "NetsPresso: AssertionError or NetsPresso: ValueError"
SMOOTHED = {"label_smoothing": 0.1}


def one_unit(row: str) -> Iterator[Case]:
    """One sigmoid unit against two logits."""
    known = {"units": "one"}
    pairs = ((2, 2), (7, 2), (16, 2))
    for data in drawn(_two_classes, pairs):
        for s in (0.0, 0.1, 0.6):
            params = {"label_smoothing": s}
            heads = (difference, sigmoid)
            yield plain(row, BINARY, params, data, known=known, heads=heads)
            yield plain(row, BINARY, {**params, **LOGITS}, data, known=known, heads=(difference,))
    data = one(_two_classes, (16, 2))
    told = "label_smoothing is 1.5"
    beyond = {"label_smoothing": 1.5}
    yield plain(
        row, BINARY, beyond, data, told, known=known, heads=(difference, sigmoid), chosen_by={},
        refuses=TORCH_REFUSES,
    )  # fmt: skip
    told = "the head is not the difference of the two logits"
    yield plain(row, BINARY, LOGITS, data, told, known=known, heads=(_second,))
    flat = data._replace(netspresso=data.keras)
    told = "focal_loss in its place: two logits for one label"
    yield plain(
        row, BINARY, LOGITS, flat, told, known=known, heads=(difference,),
        entry={"criterion": "focal_loss", "alpha": -1, "gamma": 0}, refuses=OF_SHAPE,
    )  # fmt: skip


def _two_classes(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    data = indices(random, shape, scale)
    return data._replace(keras=data.keras[:, None].astype(np.float64))


def _second(pred: object) -> object:
    return pred[:, 1:]  # type: ignore[index]


def sigmoid_and_logits(row: str) -> Iterator[Case]:
    known, heads = {"head": "sigmoid"}, (last, sigmoid)
    yield from held(row, BINARY, [LOGITS], binary, heads=heads, known=known)
    twice = "Keras does not find the logits, and the sigmoid is applied twice"
    yield plain(row, BINARY, LOGITS, one(binary), twice, heads=(*heads, covered), known=known)


def smoothed(row: str) -> Iterator[Case]:
    draws = [{**LOGITS, "label_smoothing": s} for s in (0.05, 0.1)]
    yield from held(row, BINARY, draws, binary)


def logits(row: str) -> Iterator[Case]:
    yield from held(row, BINARY, [LOGITS, {**LOGITS, "reduction": "mean"}], binary)
    yield from held(row, BINARY, [LOGITS], fractions)
    data = one(binary)
    yield plain(row, BINARY, LOGITS, weighted(data), WEIGHTS)
    told = "from_logits is false"
    yield plain(row, BINARY, NO_LOGITS, data, told, chosen_by=LOGITS)
    told = "label_smoothing is above 0"
    yield plain(row, BINARY, {**LOGITS, **SMOOTHED}, data, told, chosen_by=LOGITS)
    whole = data._replace(netspresso=data.netspresso.astype(np.int64))
    told = "labels are integers"
    yield plain(row, BINARY, LOGITS, whole, told, refuses=TORCH_REFUSES)
    label_map = data._replace(netspresso=data.netspresso.argmax(1))
    told = "labels are class indices, as of a label map"
    yield plain(row, BINARY, LOGITS, label_map, told, refuses=OF_SHAPE)


def probabilities(row: str) -> Iterator[Case]:
    heads, behind = (last, sigmoid), (last, sigmoid, covered)
    yield from held(row, BINARY, [{}, NO_LOGITS], binary, heads=heads)
    yield from held(row, BINARY, [{}], binary, heads=behind, scales=(0.1, 1.0))
    yield plain(row, BINARY, {}, one(binary, (16, 10), CONFIDENT), CLIP, heads=behind)
    yield plain(row, BINARY, {}, weighted(one(binary)), WEIGHTS, heads=heads)
    yield plain(row, BINARY, {}, one(binary), "the model ends in logits")
    told = "label_smoothing is above 0"
    yield plain(row, BINARY, SMOOTHED, one(binary), told, heads=heads, chosen_by={})


def halved_twice(row: str) -> Iterator[Case]:
    """The other spelling: half the loss with the weight 2."""
    yield from held(row, BINARY, [LOGITS], binary)
    told = "without the factor"
    yield plain(row, BINARY, LOGITS, one(binary), told, entry={"weight": None})


SCRIPTS = {
    "keras.binary_crossentropy->netspresso.focal_loss": logits,
    "keras.binary_crossentropy->netspresso.focal_loss/sigmoid": probabilities,
    "keras.binary_crossentropy->netspresso.cross_entropy/one-unit": one_unit,
    "keras.binary_crossentropy->netspresso.focal_loss/smoothed": smoothed,
    "keras.binary_crossentropy->netspresso.focal_loss/halved": halved_twice,
}
