"""The metrics leave out another label than one of the losses.

## Why

The segmentation metrics of NetsPresso Trainer take `ignore_index` from the first entry of the
list, whatever criterion it is, and use 255 where that entry has none. A later entry with another
index trains without a label that the metrics count, or counts one that they leave out: the mIoU
is that of another task.

## Bad

```yaml
model:
  task: segmentation
  name: pidnet_s
  architecture:
    full:
      name: pidnet
  losses:
    - criterion: seg_cross_entropy
      ignore_index: 0
      weight: 0.5
    - criterion: pidnet_loss
      ignore_index: 255
      weight: ~
```

## Good

```yaml
model:
  task: segmentation
  name: pidnet_s
  architecture:
    full:
      name: pidnet
  losses:
    - criterion: seg_cross_entropy
      ignore_index: 255
      weight: 0.5
    - criterion: pidnet_loss
      ignore_index: 255
      weight: ~
```

## No safe fix

Which of the indices the data uses is not in the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.model import holds
from losslint.diagnostics import Diagnostic, Related
from losslint.dialects.records import LossEntry, Site
from losslint.rules._model import misfit, read_model
from losslint.rules._names import find_loss
from losslint.rules.base import NETSPRESSO, Context, Rule

RULE = Rule(
    "LL309", "metrics-ignore-other-index", "warning", sites=NETSPRESSO, words=("ignore_index",)
)

# Before this release the metrics always left out 255.
_SINCE = "0.2.0"
_DEFAULT = 255


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each later entry of a segmentation whose index is not that of the metrics."""
    if len(site.entries) < 2:
        return
    model = read_model(site, context)
    if model.labels_task != "segmentation":
        return
    if not holds(_SINCE, None, context.netspresso.version):
        return
    first = site.entries[0]
    used = _index(first)
    if used is None or first.name is None:
        return
    given = first.argument("ignore_index")
    source = "the first entry" if given is not None else "their default"
    for index, entry in enumerate(site.entries[1:], 1):
        argument = entry.argument("ignore_index")
        own = _index(entry)
        if argument is None or own in (None, used) or find_loss(entry, context) is None:
            continue
        if misfit(site, index, model, context) is not None:
            continue
        yield RULE.at(
            argument.view.at,
            f"this loss leaves out the label {own}, but the metrics leave out {used}, from "
            f"{source}: they read nothing but the first entry",
            related=[Related((given.view if given else first.name).at, "what the metrics read")],
        )


def _index(entry: LossEntry) -> int | None:
    """The label that the metrics would leave out after this entry; None where it is unclear."""
    argument = entry.argument("ignore_index")
    if argument is None:
        return None if entry.view.is_open else _DEFAULT
    value = argument.view.value
    return value if isinstance(value, int) and not isinstance(value, bool) else None
