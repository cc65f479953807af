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

```json
{"module": "keras.losses", "class_name": "CategoricalCrossentropy", "config": {"label_smoothing": 1.5}}
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.15
      weight: ~
```

```json
{"module": "keras.losses", "class_name": "CategoricalCrossentropy", "config": {"label_smoothing": 0.15}}
```

## No safe fix

The value that was meant is not in the file.
"""

from losslint.catalog.describe import allowed
from losslint.rules._effects import consequence, severity
from losslint.rules._values import ValueFault, is_class_index, place, shown, value_faults
from losslint.rules.base import Context, Findings, Rule, Site

RULE = Rule(
    "LL113",
    "value-out-of-range",
    "error",
    when=("odd value",),
    sources=("netspresso:losses/common.py", "keras:src/losses/losses.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each number, list or mapping that is out of bounds."""
    for fault in value_faults(site, context, "range", "length", "all-zero", "repeated"):
        if fault.path == "axis" and site.is_made:
            # Which axes there are depends on what it is called with, and on the backend.
            continue
        is_index = fault.path == "ignore_index" and not fault.file
        if is_index and is_class_index(fault.view, fault.spec):
            # index-on-classification and its like know what the model around it says.
            continue
        yield RULE.at(fault, _message(fault) + consequence(fault), severity=severity(fault))


def _message(fault: ValueFault) -> str:
    if fault.kind == "range":
        return f"`{fault.path}` is {shown(fault.view)}{place(fault)}, but must be {allowed(fault.spec)}"
    if fault.kind == "length":
        return f"`{fault.path}` has {len(fault.view.items())} items{place(fault)}, but {_lengths(fault)}"
    if fault.kind == "all-zero" and not fault.view.pairs() and not fault.view.items():
        return f"`{fault.path}` is empty"
    if fault.kind == "all-zero":
        return f"every number of `{fault.path}` is zero"
    return f"`{fault.path}` stands twice in its list"


def _lengths(fault: ValueFault) -> str:
    low, high = fault.spec.length or (0, None)
    between = f"{low}" if low == high else f"{low} to {high}"
    bounds = f"at least {low}" if high is None else between
    if fault.spec.multiple > 1:
        return f"their number must be {bounds} and a multiple of {fault.spec.multiple}"
    return f"must have {bounds}"
