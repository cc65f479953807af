"""What NetsPresso Trainer does with a file: run in a Python that has it, cases in, outcomes out.

A case is a JSON object a line on standard input, `text` and `batch`; the outcome is one of those
that the measured cases have. Nothing here knows what losslint says.
"""

from __future__ import annotations

import copy
import inspect
import io
import json
import math
import sys
from multiprocessing import Value as Shared
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import torch
import yaml
from omegaconf import DictConfig, ListConfig, OmegaConf

from losslint.dryrun.nested_arrays import leaf_at, map_leaves
from losslint.dryrun.runtimes.netspresso import _import_losses
from tests.dryrun.closed_form import closed_form

from .meaning import FREE, broken_promise, other_base

TRAINING = {"training": {"epochs": 10}}
_PROBES: tuple[Any, ...] = (0.3, 7, 0, -2.5, True, "text", [1], None)
_SAME = 1e-6


class Ran(NamedTuple):
    """The total and the gradient's length of one step."""

    total: float
    slope: float

    def like(self, other: Ran) -> bool:
        close = math.isclose(self.total, other.total, rel_tol=_SAME)
        return close and math.isclose(self.slope, other.slope, rel_tol=_SAME)


class Refused(NamedTuple):
    """The exception that ended it."""

    error: str


class Judge:
    """Runs files and says what came of them."""

    def __init__(self, losses: ModuleType) -> None:
        self.losses = losses

    def outcome(self, text: str, batch: str) -> tuple[str, str]:
        """What happens to a file, and why that is its outcome."""
        if hasattr(torch, "losslint_was_here"):
            del torch.losslint_was_here
        try:
            config = OmegaConf.merge(OmegaConf.load(io.StringIO(text)), TRAINING)
        except Exception as error:
            return "refused", f"load: {first_line(error)}"
        ran = self.run(config, batch)
        if hasattr(torch, "losslint_was_here"):
            return "executed", "the text ran as code"
        if isinstance(ran, Refused):
            return "refused", ran.error
        if not math.isfinite(ran.total) or not math.isfinite(ran.slope):
            return "wrong", f"not finite: {ran}"
        if ran.slope == 0:
            return "wrong", f"nothing is learned: {ran}"
        return self.meaning(config, text, batch, ran)

    def meaning(self, config: Any, text: str, batch: str, ran: Ran) -> tuple[str, str]:
        """Whether a file that runs does what it says."""
        odd = other_base(yaml.compose(text))
        if odd is not None:
            return "wrong", f"{odd} is another number"
        entries = _plain(config)
        names = [entry["criterion"] for entry in entries]
        if len(set(names)) < len(names):
            return "ignored", "the last of two equal criteria counts"
        for number, entry in enumerate(entries):
            promise = broken_promise(entry, number == 0)
            if promise is not None:
                return "wrong", promise
            idle = self.idle(config, number, batch, ran)
            if idle is not None:
                return "ignored", idle
        if len(entries) > 1 and not self.adds_up(config, batch, ran):
            return "wrong", "the total is not the sum of its parts"
        return "accepted", ""

    def run(self, config: Any, batch: str) -> Ran | Refused:
        """Build the losses and take one step, as a training does."""
        try:
            factory = self.losses.build_losses(config.model, cur_epoch=Shared("i", 1))
            if not config.model.losses:
                raise IndexError("the metrics read the first entry")
            out, target, leaves = self.batch(batch, config.model.losses)
            factory.calc(out, target, phase="train")
            factory.backward(torch.amp.GradScaler("cpu", enabled=False))
        except Exception as error:
            return Refused(first_line(error))
        slope = sum(float((x.grad.double() ** 2).sum()) for x in leaves if x.grad is not None)
        return Ran(float(factory.total_loss_for_backward), slope**0.5)

    def batch(self, name: str, losses: Any) -> tuple[dict[str, Any], dict[str, Any], list[Any]]:
        """What a step is taken on."""
        return batch_of(name, losses)

    def adds_up(self, config: Any, batch: str, ran: Ran) -> bool:
        """Whether a list computes what its entries compute by themselves."""
        total = 0.0
        for number in range(len(config.model.losses)):
            single = copy.deepcopy(config)
            single.model.losses = ListConfig([single.model.losses[number]])
            part = self.run(single, batch)
            if isinstance(part, Refused):
                return False
            total += part.total
        return math.isclose(total, ran.total, rel_tol=1e-5)

    def idle(self, config: Any, number: int, batch: str, ran: Ran) -> str | None:
        """A key of an entry that has no effect whatever its value is."""
        entry = config.model.losses[number]
        name = entry.criterion
        for path in _paths(entry):
            if (name, *path) in FREE or (self.takes(name, path) and _is_usual(entry, path[0])):
                continue
            if self.has_no_effect(config, number, path, batch, ran):
                return ".".join(map(str, path))
        return None

    def takes(self, name: str, path: tuple[str, ...]) -> bool:
        """Whether a constructor names a parameter: null then promises nothing."""
        known = inspect.signature(self.losses.LOSS_DICT[name]).parameters
        return len(path) == 1 and path[0] in known and path[0] != "kwargs"

    def has_no_effect(
        self, config: Any, number: int, path: tuple[str, ...], batch: str, ran: Ran
    ) -> bool:
        """Whether leaving a key out, and any value that runs, give the same numbers."""
        same = 0
        for probe in (_GONE, *_PROBES):
            changed = copy.deepcopy(config)
            node = changed.model.losses[number]
            for step in path[:-1]:
                node = node[step]
            if probe is _GONE:
                del node[path[-1]]
            else:
                node[path[-1]] = probe
            other = self.run(changed, batch)
            if isinstance(other, Ran):
                if not other.like(ran):
                    return False
                same += 1
        return same > 1


