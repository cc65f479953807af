"""Keras to NetsPresso: the focal losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .cases import held, plain
from .data import (
    Data,
    binary,
    covered,
    fractions,
    indices,
    last,
    one,
    one_hot,
    sigmoid,
    softmax,
    weighted,
)
from .data import several as drawn
from .records import Case
from .rows_crossentropy import CLIP, CONFIDENT, LOGITS, NO_LOGITS, TORCH_REFUSES, WEIGHTS

FOCAL = "binary_focal_crossentropy"
C_FOCAL = "categorical_focal_crossentropy"
BALANCED = {"apply_class_balancing": True}
GAMMAS = (1.0, 1.5, 2.0, 5.0)


def _both_ways(row: str, draws: list[dict[str, object]], base: dict[str, object]) -> Iterator[Case]:
    """Logits, and a sigmoid that is last; then what neither row asks for."""
    heads, behind = (last, sigmoid), (last, sigmoid, covered)
    yield from held(row, FOCAL, [{**LOGITS, **each} for each in draws], binary)
    yield from held(row, FOCAL, [{**LOGITS, **draws[0]}], fractions)
    yield from held(row, FOCAL, draws, binary, heads=heads, scales=(0.1, 2.0))
    yield plain(row, FOCAL, base, one(binary, (16, 10), CONFIDENT), CLIP, heads=behind)
    data, with_logits = one(binary), {**base, **LOGITS}
    yield plain(row, FOCAL, with_logits, weighted(data), WEIGHTS)
    yield plain(row, FOCAL, with_logits, data, "a sigmoid and from_logits", heads=heads)
    wrong = {**base, **NO_LOGITS}
    yield plain(row, FOCAL, wrong, data, "from_logits is false", chosen_by=with_logits)
    sure = data._replace(pred=np.where(data.keras > 0, CONFIDENT, -CONFIDENT))
    told = "gamma is 0.5 and the logits are confident"
    low = {**with_logits, "gamma": 0.5}
    yield plain(row, FOCAL, low, sure, told, chosen_by=with_logits)
    told = "label_smoothing is above 0"
    smooth = {**with_logits, "label_smoothing": 0.1}
    yield plain(row, FOCAL, smooth, data, told, chosen_by=with_logits)


def _without_focus(row: str, base: Mapping[str, object]) -> Iterator[Case]:
    """Gamma 0, where only Keras's gradient of confident logits is no number."""
    none = {**base, "gamma": 0}
    with_logits = {**none, **LOGITS}
    yield from held(row, FOCAL, [with_logits], binary, scales=(0.1, 2.0))
    yield from held(row, FOCAL, [none], binary, heads=(last, sigmoid), scales=(0.1, 2.0))
    data = one(binary)
    sure = data._replace(pred=np.where(data.keras > 0, CONFIDENT, -CONFIDENT))
    told = "gamma is 0 and the logits are confident"
    yield plain(row, FOCAL, with_logits, sure, told)


def unbalanced(row: str) -> Iterator[Case]:
    draws: list[dict[str, object]] = [{"gamma": g, "alpha": 0.25 * g} for g in GAMMAS]
    yield from _both_ways(row, [{}, *draws], {})
    yield from _without_focus(row, {})
    told = "apply_class_balancing is true"
    chosen = {**LOGITS, **draws[2]}
    yield plain(row, FOCAL, {**chosen, **BALANCED}, one(binary), told, chosen_by=chosen)


def balanced(row: str) -> Iterator[Case]:
    draws: list[dict[str, object]] = [
        {**BALANCED, "gamma": g, "alpha": a} for g in GAMMAS for a in (0.0, 0.25, 0.9, 1.5)
    ]
    yield from _both_ways(row, [{**BALANCED}, *draws], {**BALANCED})
    yield from _without_focus(row, BALANCED)
    chosen = {**BALANCED, **LOGITS}
    for beyond in ({"apply_class_balancing": False}, {"alpha": -0.25}):
        told = " ".join(f"{name} is {value}" for name, value in beyond.items())
        yield plain(row, FOCAL, {**chosen, **beyond}, one(binary), told, chosen_by=chosen)


def negative_alpha(row: str) -> Iterator[Case]:
    """The criterion with the same numbers."""
    for a in (-0.25, -1.0):
        for g in (1.0, 2.0):
            params = {**BALANCED, **LOGITS, "alpha": a, "gamma": g}
            entry = {"alpha": a, "gamma": g}
            yield from held(row, FOCAL, [params], binary, target="focal_loss", entry=entry)


def smoothed(row: str) -> Iterator[Case]:
    """The criterion that drops the key."""
    for params, entry in (
        ({}, {"alpha": -1, "gamma": 2.0}),
        (BALANCED, {"alpha": 0.25, "gamma": 2.0}),
    ):
        for s in (0.05, 0.1):
            given = {**LOGITS, **params, "label_smoothing": s}
            yield from held(row, FOCAL, [given], binary, entry=entry)


