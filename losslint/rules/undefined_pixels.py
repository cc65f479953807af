"""The data makes pixels of the label 255, and a loss on them does not leave them out.

## Why

Three transforms of NetsPresso Trainer, `pad`, `randomcrop` and `randomzoomout`, fill what they add
to a mask with 255, and label images in RGB or P get 255 wherever a colour is no class, as on the
border of two. seg_cross_entropy and pidnet_loss leave such pixels out with `ignore_index: 255`;
their default is -100, and the first 255 that they meet stops the training: it is out of bounds.
What a transform before has made large enough gets nothing added, and is passed over; a
`randomcrop` of images whose size nothing tells is a note.

## Bad

Two files of one experiment:

```yaml model.yaml
model:
  task: segmentation
  losses:
    - criterion: seg_cross_entropy
      weight: ~
```

```yaml training.yaml
training:
  epochs: 3
augmentation:
  train:
    - name: pad
      size: 512
      fill: 0
```

## Good

Two files of one experiment:

```yaml model.yaml
model:
  task: segmentation
  losses:
    - criterion: seg_cross_entropy
      ignore_index: 255
      weight: ~
```

```yaml training.yaml
training:
  epochs: 3
augmentation:
  train:
    - name: pad
      size: 512
      fill: 0
```

## No safe fix

Which label the data has for what does not count, the files do not tell for sure.
"""

from losslint.dialects.experiment import Experiment
from losslint.dialects.netspresso.augmentation import UNDEFINED, filling
from losslint.dialects.netspresso.merged_config import look_up, resolved
from losslint.rules._names import known_losses
from losslint.rules._values import ignored_index
from losslint.rules.base import NETSPRESSO, Context, Findings, ResolvedNode, Rule, Site

RULE = Rule(
    "LL503",
    "undefined-pixels",
    "warning",
    NETSPRESSO,
    words=("seg_cross_entropy", "pidnet_loss"),
    sources=(
        "netspresso:dataloaders/augmentation/custom/image_proc.py",
        "netspresso:losses/segmentation/seg_cross_entropy.py",
    ),
)

# The transforms were read in this release.
_SINCE = "1.4.1"
_DEFAULT = -100


def check(site: Site, context: Context) -> Findings:
    """Each loss on pixels that counts the label 255, in an experiment that makes it."""
    if not context.netspresso.since(_SINCE):
        return
    for entry, loss in known_losses(site, context):
        index = ignored_index(entry, _DEFAULT, context)
        if loss.name not in RULE.words or index in (None, UNDEFINED):
            continue
        for experiment in context.neighbours:
            source = _source(experiment, site)
            if source is None:
                continue
            what, certain = source
            argument = entry.argument("ignore_index")
            yield RULE.at(
                argument.view if argument is not None else entry.name or entry.view,
                f"{what} labels pixels with {UNDEFINED}, and this loss leaves out {index}: at the "
                f"first {UNDEFINED} the training stops; `ignore_index: {UNDEFINED}` leaves them out",
                severity="warning" if certain else "info",
            )
            break


def _source(experiment: Experiment, site: Site) -> tuple[str, bool] | None:
    """What makes pixels of 255, and whether it does so for sure."""

    def found_at(*steps: str) -> ResolvedNode | None:
        return resolved(look_up(experiment, site.root, steps).view, experiment, site.root)

    mode = found_at("data", "label_image_mode")
    if mode is not None and str(mode.value).upper() in ("RGB", "P"):
        return f"`label_image_mode: {mode.value}`", True
    possible = None
    for phase in ("train", "inference"):
        transforms = found_at("augmentation", phase)
        found = filling(transforms.items()) if transforms is not None else None
        if found is not None and found.certain:
            return f"the transform `{found.name}`", True
        possible = possible or found
    if possible is None:
        return None
    return f"the transform `{possible.name}`, where an image is smaller than its size,", False