_GONE = object()


def _is_usual(entry: DictConfig, key: str) -> bool:
    """Whether a key says null, or true to a switch of torch's that is on by itself."""
    if OmegaConf.is_missing(entry, key):
        return False
    return entry[key] is None or (key in ("reduce", "size_average") and entry[key] is True)


def _plain(config: Any) -> list[dict[str, Any]]:
    """The entries as plain data; interpolations stay where one of them leads nowhere."""
    try:
        model = OmegaConf.to_container(config.model, resolve=True)
    except Exception:
        model = OmegaConf.to_container(config.model, resolve=False)
    entries: list[dict[str, Any]] = model["losses"]
    return entries


def _paths(entry: DictConfig) -> list[tuple[str, ...]]:
    """The keys of an entry, nested ones included, that may be without effect."""
    found: list[tuple[str, ...]] = []
    todo: list[tuple[tuple[str, ...], Any]] = [((), entry)]
    while todo:
        path, node = todo.pop()
        for key in node:
            inner = (*path, key)
            if inner in (("criterion",), ("weight",)):
                continue
            opaque = OmegaConf.is_interpolation(node, key) or OmegaConf.is_missing(node, key)
            child = None if opaque else node[key]
            if isinstance(child, DictConfig) and len(child) and len(path) < 2:
                todo.append((inner, child))
            found.append(inner)
    return found


def batch_of(name: str, losses: Any) -> tuple[dict[str, Any], dict[str, Any], list[torch.Tensor]]:
    """The closed-form batch; undefined pixels carry the index that the entry names."""
    made = closed_form(name)
    index = losses[0].get("ignore_index", -100) if name in _SEGMENTATION else None
    target = map_leaves(made.target, _tensor)
    if name in _SEGMENTATION:
        usable = type(index) is int and -(2**63) <= index < 2**63
        target["target"][target["target"] == 255] = index if usable else 0
    out = map_leaves(made.out, _tensor)
    leaves = [leaf_at(out, path).requires_grad_(True) for path in made.leaves]
    return out, target, leaves


_SEGMENTATION = ("seg_cross_entropy", "pidnet_loss")


def _tensor(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return torch.tensor(value, dtype=torch.float32 if value.dtype.kind == "f" else None)


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:120]}"


def main() -> None:
    """Judge every case of standard input."""
    torch.set_num_threads(1)
    judge = Judge(_import_losses())
    for line in sys.stdin:
        case = json.loads(line)
        outcome, detail = judge.outcome(case["text"], case["batch"])
        print(json.dumps([outcome, detail]), flush=True)


if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore")
    main()
