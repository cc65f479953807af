"""The anchors of yolofastest_loss are not those of the head and the postprocessor.

## Why

YOLO-Fastest has its anchors in three places. Another number of them stops the build or the first
training step. Other values or another order run, silently wrong: the boxes are trained on the
anchors of the loss and decoded with those of the postprocessor. The trainer's own file refers to
one list with a YAML anchor.

## Bad

```yaml
model:
  task: detection
  architecture:
    head:
      name: yolo_fastest_head_v2
      params:
        anchors: [[12., 18., 37., 49.], [115., 73., 119., 199.]]
  losses:
    - criterion: yolofastest_loss
      anchors: [[115., 73., 119., 199.], [12., 18., 37., 49.]]
      weight: ~
```

## Good

```yaml
model:
  task: detection
  architecture:
    head:
      name: yolo_fastest_head_v2
      params:
        anchors: &anchors [[12., 18., 37., 49.], [115., 73., 119., 199.]]
  losses:
    - criterion: yolofastest_loss
      anchors: *anchors
      weight: ~
```

## No safe fix

Which of the lists is the right one, only you know.
"""

from losslint.diagnostics import Related
from losslint.dialects.netspresso.model import descend, head_params, postprocessor_params
from losslint.rules._anchors import AnchorLevels, read_levels
from losslint.rules._model import fitting, read_model
from losslint.rules.base import NETSPRESSO, Argument, Context, Findings, ResolvedNode, Rule, Site

RULE = Rule(
    "LL305",
    "anchors-mismatch",
    "error",
    NETSPRESSO,
    words=("yolofastest_loss",),
    sources=("netspresso:losses/detection/yolo.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each yolofastest_loss against the head and the postprocessor."""
    for entry, _ in fitting(site, "yolofastest_loss", context):
        argument = entry.argument("anchors")
        levels = read_levels(argument.view) if argument is not None else None
        params = postprocessor_params(site)
        if argument is not None and levels is not None:
            head = descend(head_params(site), "anchors")
            yield from _compare(argument, levels, head, "the head")
            processor = descend(params, "anchors")
            yield from _compare(argument, levels, processor, "the postprocessor")
        if read_model(site, context).head is None or params is None or not params.is_mapping:
            continue
        if params.get("anchors") is None and not params.is_open:
            yield RULE.at(
                params.at,
                "`postprocessor.params` has no `anchors`: the trainer stops when it builds the "
                "postprocessor of yolo_fastest_head_v2",
            )


def _compare(
    argument: Argument, levels: AnchorLevels, other: ResolvedNode | None, where: str
) -> Findings:
    theirs = read_levels(other)
    if other is None or theirs is None or theirs == levels:
        return
    sizes, own = [len(level) for level in theirs], [len(level) for level in levels]
    if sizes != own:
        spare = len(own) > len(sizes) and own[: len(sizes)] == sizes
        fate = "no level of the head uses the last ones" if spare else "the trainer stops"
        what = f"{where} has {_counts(theirs)}, the loss {_counts(levels)}: {fate}"
    else:
        what = f"{where} has the same number, but other values or another order"
    yield RULE.at(
        argument,
        f"`anchors` differ from those of {where}: {what}",
        related=[Related(other.at, f"the anchors of {where}")],
    )


def _counts(levels: AnchorLevels) -> str:
    return " and ".join(str(len(level) // 2) for level in levels) + " anchors a level"
