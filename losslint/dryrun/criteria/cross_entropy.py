"""Softmax cross entropy, `cross_entropy`."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor


def reduction_of(size_average: object, reduce: object) -> str:
    """The reduction that torch's two retired switches stand for; null means true for both."""
    reduces = True if reduce is None else bool(reduce)
    averages = True if size_average is None else bool(size_average)
    if not reduces:
        return "none"
    return "mean" if averages else "sum"


class CrossEntropy:
    """Cross entropy of class logits: −Σ_c q_c · log softmax(x)_c, averaged.

    q is (1 − s) · y + s / C for smoothing s (Szegedy et al., 2016). With class ids the mean runs
    over the labels that are not ignored; with class probabilities over all.

    Call: out["pred"] (B, C) or (B, C, H, W) logits; target["target"] either class ids, int64
    (B,) or (B, H, W) in 0 … C − 1 or `ignore_index`, or probabilities in pred's shape and
    element type.

    Raises at the first step:
        TypeError: `ignore_index` is no int or `label_smoothing` no number.
        RuntimeError: `label_smoothing` above 1, `ignore_index` >= 0 beside probabilities, or
            sizes that differ.
        IndexError: a class id is out of range and not ignored.
    """

    def __init__(
        self,
        *,
        ignore_index: Any = -100,
        label_smoothing: Any = 0.0,
        size_average: object = None,
        reduce: object = None,
        **_: object,
    ) -> None:
        self._ignore_index = ignore_index
        self._label_smoothing = label_smoothing
        self._reduction = reduction_of(size_average, reduce)

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        return self.of(out["pred"], target["target"])

    def of(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The loss of logits (B, C, …) against labels."""
        return F.cross_entropy(
            logits,
            labels,
            ignore_index=self._ignore_index,
            label_smoothing=self._label_smoothing,
            reduction=self._reduction,
        )
