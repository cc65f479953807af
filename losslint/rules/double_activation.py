"""Softmax or sigmoid is applied twice: by the model, and by the loss that expects logits.

## Why

With `from_logits: true` the loss applies the activation itself. On a model that ends in one, JAX
and PyTorch compute it twice (0.644 instead of 0.148 on a small batch) without a word. TensorFlow
looks behind the activation for the logits, warns, and computes the right number; so this is a
warning where only a backend decides, and an error where every backend is wrong: focal losses,
outputs that pass a Reshape, Flatten, Permute or Dropout, and in Keras 3 outputs of a layer that
computes in 16 bits, by a mixed dtype policy or a plain one, which the loss casts to float32 first
(1.048 instead of 5.680). A model that is a layer, or an Identity, hides nothing; TimeDistributed,
a pooling and the mean of several heads hide everything, and what they make of probabilities are no
logits either.

CTC has no `from_logits`: it always applies softmax itself, and no backend looks behind a softmax
for it. A sequence that is read without a doubt costs 0.0 as logits and 2.411 after a softmax. Its
class 0 is the blank.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}]},
 "compile_config": {"loss": {"module": "keras.losses", "class_name": "CategoricalCrossentropy",
   "config": {"from_logits": true}}}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}]},
 "compile_config": {"loss": {"module": "keras.losses", "class_name": "CategoricalCrossentropy",
   "config": {"from_logits": false}}}}
```

## No safe fix

Either the activation or from_logits goes; saved weights fit one of the two.
"""

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.keras.ending import Ending
from losslint.rules._keras_model import (
    BINARY,
    CATEGORICAL,
    FOCAL,
    endings_of,
    is_hidden,
    takes_logits,
)
from losslint.rules._names import known_losses
from losslint.rules.base import TRAINED, Context, Findings, LossEntry, Rule, Site

RULE = Rule(
    "LL410",
    "double-activation",
    "warning",
    TRAINED,
    sources=("keras:src/backend/tensorflow/nn.py", "keras#15271"),
)

_ACTIVATIONS = ("softmax", "sigmoid")
_CTC = "ctc"


def check(site: Site, context: Context) -> Findings:
    """Each crossentropy of logits on an output that is none."""
    for entry, loss in known_losses(site, context):
        if loss.name not in CATEGORICAL | BINARY | {_CTC}:
            continue
        for ending in endings_of(entry, site, context):
            if ending.units == 1 and loss.name in CATEGORICAL:
                continue
            if takes_logits(entry) or loss.name == _CTC:
                hidden = is_hidden(ending, entry, context)
                everywhere = hidden or loss.name in FOCAL | {_CTC}
                yield from _of_the_loss(entry, ending, everywhere=everywhere)
            elif ending.twice and entry.name is not None:
                yield RULE.at(
                    entry.name.at,
                    f"the model applies {ending.activation} twice before the loss sees its output; "
                    "no class can come near 1",
                    related=ending.related,
                )


def _of_the_loss(entry: LossEntry, ending: Ending, *, everywhere: bool) -> Iterator[Diagnostic]:
    if ending.activation in _ACTIVATIONS:
        message = f"the model ends in {ending.activation} already, and the loss applies "
        message += "it once more" if takes_logits(entry) else "softmax all the same"
    elif ending.is_fraction:
        message = "every number of the output lies from 0 to 1, and the loss takes it for a logit"
        everywhere = True
    else:
        return
    if everywhere and takes_logits(entry):
        message += "; no backend computes the crossentropy of this"
    elif not everywhere:
        message += "; TensorFlow undoes that with a warning, JAX and PyTorch do not"
    argument = entry.argument("from_logits")
    yield RULE.at(
        argument.view if argument is not None else entry.name or entry.view,
        message,
        severity="error" if everywhere else "warning",
        related=ending.related,
    )
