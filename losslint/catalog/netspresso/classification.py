"""The criteria on classification heads."""

from __future__ import annotations

from losslint.catalog.model import Contract, Effect, Param, Spec
from losslint.catalog.netspresso.common import (
    ANY_INDEX,
    LEGACY_REDUCTION,
    NEGATIVE_INDEX,
    SMOOTHING,
    STOPS,
    criterion,
    ignore_index,
)
from losslint.catalog.specs import MAX_FOCUS, ONE_OR_ZERO, number

HEADS = ("fc", "fc_conv")

CROSS_ENTROPY = criterion(
    "cross_entropy",
    "CrossEntropyLoss",
    "Softmax cross entropy of logits, averaged over the batch.",
    Contract(
        ("logits",),
        ("one-hot", "soft", "index"),
        "(B, C)",
        "(B, C)",
        "The trainer's datasets give one-hot floats; class ids (B,) work as well.",
    ),
    Param(
        "ignore_index",
        ANY_INDEX,
        required=True,
        note="The label that counts neither in the loss nor in the mean.",
        until="0.0.10",
    ),
    Param(
        "reduction",
        Spec(("str",), choices=("mean", "sum"), otherwise="the first training step stops"),
        default="mean",
        note="How the losses of a batch become one number.",
        until="0.0.10",
    ),
    # Before 0.2.2 the criterion also served segmentation, where 255 is a good index.
    ignore_index(ANY_INDEX, since="0.0.10", until="0.2.2"),
    ignore_index(NEGATIVE_INDEX, since="0.2.2"),
    SMOOTHING,
    *LEGACY_REDUCTION,
    heads=HEADS,
    example=(("label_smoothing", 0.1),),
    source="torch.nn.CrossEntropyLoss; label smoothing: Szegedy et al., arXiv:1512.00567",
)

FOCAL_LOSS = criterion(
    "focal_loss",
    "SigmoidFocalLoss",
    "Sigmoid focal loss of logits, averaged over every element.",
    Contract(
        ("logits",),
        ("one-hot", "soft", "binary"),
        "N",
        "N",
        "Targets are floats in the shape of the predictions.",
    ),
    Param(
        "alpha",
        number(
            STOPS,
            *ONE_OR_ZERO,
            Effect(("nan", "-inf"), "the balancing is switched off"),
            Effect(("inf",), "the loss is not finite"),
            Effect(("high",), "the negatives count with a negative sign"),
            high=1,
        ),
        required=True,
        note="Weight of the positives against 1 - alpha of the rest; negative: no balancing.",
    ),
    Param(
        "gamma",
        number(
            STOPS,
            *ONE_OR_ZERO,
            Effect(("nan", "-inf"), "the loss is not finite"),
            Effect(("inf",), "the gradient is NaN"),
            Effect(("low",), "easy examples count most"),
            Effect(("high",), "nothing is left of the loss"),
            low=0,
            high=MAX_FOCUS,
        ),
        required=True,
        note="How strongly well-classified examples are weighed down; 0.0 not at all.",
    ),
    since="0.1.0",
    heads=HEADS,
    example=(("alpha", 0.25), ("gamma", 2.0)),
    source="Lin et al., Focal Loss for Dense Object Detection, arXiv:1708.02002",
)

LOSSES = (CROSS_ENTROPY, FOCAL_LOSS)
