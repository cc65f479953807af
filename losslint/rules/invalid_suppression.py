"""A suppression names a rule that does not exist, or cannot be understood.

## Why

A misspelt code silences nothing, and the finding that it was meant for comes back.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~  # losslint: ignore[LL999]
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 0  # losslint: ignore[senseless-weight]
```

## No safe fix

Which rule was meant is a guess.
"""

from losslint.rules._suppression import INVALID
from losslint.rules.base import Rule

RULE = Rule(*INVALID)
