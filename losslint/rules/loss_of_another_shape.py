"""A loss does not fit the shape of the output.

## Why

CTC reads a sequence for each sample, so an output of three axes; Circle compares one vector for
each sample, so it wants two. An `alpha` of CategoricalFocalCrossentropy that is a list is
multiplied with the classes and has one number for each of them, or a single one for all. Keras
stops at the first batch where that is not so.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": {"module": "keras.losses",
   "class_name": "CategoricalFocalCrossentropy", "config": {"alpha": [0.3, 0.7]}}}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": {"module": "keras.losses",
   "class_name": "CategoricalFocalCrossentropy", "config": {"alpha": [0.3, 0.6, 0.1]}}}}
```

## No safe fix

Whether the output or what stands in the loss is wrong, only you know.
"""

from collections.abc import Mapping
from types import MappingProxyType

from losslint.rules._keras_losses import Met, on_outputs, written
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL421", "loss-of-another-shape", "error", TRAINED, sources=("keras:src/losses/losses.py",)
)

_RANKS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "ctc": (3, "batch, time and classes"),
        "circle": (2, "batch and embedding"),
    }
)


def check(site: Site, context: Context) -> Findings:
    """Each loss that the first batch refuses because of the output's shape."""
    who = framework(site, context)
    for met in on_outputs(site, context):
        wanted, rank = _RANKS.get(met.loss.name), met.ending.rank
        if wanted is not None and rank is not None and rank != wanted[0]:
            yield RULE.at(
                met.at,
                f"{met.loss.name} wants an output of {wanted[0]} axes ({wanted[1]}), and this one "
                f"has {rank}: {who} stops at the first batch",
                related=met.ending.related,
            )
        if met.loss.name == "categorical_focal_crossentropy":
            yield from _weights(met, who)


def _weights(met: Met, who: str) -> Findings:
    """A weight for each class, where there is another number of classes."""
    alpha, units = written(met.entry, "alpha"), met.ending.units
    if alpha is None or not alpha.is_list or alpha.is_open or units in (None, 1):
        return
    count = len(alpha.items())
    if count not in (0, 1, units):
        yield RULE.at(
            alpha,
            f"`alpha` has {count} numbers, and the last axis of the output {units}: "
            f"{who} stops at the first batch",
            related=met.ending.related,
        )
