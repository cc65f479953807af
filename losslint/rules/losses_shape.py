"""`model.losses` is not a list of entries.

## Why

The trainer iterates over `model.losses` and reads `criterion` and `weight` of each item. A
mapping by name, a bare string, a nested list or a missing key stops the run when the losses are
built, after data set, model and optimizer. An empty list builds and then stops when the metrics
are built.

## Bad

```yaml
model:
  task: classification
  architecture: {head: {name: fc}}
  losses:
    cross_entropy:
      weight: ~
```

## Good

```yaml
model:
  task: classification
  architecture: {head: {name: fc}}
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Safe where the list stands under `loss`, or under `losses` misspelt: the key is renamed.
"""

from losslint.diagnostics import Diagnostic, Edit, Fix
from losslint.rules._values import described
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, Rule, Site
from losslint.syntax.edits import quoted_like

RULE = Rule(
    "LL200",
    "losses-shape",
    "error",
    NETSPRESSO_LISTS,
    fix="sometimes",
    sources=("netspresso:losses/builder.py",),
)

_ENTRY = "an entry with `criterion` and `weight`"


def check(site: Site, context: Context) -> Findings:
    """The shape of a NetsPresso losses list."""
    if site.view is None:
        yield _missing(site)
        return
    view = site.view
    if view.kind == "unknown":
        return
    if not view.is_list:
        message = f"`{view.key}` is {described(view)}, but must be a list; each item is {_ENTRY}"
        is_here = view.kind == "null" and not view.file
        yield RULE.at(site.key if is_here else view.at, message, related=view.related)
    elif not view.items(1):
        message = f"`{view.key}` is empty: the trainer stops when it builds the metrics"
        yield RULE.at(view, message)
    for item in (entry.view for entry in site.entries):
        if not item.is_mapping and item.kind != "unknown":
            message = f"an item of `{view.key}` is {described(item)}, but must be {_ENTRY}"
            yield RULE.at(item, message)


def _missing(site: Site) -> Diagnostic:
    start, end = site.key
    text = site.root.text[start:end].strip("\"'")
    if text != "model":
        edit = Edit(start, end, quoted_like(site.root.text, start, end, "losses"))
        return RULE.at(
            site.key,
            f"`model` has `{text}`, but the trainer reads `losses`",
            fix=Fix("rename it to `losses`", (edit,)),
        )
    return RULE.at(site.key, "`model` has no `losses`: the trainer stops when it builds them")
