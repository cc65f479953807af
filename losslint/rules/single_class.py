"""A loss or an activation over classes on an output of one unit.

## Why

Over one unit softmax is always 1: the model predicts the same for every input, whatever trains
it. The categorical crossentropy of one class is always 0, from 2.12 on with a warning; the sparse
one knows the label 0 and nothing else, and TensorFlow stops at a label 1. Two classes on one unit
are the business of sigmoid and binary crossentropy.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "binary_crossentropy"}}
```

## No safe fix

Either the output or the loss is wrong; only you know how many classes there are.
"""

from losslint.dialects.keras.ending import Ending
from losslint.rules._keras_model import CATEGORICAL, endings_of
from losslint.rules._names import find_loss
from losslint.rules.base import TRAINED, Context, Findings, LossEntry, Rule, Site

RULE = Rule("LL412", "single-class", "error", TRAINED, sources=("keras:src/losses/losses.py",))

_SPARSE = "sparse_categorical_crossentropy"


def check(site: Site, context: Context) -> Findings:
    """Each loss on an output of one unit that wants several."""
    for entry in site.entries:
        if entry.name is None:
            continue
        for ending in endings_of(entry, site, context):
            message = _message(entry, ending, context)
            if message is not None:
                yield RULE.at(entry.name.at, message, related=ending.related)


def _message(entry: LossEntry, ending: Ending, context: Context) -> str | None:
    loss = find_loss(entry, context)
    axis = entry.argument("axis")
    is_last = axis is None or axis.view.value == -1
    # What a Reshape made of several, Keras may squeeze again.
    is_one = ending.units == 1 and ending.over in (None, 1)
    if is_one and is_last and loss is not None and loss.name in CATEGORICAL:
        if loss.name == _SPARSE:
            return f"the model has one output unit, and {loss.name} then knows the label 0 only"
        return f"the model has one output unit, and {loss.name} over one class is always 0"
    always = {"softmax": 1, "log_softmax": 0}.get(ending.activation or "")
    if always is not None and ending.over == 1:
        return (
            f"the model ends in {ending.activation} over one unit: its output is {always} whatever "
            "comes in"
        )
    return None
