"""A number that YAML 1.1 reads in another base than it is written.

## Why

OmegaConf and PyYAML follow YAML 1.1: `010` is octal and means 8, `1:30` counts in base 60 and
means 90. The value is a legal number, so nothing complains.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 010
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 10
```

## No safe fix

Whether 010 should be 8 or 10 is for you to say.
"""

import re

from losslint.rules.base import Context, Findings, Rule, Site, scalars
from losslint.syntax.nodes import Scalar

RULE = Rule("LL006", "surprising-number", "warning", sources=("netspresso:utils/engine_utils.py",))


# An octal number, one of base 60, or a value that stands elsewhere and may be either.
_TELLING = re.compile(r"(?<![\w.])0[0-7_]|[0-9_]:[0-9]|\*|\$\{")


def check(site: Site, context: Context) -> Findings:
    """Numbers within the entries of a site."""
    # Who reads other bases is YAML 1.1, which has merge keys, too.
    for entry in site.entries if site.root.reader.merges else ():
        node = entry.view.node
        if _TELLING.search(entry.view.text, node.start, node.end) is None:
            # Nearly all have none: their values need not be gone through.
            continue
        for view in scalars(entry, context):
            assert isinstance(view.node, Scalar)
            base = view.reader.surprising_number(view.node)
            if base is not None:
                yield RULE.at(
                    view, f"`{view.node.value}` is {base} in YAML 1.1: the loss gets {view.value}"
                )
