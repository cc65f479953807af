"""rtmcc_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.differentiable_array import number
from losslint.dryrun.reference.netspresso.numbers import Floats, floats, log_softmax

_BINS = 512
_SIGMA = 5.66


def rtmcc_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """(1 / K) Σ v / 512 · KL(softmax(10 g) ‖ softmax(10 x)) over samples, keypoints and axes."""
    logits, keypoints = floats(batch.out["pred"]), floats(batch.target["keypoints"])
    samples, count, _ = logits.shape
    total = 0.0
    for sample in range(samples):
        for k in range(count):
            axes = logits[sample, k].reshape(2, _BINS)
            total += _one(axes, keypoints[sample, k])
    return number(total / count)


def _one(axes: Floats, keypoint: Floats) -> float:
    """One keypoint's weighted divergence on both axes."""
    middle = np.rint(keypoint[:2] * 2)
    visibility = float(keypoint[2])
    gaussian = np.zeros((2, _BINS))
    if visibility >= 0.5:
        if (middle - 3 * _SIGMA >= _BINS).any() or (middle + 3 * _SIGMA + 1 < 0).any():
            return 0.0
        distance = np.arange(_BINS) - middle[:, None]
        gaussian = np.exp(-(distance**2) / (2 * _SIGMA**2))
    log_q, log_p = log_softmax(10 * gaussian), log_softmax(10 * axes)
    divergence = number((np.exp(log_q) * (log_q - log_p)).sum())
    return visibility * divergence / _BINS
