"""The criterion on pose heads."""

from __future__ import annotations

from losslint.catalog.model import Contract, LossDef, Name
from losslint.catalog.netspresso.common import RESERVED

RTMCC_LOSS = LossDef(
    "rtmcc_loss",
    "netspresso",
    "RTMPose: Kullback-Leibler divergence of the coordinate bins. Input size 256 x 256, split "
    "ratio 2.0, sigma and beta are fixed.",
    contract=Contract(
        ("logits",),
        ("keypoints",),
        "(B, K, 1024): 512 bins of x, then 512 of y",
        "(B, K, 3): x, y in pixels of a 256 x 256 input, visibility",
    ),
    params=(RESERVED,),
    class_name="RTMCCLoss",
    names=(Name("rtmcc_loss", since="0.2.0"),),
    since="0.2.0",
    heads=("rtmcc",),
    tasks=("pose_estimation",),
    example=(("weight", None),),
    source="Jiang et al., RTMPose, arXiv:2303.07399",
)

LOSSES = (RTMCC_LOSS,)
