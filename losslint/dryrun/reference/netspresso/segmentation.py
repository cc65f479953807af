"""seg_cross_entropy and pidnet_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.classification import entropy_of
from losslint.dryrun.reference.netspresso.numbers import Floats, binary_entropy, floats, sigmoid


def seg_cross_entropy(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """Cross entropy of the logits, resized to the labels' size with half-pixel centres."""
    labels = np.asarray(batch.target["target"])
    return entropy_of(resized(batch.out["pred"], labels.shape[-2:], False), labels, params)


def pidnet_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """0.4 CE(p) + CE(i) + 20 balanced BCE(d) + CE(i where sigmoid(d) > 0.8)."""
    labels = np.asarray(batch.target["target"])
    main, detail, edge = (
        resized(batch.out[branch], labels.shape[-2:], True)
        for branch in ("pred", "extra_p", "extra_d")
    )
    ignored = params.get("ignore_index", -100)
    plain = {"ignore_index": ignored}
    sure = sigmoid(edge[:, 0]) > 0.8
    regions = 0.4 * entropy_of(detail, labels, plain) + entropy_of(main, labels, plain)
    boundary = entropy_of(main, np.where(sure, labels, ignored), plain)
    return regions + 20 * _balanced(edge[:, 0], floats(batch.target["bd_gt"])) + boundary


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
