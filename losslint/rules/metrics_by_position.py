"""Metrics stand by position where Keras 3 takes loss weights.

## Why

Up to 2.15 the third argument of `compile` was `metrics`; since Keras 3 it is `loss_weights`, and
metrics are the fourth. Keras 3 compiles the model and stops at the first batch, with a message of
the backend's about the type of a string, which names neither the argument nor `compile`. The same
call by a keyword means the same in every release.

Measured with Keras 3.15.1: `model.compile("sgd", "mse", ["mae"])` stops in `fit` with
`dtype='string' is not a valid dtype for Keras type promotion` on TensorFlow and with
`Invalid dtype: str96` on PyTorch; with an object of a metric both stop as well. The signatures are
those of `Trainer.compile` (keras/src/trainers/trainer.py) and of `Model.compile` in Keras 2.

## Bad

```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse", ["mae"])
```

## Good

```python
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
```

## Fix

Safe: the argument gets its name, unless others by position follow it.
"""

from losslint.catalog.model import holds
from losslint.diagnostics import Edit, Fix
from losslint.rules.base import COMPILED, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL437",
    "metrics-by-position",
    "error",
    COMPILED,
    fix="safe",
    sources=("keras:src/trainers/trainer.py", "keras:src/trainers/compile_utils.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Metrics whose name is not written."""
    if not holds("3.0.0", None, context.keras.version):
        return
    for member, view in site.owner.pairs():
        start, end = member.at
        if member.name != "metrics" or start < end:
            continue
        fix = Fix("name the argument", (Edit(start, start, "metrics="),))
        message = (
            f"{framework(site, context)} takes the third argument of `compile` for `loss_weights` "
            "and stops at the first batch; write `metrics=`"
        )
        yield RULE.at(member.at._replace(end=start + 1), message, fix=fix, related=view.related)
