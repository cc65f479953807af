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

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._names import judge_name
from losslint.rules.base import KERAS, Context, Rule

RULE = Rule("LL103", "never-a-loss", "error", sites=KERAS)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each entry with such a name."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is not None and verdict.status == "never" and entry.name is not None:
            message = f"`{entry.name_text}` is no loss in any release of Keras"
            if verdict.advice:
                message += f"; {verdict.advice}"
            yield RULE.at(entry.name, message)
