"""A weight switches its criterion off, turns it around or makes the total not finite.

## Why

Zero removes the criterion from the training, a negative weight maximises it, and with an infinite
or NaN weight the total is never a number again. The trainer says nothing to any of them.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 0
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 0.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.netspresso import WEIGHT
from losslint.diagnostics import Diagnostic
from losslint.dialects.model import Site
from losslint.rules._values import judge, shown
from losslint.rules.base import NETSPRESSO, Context, Rule

RULE = Rule(
    "LL212",
    "senseless-weight",
    "warning",
    sites=NETSPRESSO,
    why_no_fix="The weight that was meant is not in the file.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each weight that is a number and still means nothing."""
    for entry in site.entries:
        view = entry.weight_view
        if view is None or not any(f.kind == "range" for f in judge(view, WEIGHT.spec, "weight")):
            continue
        value = view.value
        if value == 0:
            effect = "the criterion does not train"
        elif isinstance(value, (int, float)) and float("-inf") < value < 0:
            effect = "the criterion is maximised"
        elif isinstance(value, int):
            effect = "torch cannot multiply with an integer of more than 64 bits"
        else:
            effect = "the total loss is not finite"
        yield RULE.at(
            view.at,
            f"`weight` is {shown(view)}: {effect}",
            severity="warning" if value == 0 else "error",
            related=view.related,
        )
