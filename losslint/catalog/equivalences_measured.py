"""The measured differences of the equivalences, and what came nearest where there is none.

Keras 3.15.1 on TensorFlow 2.21 against NetsPresso Trainer 1.4.1 on torch 2.13.0: both losses on
the same predictions and labels, over several seeds, shapes and parameters; the worst is given.
`python -m tests.equivalence` measures all of it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog.equivalences_model import Measured, Nearest

MEASURED: Mapping[str, Measured] = MappingProxyType(
    {
        "keras.sparse_categorical_crossentropy->netspresso.cross_entropy": Measured(
            2.1e-16, 7.9e-16, 1.8e-07, 3.5e-07
        ),
        "keras.sparse_categorical_crossentropy->netspresso.cross_entropy/softmax": Measured(
            2.2e-16, 4.6e-16, 1.3e-07, 1.8e-07
        ),
        "keras.*_crossentropy->netspresso.*/activated-logits": Measured(
            1.9e-16, 6.2e-16, 1.1e-07, 3.3e-07
        ),
        "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy": Measured(
            4.2e-16, 6.2e-16, 2.1e-07, 2.3e-07
        ),
        "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy/softmax": Measured(
            1.9e-16, 6.4e-16, 1.1e-07, 3.4e-07
        ),
        "keras.*categorical_crossentropy->netspresso.*/sum": Measured(
            2.0e-16, 2.3e-16, 1.2e-07, 1.3e-07
        ),
        "keras.*->none/sum": Measured(9.4e-01, 9.4e-01, 9.4e-01, 9.4e-01),
        "keras.categorical_crossentropy->netspresso.cross_entropy": Measured(
            3.9e-16, 1.1e-15, 3.0e-07, 1.0e-05
        ),
        "keras.categorical_crossentropy->netspresso.cross_entropy/softmax": Measured(
            2.6e-16, 3.2e-16, 1.2e-07, 1.3e-07
        ),
        "keras.categorical_crossentropy->netspresso.*/axis": Measured(
            3.0e-16, 2.9e-16, 1.5e-07, 7.8e-08
        ),
        "keras.categorical_crossentropy->netspresso.*/axis-smoothed": Measured(
            1.0e-01, 4.4e-02, 1.0e-01, 4.4e-02
        ),
        "keras.categorical_crossentropy->netspresso.cross_entropy/void-labels": Measured(
            2.0e-16, 1.0e00, 1.1e-07, 1.0e00
        ),
        "keras.categorical_crossentropy->netspresso.seg_cross_entropy/mask": Measured(
            3.5e-16, 1.8e-15, 1.7e-07, 4.8e-07
        ),
        "keras.*->none/weights": Measured(5.7e-01, 6.7e-01, 5.7e-01, 6.7e-01),
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized": Measured(
            5.5e-16, 3.3e-15, 2.3e-07, 1.7e-06
        ),
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized-late": Measured(
            3.0e-01, 8.1e-01, 3.0e-01, 8.1e-01
        ),
        "keras.binary_crossentropy->netspresso.focal_loss": Measured(
            3.3e-16, 2.8e-16, 2.0e-07, 1.5e-07
        ),
        "keras.binary_crossentropy->netspresso.focal_loss/sigmoid": Measured(
            3.5e-16, 2.9e-16, 1.2e-07, 1.6e-07
        ),
        "keras.binary_crossentropy->netspresso.cross_entropy/one-unit": Measured(
            3.0e-16, 2.2e-16, 1.8e-07, 2.4e-07
        ),
        "keras.binary_crossentropy->netspresso.focal_loss/smoothed": Measured(
            1.5e-01, 9.6e-02, 1.5e-01, 9.6e-02
        ),
        "keras.binary_crossentropy->netspresso.focal_loss/halved": Measured(
            2.6e-16, 2.8e-16, 2.3e-07, 1.3e-07
        ),
        "keras.binary_focal_crossentropy->netspresso.focal_loss": Measured(
            4.1e-16, 1.4e-14, 2.0e-07, 1.8e-06
        ),
        "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced": Measured(
            4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07
        ),
        "keras.binary_focal_crossentropy->none/negative-alpha": Measured(
            4.7e-01, 1.1e00, 4.7e-01, 1.1e00
        ),
        "keras.binary_focal_crossentropy->netspresso.focal_loss/smoothed": Measured(
            1.7e-01, 1.8e-01, 1.7e-01, 1.8e-01
        ),
        "keras.categorical_focal_crossentropy->netspresso.cross_entropy": Measured(
            2.1e-16, 3.5e-16, 2.0e-07, 2.6e-07
        ),
        "keras.categorical_focal_crossentropy->netspresso.focal_loss/two-classes": Measured(
            3.3e-16, 5.9e-16, 1.8e-07, 4.3e-07
        ),
        "keras.categorical_focal_crossentropy->none": Measured(9.7e-01, 1.0e00, 9.7e-01, 1.0e00),
        "keras.categorical_focal_crossentropy->none/listed-alpha": Measured(
            3.0e-01, 5.0e-01, 3.0e-01, 5.0e-01
        ),
        "keras.kl_divergence->netspresso.cross_entropy": Measured(
            4.1e-05, 6.0e-07, 4.1e-05, 6.0e-07
        ),
        "keras.kl_divergence->netspresso.cross_entropy/soft-labels": Measured(
            9.2e-01, 5.6e-16, 9.2e-01, 2.4e-07
        ),
        "keras.kl_divergence->netspresso.focal_loss": Measured(2.0e-05, 1.4e-07, 2.0e-05, 2.3e-07),
        "keras.poisson->netspresso.cross_entropy": Measured(4.7e-01, 1.4e-04, 4.7e-01, 1.4e-04),
        "keras.categorical_generalized_cross_entropy->none": Measured(
            3.3e-03, 8.4e-03, 3.3e-03, 8.4e-03
        ),
        "keras.SSD_LOSS->none": Measured(6.8e-01, 9.9e-01, 6.8e-01, 9.9e-01),
        "keras.RCNN_LOSS->none": Measured(6.0e-01, 1.0e00, 6.0e-01, 1.0e00),
        "keras.*_loss->none/rcnn-part": Measured(2.6e-16, 3.5e-16, 1.2e-07, 1.9e-07),
        "keras.*->netspresso.*/loss-weights": Measured(1.7e-16, 2.2e-16, 9.8e-08, 8.1e-08),
        "keras.*->netspresso.*/one-output": Measured(2.1e-16, 1.1e-16, 0.0, 6.0e-08),
        "keras.*->netspresso.*/same-output": Measured(1.4e-16, 6.8e-16, 1.9e-07, 1.9e-07),
        "netspresso.cross_entropy->keras.categorical_crossentropy": Measured(
            3.9e-16, 1.1e-15, 3.0e-07, 3.5e-07
        ),
        "netspresso.cross_entropy->keras.*/ignore-index": Measured(
            1.6e-16, 7.9e-16, 8.9e-08, 3.5e-07
        ),
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy": Measured(
            5.5e-16, 3.3e-15, 2.3e-07, 1.7e-06
        ),
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy": Measured(
            2.8e-16, 6.0e-16, 2.2e-07, 2.4e-07
        ),
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy/mask": Measured(
            3.5e-16, 1.8e-15, 1.7e-07, 4.8e-07
        ),
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum": Measured(
            2.0e-16, 2.2e-16, 1.1e-07, 1.2e-07
        ),
        "netspresso.focal_loss->keras.binary_crossentropy": Measured(
            2.3e-16, 2.8e-16, 2.0e-07, 1.5e-07
        ),
        "netspresso.focal_loss->keras.binary_focal_crossentropy": Measured(
            3.4e-16, 3.5e-15, 2.0e-07, 1.8e-06
        ),
        "netspresso.focal_loss->keras.binary_focal_crossentropy/balanced": Measured(
            4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07
        ),
        "netspresso.focal_loss->keras.binary_crossentropy/halved": Measured(
            2.6e-16, 2.8e-16, 2.3e-07, 1.3e-07
        ),
        "netspresso.focal_loss->keras.binary_focal_crossentropy/no-gamma": Measured(
            4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07
        ),
        "netspresso.pidnet_loss->none": Measured(1.9e-16, 1.5e-15, 1.4e-07, 7.9e-07),
        "netspresso.retinanet_loss->none": Measured(3.5e-16, 9.8e-16, 2.2e-07, 8.4e-07),
        "netspresso.rtmcc_loss->none": Measured(3.6e-07, 6.9e-07, 3.1e-07, 8.4e-07),
        "netspresso.*->keras.*/weight": Measured(1.7e-16, 2.2e-16, 9.8e-08, 8.1e-08),
        "netspresso.*->keras.*/several": Measured(1.4e-16, 6.8e-16, 1.9e-07, 1.9e-07),
        "netspresso.*->keras.*/same-twice": Measured(2.7e-16, 3.8e-16, 1.5e-07, 6.8e-08),
    }
)
"""By the id of a row: the worst relative difference of value and gradient."""

NEAREST: Mapping[str, Nearest] = MappingProxyType(
    {
        "keras.mean_squared_error->none": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 5)), 0.46, 0.16, "softplus", "one-hot"
        ),
        "keras.mean_absolute_error->none": Nearest(
            "focal_loss", (("alpha", 0.75), ("gamma", 0.5)), 0.35, 0.13, "softplus", "soft"
        ),
        "keras.mean_absolute_percentage_error->none": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 1)), 0.91, 0.69, "softplus", "soft"
        ),
        "keras.mean_squared_logarithmic_error->none": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 0.5)), 0.18, 0.058, "softplus", "one-hot"
        ),
        "keras.cosine_similarity->none": Nearest(
            "focal_loss", (("alpha", 0.9), ("gamma", 0)), 0.65, 0.16, "sigmoid", "one-hot"
        ),
        "keras.huber->none": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 1)), 0.33, 0.12, "softplus", "one-hot"
        ),
        "keras.log_cosh->none": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 1.5)), 0.32, 0.11, "softplus", "one-hot"
        ),
        "keras.hinge->none": Nearest(
            "focal_loss", (("alpha", 0.25), ("gamma", 0)), 0.19, 0.037, "softplus", "one-hot"
        ),
        "keras.squared_hinge->none": Nearest(
            "focal_loss", (("alpha", -1), ("gamma", 3)), 0.24, 0.032, "none", "multi-hot"
        ),
        "keras.categorical_hinge->none": Nearest(
            "cross_entropy", (("label_smoothing", 0.1),), 0.35, 0.06, "none", "one-hot"
        ),
        "keras.dice->none": Nearest(
            "focal_loss", (("alpha", 0.9), ("gamma", 0)), 0.68, 0.16, "sigmoid", "one-hot"
        ),
        "keras.tversky->none": Nearest(
            "focal_loss", (("alpha", 0.9), ("gamma", 0)), 0.68, 0.16, "sigmoid", "one-hot"
        ),
        "keras.circle->none": Nearest(
            "cross_entropy", (("label_smoothing", 0.9),), 0.93, 0.45, "softmax", "one-hot"
        ),
    }
)
"""By the id of a row: the criterion whose gradient came nearest, of 63 settings."""
