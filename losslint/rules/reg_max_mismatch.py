"""reg_max of yolov9_loss is not that of the head and the postprocessor.

## Why

The head gives 4·reg_max numbers a box, and yolov9_loss reads as many as its own `reg_max` says:
16 where the key is absent, whatever the head has. Another number stops the first training step
with a RuntimeError; another one in the postprocessor decodes wrong boxes or stops the first
validation.

## Bad

```yaml
model:
  task: detection
  architecture:
    head:
      name: yolo_detection_head
      params:
        reg_max: 8
  losses:
    - criterion: yolov9_loss
      l1_activate_epoch: ~
      weight: ~
```

## Good

```yaml
model:
  task: detection
  architecture:
    head:
      name: yolo_detection_head
      params:
        reg_max: 8
  losses:
    - criterion: yolov9_loss
      reg_max: 8
      l1_activate_epoch: ~
      weight: ~
```

## Fix

Unsafe, and offered only where the head and the postprocessor agree: the loss gets their number.

## No safe fix

The head may be the one to change, to keep the weights of a checkpoint.
"""

from losslint.diagnostics import Edit, Fix, Related
from losslint.dialects.netspresso.model import descend, head_params, postprocessor_params
from losslint.rules._model import fitting
from losslint.rules._rewrite import insert_argument
from losslint.rules.base import NETSPRESSO, Context, Findings, LossEntry, Rule, Site

RULE = Rule(
    "LL306",
    "reg-max-mismatch",
    "error",
    NETSPRESSO,
    words=("yolov9_loss",),
    fix="unsafe",
    sources=("netspresso:losses/detection/yolov9.py",),
)

_DEFAULT = 16


def check(site: Site, context: Context) -> Findings:
    """Each yolov9_loss against the head and the postprocessor."""
    for entry, _ in fitting(site, "yolov9_loss", context):
        own = entry.argument("reg_max")
        if own is None and entry.view.is_open:
            continue
        number = _DEFAULT if own is None else own.view.integer
        if number is not None:
            yield from _compare(entry, number, site)


def _compare(entry: LossEntry, number: int, site: Site) -> Findings:
    own = entry.argument("reg_max")
    head = descend(head_params(site), "reg_max")
    processor = descend(postprocessor_params(site), "reg_max")
    # What is no integer is another rule's business, or in another file.
    heads, processors = (None if each is None else each.integer for each in (head, processor))
    agreed = heads if processors in (None, heads) else None
    at = own.view.at if own is not None else (entry.name or entry.view).at
    what = f"`reg_max` is {number}" + ("" if own is not None else " by default")
    if head is not None and heads not in (None, number):
        yield RULE.at(
            at,
            f"{what}, but {heads} in the head: the trainer stops at the first training step",
            fix=_fix(entry, agreed) if agreed is not None else None,
            related=[Related(head.at, "the head")],
        )
    elif processor is not None and processors not in (None, number):
        yield RULE.at(
            at,
            f"{what}, but {processors} in the postprocessor, which then decodes other boxes than "
            "those that are trained",
            related=[Related(processor.at, "the postprocessor")],
        )


def _fix(entry: LossEntry, number: int) -> Fix | None:
    own = entry.argument("reg_max")
    if own is None:
        edit = insert_argument(entry, "reg_max", str(number))
    elif own.view.origin is None:
        edit = Edit(own.view.node.start, own.view.node.end, str(number))
    else:
        edit = None
    return Fix(f"write `reg_max: {number}`", (edit,), safe=False) if edit is not None else None
