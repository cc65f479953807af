"""A number lies outside the range in which its loss means something.

## Why

Most ranges are checked by nobody. `label_smoothing: -0.1` is silently treated as 0 by torch and
applied by Keras, `alpha: 1.5` makes a focal loss negative, `delta: 0` makes Huber's loss zero for
every input. What is checked is checked at the first training step.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 1.5
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.15
      weight: ~
```

## No safe fix

The value that was meant is not in the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.describe import allowed
from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._effects import consequence, severity
from losslint.rules._names import find_loss
from losslint.rules._values import ValueFault, entry_faults, is_class_index, place, shown
from losslint.rules.base import Context, Rule

RULE = Rule("LL113", "value-out-of-range", "error")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each number, list or mapping that is out of bounds."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None:
            continue
        for fault in entry_faults(entry, loss, context):
            is_index = fault.path == "ignore_index" and not fault.file
            if is_index and is_class_index(fault.view, fault.spec):
                # index-on-classification and its like know what the model around it says.
                continue
            message = _message(fault)
            if message is not None:
                yield RULE.at(fault, message + consequence(fault), severity=severity(fault))


def _message(fault: ValueFault) -> str | None:
    if fault.kind == "range":
        return f"`{fault.path}` is {shown(fault.view)}{place(fault)}, but must be {allowed(fault.spec)}"
    if fault.kind == "length":
        return f"`{fault.path}` has {len(fault.view.items())} items{place(fault)}, but {_lengths(fault)}"
    if fault.kind == "all-zero" and not fault.view.pairs() and not fault.view.items():
        return f"`{fault.path}` is empty"
    if fault.kind == "all-zero":
        return f"every number of `{fault.path}` is zero"
    if fault.kind == "repeated":
        return f"`{fault.path}` stands twice in its list"
    return None


def _lengths(fault: ValueFault) -> str:
    low, high = fault.spec.length or (0, None)
    between = f"{low}" if low == high else f"{low} to {high}"
    bounds = f"at least {low}" if high is None else between
    if fault.spec.multiple > 1:
        return f"their number must be {bounds} and a multiple of {fault.spec.multiple}"
    return f"must have {bounds}"
