"""A string is none of those that the parameter accepts.

## Why

Keras compares `reduction` with a fixed set when it builds a loss: `"auto"`, which was the default
up to Keras 2.15, is refused by every Keras 3. NetsPresso's detr_loss asserts the names of its
terms at the first training step.

## Bad

```json
{"module": "keras.losses", "class_name": "Huber", "config": {"reduction": "average"}}
```

```yaml
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {loss_vfl: 1, loss_bbox: 5, loss_giou: 2}
      losses: [vfl, boxes, angles]
      matcher:
        type: HungarianMatcher
        weight_dict: {cost_class: 2, cost_bbox: 5, cost_giou: 2}
        alpha: 0.25
        gamma: 2.0
        use_focal_loss: true
```

## Good

```json
{"module": "keras.losses", "class_name": "Huber", "config": {"reduction": "mean"}}
```

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

Safe for `"auto"`, which always meant `"sum_over_batch_size"` outside a distribution strategy.
Unsafe where a choice is merely close.
"""

from losslint.catalog.describe import allowed
from losslint.diagnostics import Diagnostic
from losslint.rules._detr import gone_terms
from losslint.rules._effects import consequence, severity
from losslint.rules._rewrite import rename_value
from losslint.rules._values import ValueFault, described, place, value_faults
from losslint.rules.base import Context, Findings, Rule, Site, writer
from losslint.text import closest

RULE = Rule(
    "LL114",
    "unknown-choice",
    "error",
    when=("odd value",),
    fix="sometimes",
    sources=("keras:src/losses/loss.py", "netspresso:losses/detection/rtdetr.py"),
)

# What another release called the same thing.
_SAME = {"auto": "sum_over_batch_size"}


def check(site: Site, context: Context) -> Findings:
    """Each string that is no choice of its parameter."""
    gone = {term.name for term in gone_terms(context)}
    for fault in value_faults(site, context, "choice"):
        # A matcher that is no known name is code; code-in-config speaks of it. removed-term says
        # since when a term of detr_loss is gone.
        is_term = fault.path.startswith("losses") and fault.view.value in gone
        if not is_term and not fault.path.endswith("matcher.type"):
            yield _unknown(fault, writer(context) if fault.view.value in _SAME else "")


def _unknown(fault: ValueFault, wrote: str) -> Diagnostic:
    value = fault.view.value
    word = value if isinstance(value, str) else ""
    same = _SAME.get(word)
    meant = same if same in fault.spec.choices else closest(word, fault.spec.choices)
    message = f"`{fault.path}` is {described(fault.view)}{place(fault)}, but must be {allowed(fault.spec)}"
    if meant is not None:
        message += f"; write `{meant}`" if meant == same else f"; did you mean `{meant}`?"
    else:
        message += consequence(fault)
    fix = None
    if meant is not None and not fault.file:
        fix = rename_value(fault.view, meant, safe=meant == same)
    return RULE.at(fault, message + wrote, severity=severity(fault), fix=fix)
