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

```json
{"module": "keras.losses", "class_name": "CategoricalCrossentropy", "config": {"from_logits": "true"}}
```

## Good

```yaml
model:
  losses:
    - criterion: seg_cross_entropy
      ignore_index: 255
      weight: ~
```

```json
{"module": "keras.losses", "class_name": "CategoricalCrossentropy", "config": {"from_logits": true}}
```

## Fix

Safe where the quotes of a number or of a boolean are all that is wrong, and for a variable of the
environment, which is text whatever it holds: `oc.decode` reads it as YAML would.
"""

from losslint.catalog.describe import allowed
from losslint.rules._effects import consequence, decoding, severity
from losslint.rules._rewrite import mended
from losslint.rules._values import described, place, value_faults
from losslint.rules.base import Context, Findings, Rule, Site

RULE = Rule(
    "LL112",
    "wrong-type",
    "error",
    when=("odd value",),
    fix="sometimes",
    sources=("netspresso:losses/common.py", "keras:src/losses/losses.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each value of a type that the catalog does not allow."""
    for fault in value_faults(site, context, "type"):
        yield RULE.at(
            fault,
            f"`{fault.path}` is {described(fault.view)}{place(fault)}, but must be "
            f"{allowed(fault.spec)}{consequence(fault)}{decoding(fault.view)}",
            severity=severity(fault),
            fix=mended(fault, context),
        )
