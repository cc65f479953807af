"""The NetsPresso criteria in losslint's own torch implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losslint import __version__
from losslint.dryrun.criteria.contract import widened
from losslint.dryrun.criteria.weighted_sum import build, criterion_class
from losslint.dryrun.meter import Meter
from losslint.dryrun.nested_arrays import leaf_at, map_leaves, with_leaves
from losslint.dryrun.records import Batch, Floats, Job, Step
from losslint.dryrun.runtimes.keras_backends import Torch, torch_meter, torch_numbers

TorchLoss = Callable[[dict[str, Any], dict[str, Any]], Tensor]
"""From a batch's `out` and `target`, as tensors, to the weighted total; it may change them."""

FIRST_EPOCH = 1
_IN_PREDICTION_TYPE = ("target", "bd_gt")
_HALVES = {"float16": torch.float16, "bfloat16": torch.bfloat16}
_GRADIENT_SCALES = tuple(2.0**power for power in (16, 12, 8, 4, 0))


class Placement(NamedTuple):
    """Where and in which element type to compute; `amp` is mixed precision."""

    device: str = "cpu"
    dtype: str = "float32"
    amp: bool = False

    @property
    def prediction_type(self) -> torch.dtype:
        """The type of the predictions: under mixed precision always a half float."""
        half = _HALVES.get(self.dtype, torch.float16)
        return half if self.amp else _type(self.dtype)


ON_CPU = Placement()
"""The CPU, in float32."""


class TorchRuntime:
    """Computes lists of NetsPresso losses on torch.

    Attributes:
        label: the code that computes and its version.
    """

    def __init__(self) -> None:
        self.label = f"losslint {__version__} (torch {torch.__version__})"
        self._started: set[str] = set()

    def devices(self) -> Mapping[str, str]:
        """torch's devices, best first, with their names in words."""
        return Torch().devices()

    def load(self, job: Job) -> None:
        """The criterion's module; and a device's first pass, which starts contexts and threads."""
        if job.device not in self._started:
            self._started.add(job.device)
            small = torch.ones(1 << 16, device=job.device, requires_grad=True)
            torch.autograd.grad(small.square().mean(), small)
        self.load_code(job.name)

    def load_code(self, name: str) -> None:
        """Import what computes a criterion."""
        criterion_class(name)

    def step(self, job: Job, batch: Batch) -> Step:
        """One forward and one backward pass of one criterion, in the first epoch of a training.

        Raises:
            Exception: whatever the criterion raises, at its construction or on the batch.
        """
        entry = {"weight": None, **job.params, "criterion": job.name}
        return self.run([entry], batch, Placement(job.device, job.dtype, job.amp))

    def run(
        self,
        entries: Sequence[Mapping[str, Any]],
        batch: Batch,
        placement: Placement = ON_CPU,
        epoch: int = FIRST_EPOCH,
    ) -> Step:
        """One forward and one backward pass of a whole list of losses.

        Args:
            entries: as under `model.losses`.
            batch: stays as it is.
            placement: with `amp`, predictions are half floats and the loss runs under autocast.
            epoch: the training epoch, from 1.
        """
        refuse_interpolations(entries)
        total = self.total(entries, epoch)
        dtype = placement.prediction_type
        meter = torch_meter(placement.device)
        leaves = {
            path: _tensor(leaf_at(batch.out, path), dtype, placement.device).requires_grad_()
            for path in batch.leaves
        }
        given = (with_leaves(batch.out, leaves), batch.target)
        out, target = (_tensors(one, dtype, placement) for one in given)
        meter.begin()
        with torch.autocast(torch.device(placement.device).type, dtype, enabled=placement.amp):
            loss = total(out, target)
        meter.end_forward()
        gradients = _gradients(loss, leaves, placement.amp, meter)
        return Step(
            value=float(loss.detach().cpu().double()),
            gradients=gradients,
            dtype=str(loss.dtype).removeprefix("torch."),
            device=str(loss.device).replace("mps:0", "mps"),
            peak_memory=meter.peak,
            precision=self.precision(entries, placement),
            forward_seconds=meter.forward,
            backward_seconds=meter.backward,
        )

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        """torch's first operation that gives a number that is not finite."""
        return Torch().broken_by(partial(self.step, job, batch))

    def is_own(self, name: str) -> bool:
        """These criteria are losslint's, whatever their names."""
        return True

    def total(self, entries: Sequence[Mapping[str, Any]], epoch: int) -> TorchLoss:
        """The list, built."""
        return build(entries, cur_epoch=epoch).calc

    def precision(self, entries: Sequence[Mapping[str, Any]], placement: Placement) -> str | None:
        """The narrowest type that is computed in, where that is not the one asked for."""
        del entries
        if placement.amp:
            return placement.dtype if placement.dtype in _HALVES else "float16"
        return None


