"""A loss teaches nothing, whatever the model and the labels.

## Why

With `alpha` and `beta` both 0, no mistake costs Tversky anything: it is 0 for every output. The
cosine of a single number is its sign: over one unit CosineSimilarity is -1 or 1 and has no
gradient. With `label_smoothing: 1` nothing is left of the labels: the loss of every label was
1.423 on one output, and the model learns to give each class the same share. Keras accepts all
three and trains.

## Bad

```json
{"module": "keras.losses", "class_name": "Tversky", "config": {"alpha": 0.0, "beta": 0.0}}
```

## Good

```json
{"module": "keras.losses", "class_name": "Tversky", "config": {"alpha": 0.5, "beta": 0.5}}
```

## No safe fix

The number that was meant is not in the file.
"""

from __future__ import annotations

from losslint.dialects.keras.layers import is_last
from losslint.rules._keras_losses import Met, number_of, on_outputs, written
from losslint.rules._names import known_losses
from losslint.rules.base import KERAS, Context, Findings, LossDef, LossEntry, Rule, Site

RULE = Rule("LL419", "nothing-to-learn", "error", KERAS, sources=("keras:src/losses/losses.py",))


def check(site: Site, context: Context) -> Findings:
    """Each loss that no output makes smaller, and each that does without its labels."""
    for entry, loss in known_losses(site, context):
        yield from _of_entry(entry, loss, context)
    for met in on_outputs(site, context):
        if met.loss.name == "cosine_similarity" and met.ending.units == 1 and _is_along_it(met):
            yield RULE.at(
                met.at,
                "the model has one output unit, and the cosine of one number is its sign: nothing "
                "is trained",
                related=met.ending.related,
            )


def _of_entry(entry: LossEntry, loss: LossDef, context: Context) -> Findings:
    if loss.name == "tversky":
        weights = [number_of(entry, loss, name, context) for name in ("alpha", "beta")]
        view = written(entry, "alpha")
        if weights == [0, 0] and view is not None:
            yield RULE.at(
                view, "with `alpha` and `beta` of 0 no mistake costs anything: the loss is always 0"
            )
    share = written(entry, "label_smoothing")
    if share is not None and number_of(entry, loss, "label_smoothing", context) == 1:
        yield RULE.at(
            share, "with `label_smoothing` of 1 nothing is left of the labels", severity="warning"
        )


def _is_along_it(met: Met) -> bool:
    """Whether the cosine is that of the last axis."""
    axis = written(met.entry, "axis")
    return bool(axis is None or is_last(axis.integer, met.ending.rank))
