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

from losslint.diagnostics import Related
from losslint.rules._model import read_model, running
from losslint.rules._values import ignored_index
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site

RULE = Rule(
    "LL309",
    "metrics-ignore-other-index",
    "warning",
    NETSPRESSO,
    words=("ignore_index",),
    sources=(
        "netspresso:metrics/builder.py",
        "netspresso:losses/segmentation/seg_cross_entropy.py",
    ),
)

# Before this release the metrics always left out 255.
_SINCE = "0.2.0"
_DEFAULT = 255


def check(site: Site, context: Context) -> Findings:
    """Each later entry of a segmentation whose index is not that of the metrics."""
    if len(site.entries) < 2 or read_model(site, context).labels_task != "segmentation":
        return
    first = site.entries[0]
    used = ignored_index(first, _DEFAULT, context)
    if used is None or first.name is None or not context.netspresso.since(_SINCE):
        return
    given = first.argument("ignore_index")
    source = "the first entry" if given is not None else "their default"
    for entry, _, _ in running(site, context):
        argument = entry.argument("ignore_index")
        own = ignored_index(entry, _DEFAULT, context)
        if entry is not first and argument is not None and own not in (None, used):
            yield RULE.at(
                argument.view,
                f"this loss leaves out the label {own}, but the metrics leave out {used}, from "
                f"{source}: they read nothing but the first entry",
                related=[
                    Related((given.view if given else first.name).at, "what the metrics read")
                ],
            )
