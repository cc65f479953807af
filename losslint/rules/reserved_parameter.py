"""A parameter that the trainer passes by itself stands in the config.

## Why

Since 0.2.0 NetsPresso Trainer hands `cur_epoch` to every criterion. Written in an entry as well,
it arrives twice: "got multiple values for keyword argument" when the losses are built.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      cur_epoch: 3
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Safe: the key is removed; no training ever ran with it.
"""

from losslint.rules._names import known_losses
from losslint.rules._rewrite import remove_argument
from losslint.rules.base import Context, Findings, Rule, Site, entry_params, framework

RULE = Rule(
    "LL115",
    "reserved-parameter",
    "error",
    when=("odd argument",),
    fix="safe",
    sources=("netspresso:pipelines/builder.py", "netspresso:losses/builder.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each argument that the framework passes itself."""
    for entry, loss in known_losses(site, context):
        reserved = {p.name for p in entry_params(entry, loss, context) if p.fate == "reserved"}
        for argument in entry.arguments:
            taken_for = site.dialect.impossible_keys.get(argument.name)
            if taken_for is not None:
                message = f"`{argument.name}` is {taken_for}; building it fails"
            elif argument.name in reserved:
                message = (
                    f"{framework(site, context)} passes `{argument.name}` itself; "
                    "written here as well, building the loss fails"
                )
            else:
                continue
            fix = remove_argument(entry.view, argument, safe=True)
            yield RULE.at(argument, message, fix=fix)
