"""A key of the model, or `model` itself, is written in another case.

## Why

OmegaConf tells `Task` from `task`. NetsPresso Trainer reads `conf.model`, and of it `task` and
`architecture`; where they stand under `Model`, `Task` or `Architecture`, it stops with "Missing key
task", before anything is built. `Model` is taken for `model` only where a task and a criterion of
the trainer's stand in it.

## Bad

```yaml
model:
  Task: classification
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Good

```yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Safe: the key is renamed. There is no finding where the key stands in its right case as well, or
another file of the experiment brings it.
"""

from losslint.catalog.netspresso import TASKS
from losslint.diagnostics import Edit, Fix
from losslint.dialects.netspresso.merged_config import look_up
from losslint.rules._names import known_losses
from losslint.rules.base import NETSPRESSO, Context, Findings, ResolvedNode, Rule, Site, framework
from losslint.syntax.edits import quoted_like
from losslint.syntax.member import Member

RULE = Rule(
    "LL312",
    "key-in-another-case",
    "error",
    NETSPRESSO,
    fix="sometimes",
    sources=("netspresso:models/builder.py", "netspresso:losses/builder.py"),
)

_READ = ("task", "architecture")
_PARTS = ("head", "full", "backbone")


def check(site: Site, context: Context) -> Findings:
    """The key of the model, and its keys, beside criteria that the trainer knows."""
    above = site.owner.parent
    every = [*_misread(site.owner, _READ, ("model",), site, context)]
    if above is not None and site.owner.key != "model":
        every += _misread(above, ("model",), (), site, context)
    if not every or not any(True for _ in known_losses(site, context)):
        return
    for member, owner, wanted in every:
        at = member.at
        is_own = owner.text[slice(*at)].strip("\"'") == member.name
        edit = Edit(*at, quoted_like(owner.text, *at, wanted))
        yield RULE.at(
            at,
            f"`{member.name}` is not read: {framework(site, context)} reads `{wanted}` and stops "
            "where it is missing",
            fix=Fix(f"rename it to `{wanted}`", (edit,)) if is_own else None,
        )


_Misread = tuple[Member, ResolvedNode, str]


def _misread(
    owner: ResolvedNode,
    wanted: tuple[str, ...],
    above: tuple[str, ...],
    site: Site,
    context: Context,
) -> list[_Misread]:
    """The keys of a mapping that are one of those wanted but for their case."""
    found: list[_Misread] = []
    for member, value in owner.pairs():
        key = member.name.lower()
        if member.name == key or key not in wanted or owner.is_open:
            continue
        if sum(each.name.lower() == key for each, _ in owner.pairs()) > 1:
            continue
        steps = (*above, key)
        elsewhere = (look_up(each, site.root, steps).status for each in context.neighbours)
        if _reads_like(key, value) and all(status == "absent" for status in elsewhere):
            found.append((member, owner, key))
    return found


def _reads_like(key: str, value: ResolvedNode) -> bool:
    """Whether a value is one that the trainer finds under the key."""
    if key == "task":
        return value.kind == "unknown" or str(value.value).lower() in TASKS
    if key == "architecture":
        return value.is_mapping and any(value.get(part) is not None for part in _PARTS)
    return value.is_mapping
