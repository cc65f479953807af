"""The entry asks for a reduction, but the criterion always averages.

## Why

Up to 0.0.9 cross_entropy of NetsPresso Trainer handed `reduction` to torch. From 0.0.10 to 0.1.2
the key is a TypeError when the losses are built, and since 0.2.0 it is swallowed: the mean is
computed, whatever is written. No criterion of today has a sum, and none gives one loss per
sample.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      reduction: mean
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

Safe for `mean`: the key is removed and nothing changes. None for `sum` and `none`, which have no
equivalent: the sum is the mean times the batch size, so that `weight` and the learning rate have
to be thought of anew.
"""

from losslint.diagnostics import Severity
from losslint.dialects.netspresso import is_reduction, swallows
from losslint.dialects.records import Argument, Site
from losslint.rules._names import known_losses
from losslint.rules._rewrite import remove_argument
from losslint.rules._values import shown
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, entry_params, framework

RULE = Rule(
    "LL121",
    "reduction-not-configurable",
    "error",
    NETSPRESSO_LISTS,
    fix="sometimes",
    words=("reduction",),
    sources=("netspresso:losses/common.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each `reduction` that the criterion of the target release does not have."""
    for entry, loss in known_losses(site, context):
        argument = entry.argument("reduction")
        if argument is None or not is_reduction(argument.name, loss):
            continue
        if any(param.name == "reduction" for param in entry_params(entry, loss, context)):
            continue
        same = argument.view.value == "mean"
        swallowed = swallows(loss, context.netspresso.version)
        fate = "the trainer ignores" if swallowed else f"{framework(site, context)} refuses"
        name = entry.name_text or loss.name
        message = f"{name} has no `reduction` and always averages; {fate} the key"
        if not same:
            message += f", and nothing computes `{shown(argument.view)}`"
        yield RULE.at(
            argument,
            message,
            severity=_severity(argument, swallowed),
            fix=remove_argument(entry.view, argument, safe=True) if same else None,
        )


def _severity(argument: Argument, swallowed: bool) -> Severity:
    """A swallowed key is harmless where the mean is meant, or where it cannot be told."""
    harmless = argument.view.value == "mean" or argument.view.kind == "unknown"
    return "warning" if swallowed and harmless else "error"
