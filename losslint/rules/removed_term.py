"""detr_loss is asked for a term that the target release no longer has.

## Why

NetsPresso Trainer 1.0.2 removed the term `bce` of detr_loss, and `loss_bce` with it. A config
that still asks for it stops at the first training step with an AssertionError; the factor alone
has no effect. The one class term that can train today is `vfl`, which computes another loss.

## Bad

```yaml
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {loss_bce: 1, loss_bbox: 5, loss_giou: 2}
      losses: [bce, boxes]
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

Nothing computes the same; which class term replaces it is a matter of the training.
"""

from losslint.catalog.netspresso import Term
from losslint.diagnostics import Related, Span
from losslint.rules._detr import gone_terms, written_terms
from losslint.rules._names import known_losses
from losslint.rules.base import (
    NETSPRESSO_LISTS,
    Context,
    Findings,
    LossEntry,
    Rule,
    Site,
    framework,
)

RULE = Rule(
    "LL122",
    "removed-term",
    "error",
    NETSPRESSO_LISTS,
    words=("detr_loss",),
    sources=("netspresso:losses/detection/rtdetr.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each removed term, with the factors that belong to it."""
    for entry, loss in known_losses(site, context):
        if loss.name == "detr_loss":
            for term in gone_terms(context):
                yield from _gone(term, entry, site, context)


def _gone(term: Term, entry: LossEntry, site: Site, context: Context) -> Findings:
    losses, weights = entry.argument("losses"), entry.argument("weight_dict")
    terms = [w.at for w in written_terms(losses.view) if w.name == term.name] if losses else []
    factors: list[Span] = []
    if weights is not None:
        factors = [m.at for m, _ in weights.view.pairs() if m.name in term.weights]
    if terms:
        yield RULE.at(
            terms[0],
            f"the term `{term.name}` was removed in {term.until}: {framework(site, context)} stops at "
            "the first training step; the class term there is, `vfl` with `loss_vfl`, computes "
            "another loss",
            related=[Related(at, "its factor") for at in factors],
        )
    elif factors:
        yield RULE.at(
            factors[0],
            f"`{term.weights[0]}` has no effect: its term `{term.name}` was removed in {term.until}",
            severity="warning",
        )
