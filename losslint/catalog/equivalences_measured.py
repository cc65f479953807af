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
        "k2n-01": Measured(2.1e-16, 7.9e-16, 1.8e-07, 3.5e-07),
        "k2n-02": Measured(2.2e-16, 4.6e-16, 1.3e-07, 1.8e-07),
        "k2n-02b": Measured(1.9e-16, 6.2e-16, 1.1e-07, 3.3e-07),
        "k2n-03": Measured(4.2e-16, 6.2e-16, 2.1e-07, 2.3e-07),
        "k2n-04": Measured(1.9e-16, 6.4e-16, 1.1e-07, 3.4e-07),
        "k2n-06": Measured(2.0e-16, 2.3e-16, 1.2e-07, 1.3e-07),
        "k2n-06b": Measured(9.4e-01, 9.4e-01, 9.4e-01, 9.4e-01),
        "k2n-08": Measured(3.9e-16, 1.1e-15, 3.0e-07, 1.0e-05),
        "k2n-09": Measured(2.6e-16, 3.2e-16, 1.2e-07, 1.3e-07),
        "k2n-10": Measured(3.0e-16, 2.9e-16, 1.5e-07, 7.8e-08),
        "k2n-10b": Measured(1.0e-01, 4.4e-02, 1.0e-01, 4.4e-02),
        "k2n-11": Measured(2.0e-16, 1.0e00, 1.1e-07, 1.0e00),
        "k2n-12": Measured(3.5e-16, 1.8e-15, 1.7e-07, 4.8e-07),
        "k2n-13": Measured(5.7e-01, 6.7e-01, 5.7e-01, 6.7e-01),
        "k2n-14": Measured(5.5e-16, 3.3e-15, 2.3e-07, 1.7e-06),
        "k2n-14b": Measured(3.0e-01, 8.1e-01, 3.0e-01, 8.1e-01),
        "k2n-20": Measured(3.3e-16, 2.8e-16, 2.0e-07, 1.5e-07),
        "k2n-21": Measured(3.5e-16, 2.9e-16, 1.2e-07, 1.6e-07),
        "k2n-22": Measured(3.0e-16, 2.2e-16, 1.8e-07, 2.4e-07),
        "k2n-23": Measured(1.5e-01, 9.6e-02, 1.5e-01, 9.6e-02),
        "k2n-24": Measured(2.6e-16, 2.8e-16, 2.3e-07, 1.3e-07),
        "k2n-25": Measured(4.1e-16, 1.4e-14, 2.0e-07, 1.8e-06),
        "k2n-26": Measured(4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07),
        "k2n-27": Measured(4.7e-01, 1.1e00, 4.7e-01, 1.1e00),
        "k2n-28": Measured(1.7e-01, 1.8e-01, 1.7e-01, 1.8e-01),
        "k2n-29": Measured(2.1e-16, 3.5e-16, 2.0e-07, 2.6e-07),
        "k2n-30": Measured(3.3e-16, 5.9e-16, 1.8e-07, 4.3e-07),
        "k2n-31": Measured(9.7e-01, 1.0e00, 9.7e-01, 1.0e00),
        "k2n-32": Measured(3.0e-01, 5.0e-01, 3.0e-01, 5.0e-01),
        "k2n-40": Measured(4.1e-05, 6.0e-07, 4.1e-05, 6.0e-07),
        "k2n-41": Measured(9.2e-01, 5.6e-16, 9.2e-01, 2.4e-07),
        "k2n-42": Measured(2.0e-05, 1.4e-07, 2.0e-05, 2.3e-07),
        "k2n-43": Measured(4.7e-01, 1.4e-04, 4.7e-01, 1.4e-04),
        "k2n-44": Measured(3.3e-03, 8.4e-03, 3.3e-03, 8.4e-03),
        "k2n-60": Measured(6.8e-01, 9.9e-01, 6.8e-01, 9.9e-01),
        "k2n-61": Measured(6.0e-01, 1.0e00, 6.0e-01, 1.0e00),
        "k2n-61b": Measured(2.6e-16, 3.5e-16, 1.2e-07, 1.9e-07),
        "k2n-70": Measured(1.7e-16, 2.2e-16, 9.8e-08, 8.1e-08),
        "k2n-71": Measured(2.1e-16, 1.1e-16, 0.0, 6.0e-08),
        "k2n-72": Measured(1.4e-16, 6.8e-16, 1.9e-07, 1.9e-07),
        "n2k-01": Measured(3.9e-16, 1.1e-15, 3.0e-07, 3.5e-07),
        "n2k-02": Measured(1.6e-16, 7.9e-16, 8.9e-08, 3.5e-07),
        "n2k-03": Measured(5.5e-16, 3.3e-15, 2.3e-07, 1.7e-06),
        "n2k-04": Measured(2.8e-16, 6.0e-16, 2.2e-07, 2.4e-07),
        "n2k-05": Measured(3.5e-16, 1.8e-15, 1.7e-07, 4.8e-07),
        "n2k-06": Measured(2.0e-16, 2.2e-16, 1.1e-07, 1.2e-07),
        "n2k-07": Measured(2.3e-16, 2.8e-16, 2.0e-07, 1.5e-07),
        "n2k-08": Measured(3.4e-16, 3.5e-15, 2.0e-07, 1.8e-06),
        "n2k-09": Measured(4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07),
        "n2k-10": Measured(2.6e-16, 2.8e-16, 2.3e-07, 1.3e-07),
        "n2k-11": Measured(4.5e-15, 1.5e-15, 2.3e-07, 7.3e-07),
        "n2k-12": Measured(1.9e-16, 1.5e-15, 1.4e-07, 7.9e-07),
        "n2k-13": Measured(3.5e-16, 9.8e-16, 2.2e-07, 8.4e-07),
        "n2k-14": Measured(3.6e-07, 6.9e-07, 3.1e-07, 8.4e-07),
        "n2k-30": Measured(1.7e-16, 2.2e-16, 9.8e-08, 8.1e-08),
        "n2k-31": Measured(1.4e-16, 6.8e-16, 1.9e-07, 1.9e-07),
        "n2k-32": Measured(2.7e-16, 3.8e-16, 1.5e-07, 6.8e-08),
    }
)
"""By the id of a row: the worst relative difference of value and gradient."""

