"""How predictions and targets of a batch grow, step by step, for the stress of a loss.

What a model would give grows: logits as they are, probabilities by the logits behind them, values
together with their targets, so that the two stay as far apart in proportion. Boxes that are shares
of the image stay, and anchors: a model gives no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.catalog import keras, netspresso, platform
from losslint.catalog.model import Contract
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, Job

Array = npt.NDArray[np.float64]

BEHIND = "probabilities of logits"
_STEPS = 128  # beyond 2 to the 64 even a square leaves float32
_STEPS_OF_HALVES = 31  # the next power of the square root, 2 to the 16, is more than float16 holds
_BOX = 4
_SSD_TAIL = 12  # four offsets, then anchors and variances

_CONTRACTS: Mapping[str, Contract] = MappingProxyType(
    {
        name: loss.contract
        for module in (keras, netspresso, platform)
        for loss in module.LOSSES
        for name in (loss.name, loss.class_name)
        if name is not None and loss.contract is not None
    }
)


class Growth(NamedTuple):
    """How the batch of one loss grows.

    Attributes:
        unit: what the magnitudes are magnitudes of, in words.
        at: the batch of a magnitude.
        bounded: whether the predictions are probabilities.
    """

    unit: str
    at: Callable[[float], Batch]
    bounded: bool


def magnitudes(dtype: str) -> list[float]:
    """The powers of the square root of 2, from 1 to what a type holds, to 2 to the 64 at most."""
    steps = _STEPS_OF_HALVES if dtype == "float16" else _STEPS
    return [2.0 ** (step / 2) for step in range(steps + 1)]


def growth_of(job: Job, batch: Batch) -> Growth:
    """How a job's batch grows; whether it holds probabilities shows in the numbers."""
    contract = _CONTRACTS.get(job.name)
    shares = contract is not None and "probabilities" in contract.predictions
    parts = {p: _parts(job.name, p, _array(batch.out, p), shares) for p in batch.leaves}
    free = [part for several in parts.values() for part in several if part.how is _scaled]
    bounded = not any(part.names_unit for part in free)
    unit = BEHIND if bounded else _unit(contract)
    follows = contract is not None and contract.targets[0] == "values" and not bounded
    size = max((part.size for part in free), default=1.0)
    if follows:
        size = max(size, float(np.abs(batch.target["true"]).max()))
    return Growth(unit, partial(_grown, batch, parts, size, follows), bounded)


def _unit(contract: Contract | None) -> str:
    if contract is None:
        return "predictions"
    return "logits" if "logits" in contract.predictions else contract.predictions[0]


class _Part(NamedTuple):
    """Columns of one leaf, how they grow, and whether they are what a bound is told in."""

    columns: slice
    how: Callable[[Array, float], Array]
    size: float = 0.0
    names_unit: bool = True


def _parts(name: str, path: str, leaf: Array, shares: bool) -> list[_Part]:
    if path.endswith("pred_boxes"):
        return []
    if name == "detr_loss" and path == "pred":
        return [_part(leaf, slice(_BOX, None), shares)]
    if name == "SSD_LOSS":
        classes = leaf.shape[-1] - _SSD_TAIL
        offsets = _part(leaf, slice(classes, classes + _BOX), shares)
        return [_part(leaf, slice(0, classes), shares), offsets._replace(names_unit=False)]
    return [_part(leaf, slice(None), shares)]


def _part(leaf: Array, columns: slice, shares: bool) -> _Part:
    """`shares`: the loss takes probabilities; whether these are some, the numbers say."""
    part = leaf[..., columns]
    if shares and ((part > 0.0) & (part < 1.0)).all():
        is_softmax = np.allclose(part.sum(axis=-1), 1.0)
        return _Part(columns, _softmax_behind if is_softmax else _sigmoid_behind)
    return _Part(columns, _scaled, float(np.abs(part).max()))


def _grown(
    batch: Batch, parts: Mapping[str, list[_Part]], size: float, follows: bool, magnitude: float
) -> Batch:
    leaves: dict[str, Any] = {}
    for path, several in parts.items():
        leaf = _array(batch.out, path).copy()
        for part in several:
            scale = magnitude / size if part.how is _scaled else magnitude
            leaf[..., part.columns] = part.how(leaf[..., part.columns], scale)
        leaves[path] = leaf
    target = batch.target
    if follows:
        target = {**target, "true": np.asarray(target["true"], np.float64) * (magnitude / size)}
    return batch._replace(out=with_leaves(batch.out, leaves), target=target)


def _array(tree: Mapping[str, Any], path: str) -> Array:
    return np.asarray(leaf_at(tree, path), dtype=np.float64)


def _scaled(part: Array, scale: float) -> Array:
    return part * scale


def _sigmoid_behind(part: Array, magnitude: float) -> Array:
    logits = np.log(part) - np.log1p(-part)
    result: Array = np.exp(-np.logaddexp(0.0, -logits * (magnitude / np.abs(logits).max())))
    return result


def _softmax_behind(part: Array, magnitude: float) -> Array:
    logits = np.log(part)
    logits -= logits.mean(axis=-1, keepdims=True)
    grown = logits * (magnitude / np.abs(logits).max())
    powers = np.exp(grown - grown.max(axis=-1, keepdims=True))
    result: Array = powers / powers.sum(axis=-1, keepdims=True)
    return result
