"""A file that is merged later has losses too, and replaces this list.

## Why

NetsPresso Trainer merges its files in the order data, augmentation, model, training, logging,
environment. Mappings grow together, but a list replaces a list: with `model.losses` in
training.yaml, nothing of the list in model.yaml trains, without a word.

## Bad

Two files of one experiment:

```yaml model.yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
```

```yaml training.yaml
training:
  epochs: 300
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Good

Two files of one experiment:

```yaml model.yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
```

```yaml training.yaml
training:
  epochs: 300
```

## No safe fix

Which of the two lists is meant to train, only you know.
"""

import os

from losslint.dialects.netspresso.model import descend
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site

RULE = Rule(
    "LL502",
    "losses-replaced",
    "error",
    NETSPRESSO,
    when=("other files",),
    sources=("netspresso:utils/engine_utils.py",),
)


def check(site: Site, context: Context) -> Findings:
    """The list against the files that are merged after this one."""
    if site.view is None:
        return
    for experiment in context.neighbours:
        for later in reversed(experiment.after):
            if descend(later.root, "model", "losses") is None:
                continue
            name = os.path.basename(later.path)
            yield RULE.at(
                site.key,
                f"{name} is merged after this file and has `model.losses` too: its list replaces "
                "this one, of which nothing trains",
            )
            break
