"""A list of losses on torch, read as the trainer's factory reads it and added up as it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from torch import Tensor

from losslint.dryrun.criteria.contract import Criterion, Epoch, number
from losslint.dryrun.losses.netspresso import LOSSES

_MISSING = "???"


class WeightedSum:
    """The weighted sum of a list of criteria.

    Attributes:
        values: after `calc`, each criterion's unweighted value by name.
    """

    def __init__(self, criteria: Mapping[str, Criterion], weights: Mapping[str, object]) -> None:
        self._criteria = dict(criteria)
        self._weights = dict(weights)
        self.values: dict[str, float] = {}

    def calc(self, out: Mapping[str, Any], target: Mapping[str, Any]) -> Tensor:
        """The total, a tensor with one element and a gradient.

        Some criteria change the batch for those after them (yolox_loss and yolofastest_loss
        turn the boxes into cxcywh, detr_loss divides them by the image size, pidnet_loss
        enlarges the predictions). That happens on a copy: the caller's batch stays.

        Raises:
            ValueError: the list is empty.
            TypeError: a weight is no number.
            RuntimeError: a criterion gave more than one number.
        """
        if not self._criteria:
            raise ValueError("the list of losses is empty")
        out, target = dict(out), dict(target)
        if "gt" in target:
            target["gt"] = [dict(image) for image in target["gt"]]
        self.values = {}
        weighted = []
        for name, criterion in self._criteria.items():
            value = criterion(out, target)
            self.values[name] = float(value.item())
            weighted.append(value * number("weight", self._weights[name]))
        total = weighted[0]
        for value in weighted[1:]:
            total = total + value
        return total


def build(entries: Iterable[Mapping[str, Any]], *, cur_epoch: int) -> WeightedSum:
    """Build the entries of `model.losses` as the trainer's factory does.

    Of two entries with one name the last wins. Keys that a criterion does not know are
    swallowed. `weight` must be there; null stands for 1.

    Args:
        entries: each with `criterion`, `weight` and the criterion's own parameters.
        cur_epoch: the epoch of the training, from 1.

    Raises:
        KeyError: `criterion` or `weight` is missing, or the criterion is unknown.
        TypeError: an entry is no mapping, a required parameter is missing, or `cur_epoch` is
            given as a parameter.
        ValueError: a value is ???, which stands for a missing one.
        And what the criteria raise at their construction.
    """
    epoch: Any = Epoch(cur_epoch)
    criteria: dict[str, Criterion] = {}
    weights: dict[str, object] = {}
    for index, entry in enumerate(entries):
        name = _name(index, entry)
        params = {key: entry[key] for key in entry if key not in ("criterion", "weight")}
        criteria[name] = criterion_class(name)(**params, cur_epoch=epoch)
        weights[name] = 1.0 if entry["weight"] is None else entry["weight"]
    return WeightedSum(criteria, weights)


def criterion_class(name: str) -> type[Any]:
    """losslint's own implementation of a criterion of `LOSSES`."""
    module = import_module(f"losslint.dryrun.criteria.{name}")
    found: type[Any] = getattr(module, LOSSES[name].code)
    return found


def _name(index: int, entry: object) -> str:
    """The criterion that an entry names, once the entry has what every entry needs."""
    if not isinstance(entry, Mapping):
        raise TypeError(f"losses[{index}] must be a mapping with a criterion, not {entry!r}")
    for key in ("criterion", "weight"):
        if key not in entry:
            raise KeyError(f"losses[{index}]: missing key {key}")
    missing = [key for key, value in entry.items() if value == _MISSING]
    if missing:
        raise ValueError(f"losses[{index}]: missing mandatory value: {missing[0]}")
    name = entry["criterion"]
    if not isinstance(name, str) or name not in LOSSES:
        raise KeyError(f"losses[{index}]: unknown criterion {name!r}")
    return name
