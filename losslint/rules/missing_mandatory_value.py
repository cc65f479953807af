"""`???` stands where a value must be given.

## Why

OmegaConf's `???` means "somebody still has to fill this in". Reading it raises
MissingMandatoryValue, and building the losses reads every key of an entry.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ???
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.model import Site
from losslint.rules.base import Context, Rule, scalars

RULE = Rule(
    "LL007",
    "missing-mandatory-value",
    "error",
    words=("???",),
    why_no_fix="The value is for you to give.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each value of an entry that is ???."""
    for entry in site.entries:
        for view in scalars(entry, context):
            if view.is_mandatory:
                yield RULE.at(
                    view.at,
                    "??? must be replaced by a value; the trainer raises when it builds the losses",
                    related=view.related,
                )
