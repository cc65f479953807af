"""Keras to NetsPresso: the cross entropies of maps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .cases import held, plain
from .data import MAPS, Data, hot, last, maps, one, resized, softmax, weighted
from .records import Case
from .rows_crossentropy import (
    CATEGORICAL,
    CLIP,
    CONFIDENT,
    LOGITS,
    SMOOTHED,
    SPARSE,
    TORCH_REFUSES,
    WEIGHTS,
)

MAP = (2, 5, 4, 4)
SMALL = ((2, 5, 2, 3), (1, 3, 3, 3))
ALL_IGNORED = "nothing but ignored labels"


def ignoring_logits(row: str) -> Iterator[Case]:
    for k in (255, -1, 2):
        params = {**LOGITS, "ignore_class": k}
        yield from held(row, SPARSE, [params], maps(k), shapes=MAPS)
        yield plain(row, SPARSE, params, one(maps(k, 2.0), MAP), ALL_IGNORED)
    yield plain(row, SPARSE, params, weighted(one(maps(2), MAP)), WEIGHTS)
    told = "from_logits is false"
    wrong = {"from_logits": False, "ignore_class": 2}
    yield plain(row, SPARSE, wrong, one(maps(2), MAP), told, chosen_by=params)
    data = one(maps(255), MAP)
    pred = data.pred.copy()
    pred[np.broadcast_to((data.keras == 255)[:, None], pred.shape)] = np.nan
    told = "NaN in the logits of an ignored pixel"
    broken = data._replace(pred=pred)
    yield plain(row, SPARSE, {**LOGITS, "ignore_class": 255}, broken, told)


def ignoring_softmax(row: str) -> Iterator[Case]:
    heads = (last, softmax)
    for k in (255, 2):
        params = {"ignore_class": k}
        yield from held(row, SPARSE, [params], maps(k), shapes=MAPS, heads=heads, scales=(0.1, 1.0))
        confident = one(maps(k), MAP, CONFIDENT)
        yield plain(row, SPARSE, params, confident, CLIP, heads=heads)
        yield plain(row, SPARSE, params, one(maps(k, 2.0), MAP), ALL_IGNORED, heads=heads)
    yield plain(row, SPARSE, params, weighted(one(maps(2), MAP)), WEIGHTS, heads=heads)


def resized_logits(row: str) -> Iterator[Case]:
    """The criterion resizes the logits itself; so does a layer of the Keras model."""
    for known in ({"resize": "logits"}, {"task": "segmentation"}):
        for larger in (1, 2, 4):
            yield from _resized(row, larger, known)
    params = {"ignore_class": 255}
    heads = (last, softmax)
    known = {"resize": "logits"}
    told = f"{CLIP}, which it does with an ignore_class"
    confident = one(maps(255), MAP, CONFIDENT)
    yield plain(row, SPARSE, params, confident, told, heads=heads, known=known)
    data = one(maps(255, 2.0), MAP)
    yield plain(row, SPARSE, params, data, ALL_IGNORED, heads=heads, known=known)
    data = weighted(one(maps(), MAP))
    yield plain(row, SPARSE, LOGITS, data, WEIGHTS, known=known)
    yield plain(row, CATEGORICAL, LOGITS, one_hot_maps(data), WEIGHTS, known=known)
    beyond, told = {**LOGITS, "label_smoothing": 1.5}, "label_smoothing is 1.5"
    given = one_hot_maps(data._replace(sample_weight=None))
    yield plain(
        row, CATEGORICAL, beyond, given, told, known=known, chosen_by=LOGITS, refuses=TORCH_REFUSES
    )


def _resized(row: str, larger: int, known: dict[str, str]) -> Iterator[Case]:
    for shape in SMALL:
        height, width = (side * larger for side in shape[2:])
        heads = (last, *([resized(height, width)] if larger > 1 else []))
        through = (*heads, softmax)
        for scale in (0.1, 1.0) if "resize" in known else ():
            data = one(maps(255, larger=larger), shape, scale)
            ignoring = {"ignore_class": 255}
            yield plain(row, SPARSE, {**LOGITS, **ignoring}, data, heads=heads, known=known)
            yield plain(row, SPARSE, ignoring, data, heads=through, known=known)
        for scale in (0.1, 6.0):
            data = one(maps(larger=larger), shape, scale)
            yield plain(row, SPARSE, LOGITS, data, heads=heads, known=known)
            yield plain(row, SPARSE, {}, data, heads=through, known=known)
            for params in SMOOTHED[:2]:
                both = one_hot_maps(data)
                yield plain(row, CATEGORICAL, {**LOGITS, **params}, both, heads=heads, known=known)
                yield plain(row, CATEGORICAL, params, both, heads=through, known=known)


def one_hot_maps(data: Data) -> Data:
    """The same with one-hot maps for Keras."""
    return data._replace(keras=hot(data.keras, data.pred.shape[1]))


def resized_late(row: str) -> Iterator[Case]:
    known = {"resize": "probabilities"}
    for shape in SMALL:
        data = one(maps(larger=2), shape, 6.0)
        heads = (last, softmax, resized(2 * shape[2], 2 * shape[3]))
        yield plain(row, SPARSE, {}, data, known=known, heads=heads)
        for params in SMOOTHED[:2]:
            yield plain(row, CATEGORICAL, params, one_hot_maps(data), known=known, heads=heads)


def masked(row: str) -> Iterator[Case]:
    """Sample weights of zeros and ones against an ignored label."""
    known, base = {"weights": "mask"}, {"reduction": "mean_with_sample_weight"}
    for params in SMOOTHED[:3]:
        for number, shape in enumerate(MAPS):
            data = masked_maps(one(maps(255), shape, 2.0, number))
            for mode, heads in (({}, (last, softmax)), (LOGITS, (last,))):
                drawn = {**base, **params, **mode}
                yield plain(row, CATEGORICAL, drawn, data, known=known, heads=heads)
    chosen = {**base, **LOGITS}
    data = masked_maps(one(maps(255), MAP))
    yield plain(
        row, CATEGORICAL, {**chosen, "label_smoothing": 1.5}, data, "label_smoothing is 1.5",
        known=known, chosen_by=chosen, refuses=TORCH_REFUSES,
    )  # fmt: skip
    told = "another reduction, which divides by all pixels"
    yield plain(row, CATEGORICAL, LOGITS, data, told, known=known, chosen_by=chosen)
    told = "weights between 0 and 1"
    yield plain(row, CATEGORICAL, chosen, weighted(data), told, known=known)
    nothing = masked_maps(one(maps(255, 2.0), MAP))
    yield plain(row, CATEGORICAL, chosen, nothing, ALL_IGNORED, known=known)


def masked_maps(data: Data, ignored: int = 255) -> Data:
    """One-hot maps and a mask for Keras, label maps for NetsPresso."""
    mask = data.keras != ignored
    labels = hot(np.where(mask, data.keras, 0), data.pred.shape[1])
    return data._replace(keras=labels, sample_weight=mask.astype(np.float64))


SCRIPTS = {
    "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy": ignoring_logits,
    "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy/softmax": ignoring_softmax,
    "keras.categorical_crossentropy->netspresso.seg_cross_entropy/mask": masked,
    "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized": resized_logits,
    "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized-late": resized_late,
}
