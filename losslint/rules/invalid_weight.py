"""The weight of an entry is no number that the trainer can multiply with.

## Why

`weight` is a factor of the criterion in the total loss. It is never checked: a string or a list
dies at the first training step, and a list is no set of weights for the classes, which NetsPresso
Trainer cannot configure at all. A boolean counts as 0 or 1.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: "0.5"
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 0.5
```

## Fix

Safe where only the quotes are wrong, and for a variable of the environment, which is text:
`oc.decode` reads it as YAML would.
"""

from losslint.catalog.netspresso import WEIGHT
from losslint.rules._effects import decoding
from losslint.rules._rewrite import mended
from losslint.rules._values import described, judge, place
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, Site

RULE = Rule(
    "LL211",
    "invalid-weight",
    "error",
    NETSPRESSO_LISTS,
    when=("weight",),
    fix="sometimes",
    sources=("netspresso:losses/builder.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each weight of a wrong type."""
    for entry in site.entries:
        view = entry.weight_view
        if view is None:
            continue
        for fault in judge(view, WEIGHT.spec, "weight", context):
            if fault.kind == "type":
                value = fault.view
                tail = {
                    "bool": f"it counts as {int(bool(value.value))}",
                    "list": "there are no weights for classes",
                }.get(value.kind, "the first training step fails")
                yield RULE.at(
                    view,
                    f"`weight` is {described(value)}{place(fault)}, but must be a number or null; "
                    f"{tail}{decoding(value)}",
                    fix=mended(fault, context),
                )
