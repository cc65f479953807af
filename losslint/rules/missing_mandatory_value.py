"""`???` stands where a value must be given.

## Why

OmegaConf's `???` means "somebody still has to fill this in". Reading it raises
MissingMandatoryValue, and building the losses reads the list and every key of its entries.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ???
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```

## No safe fix

The value is for you to give.
"""

from losslint.rules.base import Context, Findings, Rule, Site, scalars

RULE = Rule(
    "LL007",
    "missing-mandatory-value",
    "error",
    words=("???",),
    sources=("netspresso:utils/engine_utils.py", "netspresso:losses/builder.py"),
)


def check(site: Site, context: Context) -> Findings:
    """The list, an entry or a value of one that is ???."""
    views = [] if site.view is None else [site.view]
    for entry in site.entries:
        views += scalars(entry, context)
    for view in views:
        if view.is_mandatory:
            yield RULE.at(
                view,
                "??? must be replaced by a value; the trainer raises when it builds the losses",
            )
