"""A formula's gradient, exact but for rounding: NumPy code differentiated backwards.

A formula computes with a `DifferentiableArray` as with a plain array. Each step notes how the
gradient of its result goes back to what it was made of, and `value_and_gradients` walks these
notes from the last to the first (reverse accumulation: Linnainmaa, BIT 16, 1976). A difference of
two values would drown in their rounding where a batch is large: there one prediction moves the
loss by less than its last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, ReferenceFormula
from losslint.dryrun.reference.derivative_rules import Plain
from losslint.dryrun.reference.differentiable_array import DifferentiableArray, Tape
from losslint.dryrun.reference.tiles import walk_back


def value_and_gradients(
    reference: ReferenceFormula, name: str, params: Mapping[str, Any], batch: Batch
) -> tuple[float, dict[str, Plain]]:
    """A loss by its formula, and its derivative with respect to each of the batch's leaves.

    Raises:
        NotImplementedError: there is no formula for this loss with these parameters.
    """
    tape: Tape = []
    leaves = {path: DifferentiableArray(leaf_at(batch.out, path), tape) for path in batch.leaves}
    there = batch._replace(out=with_leaves(batch.out, leaves))
    result: Any = reference(name, params, there, held=batch)
    if not isinstance(result, DifferentiableArray):
        return float(result), {path: np.zeros(one.shape) for path, one in leaves.items()}
    walk_back(result, tape)
    return float(result.value), {
        path: one.no_gradient() if one.gradient is None else np.asarray(one.gradient)
        for path, one in leaves.items()
    }
