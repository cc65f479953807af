"""The L1 term of yolox_loss starts at an epoch that the training never reaches.

## Why

yolox_loss compares `l1_activate_epoch` with the number of the epoch, counted from 1: a number
above `training.epochs` trains without the L1 term from first to last, while every evaluation adds
it, so that the two losses cannot be compared. Numbers from 1000000 on are taken for what they
say: never. The epochs are read from this file or from the training file of the experiment.

## Bad

```yaml
model:
  task: detection
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: 285
      weight: ~
training:
  epochs: 100
```

## Good

```yaml
model:
  task: detection
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: 85
      weight: ~
training:
  epochs: 100
```

## No safe fix

Either the epoch or the length of the training is meant otherwise.
"""

from losslint.dialects.experiment import Experiment
from losslint.dialects.netspresso.merged_config import look_up, resolved
from losslint.rules._names import known_losses
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, entry_params
from losslint.syntax.resolved_node import ResolvedNode

RULE = Rule(
    "LL500",
    "epoch-never-reached",
    "warning",
    NETSPRESSO,
    words=("l1_activate_epoch",),
    sources=("netspresso:losses/detection/yolox.py",),
)

# What missing-parameter writes to keep the loss of older releases.
_NEVER = 1_000_000


def check(site: Site, context: Context) -> Findings:
    """Each l1_activate_epoch against the epochs of the training."""
    for entry, loss in known_losses(site, context):
        argument = entry.argument("l1_activate_epoch")
        if loss.name != "yolox_loss" or argument is None:
            continue
        if not any(param.name == argument.name for param in entry_params(entry, loss, context)):
            continue
        for experiment in context.neighbours or (Experiment(),):
            epoch = _number(argument.view, experiment, site.root)
            answer = look_up(experiment, site.root, ("training", "epochs"))
            epochs = _number(answer.view, experiment, site.root)
            if epoch is None or epochs is None or not epochs < epoch < _NEVER:
                continue
            yield RULE.at(
                argument.view,
                f"`l1_activate_epoch` is {epoch:g}, but the training ends after epoch {epochs:g}: "
                "the L1 term is never trained, and every evaluation adds it",
            )


def _number(view: ResolvedNode | None, experiment: Experiment, root: ResolvedNode) -> float | None:
    """A number, followed through interpolations into other files."""
    found = resolved(view, experiment, root)
    return None if found is None else found.number
