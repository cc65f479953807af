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

from losslint.rules._names import names_judged
from losslint.rules.base import KERAS, Context, Findings, Rule, Site

RULE = Rule(
    "LL400",
    "lambda-loss",
    "error",
    KERAS,
    when=("odd name",),
    sources=("keras:src/saving/serialization_lib.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each loss that is a lambda."""
    for _, name, _ in names_judged(site, context, "lambda"):
        yield RULE.at(
            name,
            "load_model refuses a lambda, which is code out of the file; "
            "register a named function instead",
        )
