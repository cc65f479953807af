"""A hinge loss meets an output that is never negative.

## Why

hinge and squared_hinge want the sign of the output: at least 1 for one class, at most -1 for the
other. Labels of 0 and 1 they turn into -1 and 1; the output they take as it is. With a sigmoid, the
answer 0 costs 1 on every sample of the negative class: a perfect model on as many samples of each
class has a loss of 0.5, not 0. squared_hinge misjudges with it: where 70 % of the labels are 1, the
output with the least loss is 0.4, which counts as a no. `tanh` and a linear output are what they are made for.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "hinge"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "tanh"}}]},
 "compile_config": {"optimizer": "adam", "loss": "hinge"}}
```

## No safe fix

Whether another activation or another loss is meant, only you know.
"""

from losslint.rules._keras_losses import on_outputs
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site

RULE = Rule(
    "LL425", "hinge-of-positives", "warning", TRAINED, sources=("keras:src/losses/losses.py",)
)

# categorical_hinge compares the classes with each other, and is right on softmax.
_OF_SIGNS = ("hinge", "squared_hinge")


def check(site: Site, context: Context) -> Findings:
    """Each loss of signs on an output that has one sign only."""
    for met in on_outputs(site, context):
        if met.loss.name in _OF_SIGNS and met.ending.is_never_negative:
            yield RULE.at(
                met.at,
                f"{met.ends}, which is never negative, but {met.loss.name} wants at most -1 for "
                "one class and at least 1 for the other",
                related=met.ending.related,
            )
