"""The criterion on pose heads."""

from __future__ import annotations

from losslint.catalog.model import Contract
from losslint.catalog.netspresso.common import criterion

RTMCC_LOSS = criterion(
    "rtmcc_loss",
    "RTMCCLoss",
    "RTMPose: Kullback-Leibler divergence of the coordinate bins. Input size 256 x 256, split "
    "ratio 2.0, sigma and beta are fixed.",
    Contract(
        ("logits",),
        ("keypoints",),
        "(B, K, 1024): 512 bins of x, then 512 of y",
        "(B, K, 3): x, y in pixels of a 256 x 256 input, visibility",
    ),
    since="0.2.0",
    heads=("rtmcc",),
    source="Jiang et al., RTMPose, arXiv:2303.07399",
)

LOSSES = (RTMCC_LOSS,)
