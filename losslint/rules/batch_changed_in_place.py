"""An earlier criterion of the list changes the batch that this one reads.

## Why

NetsPresso Trainer hands one batch to all criteria, in the order of the list. yolox_loss and
yolofastest_loss turn every target box into centre, width and height in place, detr_loss divides
the boxes by the image size, and pidnet_loss replaces the maps by enlarged ones. What follows
computes something else: seg_cross_entropy with pidnet_loss gives 13.49 on the one order and 13.51
on the other.

## Bad

```yaml
model:
  task: segmentation
  name: pidnet_s
  architecture:
    full:
      name: pidnet
  losses:
    - criterion: pidnet_loss
      ignore_index: 255
      weight: ~
    - criterion: seg_cross_entropy
      ignore_index: 255
      weight: 0.5
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

Another order trains other numbers, and the weights may have been tuned to these.
"""

from losslint.diagnostics import Related, Severity
from losslint.rules._model import running
from losslint.rules.base import NETSPRESSO, Context, Findings, ResolvedNode, Rule, Site

RULE = Rule(
    "LL310",
    "batch-changed-in-place",
    "warning",
    NETSPRESSO,
    words=("yolox_loss", "yolofastest_loss", "detr_loss", "pidnet_loss"),
    when=("several losses",),
    sources=("netspresso:losses/detection/yolox.py", "netspresso:losses/detection/rtdetr.py"),
)

_BOXES = "turns the target boxes into centre, width and height in place"
_READ_BOXES = ("yolox_loss", "yolofastest_loss", "yolov9_loss", "retinanet_loss", "detr_loss")
_READ_MAPS = ("seg_cross_entropy", "cross_entropy")

# Criterion → what it does to the batch, who reads that, and how bad it is.
_CHANGES: dict[str, tuple[str, tuple[str, ...], Severity]] = {
    "yolox_loss": (_BOXES, _READ_BOXES, "error"),
    "yolofastest_loss": (_BOXES, _READ_BOXES, "error"),
    "detr_loss": ("divides the target boxes by the image size in place", _READ_BOXES, "error"),
    "pidnet_loss": ("replaces the maps by enlarged ones", _READ_MAPS, "warning"),
}


def check(site: Site, context: Context) -> Findings:
    """Each entry that reads what an earlier one has changed."""
    # The name of the first entry of each criterion that changes the batch.
    changed: dict[str, ResolvedNode] = {}
    for _, at, name in running(site, context):
        for changer, earlier in changed.items():
            what, readers, severity = _CHANGES[changer]
            if name in readers and name != changer:
                yield RULE.at(
                    at,
                    f"`{changer}` stands before `{name}` and {what}: `{name}` then "
                    "computes something else than it would alone",
                    severity=severity,
                    related=[Related(earlier.at, "this one changes the batch")],
                    hint=f"put `{changer}` last" if severity == "warning" else None,
                )
                break
        if name in _CHANGES:
            changed.setdefault(name, at)
