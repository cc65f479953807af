"""Parameters stand one level too deep, under `params`.

## Why

Heads, necks and backbones of NetsPresso take their parameters under `params`; a criterion does
not. The trainer hands `params` to the criterion as one unknown parameter, which is swallowed, and
trains with the defaults.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      params:
        label_smoothing: 0.1
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
```

## No safe fix

Moving the keys up changes the loss that has been training so far.
"""

from losslint.dialects.netspresso import swallows
from losslint.rules._names import find_loss
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, framework

RULE = Rule("LL117", "nested-parameters", "error", sites=NETSPRESSO, words=("params",))


def check(site: Site, context: Context) -> Findings:
    """Each `params` in an entry of the losses list."""
    for entry in site.entries:
        for argument in entry.arguments:
            loss = find_loss(entry, context) if argument.name == "params" else None
            if loss is not None:
                fate = "the trainer swallows them and uses the defaults"
                if not swallows(loss, context.netspresso.version):
                    fate = f"{framework(site, context)} refuses the key"
                yield RULE.at(
                    argument,
                    f"parameters of a criterion stand beside `criterion`, not under `params`; {fate}",
                )
