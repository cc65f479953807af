"""What several equivalences ask of the user, in one wording."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NO_SOFTMAX = "take the final softmax out of the model: the criterion takes raw logits"
NO_WEIGHTS = "no sample_weight and no class_weight is passed to fit"
INDEX_LABELS = "give the data set class indices; it makes the one-hot labels itself"
INDEX_MAPS = "labels are maps of class indices (N, H, W)"
SEGMENTATION = "for a segmentation model"
ALL_IGNORED = (
    "a batch of nothing but ignored labels is 0 in Keras and NaN in NetsPresso, with gradient 0 in "
    "both"
)
CLIP = (
    "Keras holds probabilities inside [1e-7, 1 - 1e-7] wherever it cannot get back to the logits: "
    "there its loss ends at 16.118 with gradient 0, and NetsPresso's goes on"
)
IN_CLIP = (
    "TensorFlow with the softmax last goes back to the logits and is exact; otherwise exact while "
    "the probabilities stay inside [1e-7, 1 - 1e-7]"
)
CLIP_SMOOTHED = "with label smoothing every class's probability counts, and the clip bites earlier"
NO_SIGMOID = "take the final sigmoid out of the model: the criterion takes raw logits"
ENDINGS: Mapping[str, str] = MappingProxyType({NO_SOFTMAX: "softmax", NO_SIGMOID: "sigmoid"})
"""The activation that each of these wants out; a converter leaves it out where there is none."""
RAW_LOGITS = "the criterion takes raw logits: the model must give them in place of probabilities"
NO_RESIZING = (
    "take the model's own Resizing or UpSampling2D out: the criterion resizes the logits to the "
    "labels itself (bilinear, half-pixel)"
)
RESIZED_BY_CRITERION = (
    "the criterion resizes the logits to the labels itself (bilinear, half-pixel): where the model "
    "does that, take it out"
)
FLOAT_TARGETS = "labels are floats of exactly the logits' shape"
