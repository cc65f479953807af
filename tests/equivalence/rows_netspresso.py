"""NetsPresso to Keras: the criteria that a config says in Keras."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .cases import held, plain
from .data import (
    MAPS,
    Data,
    binary,
    covered,
    fractions,
    hot,
    indices,
    last,
    maps,
    one,
    one_hot,
    resized,
    soft,
    softmax,
    weighted,
)
from .mapping import Params
from .records import Case
from .rows_crossentropy import CONFIDENT, KERAS_REFUSES, TORCH_REFUSES, WEIGHTS
from .rows_segmentation import ALL_IGNORED, MAP, SMALL, masked_maps, one_hot_maps

CE, SEG, FOCAL = "cross_entropy", "seg_cross_entropy", "focal_loss"
SMOOTHINGS = (0.0, 0.1, 0.7, 1.0)
ENDS_IN_SOFTMAX = "the Keras model ends in a softmax that Keras does not see through"


def cross_entropy(row: str) -> Iterator[Case]:
    draws: list[Params] = [{"label_smoothing": s} for s in SMOOTHINGS]
    yield from held(row, CE, [{}, *draws, {"size_average": True}], one_hot)
    yield from held(row, CE, draws[:2], soft)
    data = one(one_hot)
    yield plain(row, CE, {}, weighted(data), WEIGHTS)
    yield plain(row, CE, {"size_average": False}, data, "size_average is false", chosen_by={})
    for s in (1.5, -0.1):
        beyond = {"label_smoothing": s}
        told, refuses = f"label_smoothing is {s}", TORCH_REFUSES if s > 1 else ""
        yield plain(row, CE, beyond, data, told, chosen_by={}, refuses=refuses)


def ignored_on_one_hot(row: str) -> Iterator[Case]:
    """A negative index does nothing on one-hot labels, any other stops the training."""
    for k in (-100, -1):
        draws = [{"ignore_index": k, "label_smoothing": s} for s in (0.0, 0.1)]
        yield from held(row, CE, draws, one_hot)
    for k in (0, 3):
        told = f"ignore_index is {k}: the trainer stops"
        yield plain(row, CE, {"ignore_index": k}, one(one_hot), told, refuses=TORCH_REFUSES)
    data = one(indices)
    marked = np.where(np.arange(len(data.keras)) % 2 == 0, -1, data.keras)
    given = data._replace(keras=data.netspresso, netspresso=marked)
    told = "labels are class indices, of which some are ignored"
    yield plain(row, CE, {"ignore_index": -1}, given, told)


def maps_of_indices(row: str) -> Iterator[Case]:
    for k in (255, -1, 2):
        yield from held(row, SEG, [{"ignore_index": k}], maps(k), shapes=MAPS)
        data = one(maps(k, 2.0), MAP)
        yield plain(row, SEG, {"ignore_index": k}, data, ALL_IGNORED)
    yield from held(row, SEG, [{}], maps(), shapes=MAPS)
    for larger in (2, 4):
        for shape in SMALL:
            head = resized(shape[2] * larger, shape[3] * larger)
            data = one(maps(255, larger=larger), shape)
            yield plain(row, SEG, {"ignore_index": 255}, data, heads=(last, head))
    data = one(maps(larger=2), SMALL[0])
    told = "logits of another size than the labels, and no Resizing"
    yield plain(row, SEG, {}, data, told, refuses="Keras: ValueError")
    yield plain(row, SEG, {}, weighted(one(maps(), MAP)), WEIGHTS)
    beyond, data = {"label_smoothing": 0.1}, one(maps(), MAP)
    yield plain(row, SEG, beyond, data, "label_smoothing is above 0", chosen_by={})
    wrong = {"size_average": False}
    yield plain(row, SEG, wrong, data, "size_average is false", chosen_by={})
    told = "a label is -100, which an ignore_index that is not written ignores"
    yield plain(row, SEG, {}, one(maps(-100), MAP), told, refuses=KERAS_REFUSES)
    yield plain(row, SEG, {}, data, ENDS_IN_SOFTMAX, heads=(last, softmax, covered))


def smoothed_maps(row: str) -> Iterator[Case]:
    for s in (0.1, 0.7, 1.0):
        params = {"label_smoothing": s}
        for number, shape in enumerate((*MAPS, (3, 4, 2, 2))):
            data = one_hot_maps(one(maps(), shape, 2.0, number))
            yield plain(row, SEG, params, data)
    chosen = {"label_smoothing": 0.1}
    for beyond, refuses in (
        ({"label_smoothing": 1.5}, TORCH_REFUSES),
        ({**chosen, "size_average": False}, ""),
    ):
        told = " and ".join(f"{name} is {value}" for name, value in beyond.items())
        given = one_hot_maps(one(maps(), MAP))
        yield plain(row, SEG, beyond, given, told, chosen_by=chosen, refuses=refuses)
    data = one(maps(255), MAP)
    rows = hot(np.where(data.keras == 255, 0, data.keras), 5) * (data.keras != 255)[:, None]
    told = "ignore_index is given and pixels are ignored"
    ignoring = {"label_smoothing": 0.1, "ignore_index": 255}
    given = data._replace(keras=rows)
    yield plain(row, SEG, ignoring, given, told, chosen_by={"label_smoothing": 0.1})


def smoothed_and_ignored(row: str) -> Iterator[Case]:
    for s in (0.1, 0.7):
        params = {"label_smoothing": s, "ignore_index": 255}
        for number, shape in enumerate((*MAPS, (3, 4, 2, 2))):
            yield plain(row, SEG, params, masked_maps(one(maps(255), shape, 2.0, number)))
    data = masked_maps(one(maps(255), MAP))
    for beyond, refuses in (
        ({"label_smoothing": 1.5}, TORCH_REFUSES),
        ({"size_average": False}, ""),
    ):
        told = " and ".join(f"{name} is {value}" for name, value in beyond.items())
        changed = {**params, **beyond}
        yield plain(row, SEG, changed, data, told, chosen_by=params, refuses=refuses)
    told = "no sample_weight"
    yield plain(row, SEG, params, data._replace(sample_weight=None), told)
    yield plain(row, SEG, params, masked_maps(one(maps(255, 2.0), MAP)), ALL_IGNORED)


def sums(row: str) -> Iterator[Case]:
    """The old word for a sum."""
    yield from held(row, CE, [{"size_average": False}], indices)
    params = {"size_average": False, "ignore_index": 255}
    yield from held(row, SEG, [params], maps(255), shapes=MAPS)
    yield plain(row, SEG, params, one(maps(255, 2.0), MAP))
    for name, data in ((CE, one(indices)), (SEG, one(maps(), MAP))):
        told = "label_smoothing is above 0"
        chosen = {"size_average": False}
        yield plain(row, name, {**chosen, "label_smoothing": 0.1}, data, told, chosen_by=chosen)
        told = "size_average is true"
        yield plain(row, name, {"size_average": True}, data, told, chosen_by=chosen)


def binary_entropy(row: str) -> Iterator[Case]:
    for a in (-1, -0.25):
        yield from held(row, FOCAL, [{"alpha": a, "gamma": 0}], binary)
    yield from held(row, FOCAL, [{"alpha": -1, "gamma": 0}], fractions)
    yield from _beyond(row, {"alpha": -1, "gamma": 0}, ({"alpha": 0.3}, {"gamma": 1.0}))


def unbalanced(row: str) -> Iterator[Case]:
    draws: list[Params] = [{"alpha": -1, "gamma": g} for g in (0.5, 1.0, 2.0, 5.0)]
    yield from held(row, FOCAL, draws, binary, scales=(0.1, 2.0))
    yield from held(row, FOCAL, draws[1:], fractions)
    yield from _beyond(row, {"alpha": -1, "gamma": 2.0}, ({"alpha": 0.3},))
    yield _sure_without_gamma(row, {"alpha": -1, "gamma": 2.0})


def balanced(row: str) -> Iterator[Case]:
    draws: list[Params] = [
        {"alpha": a, "gamma": g} for a in (0, 0.25, 1.0, 1.5) for g in (0.5, 1.0, 2.0, 5.0)
    ]
    yield from held(row, FOCAL, draws, binary, scales=(0.1, 2.0))
    yield from held(row, FOCAL, draws[4:6], fractions, scales=(0.1, 2.0))
    yield from _beyond(row, {"alpha": 0.25, "gamma": 2.0}, ({"alpha": -0.25},))
    yield _sure_without_gamma(row, {"alpha": 0.25, "gamma": 2.0})


def _sure_without_gamma(row: str, chosen: Params) -> Case:
    data = one(binary)
    sure = data._replace(pred=np.where(data.keras > 0, CONFIDENT, -CONFIDENT))
    told = "gamma is 0 and the logits are confident"
    return plain(row, FOCAL, {**chosen, "gamma": 0}, sure, told, chosen_by=chosen)


def halved(row: str) -> Iterator[Case]:
    params = {"alpha": 0.5, "gamma": 0}
    yield from held(row, FOCAL, [params], binary)
    yield from _beyond(row, params, ({"alpha": 0.4}, {"gamma": 1.0}))


def balanced_entropy(row: str) -> Iterator[Case]:
    draws: list[Params] = [{"alpha": a, "gamma": 0} for a in (0, 0.3, 0.9, 1.5)]
    yield from held(row, FOCAL, draws, binary, scales=(0.1, 2.0))
    told = "logits so confident that Keras's gradient is NaN"
    data = one(binary)
    sure = data._replace(pred=np.where(data.keras > 0, CONFIDENT, -CONFIDENT))
    yield plain(row, FOCAL, draws[1], sure, told)
    yield from _beyond(row, draws[1], ({"alpha": -0.3}, {"gamma": 1.0}))


def _beyond(row: str, chosen: Params, others: tuple[Params, ...]) -> Iterator[Case]:
    """The row's loss with parameters that are not the row's; and what no row of focal_loss is."""
    data: Data = one(binary)
    for other in others:
        told = ", ".join(f"{name} is {value}" for name, value in other.items())
        yield plain(row, FOCAL, {**chosen, **other}, data, told, chosen_by=chosen)
    yield plain(row, FOCAL, chosen, weighted(data), WEIGHTS)


SCRIPTS = {
    "netspresso.cross_entropy->keras.categorical_crossentropy": cross_entropy,
    "netspresso.cross_entropy->keras.*/ignore-index": ignored_on_one_hot,
    "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy": maps_of_indices,
    "netspresso.seg_cross_entropy->keras.categorical_crossentropy": smoothed_maps,
    "netspresso.seg_cross_entropy->keras.categorical_crossentropy/mask": smoothed_and_ignored,
    "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum": sums,
    "netspresso.focal_loss->keras.binary_crossentropy": binary_entropy,
    "netspresso.focal_loss->keras.binary_focal_crossentropy": unbalanced,
    "netspresso.focal_loss->keras.binary_focal_crossentropy/balanced": balanced,
    "netspresso.focal_loss->keras.binary_crossentropy/halved": halved,
    "netspresso.focal_loss->keras.binary_focal_crossentropy/no-gamma": balanced_entropy,
}
