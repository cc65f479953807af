"""A value of the config is run as Python code.

## Why

NetsPresso Trainer passes `matcher.type` of detr_loss to `eval`. Whatever stands there is executed
when the losses are built, in training and in evaluation, before anything can fail. The one value
that the trainer means is `HungarianMatcher`.

## Bad

```yaml
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {loss_vfl: 1, loss_bbox: 5, loss_giou: 2}
      losses: [vfl, boxes]
      matcher:
        type: "lambda *a: HungarianMatcher(*a)"
        weight_dict: {cost_class: 2, cost_bbox: 5, cost_giou: 2}
        alpha: 0.25
        gamma: 2.0
        use_focal_loss: true
```

## Good

```yaml
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {loss_vfl: 1, loss_bbox: 5, loss_giou: 2}
      losses: [vfl, boxes]
      matcher:
        type: HungarianMatcher
        weight_dict: {cost_class: 2, cost_bbox: 5, cost_giou: 2}
        alpha: 0.25
        gamma: 2.0
        use_focal_loss: true
```

## Fix

Unsafe: the known name replaces whatever stands there.

## No safe fix

Nobody but you can say what the code was there for.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._names import find_loss
from losslint.rules._rewrite import rename_value
from losslint.rules._values import entry_faults, shown
from losslint.rules.base import NETSPRESSO, Context, Rule

RULE = Rule("LL118", "code-in-config", "error", sites=NETSPRESSO, words=("matcher",), fix="unsafe")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """A matcher type that is not the known name."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None:
            continue
        for fault in entry_faults(entry, loss, context):
            if fault.kind == "choice" and fault.path == "matcher.type":
                known = fault.spec.choices[0]
                yield RULE.at(
                    fault,
                    f"the trainer runs `{shown(fault.view)}` as Python; "
                    f"the only matcher is `{known}`",
                    fix=rename_value(fault.view, known, safe=False),
                )
