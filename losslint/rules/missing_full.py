"""The architecture does not say whether it is a full model.

## Why

NetsPresso Trainer asks `architecture.full` first: null says that the model is a backbone with a head,
and a mapping with a `name` that it is one of the full models. Without the key, and for a mapping
without `name`, OmegaConf raises "Missing key" and the trainer stops before it builds anything. It is
said of a whole model file, which has a `checkpoint` beside an architecture of backbone and head; a
fragment without them may leave out what it likes, and so may a file whose other half an experiment has.

Measured with NetsPresso Trainer 1.4.1 by `python -m tests.truth experiments`, which leaves the key
out of some experiments: it stopped with each of them. `is_single_task_model` of
netspresso_trainer/models/utils.py asks; all 54 model files of the release have the key.

## Bad

```yaml
model:
  task: classification
  checkpoint: {use_pretrained: false, path: ~}
  architecture:
    backbone: {name: resnet}
    head: {name: fc}
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Good

```yaml
model:
  task: classification
  checkpoint: {use_pretrained: false, path: ~}
  architecture:
    backbone: {name: resnet}
    head: {name: fc}
    full: ~
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Safe: `full: ~` is added to an architecture that has none. It says that the backbone and the head make
the model.
"""

from losslint.diagnostics import Fix
from losslint.dialects.netspresso.merged_config import look_up
from losslint.dialects.netspresso.model import descend
from losslint.rules.base import (
    NETSPRESSO,
    Context,
    Findings,
    ResolvedNode,
    Rule,
    Site,
    framework,
)
from losslint.syntax.edits import insert_pair
from losslint.syntax.nodes import Mapping

RULE = Rule(
    "LL313",
    "missing-full",
    "error",
    NETSPRESSO,
    fix="sometimes",
    words=("checkpoint",),
    sources=("netspresso:models/builder.py",),
)

# The model files of this release have the key, and of no earlier one it is known.
_SINCE = "0.0.10"
_PATH = ("model", "architecture", "full")


def check(site: Site, context: Context) -> Findings:
    """An architecture of backbone and head that says nothing of a full model."""
    full = descend(site.owner, "architecture", "full")
    is_sound = full is not None and (not full.is_mapping or full.get("name") is not None)
    if is_sound or not context.netspresso.since(_SINCE) or not _is_whole(site):
        return
    architecture = site.owner.member("architecture")
    if architecture is None or any(
        look_up(each, site.root, (*_PATH, *(() if full is None else ("name",)))).status != "absent"
        for each in context.neighbours
    ):
        return
    stops = f"{framework(site, context)} stops before it builds the model"
    if full is None:
        message = f"`architecture` has no `full`, which is null for a backbone with a head: {stops}"
        yield RULE.at(architecture[0].at, message, fix=_insert(architecture[1]))
    elif not full.is_open:
        message = f"`architecture.full` has no `name`, and is not null either: {stops}"
        yield RULE.at(full, message, related=full.related)


def _is_whole(site: Site) -> bool:
    """Whether the file has what the trainer reads of a model, so that nothing else brings the rest."""
    architecture = site.owner.get("architecture")
    if architecture is None or architecture.is_open or site.owner.get("checkpoint") is None:
        return False
    names = [descend(architecture, part, "name") for part in ("backbone", "head")]
    return all(name is not None and name.kind in ("str", "unknown") for name in names)


def _insert(architecture: ResolvedNode) -> Fix | None:
    node = architecture.node
    if architecture.origin is not None or not isinstance(node, Mapping):
        return None
    null = architecture.language.null
    key = architecture.language.key("full")
    edit = insert_pair(architecture.text, node, len(node.pairs) - 1, key, null)
    return Fix(f"insert `{key}: {null}`", (edit,))
