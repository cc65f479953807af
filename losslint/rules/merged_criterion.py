"""The criterion was merged into another one, which the target release has in its place.

## Why

NetsPresso Trainer 0.0.10 merged label_smoothing_cross_entropy and soft_target_cross_entropy into
cross_entropy. The old names are a KeyError when the losses are built. The numbers are the same:
2.532573 for both on one batch with a smoothing of 0.1, which was the default of the old criterion
and is not of the new one.

## Bad

```yaml
model:
  task: classification
  losses:
    - criterion: label_smoothing_cross_entropy
      smoothing: 0.2
      weight: ~
```

## Good

```yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.2
      weight: ~
```

## Fix

Safe for a smoothing from 0 to below 1: `smoothing` becomes `label_smoothing`, and 0.1 is written
out where it was left to the default. Unsafe for any other smoothing, which the old criterion
refused or applied in another way. None where the list would then hold the same criterion twice.
"""

from losslint.rules._migration import merged_fix, removal
from losslint.rules._names import names_judged
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, Site

RULE = Rule(
    "LL105",
    "merged-criterion",
    "error",
    NETSPRESSO_LISTS,
    when=("odd name",),
    fix="sometimes",
    sources=("netspresso:losses/registry.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each entry of a criterion that lives on in another."""
    for entry, name, verdict in names_judged(site, context, "merged"):
        # Three entries became pidnet_loss, and pidnet-triple speaks of all of them.
        if verdict.instead not in (None, "pidnet_loss"):
            yield RULE.at(
                name,
                f"{removal(entry, verdict)}, use `{verdict.instead}`: {verdict.advice}",
                fix=merged_fix(entry, site, str(verdict.instead)),
            )
