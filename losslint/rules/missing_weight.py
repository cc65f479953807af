"""An entry of the losses list has no `weight`.

## Why

NetsPresso Trainer reads `weight` of every entry and stops with "Missing key weight" when it is
absent. It may be null, which means 1.0.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
      label_smoothing: 0.1
```

## Fix

Safe: `weight: ~` is inserted behind the criterion. There is none where a `weight` stands
beside the `losses`, right behind the model, or under `params` of the entry: it may be the one that is missing here.
"""

from losslint.diagnostics import Fix
from losslint.rules._foreign import asks_for_class_weights
from losslint.rules._names import find_loss
from losslint.rules._rewrite import behind_the_losses, is_nested
from losslint.rules.base import (
    NETSPRESSO_LISTS,
    Context,
    Findings,
    LossEntry,
    Rule,
    Site,
    entry_params,
)
from losslint.syntax.edits import insert_pair
from losslint.syntax.nodes import Mapping, Scalar
from losslint.text import closest

RULE = Rule(
    "LL210",
    "missing-weight",
    "error",
    NETSPRESSO_LISTS,
    when=("no weight",),
    fix="sometimes",
    sources=("netspresso:losses/builder.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each entry without the key."""
    for entry in site.entries:
        if not entry.view.is_mapping or entry.name is None:
            continue
        if entry.weight is not None or entry.view.is_open:
            continue
        if _is_misspelt(entry, context):
            # unknown-parameter asks whether that key is meant.
            continue
        yield RULE.at(
            entry.name.at,
            "this entry has no `weight`: the trainer stops when it builds the losses "
            "(null counts as 1.0)",
            # With a weight of its own the entry would no longer miss the one that slipped out of it.
            fix=_insert(entry) if _is_nowhere(entry, site) else None,
            related=entry.view.related,
        )


def _is_nowhere(entry: LossEntry, site: Site) -> bool:
    """Whether no weight stands where it slipped to: beside the losses or the model, or in `params`."""
    slipped = "weight" in site.owner.names() or any(behind_the_losses(site, ("weight",)))
    return not slipped and not is_nested("weight", entry)


def _is_misspelt(entry: LossEntry, context: Context) -> bool:
    loss = find_loss(entry, context)
    if loss is None:
        return False
    known = {param.name for param in entry_params(entry, loss, context)}
    unknown = [a for a in entry.arguments if a.name not in known]
    return any(
        closest(a.name, ["weight"]) and not asks_for_class_weights(a, entry) for a in unknown
    )


def _insert(entry: LossEntry) -> Fix | None:
    node = entry.view.node
    if entry.view.origin is not None or not isinstance(node, Mapping):
        return None
    for index, pair in enumerate(node.pairs):
        if isinstance(pair.key, Scalar) and pair.key.value == "criterion":
            json = pair.key.quote == '"'
            key, value = ('"weight"', "null") if json else ("weight", "~")
            edit = insert_pair(entry.view.text, node, index, key, value)
            return Fix(f"insert `{key}: {value}`", (edit,))
    return None
