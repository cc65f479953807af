"""The model's head belongs to another task than the model.

## Why

NetsPresso Trainer looks a head up under the model's task: `all_mlp_decoder` under classification
is a KeyError when the model is built. The task also decides what the data set gives, so that a
full model such as pidnet gets labels there that none of its criteria can read.

## Bad

```yaml
model:
  task: segmentation
  architecture:
    head:
      name: fc
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Good

```yaml
model:
  task: classification
  architecture:
    head:
      name: fc
  losses:
    - criterion: cross_entropy
      weight: ~
```
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.netspresso import HEADS
from losslint.diagnostics import Diagnostic, Related
from losslint.dialects.model import Site
from losslint.rules._model import read_model
from losslint.rules.base import NETSPRESSO, Context, Rule

RULE = Rule(
    "LL301",
    "task-against-head",
    "error",
    sites=NETSPRESSO,
    why_no_fix="Either the task or the head is the wrong one; only you know which.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """A known head under a known task that is not its own."""
    model = read_model(site, context)
    if model.head is None or model.task is None or model.task_view is None:
        return
    if model.task == model.head.task:
        return
    heads = [f"`{name}`" for name, task in HEADS.items() if task == model.task]
    yield RULE.at(
        model.head.view.at,
        f"the head `{model.head.name}` belongs to the task {model.head.task}, but the task of this "
        f"model is {model.task}, which has {', '.join(heads)}",
        related=[Related(model.task_view.at, "the task"), *model.head.view.related],
    )
