"""The head has no name, or is its name alone, where the trainer wants a mapping.

## Why

NetsPresso Trainer reads `architecture.head.name`, or `architecture.full.name` where a full model
stands there, and hands the whole mapping to the head for its `params`. Of a text it takes no
`name`: "'str' object has no attribute 'name'", when the model is built and again when the
postprocessor is. The first releases had the name itself in this place. A head beside a full model
is not read. A head that is null, or that has no `name`, stops the run just so; another file may
bring it, so that it is said only where the files of an experiment are known, and none does.

Measured with NetsPresso Trainer 1.4.1: of the 2500 experiments that `python -m tests.truth experiments
--cases 2500 --seed 12` draws, 56 have the name as text and 31 a list; it stopped with each of them. The
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

from losslint.diagnostics import Span
from losslint.dialects.netspresso.model import descend
from losslint.rules._elsewhere import is_nowhere
from losslint.rules._values import described
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL311",
    "head-as-text",
    "error",
    NETSPRESSO,
    words=("architecture",),
    sources=("netspresso:models/builder.py",),
)

# The model files of this release have a mapping, and of no earlier one it is known.
_SINCE = "0.0.10"
_READABLE = ("mapping", "unknown", "null")
_NAMES = tuple(("model", "architecture", part, "name") for part in ("head", "full"))


def check(site: Site, context: Context) -> Findings:
    """The part of the architecture that is read: no mapping, or without a name in any file."""
    if not context.netspresso.since(_SINCE):
        return
    reads = f"{framework(site, context)} reads `{{}}.name` when it builds the model, and stops"
    full = descend(site.owner, "architecture", "full")
    name = descend(full, "name")
    if full is not None and full.kind not in _READABLE:
        part, view = "full", full
    else:
        # A full model goes before the head; of one that is not known it cannot be told.
        hides = full is not None and full.kind == "unknown"
        head = descend(site.owner, "architecture", "head")
        if hides or (name is not None and name.kind != "null"):
            return
        if head is None or (head.kind in _READABLE and not head.is_of_environment):
            where = _without_name(site)
            if where and any(is_nowhere(each, site.root, *_NAMES) for each in context.neighbours):
                yield RULE.at(
                    where,
                    f"no file of the experiment has `model.architecture.head.name`: "
                    f"{reads.format('head')}",
                )
            return
        part, view = "head", head
    if view.kind in _READABLE and not view.is_of_environment:
        return
    yield RULE.at(
        view,
        f"`architecture.{part}` is {described(view)}, but must be a mapping with `name` and `params`: "
        f"{reads.format(part)}",
    )


def _without_name(site: Site) -> Span | None:
    """The key of the head, or of the architecture, where this file names no head there."""
    found = site.owner.member("architecture")
    if found is None or found[1].kind not in ("mapping", "null"):
        return None
    head = found[1].member("head") if found[1].is_mapping else None
    return (head or found)[0].at
