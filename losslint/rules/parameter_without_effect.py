"""A parameter is accepted and changes nothing.

## Why

`alpha` of BinaryFocalCrossentropy counts only with `apply_class_balancing: true`; Keras ignores
it otherwise, and the training runs unbalanced. A value equal to the default is left alone,
because Keras itself writes it into every saved model.

## Bad

```json
{"module": "keras.losses", "class_name": "BinaryFocalCrossentropy", "config": {"alpha": 0.75}}
```

```yaml
model:
  task: detection
  losses:
    - criterion: yolov9_loss
      l1_activate_epoch: 285
      weight: ~
```

## Good

```json
{"module": "keras.losses", "class_name": "BinaryFocalCrossentropy",
 "config": {"alpha": 0.75, "apply_class_balancing": true}}
```

```yaml
model:
  task: detection
  losses:
    - criterion: yolov9_loss
      l1_activate_epoch: ~
      weight: ~
```

## No safe fix

Either the parameter or the switch that it needs is wrong; only you know which.
"""

from losslint.catalog.model import Param
from losslint.rules._elsewhere import followed
from losslint.rules._names import known_losses
from losslint.rules._values import is_idle
from losslint.rules.base import (
    Argument,
    Context,
    Findings,
    LossDef,
    LossEntry,
    ResolvedNode,
    Rule,
    Site,
    entry_params,
)

RULE = Rule(
    "LL116",
    "parameter-without-effect",
    "warning",
    when=("odd argument",),
    sources=("netspresso:losses/detection/rtdetr.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each argument that its loss does not use."""
    for entry, loss in known_losses(site, context):
        params = {param.name: param for param in entry_params(entry, loss, context)}
        for argument in entry.arguments:
            param = params.get(argument.name)
            if param is not None:
                yield from _idle(argument, param, entry, loss, context)


def _idle(
    argument: Argument, param: Param, entry: LossEntry, loss: LossDef, context: Context
) -> Findings:
    if _is_default(followed(argument.view, context).view, param):
        return
    if is_idle(entry, param):
        yield RULE.at(
            argument,
            f"`{argument.name}` has no effect unless `{param.needs}` is true",
        )
    elif param.fate == "ignored":
        yield RULE.at(
            argument,
            f"{entry.name_text or loss.name} accepts `{argument.name}` and ignores it",
            hint=param.note or None,
        )


def _is_default(view: ResolvedNode, param: Param) -> bool:
    if view.kind in ("list", "mapping"):
        return False
    value = view.value
    if view.kind == "unknown":
        # The environment holds text, whatever the variable is: no default is one.
        return not view.is_of_environment
    return value == param.default and isinstance(value, bool) == isinstance(param.default, bool)
