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

## No safe fix

The weight that was meant is not in the file.
"""

from losslint.catalog.netspresso import WEIGHT
from losslint.rules._elsewhere import followed
from losslint.rules._values import judge, shown
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, ResolvedNode, Rule, Site

# Of float32, in which the losses are: what is larger is infinite, of what is smaller a gradient loses its digits.
_LARGEST = 3.4028235677973366e38
_LEAST = 1.1754943508222875e-38

RULE = Rule(
    "LL212",
    "senseless-weight",
    "warning",
    NETSPRESSO_LISTS,
    when=("weight",),
    sources=("netspresso:losses/builder.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each weight that is a number and still means nothing."""
    for entry in site.entries:
        if entry.weight_view is None:
            continue
        view, file = followed(entry.weight_view, context)
        value = view.number
        if value is None or not _is_senseless(view, value, context):
            continue
        if value == 0:
            effect = "the criterion does not train"
        elif 0 < abs(value) < _LEAST:
            effect = "float32 leaves nothing of it to train with"
        elif isinstance(value, int) and not -(2**63) <= value < 2**64:
            effect = "torch cannot multiply with an integer of more than 64 bits"
        elif not abs(value) <= _LARGEST:
            effect = "the total loss is not finite"
        else:
            effect = "the criterion is maximised"
        yield RULE.at(
            entry.weight_view,
            f"`weight` is {shown(view)}{f' in {file}' if file else ''}: {effect}",
            severity="warning" if value == 0 else "error",
        )


def _is_senseless(view: ResolvedNode, value: float, context: Context) -> bool:
    """Whether the criterion does not train with a weight, or against its sense."""
    if any(fault.kind == "range" for fault in judge(view, WEIGHT.spec, "weight", context)):
        return True
    return value < _LEAST or value > _LARGEST