def no_gamma(row: str) -> Iterator[Case]:
    base = {"gamma": 0}
    draws = [{**base, "alpha": a, "label_smoothing": s} for a in (0.25, 1.0, 3.0) for s in (0, 0.3)]
    heads = (last, softmax)
    yield from held(row, C_FOCAL, draws, one_hot, heads=heads, scales=(0.1, 1.0))
    logits = [{**each, **LOGITS} for each in draws]
    yield from held(row, C_FOCAL, logits, one_hot, scales=(0.1, 1.0))
    confident = one(one_hot, (16, 10), CONFIDENT)
    yield plain(row, C_FOCAL, base, confident, CLIP, heads=heads)
    yield plain(row, C_FOCAL, {**base, **LOGITS}, confident, f"{CLIP}, with from_logits too")
    yield plain(row, C_FOCAL, base, weighted(one(one_hot)), WEIGHTS, heads=heads)
    yield plain(
        row, C_FOCAL, {**base, "label_smoothing": 1.5}, one(one_hot), "label_smoothing is 1.5",
        heads=heads, chosen_by=base, refuses=TORCH_REFUSES,
    )  # fmt: skip
    for beyond in ({"gamma": 2.0}, {"gamma": 0, "alpha": -0.3}, {"gamma": 0, "alpha": [0.3] * 5}):
        told = ", ".join(f"{name} is {value}" for name, value in beyond.items())
        data = one(one_hot)
        yield plain(
            row, C_FOCAL, beyond, data, told, heads=heads, chosen_by=base, entry={"weight": 1.0}
        )


def two_classes(row: str) -> Iterator[Case]:
    """focal_loss of one logit, which Keras sees as the second of two."""
    known = {"classes": "two"}
    for data in drawn(_one_logit, ((2, 1), (7, 1), (16, 1)), (0.1, 1.0)):
        for g in (0.5, 2.0, 3.0):
            for a in (0.25, 2.0):
                params = {"gamma": g, "alpha": a}
                heads = (_two, softmax)
                yield plain(row, C_FOCAL, params, data, known=known, heads=heads)
    confident = one(_one_logit, (16, 1), CONFIDENT)
    yield plain(row, C_FOCAL, {}, confident, CLIP, known=known, heads=(_two, softmax, covered))
    told = "a head of two logits"
    yield plain(row, C_FOCAL, {}, one(one_hot, (7, 2)), told, known=known, heads=(last, softmax))
    told = "label_smoothing is above 0"
    smooth = {"label_smoothing": 0.1}
    data = one(_one_logit, (7, 1))
    yield plain(row, C_FOCAL, smooth, data, told, known=known, heads=(_two, softmax))


def _one_logit(random: np.random.Generator, shape: tuple[int, ...], scale: float) -> Data:
    data = indices(random, (shape[0], 2), scale)
    flat = data.keras[:, None].astype(np.float64)
    return Data(data.pred[:, :1], np.eye(2)[data.keras], flat)


def _two(pred: object) -> object:
    import keras

    return keras.ops.concatenate([keras.ops.zeros_like(pred), pred], -1)


def three_classes(row: str) -> Iterator[Case]:
    """The same criterion on three and more classes."""
    for g in (1.0, 2.0):
        entry = {"alpha": -1, "gamma": g, "weight": 0.25}
        yield from held(
            row,
            C_FOCAL,
            [{"gamma": g}],
            one_hot,
            heads=(last, softmax),
            target="focal_loss",
            entry=entry,
        )


def listed_alpha(row: str) -> Iterator[Case]:
    """The mean of the weights in their place."""
    for shape in ((7, 5), (16, 10)):
        alphas = [0.1 + 0.2 * number for number in range(shape[1])]
        for seed in range(3):
            data = one(one_hot, shape, 1.0, seed)
            entry = {"label_smoothing": 0.0, "weight": float(np.mean(alphas))}
            params = {"gamma": 0, "alpha": alphas}
            yield plain(
                row, C_FOCAL, params, data, heads=(last, softmax), target="cross_entropy",
                entry=entry,
            )  # fmt: skip


SCRIPTS = {
    "keras.binary_focal_crossentropy->netspresso.focal_loss": unbalanced,
    "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced": balanced,
    "keras.binary_focal_crossentropy->none/negative-alpha": negative_alpha,
    "keras.binary_focal_crossentropy->netspresso.focal_loss/smoothed": smoothed,
    "keras.categorical_focal_crossentropy->netspresso.cross_entropy": no_gamma,
    "keras.categorical_focal_crossentropy->netspresso.focal_loss/two-classes": two_classes,
    "keras.categorical_focal_crossentropy->none": three_classes,
    "keras.categorical_focal_crossentropy->none/listed-alpha": listed_alpha,
}
