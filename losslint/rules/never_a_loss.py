"""The name was never one of a loss.

## Why

`mean_squared_percentage_error` stands in lists of Keras losses and exists in no release.
`is_categorical_crossentropy` was a helper that answers whether a loss is the categorical
crossentropy; Keras 2.3 to 2.15 found it by its name and failed when they called it.

## Bad

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "is_categorical_crossentropy"}}}}
```

## Good

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "categorical_crossentropy"}}}}
```

## No safe fix

No loss computes what the name promises, so only you can say what was meant.
"""

from losslint.rules._names import names_judged
from losslint.rules.base import KERAS, Context, Findings, Rule, Site

RULE = Rule(
    "LL103",
    "never-a-loss",
    "error",
    KERAS,
    when=("odd name",),
    sources=("keras:src/losses/__init__.py", "netspresso:losses/registry.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each entry with such a name."""
    for entry, name, verdict in names_judged(site, context, "never"):
        advice = f"; {verdict.advice}" if verdict.advice else ""
        yield RULE.at(name, f"`{entry.name_text}` is no loss in any release of Keras{advice}")
