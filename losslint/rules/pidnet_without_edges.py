"""pidnet_loss needs edges, which the data set only makes for a model named pidnet.

## Why

The data sets of NetsPresso Trainer make the edge map `bd_gt` only where `model.name` contains
"pidnet", in any case of letters. With any other name pidnet_loss stops at the first training step
with KeyError 'bd_gt'. What decides is `model.name`, not `architecture.full.name`.

## Bad

```yaml
model:
  task: segmentation
  name: city_scenes
  architecture:
    full:
      name: pidnet
  losses:
    - criterion: pidnet_loss
      ignore_index: 255
      weight: ~
```

## Good

```yaml
model:
  task: segmentation
  name: pidnet_city_scenes
  architecture:
    full:
      name: pidnet
  losses:
    - criterion: pidnet_loss
      ignore_index: 255
      weight: ~
```

## No safe fix

The model's name also names checkpoints and logs, and is yours to choose.
"""

from losslint.diagnostics import Related
from losslint.rules._model import fitting
from losslint.rules._values import described
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site

RULE = Rule(
    "LL307",
    "pidnet-without-edges",
    "error",
    NETSPRESSO,
    words=("pidnet_loss",),
    sources=("netspresso:losses/segmentation/pidnet.py", "netspresso:dataloaders/segmentation.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each pidnet_loss in a model of another name."""
    name = site.owner.get("name")
    if name is None or name.kind == "unknown":
        return
    if "pidnet" in str(name.value).lower():
        return
    for _, loss in fitting(site, "pidnet_loss", context):
        yield RULE.at(
            name.at,
            f"`model.name` is {described(name)}, but must contain `pidnet`: without it the data "
            "set makes no edges, and pidnet_loss stops at the first training step",
            related=[Related(loss.at, "the loss that reads the edges")],
        )
