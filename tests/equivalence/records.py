"""What is measured: two losses on the same predictions, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from losslint.dryrun.records import Batch

Array = npt.NDArray[Any]
Head = Callable[[Any], Any]
"""From the predictions that both frameworks share to what the Keras model gives its loss."""


def as_is(pred: Any) -> Any:
    """The head that changes nothing."""
    return pred


class KerasLoss(NamedTuple):
    """A loss of Keras: the class, or a function of labels and predictions, and the config."""

    name: str | Callable[[Any, Any], Any]
    config: Mapping[str, Any] = {}


class Term(NamedTuple):
    """One loss of Keras on one output of a model, with the factor beside it.

    `leaf` names the array of the shared predictions that the output is made of, by `head`; with
    several names `head` gets a list.
    """

    loss: KerasLoss
    labels: Any
    head: Head = as_is
    factor: float = 1.0
    sample_weight: Array | None = None
    leaf: str | tuple[str, ...] = "pred"


class Direct(NamedTuple):
    """Keras losses called on tensors; the sum of the terms is differentiated."""

    leaves: Mapping[str, Array]
    terms: tuple[Term, ...]


class Compiled(NamedTuple):
    """One step of a compiled Keras model whose weights are the predictions `pred`.

    `heads` are its outputs; `fit` is passed to the step (sample_weight, class_weight);
    `regularizer` is the factor of the squares of the weights, 0 for none.
    """

    pred: Array
    heads: tuple[Head, ...]
    labels: tuple[Array, ...]
    losses: tuple[KerasLoss, ...]
    loss_weights: tuple[float, ...] | None = None
    fit: Mapping[str, Any] = {}
    regularizer: float = 0.0


class Criteria(NamedTuple):
    """A list of NetsPresso's losses on a batch; `lists` has several where a batch is swept.

    `dtype` is that of a criterion which takes no other.
    """

    batch: Batch
    lists: tuple[list[dict[str, Any]], ...]
    dtype: str = ""


class Result(NamedTuple):
    """A loss and its gradient by leaf; or why there is neither."""

    value: float
    gradients: Mapping[str, Array]
    problem: str = ""


Job = Direct | Compiled | Criteria


class Case(NamedTuple):
    """Two jobs that are compared.

    `breaks` is empty where all that the row asks for holds, and otherwise says what does not.
    `look` is applied to both gradients before they are compared; with `slopes_alone` the values
    are not. `refuses` is what a framework raises where that is what the case shows. `problem`
    says why the row could not even be asked. `variant` are the rows that the catalog chose.
    """

    row: str
    first: Job
    second: Job
    breaks: str = ""
    look: Callable[[Array], Array] = np.asarray
    problem: str = ""
    variant: tuple[Any, ...] = ()
    refuses: str = ""
    slopes_alone: bool = False
