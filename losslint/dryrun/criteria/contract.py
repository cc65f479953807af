"""What every criterion shares: its call, the epoch it is told, and the checks of its numbers."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor


class Epoch(NamedTuple):
    """The training epoch that a criterion is told at its construction; the first is 1."""

    value: int


class Criterion(Protocol):
    """A loss of the NetsPresso list, built from its entry's parameters."""

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        """The scalar loss of a head's output `out` against `target`."""
        ...


def number(name: str, value: object) -> float:
    """`value` where arithmetic with it works, as the trainer meets it at its first step.

    Booleans and non-finite numbers pass: the trainer computes with them.

    Raises:
        TypeError: the value is no number.
    """
    if isinstance(value, (int, float)):
        return value
    raise TypeError(f"{name} must be a number, not {value!r}")


def widened(dtype: torch.dtype) -> torch.dtype:
    """The element type of targets: float32, or float64 beside float64 predictions."""
    return torch.promote_types(dtype, torch.float32)


def known_classes(
    labels: Tensor, num_classes: int, refusal: type[Exception] = IndexError
) -> Tensor:
    """The labels, none of them too large: on a GPU such a one would end the whole process."""
    if labels.numel() and int(labels.max()) >= num_classes:
        raise refusal(f"class id {int(labels.max())} with {num_classes} classes")
    return labels


def classes_in_range(labels: Tensor, num_classes: int) -> None:
    """Refuse class ids outside 0 … num_classes − 1 before they index anything.

    On a GPU an index out of range would end the whole process.

    Raises:
        RuntimeError: a label is negative or at least `num_classes`.
    """
    if labels.numel() and not 0 <= int(labels.min()) <= int(labels.max()) < num_classes:
        found = sorted({int(label) for label in labels.reshape(-1).tolist()})
        raise RuntimeError(f"class ids must lie in 0 … {num_classes - 1}, found {found}")