def open_runtime() -> TorchRuntime:
    """losslint's own criteria.

    Raises:
        ImportError: torch is not installed.
    """
    return TorchRuntime()


def refuse_interpolations(entries: Sequence[Mapping[str, Any]]) -> None:
    """Refuse values that stand for others: what they stand for was not there to be checked.

    Raises:
        ValueError: a string holds an OmegaConf interpolation.
    """
    todo: list[Any] = list(entries)
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            todo.extend(node.keys())
            todo.extend(node.values())
        elif isinstance(node, (list, tuple)):
            todo.extend(node)
        elif isinstance(node, str) and "${" in node:
            raise ValueError(f"the interpolation {node!r} is not resolved")


def _type(name: str) -> torch.dtype:
    dtype = getattr(torch, name)
    assert isinstance(dtype, torch.dtype)
    return dtype


def _tensors(tree: Mapping[str, Any], dtype: torch.dtype, placement: Placement) -> dict[str, Any]:
    """The tree's arrays as tensors: integers as they are, floats as the trainer hands them over.

    Targets that stand beside a prediction element by element have its type, unless mixed
    precision sees to that; boxes, anchors and keypoints keep at least float32.
    """
    tensors: dict[str, Any] = {}
    for key, value in tree.items():
        beside = key in _IN_PREDICTION_TYPE and not placement.amp
        kind = dtype if beside else widened(dtype)
        convert = partial(_tensor, dtype=kind, device=placement.device)
        tensors[key] = map_leaves({key: value}, convert)[key]
    return tensors


def _tensor(value: Any, dtype: torch.dtype, device: str) -> Any:
    """An array as a tensor; anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    # Several threads copy here, and one alone in `torch.tensor`.
    there = torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape))
    return there.to(device, dtype if value.dtype.kind == "f" else None, copy=True)


def _gradients(
    loss: Tensor, leaves: dict[str, Tensor], amp: bool, meter: Meter
) -> dict[str, Floats]:
    """The derivative of the loss with respect to each leaf.

    Under mixed precision the loss is scaled up before the backward pass, so that small
    gradients survive in half floats, and less so until nothing overflows: as torch's GradScaler
    settles.
    """
    tensors = list(leaves.values())
    if not loss.requires_grad:
        loss.requires_grad_(True)  # as the trainer does before its backward pass
    found: dict[str, Floats] = {}
    for scale in _GRADIENT_SCALES if amp else (1.0,):
        gradients = torch.autograd.grad(
            loss.to(widened(loss.dtype)) * scale, tensors, retain_graph=amp, allow_unused=True
        )
        if not found:
            meter.end_backward()
        found = {
            path: np.zeros(tuple(tensor.shape)) if gradient is None else torch_numbers(gradient)
            for (path, tensor), gradient in zip(leaves.items(), gradients, strict=True)
        }
        if not amp:
            return found
        found = {path: gradient / scale for path, gradient in found.items()}
        if all(np.isfinite(gradient).all() for gradient in found.values()):
            break
    return found
