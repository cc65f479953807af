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

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._migration import merged_fix, removal
from losslint.rules._names import judge_name
from losslint.rules.base import NETSPRESSO, Context, Rule

RULE = Rule("LL105", "merged-criterion", "error", fix="sometimes", sites=NETSPRESSO)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each entry of a criterion that lives on in another."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is None or verdict.status != "merged" or entry.name is None:
            continue
        # Three entries became one there, and pidnet-triple speaks of all of them.
        if verdict.instead is None or verdict.instead == "pidnet_loss":
            continue
        yield RULE.at(
            entry.name,
            f"{removal(entry, verdict)}, use `{verdict.instead}`: {verdict.advice}",
            fix=merged_fix(entry, site, verdict.instead),
        )
