"""What the numbers of an output are, measured on many inputs and weights; what a loss wants."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np

from .numpy_losses import class_of


class Seen(NamedTuple):
    """An output over many inputs: its least and its greatest number, and what else holds of it.

    `zero` says that it is often exactly 0, `constant` that it never changes, `sharp` that
    some class comes near 1; `exact` is how much of a difference rounding explains.
    """

    values: Any
    low: float
    high: float
    zero: bool
    constant: bool
    exact: float

    @property
    def is_probability(self) -> bool:
        return self.low >= -self.exact and self.high <= 1 + self.exact

    def sums_to_one(self, axis: int) -> bool:
        if not -self.values.ndim <= axis < self.values.ndim:
            return False
        return bool(np.all(np.abs(self.values.sum(axis) - 1) < 10 * self.exact))

    def is_one(self, axis: object) -> bool:
        """Whether an axis holds one number only."""
        is_there = isinstance(axis, int) and -self.values.ndim <= axis < self.values.ndim
        return is_there and self.values.shape[axis] == 1

    def has_length_one(self) -> bool:
        """Whether all vectors have, but for those of zeros, which no length divides."""
        lengths = np.linalg.norm(self.values, axis=-1)
        lengths = lengths[lengths > 10 * self.exact]
        return bool(np.all(np.abs(lengths - 1) < 10 * self.exact))


def measure(flat: Any, shape: tuple[int, ...]) -> list[Seen]:
    """What each output of a model can be, whatever its weights come to be."""
    rng = np.random.default_rng(5)
    kept = flat.get_weights()
    scales = np.repeat([0.1, 2.0, 20.0], 8).reshape(-1, *[1] * len(shape))
    draws = []
    for _ in range(5):
        for weight in flat.weights:
            if "float" in str(weight.dtype):
                drawn = rng.normal(size=weight.shape)
                weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.path else drawn)
        inputs = (rng.normal(size=(24, *shape)) * scales).astype("float32")
        draws.append(keras.tree.flatten(flat(inputs, training=False)))
    flat.set_weights(kept)
    found = [keras.ops.concatenate(each) for each in zip(*draws, strict=True)]
    layers = flat._flatten_layers()
    exact = 0.02 if any("16" in str(each.compute_dtype) for each in layers) else 1e-4
    return [
        _seen(keras.ops.convert_to_numpy(keras.ops.cast(end, "float32")), exact) for end in found
    ]


def _seen(values: Any, exact: float) -> Seen:
    rows = values[np.isfinite(values).reshape(len(values), -1).all(-1)].astype("float64")
    low, high = float(rows.min()), float(rows.max())
    return Seen(rows, low, high, bool((rows == 0).mean() > 0.2), high - low < exact, exact)


_CATEGORICAL = (
    "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "CategoricalFocalCrossentropy",
)  # fmt: skip
_BINARY = ("BinaryCrossentropy", "BinaryFocalCrossentropy")
_SUIT_ANY = "?"


def misfit(written: Any, seen: Seen) -> str:
    """Why a loss means nothing on such an output; "?" where somebody may mean it all the same."""
    name, config = class_of(written)
    if seen.constant:
        return "the output is constant"
    if name in _CATEGORICAL or name in _BINARY:
        return _of_crossentropy(name, config, seen)
    if name == "CosineSimilarity":
        return "the cosine of one number" if seen.is_one(config.get("axis", -1)) else ""
    if name == "CTC":
        return "CTC of probabilities" if seen.is_probability else ""
    if name in ("Poisson", "MeanSquaredLogarithmicError"):
        if seen.low < -seen.exact:
            return f"{name} of negative numbers"
        return _SUIT_ANY if seen.is_probability else ""
    if name == "KLDivergence":
        fits = seen.is_probability and seen.sums_to_one(-1)
        return "" if fits else "KLDivergence of no distribution"
    if name == "CategoricalGeneralizedCrossEntropy":
        if not seen.is_probability:
            return f"{name} of no probabilities"
        return "" if seen.sums_to_one(-1) else _SUIT_ANY
    if name in ("Hinge", "SquaredHinge"):
        return f"{name} of what is never negative" if seen.low >= 0 else ""
    if name in ("Dice", "Tversky"):
        return "" if seen.is_probability else f"{name} of no probabilities"
    if name == "Circle":
        return "" if seen.has_length_one() else "Circle of vectors of any length"
    return ""


def _of_crossentropy(name: str, config: dict[str, Any], seen: Seen) -> str:
    if name in _CATEGORICAL and seen.is_one(config.get("axis", -1)):
        return f"{name} of one class"
    if config.get("from_logits"):
        if seen.is_probability:
            return f"{name} of logits on probabilities"
        return _SUIT_ANY if _is_bounded(seen) else ""
    if seen.low < -seen.exact:
        return f"{name} of negative numbers"
    if not seen.is_probability:
        normalises = name in ("CategoricalCrossentropy", "CategoricalFocalCrossentropy")
        return _SUIT_ANY if normalises and not seen.zero else f"{name} of numbers above 1"
    # Made into shares, each for itself still says which is the largest.
    is_share = name in _BINARY or seen.sums_to_one(config.get("axis", -1))
    return "" if is_share or name != "CategoricalFocalCrossentropy" else _SUIT_ANY


def _is_bounded(seen: Seen) -> bool:
    """Whether no logit can say "surely" or "surely not": relu, tanh and the like."""
    return seen.low > -1.5 or seen.high < 1.5
