"""A factor of detr_loss belongs to a term that is not computed.

## Why

`weight_dict` only scales the parts that `losses` asks for. A factor without its term has no
effect, and the part that it was written for does not train.

## Bad

```yaml
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {loss_vfl: 1, loss_bbox: 5, loss_giou: 2}
      losses: [boxes]
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

Either the term is missing or the factor is too much; only you know which.
"""

from losslint.catalog.netspresso import CARDINALITY
from losslint.rules._detr import read_terms, terms_at
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, Site

RULE = Rule(
    "LL120",
    "weight-without-term",
    "warning",
    NETSPRESSO_LISTS,
    words=("detr_loss",),
    sources=("netspresso:losses/detection/rtdetr.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each factor whose term is not written."""
    for terms in read_terms(site, context):
        for term in (*terms_at(context), CARDINALITY):
            for key in term.weights:
                # 0 says that the term is not to count, as it does not.
                if term.name not in terms.written and terms.values.get(key, 0) != 0:
                    yield RULE.at(
                        terms.factors[key],
                        f"`{key}` has no effect: `losses` does not ask for the term `{term.name}`",
                    )
