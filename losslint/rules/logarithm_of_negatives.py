"""A loss takes the logarithm of an output that can be negative.

## Why

The logarithm of a negative number is NaN: one output below 0 in a batch makes the total of poisson
NaN, and after the first step every weight of the model. mean_squared_logarithmic_error takes what
is below 0 for 0 instead: beside a label of 3 it is 1.92 for an output of -0.1 as for one of -5, and
without a gradient; where every output starts below 0 nothing is ever trained. `softplus` and
`relu` give no negative number, and `exponential` neither.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": "poisson"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "softplus"}}]},
 "compile_config": {"optimizer": "adam", "loss": "poisson"}}
```

## No safe fix

Another activation is another model; saved weights fit one of the two.
"""

from losslint.rules._keras_losses import on_outputs
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site

RULE = Rule(
    "LL422",
    "logarithm-of-negatives",
    "error",
    TRAINED,
    sources=("keras:src/losses/losses.py", "keras#18886"),
)


def check(site: Site, context: Context) -> Findings:
    """Each loss with a logarithm on an output that goes below 0."""
    for met in on_outputs(site, context):
        if not met.ending.may_be_negative:
            continue
        if met.loss.name == "poisson":
            message = f"{met.ends}, and poisson of a negative output is NaN"
            yield RULE.at(met.at, message, related=met.ending.related)
        elif met.loss.name == "mean_squared_logarithmic_error":
            message = (
                f"{met.ends}, and {met.loss.name} takes every negative output for 0, where it has "
                "no gradient"
            )
            yield RULE.at(met.at, message, severity="warning", related=met.ending.related)
