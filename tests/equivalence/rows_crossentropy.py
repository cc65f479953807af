"""Keras to NetsPresso: the cross entropies of classification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .cases import held, plain
from .data import Data, covered, indices, last, one, one_hot, soft, softmax, weighted
from .records import Case

SPARSE, CATEGORICAL = "sparse_categorical_crossentropy", "categorical_crossentropy"
LOGITS = {"from_logits": True}
CONFIDENT = 40.0
SMOOTHED = tuple({"label_smoothing": s} for s in (0.0, 0.1, 0.7, 1.0))
NO_LOGITS = {"from_logits": False}
TORCH_REFUSES, KERAS_REFUSES = "NetsPresso: RuntimeError", "Keras: InvalidArgumentError"
WEIGHTS, CLIP = "weights of samples", "probabilities that Keras clips"


def sparse_logits(row: str) -> Iterator[Case]:
    draws: list[dict[str, Any]] = [LOGITS, {**LOGITS, "reduction": "mean_with_sample_weight"}]
    yield from held(row, SPARSE, draws, indices)
    data = one(indices)
    yield plain(row, SPARSE, LOGITS, weighted(data), WEIGHTS)
    yield plain(row, SPARSE, NO_LOGITS, data, "from_logits is false", chosen_by=LOGITS)
    ignoring = {**LOGITS, "ignore_class": int(data.keras[0])}
    yield plain(row, SPARSE, ignoring, data, "ignore_class is given", chosen_by=LOGITS)
    marked = np.where(np.arange(len(data.keras)) == 0, -100, data.keras)
    told = "a label is -100"
    ignored = Data(data.pred, marked, marked)
    yield plain(row, SPARSE, LOGITS, ignored, told, refuses=KERAS_REFUSES)
    empty = Data(data.pred[:0], data.keras[:0], data.netspresso[:0])
    yield plain(row, SPARSE, LOGITS, empty, "an empty batch")


def sparse_softmax(row: str) -> Iterator[Case]:
    yield from held(row, SPARSE, [{}, NO_LOGITS], indices, heads=(last, softmax))
    behind = (last, softmax, covered)
    yield from held(row, SPARSE, [{}], indices, heads=behind, scales=(0.1, 1.0))
    confident = one(indices, (16, 10), CONFIDENT)
    yield plain(row, SPARSE, {}, confident, CLIP, heads=behind)
    yield plain(row, SPARSE, {}, weighted(one(indices)), WEIGHTS, heads=(last, softmax))
    yield plain(row, SPARSE, {}, one(indices), "the model ends in logits")
    data = one(indices)
    ignoring = {"ignore_class": int(data.keras[0])}
    told = "ignore_class is given"
    yield plain(row, SPARSE, ignoring, data, told, heads=(last, softmax), chosen_by={})


def softmax_and_logits(row: str) -> Iterator[Case]:
    known, heads = {"head": "softmax"}, (last, softmax)
    yield from held(row, SPARSE, [LOGITS], indices, heads=heads, known=known)
    smoothed = [{**LOGITS, **each} for each in SMOOTHED]
    yield from held(row, CATEGORICAL, smoothed, one_hot, heads=heads, known=known)
    yield plain(
        row, CATEGORICAL, {**LOGITS, "label_smoothing": 1.5}, one(one_hot),
        "label_smoothing is 1.5", heads=heads, known=known, chosen_by=LOGITS, refuses=TORCH_REFUSES,
    )  # fmt: skip
    for name, make in ((SPARSE, indices), (CATEGORICAL, one_hot)):
        twice = "Keras does not find the logits, and the softmax is applied twice"
        yield plain(row, name, LOGITS, one(make), twice, heads=(*heads, covered), known=known)
    ignoring = {**LOGITS, "ignore_class": 99}
    told = "ignore_class is given: the softmax is applied twice"
    data = one(indices)
    yield plain(row, SPARSE, ignoring, data, told, heads=heads, known=known, chosen_by=LOGITS)


def ignored_on_one_hot(row: str) -> Iterator[Case]:
    """The criterion that would be written: torch refuses the index, or does nothing with it."""
    known = {"task": "classification"}
    for data in (one(indices), one(indices, (16, 4))):
        for k in (0, 2, -1):
            refuses = TORCH_REFUSES if k >= 0 else ""
            marked = np.where(np.arange(len(data.keras)) % 3 == 0, k, data.keras)
            given = data._replace(keras=marked)
            entry = {"ignore_index": k}
            params = {**LOGITS, "ignore_class": k}
            yield plain(
                row, SPARSE, params, given, known=known, target="cross_entropy", entry=entry,
                refuses=refuses,
            )  # fmt: skip


def categorical_logits(row: str) -> Iterator[Case]:
    draws = [{**LOGITS, **each} for each in SMOOTHED]
    yield from held(row, CATEGORICAL, draws, one_hot)
    yield from held(row, CATEGORICAL, draws[:2], soft, known={"labels": "soft"})
    data = one(one_hot)
    yield plain(row, CATEGORICAL, LOGITS, weighted(data), WEIGHTS)
    yield plain(row, CATEGORICAL, LOGITS, _halved(data), "label rows that do not sum to 1")
    for s in (1.5, -0.1):
        told = f"label_smoothing is {s}"
        beyond = {**LOGITS, "label_smoothing": s}
        refuses = TORCH_REFUSES if s > 1 else ""
        yield plain(row, CATEGORICAL, beyond, data, told, chosen_by=LOGITS, refuses=refuses)
    yield plain(row, CATEGORICAL, NO_LOGITS, data, "from_logits is false", chosen_by=LOGITS)


def categorical_softmax(row: str) -> Iterator[Case]:
    heads, behind = (last, softmax), (last, softmax, covered)
    yield from held(row, CATEGORICAL, SMOOTHED, one_hot, heads=heads)
    yield from held(row, CATEGORICAL, SMOOTHED[:2], one_hot, heads=behind, scales=(0.1, 1.0))
    confident = one(one_hot, (16, 10), CONFIDENT)
    smoothed = one(one_hot, (16, 10), 12.0)
    yield plain(row, CATEGORICAL, {}, confident, CLIP, heads=behind)
    told = f"{CLIP}, of any class with label smoothing"
    yield plain(row, CATEGORICAL, SMOOTHED[1], smoothed, told, heads=behind)
    data = one(one_hot)
    yield plain(row, CATEGORICAL, {}, weighted(data), WEIGHTS, heads=heads)
    told = "label rows that do not sum to 1"
    yield plain(row, CATEGORICAL, {}, _halved(data), told, heads=heads)
    yield plain(
        row, CATEGORICAL, {"label_smoothing": 1.5}, data, "label_smoothing is 1.5", heads=heads,
        chosen_by={}, refuses=TORCH_REFUSES,
    )  # fmt: skip


def void_rows(row: str) -> Iterator[Case]:
    """Label rows that are all zero, a few of them or all, and rows that do not sum to 1."""
    known = {"labels": "void"}
    for params in ({}, SMOOTHED[1], LOGITS):
        heads = (last,) if params.get("from_logits") else (last, softmax)
        for shape in ((7, 5), (16, 10)):
            drawn = one(one_hot, shape)
            for factor in (0.0, 0.5):
                data = _halved(drawn, factor)
                yield plain(row, CATEGORICAL, params, data, known=known, heads=heads)
            data = drawn._replace(keras=drawn.keras * 0, netspresso=drawn.netspresso * 0)
            yield plain(row, CATEGORICAL, params, data, known=known, heads=heads)


def _halved(data: Data, factor: float = 0.5) -> Data:
    """Every third label row multiplied by a factor."""
    rows = np.where(np.arange(len(data.pred)) % 3 == 0, factor, 1.0)
    labels = data.keras * rows.reshape(-1, *[1] * (data.keras.ndim - 1))
    return data._replace(keras=labels, netspresso=labels)


def sums(row: str) -> Iterator[Case]:
    """A sum instead of a mean."""
    added = {"reduction": "sum", **LOGITS}
    yield from held(row, SPARSE, [added], indices)
    yield from held(row, CATEGORICAL, [added, {**added, "label_smoothing": 0.1}], one_hot)
    for name, make in ((SPARSE, indices), (CATEGORICAL, one_hot)):
        yield plain(row, name, LOGITS, one(make), "the reduction is a mean", chosen_by=added)


def channels_first(row: str) -> Iterator[Case]:
    """Classes on axis 1 in Keras too."""
    params = {**LOGITS, "axis": 1}
    shapes = ((2, 5, 7), (3, 4, 6), (2, 3, 4, 4))
    yield from held(row, CATEGORICAL, [params], one_hot, shapes=shapes, heads=())
    data = one(one_hot, (3, 4, 6))
    yield plain(row, CATEGORICAL, LOGITS, data, "axis is -1", heads=(), chosen_by=params)
    smoothed = {**params, "label_smoothing": 0.1}
    told = "label_smoothing is above 0"
    yield plain(row, CATEGORICAL, smoothed, data, told, heads=(), chosen_by=params)


def channels_first_smoothed(row: str) -> Iterator[Case]:
    draws = [{**LOGITS, "axis": 1, "label_smoothing": s} for s in (0.1, 0.3)]
    shapes = ((2, 5, 7), (3, 4, 6))
    yield from held(row, CATEGORICAL, draws, one_hot, shapes=shapes, heads=())


SCRIPTS = {
    "keras.sparse_categorical_crossentropy->netspresso.cross_entropy": sparse_logits,
    "keras.sparse_categorical_crossentropy->netspresso.cross_entropy/softmax": sparse_softmax,
    "keras.sparse_categorical_crossentropy->none/ignore-class": ignored_on_one_hot,
    "keras.*categorical_crossentropy->netspresso.*/sum": sums,
    "keras.categorical_crossentropy->netspresso.cross_entropy": categorical_logits,
    "keras.categorical_crossentropy->netspresso.cross_entropy/softmax": categorical_softmax,
    "keras.categorical_crossentropy->netspresso.*/axis": channels_first,
    "keras.categorical_crossentropy->netspresso.*/axis-smoothed": channels_first_smoothed,
    "keras.categorical_crossentropy->netspresso.cross_entropy/void-labels": void_rows,
}
