"""Keras does not save this parameter, or has already lost it.

## Why

From 3.0 to 3.15.1 `get_config` leaves out `delta` of Huber and `axis` of CosineSimilarity, since
3.10 `axis` of SparseCategoricalCrossentropy, since 3.4 every `dtype`. Written by hand they count
when the file is loaded; after the next save they are gone, and the loss computes with the default
without a word. A Huber that such a release saved may have had any `delta`.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": "keras.losses", "class_name": "Huber", "config": {"delta": 2.0}}}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": "keras.losses", "class_name": "Huber", "config": {"delta": 1.0}}}}
```

## No safe fix

The file is right; set the parameter again whenever the model was loaded.
"""

from losslint.catalog.model import LossDef, holds, version_key
from losslint.dialects.records import LossEntry, Site
from losslint.rules._names import known_losses
from losslint.rules._values import shown
from losslint.rules.base import COMPILED, Context, Findings, Rule, entry_params, framework

RULE = Rule(
    "LL407", "lost-on-save", "info", COMPILED, sources=("keras:src/losses/losses.py", "keras#23286")
)


def check(site: Site, context: Context) -> Findings:
    """Each parameter that the target's own saving would lose, and each that a save has lost."""
    for entry, loss in known_losses(site, context):
        if entry.style.is_object:
            yield from _to_be_lost(entry, loss, site, context)
            yield from _lost_already(entry, loss, context)


def _to_be_lost(entry: LossEntry, loss: LossDef, site: Site, context: Context) -> Findings:
    from losslint.catalog.keras import LOST_ON_SAVE

    for param in entry_params(entry, loss, context):
        argument = entry.argument(param.name)
        if argument is None or argument.view.kind in ("list", "mapping", "unknown", "null"):
            continue
        for lost in LOST_ON_SAVE:
            if (
                lost.param == param.name
                and lost.class_name in (None, loss.class_name)
                and holds(lost.since, lost.until, context.keras.version)
                and argument.view.value != param.default
            ):
                yield RULE.at(
                    argument,
                    f"{framework(site, context)} reads `{param.name}: {shown(argument.view)}` "
                    "and leaves it out when it saves the model",
                )


def _lost_already(entry: LossEntry, loss: LossDef, context: Context) -> Findings:
    from losslint.catalog.keras import LOST_ON_SAVE

    wrote = version_key(context.written_by) if context.written_by else None
    if wrote is None or entry.name is None:
        return
    for lost in LOST_ON_SAVE:
        # Nearly everybody leaves a dtype alone, and a sparse loss works on the last axis only.
        if lost.class_name is None or lost.class_name.startswith("Sparse"):
            continue
        if (
            lost.class_name == loss.class_name
            and holds(lost.since, lost.until, wrote)
            and entry.argument(lost.param) is None
        ):
            yield RULE.at(
                entry.name.at,
                f"Keras {context.written_by}, which wrote the file, does not save `{lost.param}` "
                f"of {loss.class_name}; a value other than the default is lost",
            )
