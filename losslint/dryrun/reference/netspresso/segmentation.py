"""seg_cross_entropy and pidnet_loss."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import log_sum_exp, number
from losslint.dryrun.reference.netspresso.numbers import Floats, binary_entropy, floats, sigmoid
from losslint.dryrun.reference.tiles import Part, sum_of_parts

_TILE = 1 << 18
"""Elements of a resized map that are held at a time: about what a processor has at hand."""


def seg_cross_entropy(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Cross entropy of the logits, resized to the labels' size with half-pixel centres."""
    labels = np.asarray(batch.target["target"])
    if params.get("reduce", True) not in (True, None):
        raise NotImplementedError("a loss without reduction is no number")
    shares = (labels != params.get("ignore_index", -100)).astype(np.float64)
    if params.get("size_average", True) in (True, None):
        shares = _shares(shares)
    smoothing = float(params.get("label_smoothing", 0.0))
    return _entropy(batch.out["pred"], labels, shares, False, smoothing)


def pidnet_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """0.4 CE(p) + CE(i) + 20 balanced BCE(d) + CE(i where sigmoid(d) > 0.8)."""
    labels = np.asarray(batch.target["target"])
    edge = resized(batch.out["extra_d"], labels.shape[-2:], True)[:, 0]
    kept = labels != params.get("ignore_index", -100)
    everywhere, sure = _shares(kept), _shares(kept & (sigmoid(edge) > 0.8))
    detail = _entropy(batch.out["extra_p"], labels, 0.4 * everywhere, True)
    main = _entropy(batch.out["pred"], labels, everywhere + sure, True)
    return detail + main + 20 * _balanced(edge, floats(batch.target["bd_gt"]))


def _shares(counted: Any) -> Floats:
    """What each pixel weighs in the mean over those that count; NaN where none does."""
    with np.errstate(invalid="ignore"):
        result: Floats = counted / np.float64(np.count_nonzero(counted))
    return result


def _entropy(
    maps: Any, labels: Any, shares: Floats, align_corners: bool, smoothing: float = 0.0
) -> float:
    """Σ share · −Σ_c q_c log p_c over the pixels of the resized maps, q = (1 − s) y + s / C."""
    maps = floats(maps)
    height, width = labels.shape[-2:]
    rows = _weights(maps.shape[-2], height, align_corners)
    columns = _weights(maps.shape[-1], width, align_corners)
    step = max(1, math.isqrt(_TILE // maps.shape[1]))
    places = product(range(len(labels)), range(0, height, step), range(0, width, step))

    def parts() -> Iterator[Part]:
        for image, top, left in places:
            down, across = slice(top, top + step), slice(left, left + step)
            by_row, from_rows = _used(rows[down])
            by_column, from_columns = _used(columns[across])
            here = (image, down, across)
            tile = _Tile(by_row, by_column, labels[here], shares[here])
            source = (image, slice(None), from_rows, from_columns)
            yield source, partial(_tile_entropy, tile, smoothing)

    return sum_of_parts(maps, parts())


def _used(weights: Floats) -> tuple[Floats, slice]:
    """Of some rows of weights those columns that are not all 0, and where they are."""
    used = np.flatnonzero(weights.any(0))
    source = slice(int(used[0]), int(used[-1]) + 1)
    return weights[:, source], source


class _Tile(NamedTuple):
    """A piece of one image: how it is made of the map's, its labels, what they weigh."""

    rows: Floats
    columns: Floats
    labels: Any
    shares: Floats


def _tile_entropy(tile: _Tile, smoothing: float, maps: Any) -> Any:
    narrow = tile.rows @ maps
    # One product of two matrices takes half the time of one for each class.
    flat = narrow.reshape(-1, narrow.shape[-1]) @ tile.columns.T
    logits = flat.reshape(*narrow.shape[:2], -1)
    # What does not count may have a label that is no class; where nothing does, shares are NaN.
    index = np.where(tile.shares > 0.0, tile.labels, 0)[None]
    wanted = np.take_along_axis(logits, index, 0)[0]
    if smoothing > 0:
        wanted = (1 - smoothing) * wanted + smoothing * logits.mean(0)
    return (tile.shares * (log_sum_exp(logits, 0)[0] - wanted)).sum()


def _balanced(logits: Floats, edges: Floats) -> float:
    """Mean over all pixels; an edge weighs the share of non-edges, and the reverse."""
    on, off = int((edges == 1).sum()), int((edges == 0).sum())
    weight = np.zeros_like(logits)
    if on + off:
        weight[edges == 1] = off / (on + off)
        weight[edges == 0] = on / (on + off)
    return number((weight * binary_entropy(logits, edges)).mean())


def resized(maps: Any, size: tuple[int, ...], align_corners: bool) -> Floats:
    """Maps (B, C, h, w) resized bilinearly: one weight matrix an axis."""
    maps = floats(maps)
    rows = _weights(maps.shape[-2], size[0], align_corners)
    columns = _weights(maps.shape[-1], size[1], align_corners)
    result: Floats = rows @ maps @ columns.T
    return result


def _weights(source: int, wanted: int, align_corners: bool) -> Floats:
    """(wanted, source): how much of each source pixel each wanted one is made of."""
    matrix = np.zeros((wanted, source))
    for index in range(wanted):
        if align_corners:
            place = index * (source - 1) / (wanted - 1) if wanted > 1 else 0.0
        else:
            place = max((index + 0.5) * source / wanted - 0.5, 0.0)
        low = min(int(place), source - 1)
        matrix[index, low] += 1 - (place - low)
        matrix[index, min(low + 1, source - 1)] += place - low
    return matrix