NEAREST: Mapping[str, Nearest] = MappingProxyType(
    {
        "k2n-5a": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 5)), 0.46, 0.16, "softplus", "one-hot"
        ),
        "k2n-5b": Nearest(
            "focal_loss", (("alpha", 0.75), ("gamma", 0.5)), 0.35, 0.13, "softplus", "soft"
        ),
        "k2n-5c": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 1)), 0.91, 0.69, "softplus", "soft"
        ),
        "k2n-5d": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 0.5)), 0.18, 0.058, "softplus", "one-hot"
        ),
        "k2n-5e": Nearest(
            "focal_loss", (("alpha", 0.9), ("gamma", 0)), 0.65, 0.16, "sigmoid", "one-hot"
        ),
        "k2n-5f": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 1)), 0.33, 0.12, "softplus", "one-hot"
        ),
        "k2n-5g": Nearest(
            "focal_loss", (("alpha", 0.1), ("gamma", 1.5)), 0.32, 0.11, "softplus", "one-hot"
        ),
        "k2n-5h": Nearest(
            "focal_loss", (("alpha", 0.25), ("gamma", 0)), 0.19, 0.037, "softplus", "one-hot"
        ),
        "k2n-5i": Nearest(
            "focal_loss", (("alpha", -1), ("gamma", 3)), 0.24, 0.032, "none", "multi-hot"
        ),
        "k2n-5j": Nearest(
            "cross_entropy", (("label_smoothing", 0.1),), 0.35, 0.06, "none", "one-hot"
        ),
        "k2n-5k": Nearest(
            "focal_loss", (("alpha", 0.9), ("gamma", 0)), 0.68, 0.16, "sigmoid", "one-hot"
        ),
        "k2n-5l": Nearest(
            "focal_loss", (("alpha", 0.9), ("gamma", 0)), 0.68, 0.16, "sigmoid", "one-hot"
        ),
        "k2n-5m": Nearest(
            "cross_entropy", (("label_smoothing", 0.9),), 0.93, 0.45, "softmax", "one-hot"
        ),
    }
)
"""By the id of a row: the criterion whose gradient came nearest, of 63 settings."""
