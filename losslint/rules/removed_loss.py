"""The loss existed in an older release and nothing took its place.

## Why

NetsPresso Trainer removed Faster R-CNN, and with it `roi_head_loss` and `rpn_loss`, in 0.1.0.
Building the losses stops with a KeyError. No criterion of today computes the same, so the model
has to change with the loss.

## Bad

```yaml
model:
  losses:
    - criterion: rpn_loss
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: retinanet_loss
      weight: ~
```

## No safe fix

Nothing computes the same; the head of the model has to be chosen anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._migration import removal
from losslint.rules._names import judge_name
from losslint.rules.base import Context, Rule, framework

RULE = Rule("LL102", "removed-loss", "error")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each entry whose loss is gone without a successor."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is None or verdict.status != "gone" or entry.name is None:
            continue
        message = f"{removal(entry, verdict)}; {framework(site, context)} has nothing in its place"
        if verdict.advice:
            message += f": {verdict.advice}"
        yield RULE.at(entry.name, message)
