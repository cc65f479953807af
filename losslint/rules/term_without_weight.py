"""A term of detr_loss is computed and then left out of the sum.

## Why

detr_loss adds up only those parts that `weight_dict` has a factor for. A term without its factor
costs time and trains nothing; when no part has a factor, the first training step fails on an
empty sum.

## Bad

```yaml
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {loss_vfl: 1, loss_bbox: 5}
      losses: [vfl, boxes]
      matcher:
        type: HungarianMatcher
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

## No safe fix

The factor that the term should have is not in the file.
"""

from losslint.rules._detr import read_terms, terms_at
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, Site

RULE = Rule(
    "LL119",
    "term-without-weight",
    "error",
    NETSPRESSO_LISTS,
    words=("detr_loss",),
    sources=("netspresso:losses/detection/rtdetr.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each part of a written term that has no factor."""
    for terms in read_terms(site, context):
        for term in terms_at(context):
            written = terms.written.get(term.name)
            for key in term.weights:
                if written is not None and key not in terms.factors:
                    yield RULE.at(
                        written,
                        f"the part `{key}` of the term `{term.name}` has no factor in "
                        "`weight_dict`: it is left out of the loss",
                    )
