"""The output is never negative, but neither a probability nor a logit.

## Why

`relu`, `softplus` and `exponential` end where they like. Losses of probabilities cut them off at 1:
binary crossentropy is the same for an output of 3 as for one of 1 (0.0 where the label is 1, 15.9
where it is 0) and has no gradient there; so is the sparse crossentropy on TensorFlow. Dice and
Tversky fall below 0. As a logit, a number that is never negative is a probability of at least 0.5:
with `from_logits: true` no output ever says no.

The categorical crossentropies divide by the sum of the outputs first, so that `softplus` and
`exponential` are right for them. `relu` is not: a sample whose outputs are all 0 is NaN.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "softplus"}}]},
 "compile_config": {"optimizer": "adam", "loss": "binary_crossentropy"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "binary_crossentropy"}}
```

## No safe fix

Another activation is another model; saved weights fit one of the two.
"""

from __future__ import annotations

from losslint.rules._keras_losses import Met, on_outputs
from losslint.rules._keras_model import BINARY, CATEGORICAL, takes_logits
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site

RULE = Rule(
    "LL423",
    "positives-as-probabilities",
    "warning",
    TRAINED,
    sources=("keras:src/backend/tensorflow/nn.py",),
)

_SPARSE = "sparse_categorical_crossentropy"
_OVERLAPS = ("dice", "tversky")
# They are 0 for every number below 0, or below -1.
_FLAT = ("relu", "relu6", "sparse_plus")


def check(site: Site, context: Context) -> Findings:
    """Each loss of probabilities on an output that is none, and still never negative."""
    for met in on_outputs(site, context):
        ending, logits = met.ending, takes_logits(met.entry)
        if not ending.is_never_negative or logits is None:
            continue
        if met.loss.name in CATEGORICAL and ending.units == 1:
            continue
        said = _as_logits(met) if logits else _as_probabilities(met)
        if said is not None:
            yield RULE.at(met.at, f"{met.ends}, {said}", related=ending.related)


def _as_logits(met: Met) -> str | None:
    # What becomes of numbers from 0 to 1 as logits, double-activation says.
    if met.loss.name not in BINARY or met.ending.is_fraction:
        return None
    return "and a logit that is never negative is a probability of at least 0.5"


def _as_probabilities(met: Met) -> str | None:
    name = met.loss.name
    if not met.ending.may_exceed_one:
        return None
    if name in BINARY or name == _SPARSE:
        return f"which goes beyond 1, but {name} takes its output for probabilities"
    if name in CATEGORICAL and met.ending.activation in _FLAT:
        return f"and {name} of a sample whose outputs are all 0 is NaN"
    if name in _OVERLAPS:
        return f"which goes beyond 1, but {name} means something from 0 to 1 only"
    return None
