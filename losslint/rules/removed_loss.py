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

from losslint.rules._migration import removal
from losslint.rules._names import names_judged
from losslint.rules.base import Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL102", "removed-loss", "error", when=("odd name",), sources=("netspresso:losses/registry.py",)
)


def check(site: Site, context: Context) -> Findings:
    """Each entry whose loss is gone without a successor."""
    for entry, name, verdict in names_judged(site, context, "gone"):
        message = f"{removal(entry, verdict)}; {framework(site, context)} has nothing in its place"
        if verdict.advice:
            message += f": {verdict.advice}"
        yield RULE.at(name, message)
