"""An interpolation names a key that no file of the experiment has.

## Why

OmegaConf resolves `${…}` in the merged configuration, when the value is read: NetsPresso Trainer
stops with "Interpolation key not found" when it builds the losses, or, where it is the task or the
head, the model. In one file alone nothing can be said of a key that is not there, because another
file may bring it; in an experiment whose files are known it can.

## Bad

Two files of one experiment:

```yaml model.yaml
model:
  task: detection
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: ${training.l1_epoch}
      weight: ~
```

```yaml training.yaml
training:
  epochs: 300
```

## Good

Two files of one experiment:

```yaml model.yaml
model:
  task: detection
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: ${training.epochs}
      weight: ~
```

```yaml training.yaml
training:
  epochs: 300
```

## No safe fix

Which key was meant, or which file is missing it, only you know.
"""

import os

from losslint.diagnostics import Diagnostic
from losslint.dialects.experiment import Experiment
from losslint.dialects.netspresso.merged_config import (
    RootReference,
    look_up,
    references,
    roots,
)
from losslint.dialects.netspresso.model import descend
from losslint.rules.base import NETSPRESSO, Context, Findings, ResolvedNode, Rule, Site, scalars
from losslint.text import closest

RULE = Rule(
    "LL501",
    "unresolved-interpolation",
    "error",
    NETSPRESSO,
    words=("${",),
    when=("other files",),
    sources=("netspresso:utils/engine_utils.py", "netspresso:losses/builder.py"),
)


# What decides about the losses.
_OF_MODEL = (
    ("task",),
    ("architecture",),
    *(("architecture", part) for part in ("full", "head")),
    *(("architecture", part, "name") for part in ("full", "head")),
)


def check(site: Site, context: Context) -> Findings:
    """Each interpolation in the losses and of the model around, against the file's experiments."""
    if not context.neighbours or site.view is None:
        return
    views = [site.view, *(descend(site.owner, *keys) for keys in _OF_MODEL)]
    for entry in site.entries:
        views += scalars(entry, context)
    for view in views:
        if view is None or view.kind != "unknown":
            continue
        for reference in references(view):
            for experiment in context.neighbours:
                if _is_nowhere(reference, experiment, site.root):
                    yield _unresolved(view, reference, experiment, context)
                    break


def _is_nowhere(reference: RootReference, experiment: Experiment, own: ResolvedNode) -> bool:
    """Whether no file of the run can have the key."""
    if reference.is_beyond:
        return True
    if look_up(experiment, own, reference.steps).status != "absent":
        return False
    # Files that are not known may bring a section of their own, but hardly keys of another's.
    return experiment.complete or any(
        root.get(reference.steps[0]) is not None for root in roots(experiment, own)
    )


def _unresolved(
    view: ResolvedNode, reference: RootReference, experiment: Experiment, context: Context
) -> Diagnostic:
    if reference.is_beyond:
        message = f"`{reference.text}` climbs beyond the top of the configuration"
        return RULE.at(view, f"{message}; the trainer stops when it reads the value")
    names = [os.path.basename(each.path) for each in (*experiment.before, *experiment.after)]
    names.append(os.path.basename(context.source.path))
    message = (
        f"`{reference.text}` resolves nowhere: none of {', '.join(sorted(names))} has "
        f"`{'.'.join(reference.steps)}`; the trainer stops when it reads the value"
    )
    meant = _meant(reference, experiment, view)
    if meant is not None:
        message += f"; did you mean `{meant}`?"
    return RULE.at(view, message)


def _meant(reference: RootReference, experiment: Experiment, view: ResolvedNode) -> str | None:
    """A key beside the one that is missing."""
    *above, last = reference.steps
    own = view
    while own.parent is not None:
        own = own.parent
    section = look_up(experiment, own, tuple(above)).view
    if section is None or not section.is_mapping:
        return None
    meant = closest(last, [member.name for member, _ in section.pairs()])
    return ".".join([*above, meant]) if meant is not None else None
