"""The model ends without an activation, and the loss expects probabilities.

## Why

With `from_logits: false`, which is the default and what every string means, a crossentropy cuts
its input to 0 … 1 and takes the logarithm. Logits go through without an error or a warning on any
backend: on a small batch categorical crossentropy gives 0.0 instead of 0.148, binary crossentropy
0.116 instead of 0.380, and the gradients are wrong with them. The same holds for an activation
that can be negative, such as tanh, for recurrent layers, which end in it, and for a normalisation,
which moves the middle of its numbers to 0.

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

Whether it is an activation or from_logits that is missing decides what the model predicts.
"""

from losslint.diagnostics import Severity
from losslint.dialects.keras.ending import Ending
from losslint.rules._keras_model import BINARY, CATEGORICAL, endings_of, takes_logits
from losslint.rules._names import known_losses
from losslint.rules.base import TRAINED, Context, Findings, LossDef, Rule, Site

RULE = Rule(
    "LL411",
    "logits-as-probabilities",
    "error",
    TRAINED,
    sources=("keras:src/backend/tensorflow/nn.py", "keras:src/losses/losses.py"),
)

# They compute a number from anything, but the number means something from 0 to 1 only.
_QUIETER = frozenset(("kl_divergence", "dice", "tversky"))
_NAN = "categorical_generalized_cross_entropy"


def check(site: Site, context: Context) -> Findings:
    """Each loss of probabilities on an output that can be negative."""
    for entry, loss in known_losses(site, context):
        if entry.name is None or takes_logits(entry) is not False:
            continue
        for ending in endings_of(entry, site, context):
            if not ending.may_be_negative or (ending.units == 1 and loss.name in CATEGORICAL):
                continue
            said = _of_negative(loss, ending)
            if said is not None:
                severity, message, hint = said
                yield RULE.at(
                    entry.name.at, message, severity=severity, related=ending.related, hint=hint
                )


def _ends(ending: Ending) -> str:
    if ending.activation == "linear":
        return "the model ends without an activation"
    if ending.activation is not None:
        return f"the model ends in {ending.activation}"
    return "the output of the model goes below 0"


def _of_negative(loss: LossDef, ending: Ending) -> tuple[Severity, str, str | None] | None:
    ends, hint = _ends(ending), None
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
