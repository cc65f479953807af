"""Element types: rounding to them in NumPy, and how exact a result in them can be."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, Floats

MANY = 1 << 16
"""Numbers, beyond which an array of them is held in float32 where it was made in that."""


class Tolerance(NamedTuple):
    """Largest relative differences that are rounding and not an error.

    Attributes:
        value: of the loss to the reference's.
        gradient: of the gradient to the reference's, see `evaluate`.
        repeat: between two runs with one seed on an accelerator, whose sums may change order.
    """

    value: float
    gradient: float
    repeat: float


_TOLERANCES = MappingProxyType(
    {
        "float64": Tolerance(1e-10, 1e-9, 1e-12),
        "float32": Tolerance(1e-5, 1e-4, 1e-5),
        "float16": Tolerance(2e-2, 5e-2, 5e-3),
        "bfloat16": Tolerance(1e-1, 2e-1, 4e-2),
    }
)
_SMALLEST = MappingProxyType(
    {"float64": 2.0**-1022, "float32": 2.0**-126, "float16": 2.0**-14, "bfloat16": 2.0**-126}
)
_WIDTHS = ("bfloat16", "float16", "float32", "float64")


def tolerance(dtype: str) -> Tolerance:
    """The tolerance of an element type; of float32 for one that is unknown."""
    return _TOLERANCES.get(dtype, _TOLERANCES["float32"])


def smallest(dtype: str) -> float:
    """The smallest positive number that the type holds with all its digits."""
    return _SMALLEST.get(dtype, _SMALLEST["float32"])


def narrower(one: str, other: str) -> str:
    """The type with fewer significant bits; an unknown type loses."""
    known = [dtype for dtype in _WIDTHS if dtype in (one, other)]
    return known[0] if known else other


def held(array: npt.NDArray[Any]) -> Floats:
    """An array in float64; many numbers in float32 as they are: it is the same numbers."""
    if array.size > MANY and array.dtype == np.float32:
        return array
    return np.asarray(array, np.float64)


def rounded(array: npt.NDArray[Any], dtype: str) -> Floats:
    """The nearest values that the element type can hold, see `held`; ties go to even."""
    if dtype == array.dtype == np.float32:
        return held(array)
    if dtype == "bfloat16":
        bits = np.asarray(array, dtype=np.float32).view(np.uint32).astype(np.int64)
        kept = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
        return kept.astype(np.uint32).view(np.float32).astype(np.float64)
    with np.errstate(over="ignore"):
        return np.asarray(array).astype(dtype).astype(np.float64)


def rounded_batch(batch: Batch, dtype: str) -> Batch:
    """The batch with predictions that the element type can hold.

    So framework and reference compute from the same numbers, and what differs is the computation.
    """
    leaves = {path: rounded(leaf_at(batch.out, path), dtype) for path in batch.leaves}
    return batch._replace(out=with_leaves(batch.out, leaves))
