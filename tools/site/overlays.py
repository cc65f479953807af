"""Losses of Keras and what losslint converts them to, both along the same predictions."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from losslint.convert.conversion import Options
from losslint.convert.model import EntryPlan
from losslint.convert.pipeline import convert_source
from losslint.dialects.registry import dialect_named
from losslint.dialects.release_targets import release_targets
from losslint.dryrun.reference.keras.entropy import log_softmax
from losslint.dryrun.reference.netspresso.numbers import sigmoid
from losslint.files.source import Source, decode
from tools.site.curves import LOGITS, UNIT, Drawn, Line, along, criterion_value, keras_value


class Example(NamedTuple):
    """A loss of Keras in a model that ends in an activation, and the predictions to show it on."""

    class_name: str
    config: dict[str, Any]
    activation: str
    line: Line


class Pair(NamedTuple):
    """Both losses, as the conversion has them, and their curves."""

    example: Example
    plan: EntryPlan
    keras: Drawn
    netspresso: Drawn


_EXAMPLES = (
    Example("SparseCategoricalCrossentropy", {"from_logits": True}, "linear", LOGITS),
    Example("CategoricalCrossentropy", {}, "softmax", LOGITS),
    Example("CategoricalCrossentropy", {"label_smoothing": 0.1}, "softmax", LOGITS),
    Example("BinaryCrossentropy", {}, "sigmoid", UNIT),
    Example("BinaryCrossentropy", {"label_smoothing": 0.1}, "sigmoid", UNIT),
    Example("BinaryFocalCrossentropy", {"gamma": 2.0}, "sigmoid", UNIT),
    Example(
        "BinaryFocalCrossentropy",
        {"apply_class_balancing": True, "alpha": 0.25, "gamma": 2.0},
        "sigmoid",
        UNIT,
    ),
    Example("CategoricalFocalCrossentropy", {"alpha": 0.5, "gamma": 0.0}, "softmax", LOGITS),
    Example("KLDivergence", {}, "softmax", LOGITS),
    Example("Poisson", {}, "softmax", LOGITS),
)
_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda pred: pred,
    "softmax": lambda pred: np.exp(log_softmax(pred)),
    "sigmoid": sigmoid,
}


def pairs() -> Iterator[Pair]:
    """Every example with what it is converted to."""
    for each in _EXAMPLES:
        plan = _plan(each)
        assert plan.target is not None, each
        # What the factor is of a loss that goes into another's place unasked.
        params = {**dict(plan.target.params), "weight": plan.factor}
        yield Pair(each, plan, _keras(each), _netspresso(each, plan.target.name, params))


def _plan(example: Example) -> EntryPlan:
    """What losslint says of a model that ends so, in three units, and is compiled with the loss."""
    layer = {"units": 3, "activation": example.activation}
    loss = {
        "module": "keras.losses",
        "class_name": example.class_name,
        "config": example.config,
        "registered_name": None,
    }
    model = {
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "layers": [{"module": "keras.layers", "class_name": "Dense", "config": layer}],
        },
        "compile_config": {"optimizer": "adam", "loss": loss},
    }
    source = decode("model.json", json.dumps(model).encode())
    assert isinstance(source, Source)
    options = Options(dialect_named("netspresso"), release_targets(), lossy=True)
    (conversion,) = convert_source(source, options)
    (plan,) = conversion.plan.entries
    return plan


def _keras(example: Example) -> Drawn:
    line, activated = example.line, _ACTIVATIONS[example.activation]
    is_sparse = example.class_name.startswith("Sparse")
    target = np.argmax(line.target, axis=-1).astype(np.float64) if is_sparse else line.target
    return along(
        line,
        lambda pred: keras_value(example.class_name, example.config, target, activated(pred)),
    )


def _netspresso(example: Example, name: str, params: dict[str, Any]) -> Drawn:
    line = example.line
    return along(line, lambda pred: criterion_value(name, params, line.target, pred))
