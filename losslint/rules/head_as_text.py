"""The head is written as its name alone, where the trainer wants a mapping.

## Why

NetsPresso Trainer reads `architecture.head.name`, or `architecture.full.name` where a full model
stands there, and hands the whole mapping to the head for its `params`. Of a text it takes no
`name`: "'str' object has no attribute 'name'", when the model is built and again when the
postprocessor is. The first releases had the name itself in this place. A head beside a full model
is not read.

Measured with NetsPresso Trainer 1.4.1: of the 2500 experiments that `python -m tests.truth experiments
--cases 2500 --seed 12` draws, 68 have the name as text and 38 a list; it stopped with each of them. The
name is read in netspresso_trainer/models/utils.py and in the postprocessors.

## Bad

```yaml
model:
  task: classification
  architecture:
    full: ~
    head: fc
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Good

```yaml
model:
  task: classification
  architecture:
    full: ~
    head:
      name: fc
      params:
        num_layers: 1
  losses:
    - criterion: cross_entropy
      weight: ~
```

## No safe fix

Which parameters the head is to have is not in the file.
"""

from losslint.dialects.netspresso.model import descend
from losslint.rules._values import described
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, framework

RULE = Rule("LL311", "head-as-text", "error", NETSPRESSO, words=("architecture",))

# The model files of this release have a mapping, and of no earlier one it is known.
_SINCE = "0.0.10"
_READABLE = ("mapping", "unknown", "null")


def check(site: Site, context: Context) -> Findings:
    """The part of the architecture that is read, where it is neither a mapping nor null."""
    if not context.netspresso.since(_SINCE):
        return
    full = descend(site.owner, "architecture", "full")
    name = descend(full, "name")
    if full is not None and full.kind not in _READABLE:
        part, view = "full", full
    else:
        # A full model goes before the head; of one that is not known it cannot be told.
        hides = full is not None and full.kind == "unknown"
        head = descend(site.owner, "architecture", "head")
        if hides or head is None or (name is not None and name.kind != "null"):
            return
        part, view = "head", head
    if view.kind in _READABLE and not view.is_of_environment:
        return
    yield RULE.at(
        view,
        f"`architecture.{part}` is {described(view)}, but must be a mapping with `name` and `params`: "
        f"{framework(site, context)} reads `{part}.name` when it builds the model, and stops",
    )
