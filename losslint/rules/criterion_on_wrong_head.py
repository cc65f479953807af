"""The criterion cannot run on what the model's head gives.

## Why

Of the 100 pairs of head and criterion of NetsPresso Trainer 1.4.1, 13 survive a training step.
All others stop at the first one, after data set, model and optimizer have been built: a criterion
reads keys, shapes and labels that another head and another task's data do not have. A head that
losslint does not know is left alone.

## Bad

```yaml
model:
  task: detection
  architecture:
    head:
      name: anchor_decoupled_head
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: 1
      weight: ~
```

## Good

```yaml
model:
  task: detection
  architecture:
    head:
      name: anchor_decoupled_head
  losses:
    - criterion: retinanet_loss
      weight: ~
```

## No safe fix

Either the criterion or the head is the wrong one, and each has its own parameters.
"""

from losslint.catalog.model import holds
from losslint.catalog.netspresso import HEADS, LOSSES
from losslint.diagnostics import Diagnostic, Related
from losslint.dialects.netspresso.model import NetsPressoModel
from losslint.rules._model import (
    fits_task,
    misfit,
    of_file,
    read_model,
    runs_on,
    wants_seg_cross_entropy,
    wants_yolofastest_loss,
)
from losslint.rules._names import written_name
from losslint.rules.base import NETSPRESSO, Context, Findings, LossEntry, Rule, Site, framework

RULE = Rule(
    "LL300",
    "criterion-on-wrong-head",
    "error",
    NETSPRESSO,
    when=("model",),
    sources=("netspresso:losses/common.py", "netspresso:losses/registry.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each criterion that does not run on the head, or on any head of the task."""
    model = read_model(site, context)
    for index, entry in enumerate(site.entries):
        what = misfit(site, index, model, context)
        if what is None or entry.name is None:
            continue
        # Two pairs once ran; rules of their own know what to write.
        if wants_seg_cross_entropy(site, index, model, context):
            continue
        if wants_yolofastest_loss(entry, model, context):
            continue
        yield _misfit(entry, model, site, context)


def _misfit(entry: LossEntry, model: NetsPressoModel, site: Site, context: Context) -> Diagnostic:
    assert entry.name is not None
    if model.head is not None:
        where, place = f"the head `{model.head.name}`{of_file(model.head.view)}", model.head.view
    else:
        assert model.task_view is not None
        where, place = f"the task `{model.task}`{of_file(model.task_view)}", model.task_view
    name = written_name(entry, context)[0].name_text
    message = (
        f"`{name}` does not run on {where}: {framework(site, context)} stops at the "
        "first training step"
    )
    *most, last = [f"`{name}`" for name in _runs(model, context)] or [""]
    if last:
        message += f"; {', '.join(most)}{' or ' if most else ''}{last} would run"
    return RULE.at(entry.name, message, hint=_heads_hint(entry), related=[Related(place.at, where)])


def _runs(model: NetsPressoModel, context: Context) -> list[str]:
    """The criteria of the target release that run on the head, or on heads of the task."""
    version = context.netspresso.version
    losses = [loss for loss in LOSSES if loss.heads and holds(loss.since, loss.until, version)]
    if model.head is not None:
        return [loss.name for loss in losses if runs_on(loss, model.head.name, version)]
    return [loss.name for loss in losses if fits_task(loss, str(model.task), version)]


def _heads_hint(entry: LossEntry) -> str | None:
    """The heads of the criterion."""
    for loss in LOSSES:
        if loss.name == entry.name_text and loss.heads:
            heads = " and ".join(f"`{head}` ({HEADS[head]})" for head in loss.heads)
            return f"{loss.name} runs on {heads}"
    return None
