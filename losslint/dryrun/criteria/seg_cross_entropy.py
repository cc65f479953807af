"""Cross entropy of a segmentation map, `seg_cross_entropy`."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from losslint.dryrun.criteria.cross_entropy import CrossEntropy


class SegCrossEntropy(CrossEntropy):
    """Cross entropy after the logits are enlarged to the labels' size.

    The logits are resized bilinearly, pixel centres half a pixel inside (no corner alignment).

    Call: out["pred"] (B, C, h, w) logits of any h, w; target["target"] (B, H, W) int64 class ids in
    0 … C − 1 or `ignore_index`.

    Raises: as `CrossEntropy`.
    """

    def __call__(self, out: dict[str, Any], target: dict[str, Any]) -> Tensor:
        labels = target["target"]
        size = [int(side) for side in labels.shape[-2:]]
        logits = F.interpolate(out["pred"], size=size, mode="bilinear", align_corners=False)
        return self.of(logits, labels)
