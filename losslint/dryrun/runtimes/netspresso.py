"""The NetsPresso criteria of the installed NetsPresso Trainer, through its own factory."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from losslint.dryrun.runtimes.torch import Placement, TorchLoss, TorchRuntime

_PACKAGE = "netspresso_trainer"
_PARENTS = ("", "utils", "models", "models.op")
_MISSING_OPERATORS = ("nms", "qnms")
_OPERATOR = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_MATCHING = "detr_loss"
_MATCHER = "HungarianMatcher"
_IN_FLOAT32 = ("pidnet_loss", "rtmcc_loss", "yolofastest_loss")


def available() -> bool:
    """Whether NetsPresso Trainer is installed; imports nothing."""
    return importlib.util.find_spec(_PACKAGE) is not None


class NetsPressoRuntime(TorchRuntime):
    """Computes lists of losses with the trainer's own code.

    Attributes:
        label: the trainer's and torch's versions.
    """

    def __init__(self) -> None:
        """Import the trainer's losses; raises ImportError where that cannot be done."""
        super().__init__()
        self._build_losses = _import_losses().build_losses
        version = importlib.metadata.version("netspresso-trainer")
        self.label = f"netspresso-trainer {version} (torch {torch.__version__})"

    def is_own(self, name: str) -> bool:
        """Nothing here is losslint's."""
        return False

    def load_code(self, name: str) -> None:
        """All criteria are there, as the trainer is; but not what its configs are made with."""
        importlib.import_module("omegaconf")

    def total(self, entries: Sequence[Mapping[str, Any]], epoch: int) -> TorchLoss:
        """The list, built by the trainer."""
        from omegaconf import OmegaConf

        refuse_code(entries)
        config = OmegaConf.create({"losses": [dict(entry) for entry in entries]})
        factory = self._build_losses(config, cur_epoch=SimpleNamespace(value=epoch))

        def calc(out: dict[str, Any], target: dict[str, Any]) -> Tensor:
            factory.calc(out, target, phase="train")
            total: Tensor = factory.total_loss_for_backward
            return total

        return calc

    def precision(self, entries: Sequence[Mapping[str, Any]], placement: Placement) -> str | None:
        """float32 where the trainer rounds targets to it whatever the predictions are."""
        rounds = any(entry.get("criterion") in _IN_FLOAT32 for entry in entries)
        if rounds and placement.dtype == "float64" and not placement.amp:
            return "float32"
        return super().precision(entries, placement)


def open_runtime() -> NetsPressoRuntime:
    """The installed trainer.

    Raises:
        ImportError: it, or a package that its losses need, is not installed.
    """
    if not available():
        raise ImportError(f"{_PACKAGE} is not installed", name=_PACKAGE)
    return NetsPressoRuntime()


def refuse_code(entries: Sequence[Mapping[str, Any]]) -> None:
    """Let no matcher through but the known one: the trainer evaluates its `type` as Python.

    Raises:
        ValueError: detr_loss has a `matcher` whose `type` is not "HungarianMatcher".
    """
    for entry in entries:
        if entry.get("criterion") != _MATCHING or "matcher" not in entry:
            continue
        matcher = entry["matcher"]
        kind = matcher.get("type") if isinstance(matcher, Mapping) else None
        if type(kind) is not str or kind != _MATCHER:
            raise ValueError(
                f"matcher.type must be {_MATCHER!r}: the trainer would run {kind!r} as code"
            )


def _import_losses() -> ModuleType:
    """`netspresso_trainer.losses`, without the data sets and web pages that its root imports."""
    try:
        _import_torchvision()
        _stand_in_for_parents()
        return importlib.import_module(f"{_PACKAGE}.losses")
    except ImportError:
        raise
    except Exception as error:
        raise ImportError(f"{_PACKAGE} cannot be imported: {error}", name=_PACKAGE) from error


def _import_torchvision() -> None:
    """Import torchvision, also one that was built for another torch.

    Beside such a torch its compiled operators are missing, and its import fails on them. No loss
    calls one, so it is enough that they are declared.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        for operator in _MISSING_OPERATORS:
            torch.library.define(f"torchvision::{operator}", _OPERATOR)
        importlib.import_module("torchvision")


def _stand_in_for_parents() -> None:
    """Put empty packages, with the real search paths, where the real ones import everything."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"{_PACKAGE} is not a package", name=_PACKAGE)
    root = Path(spec.submodule_search_locations[0])
    for parent in _PARENTS:
        name = f"{_PACKAGE}.{parent}".rstrip(".")
        if name not in sys.modules:
            package = ModuleType(name)
            package.__path__ = [str(root.joinpath(*parent.split(".")))]
            sys.modules[name] = package
