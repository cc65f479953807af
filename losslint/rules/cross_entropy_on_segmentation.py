"""cross_entropy stands on a segmentation head, where seg_cross_entropy does its work today.

## Why

Up to 0.2.1 segmentation heads gave maps in the size of the labels, and cross_entropy compared the
two. Since 0.2.2 the heads give smaller maps and seg_cross_entropy enlarges them: cross_entropy
stops at the first training step with a size mismatch. The parameters are the same, and so is the
number: both old head and new loss enlarge bilinearly without aligned corners.

## Bad

```yaml
model:
  task: segmentation
  architecture:
    head:
      name: all_mlp_decoder
  losses:
    - criterion: cross_entropy
      weight: ~
      ignore_index: 255
```

## Good

```yaml
model:
  task: segmentation
  architecture:
    head:
      name: all_mlp_decoder
  losses:
    - criterion: seg_cross_entropy
      weight: ~
      ignore_index: 255
```

## Fix

Safe: the criterion is renamed. Unsafe on pidnet, whose old maps were enlarged in another way.
None where the list holds a seg_cross_entropy already, because the later one would replace the
other.
"""

from losslint.rules._model import read_model, wants_seg_cross_entropy
from losslint.rules._rewrite import rename_value
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL302",
    "cross-entropy-on-segmentation",
    "error",
    NETSPRESSO,
    when=("model",),
    fix="sometimes",
    words=("cross_entropy",),
    sources=("netspresso:losses/segmentation/seg_cross_entropy.py", "netspresso:losses/common.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each cross_entropy of a segmentation model."""
    model = read_model(site, context)
    taken = any(entry.name_text == "seg_cross_entropy" for entry in site.entries)
    safe = model.head is None or model.head.name != "pidnet"
    for index, entry in enumerate(site.entries):
        if entry.name is None or not wants_seg_cross_entropy(site, index, model, context):
            continue
        yield RULE.at(
            entry.name,
            f"`cross_entropy` does not fit a segmentation head of {framework(site, context)}: since "
            "0.2.2 the head's map is smaller than the labels; write `seg_cross_entropy`, with "
            "the same parameters",
            fix=None if taken else rename_value(entry.name, "seg_cross_entropy", safe=safe),
        )
