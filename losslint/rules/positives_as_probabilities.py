"""The output is never negative, but neither a probability nor a logit.

## Why

`relu`, `softplus` and `exponential` end where they like. As a logit, a number that is never negative
is a probability of at least 0.5: with `from_logits: true` no output ever says no, and each label of
0 costs 0.693 or more. Dice and Tversky of numbers beyond 1 fall below 0 (-0.8 for outputs of 9).

The categorical crossentropies divide by the sum of the outputs first, so that `softplus` and
`exponential` are right for them. `relu` is not: a sample whose outputs are all 0 is NaN. For those
that cut at 1 there is logits-as-probabilities.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "softplus"}}]},
 "compile_config": {"optimizer": "adam", "loss": {"module": "keras.losses",
   "class_name": "BinaryCrossentropy", "config": {"from_logits": true}}}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": {"module": "keras.losses",
   "class_name": "BinaryCrossentropy", "config": {"from_logits": true}}}}
```

## No safe fix

Another activation is another model; saved weights fit one of the two.
"""

from losslint.rules._keras_losses import Met, on_outputs
from losslint.rules._keras_model import BINARY, CATEGORICAL, takes_logits
from losslint.rules.base import COMPILED, Context, Findings, Rule, Site

RULE = Rule("LL423", "positives-as-probabilities", "warning", COMPILED)

_DIVIDING = ("categorical_crossentropy", "categorical_focal_crossentropy")
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
    # What lies from 0 to 1, double-activation judges.
    if met.loss.name not in BINARY or met.ending.is_fraction:
        return None
    return "and a logit that is never negative is a probability of at least 0.5"


def _as_probabilities(met: Met) -> str | None:
    name = met.loss.name
    if not met.ending.may_exceed_one:
        return None
    if name in _DIVIDING and met.ending.activation in _FLAT:
        return f"and {name} of a sample whose outputs are all 0 is NaN"
    if name in _OVERLAPS:
        return f"which goes beyond 1, but {name} means something from 0 to 1 only"
    return None
