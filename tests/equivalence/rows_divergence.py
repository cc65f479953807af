"""Keras to NetsPresso: divergences, and what comes near a cross entropy."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import held, plain
from .data import binary, fractions, indices, last, one, one_hot, sigmoid, soft, softmax, weighted
from .records import Case
from .rows_crossentropy import CLIP, CONFIDENT, WEIGHTS

KL = "kl_divergence"
THROUGH = (last, softmax)
NARROW = (0.1, 1.0)


def one_hot_divergence(row: str) -> Iterator[Case]:
    yield from held(row, KL, [{}], one_hot, heads=THROUGH, scales=NARROW)
    known = {"labels": "one-hot"}
    told = "labels are soft: their entropy is missing"
    yield plain(row, KL, {}, one(soft), told, heads=THROUGH, known=known)
    confident = one(one_hot, (16, 10), CONFIDENT)
    yield plain(row, KL, {}, confident, CLIP, heads=THROUGH)
    yield plain(row, KL, {}, weighted(one(one_hot)), WEIGHTS, heads=THROUGH)
    yield plain(row, KL, {}, one(one_hot), "the model ends in logits")


def soft_divergence(row: str) -> Iterator[Case]:
    known = {"labels": "soft"}
    yield from held(row, KL, [{}], soft, heads=THROUGH, known=known, scales=NARROW)


def sigmoid_divergence(row: str) -> Iterator[Case]:
    known, heads = {"head": "sigmoid"}, (last, sigmoid)
    yield from held(row, KL, [{}], binary, heads=heads, known=known, scales=NARROW)
    told = "labels are neither 0 nor 1"
    yield plain(row, KL, {}, one(fractions), told, heads=heads, known=known)
    confident = one(binary, (16, 10), CONFIDENT)
    yield plain(row, KL, {}, confident, CLIP, heads=heads, known=known)
    told = "without the factor"
    yield plain(row, KL, {}, one(binary), told, heads=heads, known=known, entry={"weight": None})


def poisson(row: str) -> Iterator[Case]:
    yield from held(row, "poisson", [{}], one_hot, heads=THROUGH, scales=NARROW)
    yield from held(row, "poisson", [{}], soft, heads=THROUGH, scales=NARROW)


def near_the_limit(row: str) -> Iterator[Case]:
    """The smallest q that a config would hold."""
    name = "categorical_generalized_cross_entropy"
    yield from held(
        row, name, [{"q": 0.001}], indices, heads=THROUGH, target="cross_entropy", scales=(2.0,)
    )


SCRIPTS = {
    "keras.kl_divergence->netspresso.cross_entropy": one_hot_divergence,
    "keras.kl_divergence->netspresso.cross_entropy/soft-labels": soft_divergence,
    "keras.kl_divergence->netspresso.focal_loss": sigmoid_divergence,
    "keras.poisson->netspresso.cross_entropy": poisson,
    "keras.categorical_generalized_cross_entropy->none": near_the_limit,
}
