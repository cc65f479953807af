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

from losslint.rules._rewrite import rename_value
from losslint.rules._values import shown, value_faults
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, Site

RULE = Rule(
    "LL118",
    "code-in-config",
    "error",
    NETSPRESSO_LISTS,
    words=("matcher",),
    fix="unsafe",
    sources=("netspresso:losses/detection/rtdetr.py",),
)


def check(site: Site, context: Context) -> Findings:
    """A matcher type that is not the known name."""
    for fault in value_faults(site, context, "choice"):
        if fault.path == "matcher.type":
            known = fault.spec.choices[0]
            yield RULE.at(
                fault,
                f"the trainer runs `{shown(fault.view)}` as Python; the only matcher is `{known}`",
                fix=rename_value(fault.view, known, safe=False),
            )
