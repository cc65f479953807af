"""Parameters stand one level too deep, under `params`.

## Why

Heads, necks and backbones of NetsPresso take their parameters under `params`; a criterion does not.
The trainer hands `params` to the criterion as one unknown parameter, which is swallowed, and
trains with the defaults.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      params:
        label_smoothing: 0.1
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
```
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.model import Site
from losslint.rules.base import Context, Rule, find_loss

RULE = Rule(
    "LL117",
    "nested-parameters",
    "error",
    why_no_fix="Moving the keys up changes the loss that has been training so far.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each `params` in an entry of the losses list."""
    if site.dialect != "netspresso":
        return
    for entry in site.entries:
        for argument in entry.arguments:
            if argument.name == "params" and find_loss(entry, context) is not None:
                yield RULE.at(
                    argument.key,
                    "parameters of a criterion stand beside `criterion`, not under `params`; "
                    "the trainer swallows them and uses the defaults",
                    related=argument.view.related,
                )
