"""A parameter has a value of a type that its loss cannot compute with.

## Why

Neither trainer checks types when it builds a loss. A string or a null dies at the first training
step; worse, a boolean counts as 0 or 1, and every non-empty string counts as true: `"false"`
switches `from_logits` on.

## Bad

```yaml
model:
  losses:
    - criterion: seg_cross_entropy
      ignore_index: "255"
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: seg_cross_entropy
      ignore_index: 255
      weight: ~
```

## Fix

Safe where the quotes of a number or of a boolean are all that is wrong, and for a variable of the
environment, which is text whatever it holds: `oc.decode` reads it as YAML would.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.describe import allowed
from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._effects import consequence, decoding, severity
from losslint.rules._names import find_loss
from losslint.rules._rewrite import mended
from losslint.rules._values import described, entry_faults, place
from losslint.rules.base import Context, Rule

RULE = Rule("LL112", "wrong-type", "error", fix="sometimes")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each value of a type that the catalog does not allow."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None:
            continue
        for fault in entry_faults(entry, loss, context):
            if fault.kind == "type":
                yield RULE.at(
                    fault.at,
                    f"`{fault.path}` is {described(fault.view)}{place(fault)}, but must be "
                    f"{allowed(fault.spec)}{consequence(fault)}{decoding(fault.view)}",
                    severity=severity(fault),
                    fix=mended(fault, context),
                    related=fault.related,
                )
