"""A suppression silences nothing.

## Why

The finding that it was written for is gone, or stands on another line. A suppression that stays
behind hides the next finding of the same kind.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~  # losslint: ignore[LL212]
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```
"""

from losslint.rules._suppression import UNUSED
from losslint.rules.base import Rule

RULE = Rule(*UNUSED, fix="safe")
