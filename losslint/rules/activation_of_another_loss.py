"""The model ends in one activation, and the loss is made for the other.

## Why

On TensorFlow, and in Keras 2.6 to 2.15 altogether, a crossentropy looks behind the last
activation and uses its own: a sigmoid output with categorical crossentropy trains as softmax, a
softmax output with binary crossentropy as sigmoid (0.380 instead of 0.097 on a small batch),
while the model goes on predicting with the other one. JAX and PyTorch compute what is written.
Two machines train two models from one config. Where a Reshape, Flatten, Permute or Dropout, or in
Keras 3 a dtype policy of 16 bits, mixed or plain, hides the activation, every backend trains what
is written, and this rule says nothing; nor of outputs behind a TimeDistributed or a pooling.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy"}}
```

## No safe fix

Whether one class out of several is meant or several at once, the config does not say.
"""

from losslint.catalog.model import holds
from losslint.rules._keras_model import BINARY, CATEGORICAL, endings_of, is_hidden, takes_logits
from losslint.rules._names import known_losses
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site

RULE = Rule(
    "LL413",
    "activation-of-another-loss",
    "warning",
    TRAINED,
    sources=("keras:src/losses/losses.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each crossentropy of probabilities on the other one's activation."""
    # Keras 2.3 computed what is written.
    if not holds("2.6.0", None, context.keras.version):
        return
    for entry, loss in known_losses(site, context):
        if entry.name is None or takes_logits(entry) is not False:
            continue
        for ending in endings_of(entry, site, context):
            if ending.units == 1 or ending.twice or is_hidden(ending, entry, context):
                continue
            if (loss.name in CATEGORICAL and ending.activation == "sigmoid") or (
                loss.name in BINARY and ending.activation == "softmax"
            ):
                fitting = "softmax" if loss.name in CATEGORICAL else "sigmoid"
                yield RULE.at(
                    entry.name.at,
                    f"{loss.name} goes with {fitting}, but the model ends in {ending.activation}; "
                    "what is trained then depends on the backend",
                    related=ending.related,
                )
