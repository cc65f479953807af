"""The loss is a class or function of your own that was not registered.

## Why

A custom loss that is registered is saved under its package (`my_package>MyLoss`) and found again.
One that is not is saved under its bare name, and `load_model` stops with "Could not locate"
unless `custom_objects` names it. That holds for a loss that is called like one of Keras's, too: a
function `mse` or `huber_loss` is your own, because Keras writes its functions under their full name.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": null, "class_name": "EdgeLoss", "config": {}, "registered_name": "EdgeLoss"}}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": null, "class_name": "EdgeLoss", "config": {}, "registered_name": "my_package>EdgeLoss"}}}
```

## No safe fix

Registering is a line of Python beside the loss; the file alone cannot do it.
"""

from losslint.rules._names import names_judged
from losslint.rules.base import KERAS, Context, Findings, Rule, Site

RULE = Rule(
    "LL401",
    "unregistered-loss",
    "warning",
    KERAS,
    when=("odd name",),
    sources=("keras:src/saving/serialization_lib.py", "keras#20806"),
)


def check(site: Site, context: Context) -> Findings:
    """Each loss that load_model finds only through custom_objects."""
    for entry, name, verdict in names_judged(site, context, "unregistered"):
        is_other = verdict.instead not in (None, entry.name_text)
        yield RULE.at(
            name,
            f"`{entry.name_text}` is no loss of Keras and not registered: load_model finds it "
            "only when custom_objects names it",
            hint=f"Keras's own is written `{verdict.instead}`, if that is meant"
            if is_other
            else None,
        )
