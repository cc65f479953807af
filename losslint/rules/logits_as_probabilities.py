"""The model ends without an activation, and the loss expects probabilities.

## Why

With `from_logits: false`, which is the default and what every string means, a crossentropy cuts
its input to 0 … 1 and takes the logarithm. Logits go through without an error or a warning on any
backend: on a small batch categorical crossentropy gives 0.0 instead of 0.148, binary crossentropy
0.116 instead of 0.380, and the gradients are wrong with them. The same holds for an activation
that can be negative, such as tanh.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy"}}
```

## No safe fix

An activation or from_logits: which of the two decides what the model predicts.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.model import LossDef
from losslint.diagnostics import Diagnostic, Severity
from losslint.dialects.keras.ending import Ending
from losslint.dialects.records import Site
from losslint.rules._keras_model import BINARY, CATEGORICAL, endings_of, takes_logits
from losslint.rules._names import find_loss
from losslint.rules.base import COMPILED, Context, Rule

RULE = Rule("LL411", "logits-as-probabilities", "error", sites=COMPILED)

# All of these can be negative; none of them is a probability.
_NO_PROBABILITY = frozenset(
    (
        "linear",
        "tanh",
        "softsign",
        "elu",
        "selu",
        "gelu",
        "silu",
        "swish",
        "mish",
        "leaky_relu",
        "log_softmax",
        "log_sigmoid",
        "celu",
        "hard_tanh",
        "hard_silu",
        "hard_swish",
        "soft_shrink",
        "hard_shrink",
        "tanh_shrink",
    )
)
# They compute a number from anything, but the number means something from 0 to 1 only.
_QUIETER = frozenset(("kl_divergence", "dice", "tversky"))
_NAN = "categorical_generalized_cross_entropy"


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each loss of probabilities on an output that can be negative."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None or entry.name is None or takes_logits(entry) is not False:
            continue
        for ending in endings_of(entry, site, context):
            if ending.activation not in _NO_PROBABILITY:
                continue
            said = _what_happens(loss, ending)
            if said is not None and not (ending.units == 1 and loss.name in CATEGORICAL):
                yield RULE.at(
                    entry.name.at, said[1], severity=said[0], related=ending.related, hint=said[2]
                )


def _what_happens(loss: LossDef, ending: Ending) -> tuple[Severity, str, str | None] | None:
    ends = f"the model ends in {ending.activation}"
    if ending.activation == "linear":
        ends = "the model ends without an activation"
    hint = None
    if loss.name in CATEGORICAL | BINARY:
        if ending.activation == "linear":
            word = "softmax" if loss.name in CATEGORICAL else "sigmoid"
            hint = f"end in {word}, or give {loss.class_name} `from_logits: true`"
        return "error", f"{ends}, but {loss.name} takes its output for probabilities", hint
    if loss.name == _NAN:
        return "error", f"{ends}, and {loss.name} of a negative output is NaN", None
    if loss.name in _QUIETER:
        return "warning", f"{ends}, but {loss.name} means something from 0 to 1 only", None
    return None
