"""rtmcc_loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.records import Batch
from losslint.dryrun.reference.netspresso.numbers import Floats, floats, log_softmax
from losslint.dryrun.reference.tiles import Part, sum_of_parts

_BINS = 512
_SIGMA = 5.66


def rtmcc_loss(batch: Batch, params: Mapping[str, Any], epoch: int, held: Batch) -> float:
    """(1 / K) Σ v / 512 · KL(softmax(10 g) ‖ softmax(10 x)) over samples, keypoints and axes."""
    keypoints = floats(batch.target["keypoints"])
    samples, count = len(keypoints), int(keypoints.shape[1])

    def part(sample: int) -> Part:
        return sample, lambda logits: _divergence(logits, keypoints[sample])

    return sum_of_parts(batch.out["pred"], map(part, range(samples))) / count


def _divergence(logits: Floats, keypoints: Floats) -> Floats:
    """The weighted divergences of one sample's keypoints, on both axes, added up."""
    middle, visibility = np.rint(keypoints[:, :2] * 2), keypoints[:, 2]
    seen = visibility >= 0.5
    off = ((middle - 3 * _SIGMA >= _BINS) | (middle + 3 * _SIGMA + 1 < 0)).any(-1)
    gaussian = np.exp(-((np.arange(_BINS) - middle[..., None]) ** 2) / (2 * _SIGMA**2))
    log_q = log_softmax(10 * gaussian * (seen & ~off)[:, None, None])
    log_p = log_softmax(10 * logits.reshape(len(keypoints), 2, _BINS))
    divergence = (np.exp(log_q) * (log_q - log_p)).sum((-1, -2)) / _BINS
    result: Floats = (visibility * ~(seen & off) * divergence).sum()
    return result
