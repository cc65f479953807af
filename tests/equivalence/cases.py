"""Cases of one loss against one criterion, the pair that the catalog makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from losslint.dryrun.records import Batch

from .data import SCALES, SHAPES, Data, Make, chain, last, several
from .mapping import Pair, Params, WrongRowError, mapped
from .records import Array, Case, Compiled, Criteria, Direct, Head, Term

NOTHING = Direct({}, ())


def plain(
    row: str,
    name: str,
    params: Params,
    data: Data,
    breaks: str = "",
    *,
    heads: tuple[Head, ...] = (last,),
    known: dict[str, str] | None = None,
    chosen_by: Params | None = None,
    target: str | None = None,
    entry: Params | None = None,
    refuses: str = "",
) -> Case:
    """A loss and what the catalog makes of it, on the same predictions.

    Args:
        breaks: which condition of the row does not hold here.
        heads: what the Keras model does to the predictions.
        entry: parameters of the criterion where the row gives none.
        refuses: what a framework raises here.
    The rest is of `mapped`.
    """
    told = {"count": str(data.pred.shape[1]), **(known or {})}
    try:
        pair = mapped(row, name, params, told, chosen_by, target)
    except WrongRowError as error:
        return Case(row, NOTHING, NOTHING, breaks, problem=str(error))
    pair.entry.update(entry or {})
    return _case(row, pair, data, breaks, heads)._replace(refuses=refuses)


def _case(row: str, pair: Pair, data: Data, breaks: str, heads: tuple[Head, ...]) -> Case:
    labels = moved(data) if last in heads else data.keras
    head = chain(*heads)
    term = Term(pair.keras, labels, head, pair.factor, data.sample_weight)
    first = Direct({"pred": data.pred}, (term,))
    return Case(row, first, criteria(data, pair.entry), breaks, variant=pair.rows)


def moved(data: Data) -> Array:
    """Keras's labels, with their classes on the last axis where they have such an axis."""
    labels = data.keras
    same = labels.shape[:1] + labels.shape[2:] == data.pred.shape[:1] + data.pred.shape[2:]
    whole = labels.ndim == data.pred.ndim and (same or labels.shape[1] == data.pred.shape[1])
    return np.moveaxis(labels, 1, -1) if whole else labels


def criteria(data: Data, *entries: Params) -> Criteria:
    """A list of criteria on data."""
    batch = Batch({"pred": data.pred}, {"target": data.netspresso}, ("pred",))
    return Criteria(batch, (list(entries),))


def held(
    row: str,
    name: str,
    draws: Sequence[Params],
    make: Make,
    *,
    heads: tuple[Head, ...] = (last,),
    known: dict[str, str] | None = None,
    shapes: tuple[tuple[int, ...], ...] = SHAPES,
    scales: tuple[float, ...] = SCALES,
    target: str | None = None,
    entry: Params | None = None,
) -> Iterator[Case]:
    """Cases in which the row holds: every draw of parameters on data of all shapes and scales."""
    for params in draws:
        for data in several(make, shapes, scales):
            yield plain(
                row, name, params, data, heads=heads, known=known, target=target, entry=entry
            )


def stepped(
    row: str,
    name: str,
    params: Params,
    data: Data,
    breaks: str = "",
    *,
    known: dict[str, str] | None = None,
    fit: Params | None = None,
    regularizer: float = 0.0,
) -> Case:
    """The same as `plain`, as one step of a compiled model."""
    try:
        pair = mapped(row, name, params, known)
    except WrongRowError as error:
        return Case(row, NOTHING, NOTHING, breaks, problem=str(error))
    first = Compiled(
        data.pred, (last,), (moved(data),), (pair.keras,), None, fit or {}, regularizer
    )
    return Case(row, first, criteria(data, pair.entry), breaks, variant=pair.rows)
