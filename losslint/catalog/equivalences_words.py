"""What several equivalences ask of the user, in one wording."""

from __future__ import annotations

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
NO_SIGMOID = "take the final sigmoid out of the model: the criterion takes raw logits"
FLOAT_TARGETS = "labels are floats of exactly the logits' shape"
