"""A parameter that the loss cannot be built without is missing.

## Why

NetsPresso Trainer builds the losses last: a missing `l1_activate_epoch` or `alpha` is a TypeError
after data set, model and optimizer stand. A misspelt required parameter is swallowed and then
reported as missing.

## Bad

```yaml
model:
  losses:
    - criterion: yolox_loss
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: 1
      weight: ~
```
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.describe import allowed
from losslint.diagnostics import Diagnostic
from losslint.dialects.model import Site
from losslint.rules._values import closest, entry_faults
from losslint.rules.base import Context, Rule, entry_params, find_loss, framework

RULE = Rule(
    "LL111",
    "missing-parameter",
    "error",
    why_no_fix="The value that your training needs is not in the file.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each required parameter that is not written, nested ones included."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None or entry.view.is_open:
            continue
        params = entry_params(entry, loss, context)
        known = {param.name for param in params}
        unknown = [a.name for a in entry.arguments if a.name not in known]
        for param in params:
            if not param.required or entry.argument(param.name) is not None:
                continue
            if any(closest(name, [param.name]) for name in unknown):
                # unknown-parameter already asks whether the misspelt one is meant.
                continue
            yield RULE.at(
                (entry.name or entry.view).at,
                f"{entry.name_text} needs `{param.name}`, {allowed(param.spec)}; "
                f"{framework(site, context)} cannot build it without",
                related=entry.view.related,
                hint=param.note or None,
            )
        for fault in entry_faults(entry, loss, context):
            if fault.kind == "missing-key":
                yield RULE.at(
                    fault.at,
                    f"`{fault.path}` needs the key `{fault.word}`",
                    related=fault.related,
                )
