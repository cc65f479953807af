"""The criteria on segmentation heads."""

from __future__ import annotations

from losslint.catalog.model import Contract
from losslint.catalog.netspresso.common import (
    LEGACY_REDUCTION,
    SMOOTHING,
    criterion,
    ignore_index,
)

SEG_CROSS_ENTROPY = criterion(
    "seg_cross_entropy",
    "SegCrossEntropyLoss",
    "Softmax cross entropy per pixel, after the logits are resized to the labels (bilinear).",
    Contract(
        ("logits",),
        ("index",),
        "(B, C, h, w)",
        "(B, H, W)",
        "Labels are int64; the datasets mark undefined pixels with 255.",
    ),
    ignore_index(),
    SMOOTHING,
    *LEGACY_REDUCTION,
    since="0.2.2",
    heads=("all_mlp_decoder", "pidnet"),
    example=(("ignore_index", 255),),
    source="torch.nn.CrossEntropyLoss after torch.nn.functional.interpolate",
)

PIDNET_LOSS = criterion(
    "pidnet_loss",
    "PIDNetLoss",
    "PIDNet's sum: cross entropy of both branches, 20 times the boundary loss, and cross entropy "
    "where a boundary is predicted. The factors are fixed.",
    Contract(
        ("logits",),
        ("index",),
        "pred and extra_p (B, C, h, w), extra_d (B, 1, h, w)",
        "target (B, H, W), bd_gt (B, H, W)",
        "The edge map bd_gt is made only where `model.name` contains pidnet; it counts where it "
        "is 1.",
    ),
    ignore_index(),
    since="0.1.0",
    heads=("pidnet",),
    example=(("ignore_index", 255),),
    source="Xu et al., PIDNet, arXiv:2206.02066",
)

LOSSES = (SEG_CROSS_ENTROPY, PIDNET_LOSS)
