"""The loss is a Python lambda, stored as code.

## Why

Keras 3 refuses to load a serialised lambda, because loading it runs code out of the file; from an
.h5 file it cannot be loaded at all. losslint does not look into the code either.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", null, null]}}}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss": "mean_squared_error"}}
```

## No safe fix

What the code computes is not for a linter to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._names import judge_name
from losslint.rules.base import KERAS, Context, Rule

RULE = Rule("LL400", "lambda-loss", "error", sites=KERAS)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each loss that is a lambda."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is not None and verdict.status == "lambda" and entry.name is not None:
            yield RULE.at(
                entry.name.at,
                "load_model refuses a lambda, which is code out of the file; "
                "register a named function instead",
            )
