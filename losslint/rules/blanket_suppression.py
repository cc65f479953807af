"""A suppression does not say which rules it is meant for.

## Why

`# losslint: ignore` without codes would also hide the findings that come later. It silences
nothing; name the rules: `# losslint: ignore[LL110]`.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~  # losslint: ignore
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 0  # losslint: ignore[LL212]
```

## No safe fix

Which findings the comment was meant for only you know.
"""

from losslint.rules._suppression import BLANKET
from losslint.rules.base import Rule

RULE = Rule(*BLANKET)
