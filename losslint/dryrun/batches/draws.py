"""Random numbers for a batch.

Few are drawn in float64. Of many, which a batch at a training's size takes, drawing was what took
longest: they are drawn in float32, the type in which they are computed, without a detour.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from losslint.dryrun.dtypes import MANY
from losslint.dryrun.side_by_side import mapped

Array = npt.NDArray[Any]

_PART = 1 << 19
_AT_ONCE = 1 << 15  # numbers that a processor has at hand


def normal(rng: Generator, shape: tuple[int, ...], scale: float = 1.0) -> Array:
    """Normal numbers around 0; of many by Box and Muller (Ann. Math. Statist. 29, 1958)."""
    if math.prod(shape) <= MANY:
        return rng.normal(scale=scale, size=shape)

    def fill(rng: Generator, part: Array) -> None:
        half = (part.size + 1) // 2
        shares, turns = rng.random((2, half), dtype=np.float32)
        radius = np.float32(scale) * np.sqrt(np.float32(-2.0) * np.log1p(-shares))
        angle = np.float32(2.0 * math.pi) * turns
        part[:half] = radius * np.cos(angle)
        part[half:] = (radius * np.sin(angle))[: part.size - half]

    return _many(rng, shape, fill)


def uniform(rng: Generator, low: float, high: float, shape: tuple[int, ...]) -> Array:
    """Numbers between two bounds."""
    if math.prod(shape) <= MANY:
        return rng.uniform(low, high, size=shape)

    def fill(rng: Generator, part: Array) -> None:
        rng.random(dtype=np.float32, out=part)
        part *= np.float32(high - low)
        part += np.float32(low)

    return _many(rng, shape, fill)


def _many(
    rng: Generator, shape: tuple[int, ...], fill: Callable[[Generator, Array], None]
) -> Array:
    """Numbers in float32, some parts side by side: each has a generator of its own."""
    numbers = np.empty(math.prod(shape), np.float32)
    begins = range(0, numbers.size, _PART)
    seeds = rng.integers(1 << 62, size=len(begins)).tolist()

    def drawn(begin: int, seed: int) -> None:
        own = np.random.default_rng(seed)
        for piece in range(begin, min(begin + _PART, numbers.size), _AT_ONCE):
            fill(own, numbers[piece : min(piece + _AT_ONCE, begin + _PART)])

    mapped(lambda part: drawn(*part), zip(begins, seeds, strict=True))
    return numbers.reshape(shape)


def zeros_and_ones(rng: Generator, shape: tuple[int, ...]) -> Array:
    """Zeros and ones in random places, as evenly as the size allows; of many, about half each."""
    count = math.prod(shape)
    if count > MANY:
        bits = np.frombuffer(rng.bytes(-(-count // 8)), np.uint8)
        return np.unpackbits(bits, count=count).reshape(shape).astype(np.float32)
    return rng.permutation(np.arange(count) % 2).reshape(shape).astype(np.float64)
