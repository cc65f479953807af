"""Keras to NetsPresso: what single parameters, weights and the model around do."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import held, plain, stepped
from .data import Make, binary, indices, one, one_hot, several, weighted
from .records import Case
from .rows_crossentropy import CATEGORICAL, LOGITS, SPARSE

BINARY, FOCAL = "binary_crossentropy", "binary_focal_crossentropy"
LOSSES: tuple[tuple[str, Make], ...] = (
    (SPARSE, indices),
    (CATEGORICAL, one_hot),
    (BINARY, binary),
    (FOCAL, binary),
)


def sums(row: str) -> Iterator[Case]:
    """A sum where the criterion has none."""
    for name, make in LOSSES[2:]:
        yield from held(row, name, [{**LOGITS, "reduction": "sum"}], make)


def no_reduction(row: str) -> Iterator[Case]:
    """What a training step does with it: the mean is logged, the sum is differentiated."""
    for name, make in LOSSES:
        params = {**LOGITS, "reduction": "none"}
        yield stepped(row, name, params, one(make, (7, 5)))


def weights(row: str) -> Iterator[Case]:
    """Weights of samples, and of classes."""
    known = {"weights": "any"}
    for name, make in LOSSES:
        for data in several(make, ((7, 3), (16, 10)), (2.0,)):
            yield plain(row, name, LOGITS, weighted(data), known=known)
    for name, make in LOSSES[:2]:
        fit = {"class_weight": {0: 0.2, 1: 3.0, 2: 1.0, 3: 0.5, 4: 2.0}}
        yield stepped(row, name, LOGITS, one(make, (7, 5)), known=known, fit=fit)


def regularizers(row: str) -> Iterator[Case]:
    """An L2 regularizer on the weights that are the logits."""
    for name, make in LOSSES:
        for squares in (0.01, 0.1):
            data = one(make, (7, 5))
            known = {"regularizer": "yes"}
            yield stepped(row, name, LOGITS, data, known=known, regularizer=squares)


SCRIPTS = {
    "keras.*->none/sum": sums,
    "keras.*->none/no-reduction": no_reduction,
    "keras.*->none/weights": weights,
    "keras.*->none/regularizer": regularizers,
}
