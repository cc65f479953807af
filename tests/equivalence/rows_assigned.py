"""NetsPresso to Keras: the criteria whose labels depend on the predictions.

A Keras loss compares predictions with labels that were there before. So what is to be shown is
that here the predictions decide which of them are trained: on the same labels, other predictions
have their boxes pulled at other places. Were the labels fixed, the places would stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from losslint.dryrun.losses.netspresso import batch as drawn
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, BatchSizes
from tests.dryrun.cases import SHIPPED

from .cases import NOTHING
from .mapping import WrongRowError, chosen
from .records import Array, Case, Criteria

Look = Callable[[Array], Array]


def trained(channels: int, axis: int) -> Look:
    """Where the box, on the first channels of an axis, has a gradient."""

    def look(slope: Array) -> Array:
        box = np.take(slope, range(min(channels, slope.shape[axis])), axis)
        places: Array = np.any(box != 0, axis).astype(np.float64)
        return places

    return look


LOOKS: dict[str, Look] = {
    "yolox_loss": trained(4, -3),
    "yolofastest_loss": trained(4, -3),
    "yolov9_loss": trained(4 * 16, -3),
    "detr_loss": trained(4, -1),
}
# The trainer's yolov9_loss mixes float32 in and takes nothing else.
_ONLY = {"yolov9_loss": "float32"}


def moved_by_predictions(row: str, name: str, count: int = 3) -> Iterator[Case]:
    """Pairs of predictions on the same labels."""
    params = SHIPPED[name]
    known = {key: value for key, value in params.items() if not isinstance(value, (dict, list))}
    try:
        match = chosen(row, name, known)
    except WrongRowError as error:
        yield Case(row, NOTHING, NOTHING, problem=str(error))
        return
    for seed in range(count):
        batch = drawn(name, params, BatchSizes(2, 4, 96), seed)
        first, second = (_criteria(name, params, each) for each in (batch, turned(batch)))
        look = LOOKS[name]
        yield Case(row, first, second, look=look, variant=(match.row,), slopes_alone=True)


def _criteria(name: str, params: dict[str, Any], batch: Batch) -> Criteria:
    entry = {"criterion": name, **params, "weight": None}
    return Criteria(batch, ([entry],), _ONLY.get(name, ""))


def turned(batch: Batch) -> Batch:
    """The same predictions, handed to other places: images keep theirs, and so do labels."""
    turned = {}
    for path in batch.leaves:
        array = leaf_at(batch.out, path)
        axis = -1 if array.ndim > 3 else 1
        turned[path] = np.flip(array, axis).copy()
    return batch._replace(out=with_leaves(batch.out, turned))


def _script(name: str) -> Callable[[str], Iterator[Case]]:
    return lambda row: moved_by_predictions(row, name)


SCRIPTS = {
    "netspresso.yolox_loss->none": _script("yolox_loss"),
    "netspresso.yolofastest_loss->none": _script("yolofastest_loss"),
    "netspresso.yolov9_loss->none": _script("yolov9_loss"),
    "netspresso.detr_loss->none": _script("detr_loss"),
}
