"""The losses that no criterion computes: what comes nearest, and how near.

Every loss, behind every activation and on every kind of labels, is held against all settings of
the criteria that take one tensor. If a setting computed the loss, with whatever factor, a factor
would be left with no gradient unexplained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from losslint.catalog.equivalences import NEAREST, find
from losslint.catalog.equivalences_model import Nearest
from losslint.dryrun.records import Batch

from .data import sigmoid, softmax
from .judge import Word
from .mapping import chosen, keras_loss
from .records import Array, Criteria, Direct, Head, Result, Term, as_is

SHAPE, BATCHES, SCALE = (8, 5), 12, 2.0
CLOSE = 0.01
"""How far a residual may lie from the recorded one, which has two digits."""

RELATED = 0.01
"""A gradient of which less is left over is the same but for a factor: then the row is wrong."""

SMOOTHINGS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9)
ALPHAS = (-1, 0.1, 0.25, 0.5, 0.75, 0.9, 1)
GAMMAS = (0, 0.5, 1, 1.5, 2, 3, 4, 5)
SETTINGS: tuple[dict[str, Any], ...] = (
    *({"criterion": "cross_entropy", "label_smoothing": s} for s in SMOOTHINGS),
    *({"criterion": "focal_loss", "alpha": a, "gamma": g} for a, g in product(ALPHAS, GAMMAS)),
)


def _softplus(pred: Any) -> Any:
    import keras

    return keras.activations.softplus(pred)


def _l2norm(pred: Any) -> Any:
    import keras

    return keras.ops.normalize(pred, axis=-1)


ACTIVATIONS: Mapping[str, Head] = MappingProxyType(
    {
        "none": as_is,
        "softmax": softmax,
        "sigmoid": sigmoid,
        "softplus": _softplus,
        "l2norm": _l2norm,
    }
)


def _one_hot(random: np.random.Generator) -> Array:
    return np.eye(SHAPE[1])[random.integers(0, SHAPE[1], SHAPE[0])]


def _soft(random: np.random.Generator) -> Array:
    return random.dirichlet(np.ones(SHAPE[1]), SHAPE[0])


def _multi_hot(random: np.random.Generator) -> Array:
    return (random.random(SHAPE) < 0.4).astype(np.float64)


def _fractions(random: np.random.Generator) -> Array:
    return random.random(SHAPE)


LABELS: Mapping[str, Callable[[np.random.Generator], Array]] = MappingProxyType(
    {"one-hot": _one_hot, "soft": _soft, "multi-hot": _multi_hot, "fractions": _fractions}
)
# Divided by the labels: on labels of 0 it is 1e9 times another loss, of the zeros alone.
_NOT_ZERO = ("mean_absolute_percentage_error",)
_OF_INDICES = ("circle",)


class Finding(NamedTuple):
    """What came nearest to the loss of a row."""

    row: str
    word: Word
    recorded: Nearest
    nearest: Nearest
    problem: str = ""


def draws(kind: str) -> Iterator[tuple[Array, Array]]:
    """Predictions and labels of a kind."""
    for seed in range(BATCHES):
        random = np.random.default_rng((seed, len(kind)))
        yield random.normal(0.0, SCALE, SHAPE), LABELS[kind](random)


def sweeps() -> list[Criteria]:
    """All settings on all batches, kind of labels by kind of labels."""
    lists = tuple([{**setting, "weight": None}] for setting in SETTINGS)
    return [
        Criteria(Batch({"pred": pred}, {"target": labels}, ("pred",)), lists)
        for kind in LABELS
        for pred, labels in draws(kind)
    ]


def kinds_of(name: str) -> tuple[str, ...]:
    """The kinds of labels that a loss takes."""
    if name in _OF_INDICES:
        return ("one-hot",)
    return ("soft", "fractions") if name in _NOT_ZERO else tuple(LABELS)


def searched(
    row: str, swept: Sequence[Sequence[Result]], run: Callable[[Direct], Result]
) -> Finding:
    """The nearest setting of all activations and labels; `run` computes the loss of Keras."""
    (name,) = find(row).losses
    chosen(row, name, {})
    loss = keras_loss(name, {})
    best: Nearest | None = None
    for kind in kinds_of(name):
        number = list(LABELS).index(kind) * BATCHES
        settings = swept[number : number + BATCHES]
        for activation, head in ACTIVATIONS.items():
            results = []
            for pred, labels in draws(kind):
                given = labels.argmax(1) if name in _OF_INDICES else labels
                results.append(run(Direct({"pred": pred}, (Term(loss, given, head),))))
            problem = next((one.problem for one in results if one.problem), "")
            if problem:
                return Finding(row, "CONTRADICTED", NEAREST[row], NEAREST[row], problem)
            found = _nearest(results, settings, activation, kind)
            if found is not None and (best is None or found[2] < best[2]):
                best = found
    assert best is not None
    return Finding(row, _word(NEAREST[row], best), NEAREST[row], best)


def _nearest(
    results: list[Result], settings: Sequence[Sequence[Result]], activation: str, kind: str
) -> Nearest | None:
    """The best setting, with one factor and one straight line for all batches."""
    slopes = np.stack([one.gradients["pred"] for one in results]).ravel()
    values = np.array([one.value for one in results])
    if not np.isfinite(slopes).all() or not slopes.any():
        return None
    theirs = np.array(
        [[batch[n].gradients["pred"] for batch in settings] for n in range(len(SETTINGS))]
    ).reshape(len(SETTINGS), -1)
    factors = theirs @ slopes / np.maximum((theirs**2).sum(1), 1e-300)
    over = np.linalg.norm(slopes - factors[:, None] * theirs, axis=1)
    left = over / np.linalg.norm(slopes)
    number = int(np.argmin(left))
    other = np.array([batch[number].value for batch in settings])
    line = np.polyfit(other, values, 1)
    spread = float(np.ptp(values)) or 1.0
    apart = float(np.max(np.abs(values - np.polyval(line, other))))
    params = dict(SETTINGS[number])
    name = params.pop("criterion")
    return Nearest(
        name, tuple(params.items()), float(left[number]), apart / spread, activation, kind
    )


def _word(recorded: Nearest, found: Nearest) -> Word:
    if found.gradient_residual < RELATED:
        return "CONTRADICTED"
    close = abs(found.gradient_residual - recorded.gradient_residual) <= CLOSE
    same = (found.name, found.activation, found.labels) == (
        recorded.name,
        recorded.activation,
        recorded.labels,
    )
    return "same" if close and same else "differs"
