"""A loss compares distributions, and the outputs do not add up to 1.

## Why

kl_divergence and CategoricalGeneralizedCrossEntropy look at the outputs of the right classes only.
They are right where one class grows at the cost of others. Where nothing makes the outputs add up
to 1, both fall with every output that grows, whatever the labels: for the labels 0.5 and 0.5,
kl_divergence of the right answer is 0.0, and -0.693 where both outputs are 1. A model that ends in
sigmoid learns to say 1 everywhere.

A softmax may go along another axis than the classes, too. A crossentropy then divides the numbers of
its own axis by their sum, and trains other probabilities than those that the model predicts.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 4, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "kl_divergence"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 4, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": "kl_divergence"}}
```

## No safe fix

Whether one class out of several is meant or several at once, the config does not say.
"""

from losslint.rules._keras_losses import Met, number_of, on_outputs
from losslint.rules._keras_model import CATEGORICAL, takes_logits
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site

RULE = Rule(
    "LL424", "shares-without-sum", "warning", TRAINED, sources=("keras:src/losses/losses.py",)
)

_OF_DISTRIBUTIONS = ("kl_divergence", "categorical_generalized_cross_entropy")


def check(site: Site, context: Context) -> Findings:
    """Each loss of distributions on an output that nothing makes one."""
    for met in on_outputs(site, context):
        ending = met.ending
        if ending.across is not None and _is_over_last(met, context):
            yield RULE.at(
                met.at,
                f"the model ends in softmax along axis {ending.across}, but {met.loss.name} takes "
                "the last axis for the classes",
                related=ending.related,
            )
        if met.loss.name not in _OF_DISTRIBUTIONS or not ending.is_never_negative:
            continue
        if ending.sums_to_one is False:
            yield RULE.at(
                met.at,
                f"{met.ends}, whose outputs do not add up to 1: {met.loss.name} falls with each "
                "that grows, whatever the labels",
                related=ending.related,
            )


def _is_over_last(met: Met, context: Context) -> bool:
    """Whether a loss divides by the sum over the classes, which are on the last axis for it."""
    if met.loss.name not in CATEGORICAL or takes_logits(met.entry) is not False:
        return False
    axis, rank = number_of(met.entry, met.loss, "axis", context), met.ending.rank
    return axis == -1 or (rank is not None and axis == rank - 1)
