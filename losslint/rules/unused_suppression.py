"""A suppression silences nothing.

## Why

The finding that it was written for is gone, or stands on another line. A suppression that stays
behind hides the next finding of the same kind. A place in the settings' `per-file-ignores` is told
as well, at its line of the settings file, once a run has looked at every file that it may speak of.

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
