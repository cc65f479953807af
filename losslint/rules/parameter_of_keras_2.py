"""A saved loss carries `fn`, which only Keras 2 reads.

## Why

Keras 2.13 to 2.15 write the name of the loss's function into every built-in loss that they save.
Keras 3 hands the key to the constructor: "got an unexpected keyword argument 'fn'", and the model
does not load. The class alone says which function it is.

## Bad

```json
{"module": "keras.losses", "class_name": "Huber",
 "config": {"reduction": "sum_over_batch_size", "delta": 2.0, "fn": "huber"}}
```

## Good

```json
{"module": "keras.losses", "class_name": "Huber",
 "config": {"reduction": "sum_over_batch_size", "delta": 2.0}}
```

## Fix

Safe: the key is removed. A file of Keras 2.15 then loads and trains as before.
"""

from losslint.rules._names import find_loss
from losslint.rules._rewrite import remove_argument
from losslint.rules.base import KERAS, Context, Findings, Rule, Site, framework, writer

RULE = Rule(
    "LL405",
    "parameter-of-keras-2",
    "error",
    KERAS,
    fix="safe",
    sources=("keras:src/losses/loss.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each `fn` in a loss that Keras 3 is to load."""
    if not context.keras.since("3.0.0"):
        return
    for entry in site.entries:
        argument = entry.argument("fn")
        if not entry.style.is_object or argument is None or find_loss(entry, context) is None:
            continue
        config = entry.view.get("config")
        yield RULE.at(
            argument,
            f"{framework(site, context)} refuses `fn`, which Keras 2 wrote; remove it"
            + writer(context),
            fix=remove_argument(config, argument, safe=True) if config is not None else None,
        )
