"""`compile` is called with an argument that Keras 3 does not take.

## Why

Keras 3 takes nine arguments and no others: `compile` raises a TypeError at once. Keras 2 took some
that are gone, such as `sample_weight_mode` and `target_tensors`, and handed what it did not know to
the session of TensorFlow 1. Everything before the call has run by then: the data is read, and the
model is built.

Measured with Keras 3.15.1: `compile("adam", "mse", metric=["mae"])` raises `TypeError:
Trainer.compile() got an unexpected keyword argument 'metric'`. The signature is that of
`Trainer.compile` (keras/src/trainers/trainer.py). Only a program is judged whose model is one of
Keras's own: a class of one's own may have a `compile` of its own.

## Bad

```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", loss="mse", metric=["mae"])
```

## Good

```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", loss="mse", metrics=["mae"])
```

## No safe fix

Which argument was meant, or whether any, the program does not say.
"""

from typing import Final

from losslint.catalog.model import holds
from losslint.dialects.keras.layers import text_of
from losslint.rules.base import Context, Findings, Rule, Site, framework
from losslint.text import closest

RULE = Rule(
    "LL438",
    "unknown-compile-argument",
    "error",
    ("compile",),
    sources=("keras:src/trainers/trainer.py",),
)

_TAKEN: Final = (
    "optimizer", "loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly",
    "steps_per_execution", "jit_compile", "auto_scale_loss",
)  # fmt: skip
_OF_KERAS: Final = ("Sequential", "Functional")


def check(site: Site, context: Context) -> Findings:
    """Each argument of a call on a model of Keras's that Keras 3 does not have."""
    around = site.owner.parent
    if (
        around is None
        or not around.language.is_code
        or text_of(around, "class_name") not in _OF_KERAS
    ):
        return
    if not holds("3.0.0", None, context.keras.version):
        return
    for member, view in site.owner.pairs():
        if member.name in _TAKEN:
            continue
        meant = closest(member.name, _TAKEN)
        message = f"`compile` of {framework(site, context)} takes no argument `{member.name}`"
        if meant is not None:
            message += f"; did you mean `{meant}`?"
        yield RULE.at(member.at, message, related=view.related)
