"""The loss of a batch is not reduced to one number.

## Why

With `reduction: "none"` a loss is a list of numbers, one for each sample. Keras on TensorFlow
logs their mean and steps along their sum: with a batch of 4, the log reads as before and the
weights move four times as far. On JAX and PyTorch the first step stops: a gradient needs one
number. It is made for a training loop of your own, which no compile config starts.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": "keras.losses", "class_name": "MeanSquaredError", "config": {"reduction": "none"}}}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": "keras.losses", "class_name": "MeanSquaredError", "config": {"reduction": "sum"}}}}
```

## No safe fix

The sum steps as before and logs otherwise, the mean the other way round.
"""

from losslint.catalog.model import holds
from losslint.rules._names import find_loss
from losslint.rules.base import KERAS, Context, Findings, LossEntry, Rule, Site, entry_params

RULE = Rule(
    "LL417",
    "unreduced-loss",
    "warning",
    KERAS,
    sources=("keras:src/losses/loss.py", "keras:src/trainers/trainer.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each loss of a compile config or of the platform that stays a list of numbers."""
    # Measured from 2.15 on; before, the training loop was another.
    if not holds("2.6.0", None, context.keras.version):
        return
    for entry in site.entries:
        argument = entry.argument(entry.style.spelled("reduction"))
        if argument is None or site.is_alone or _is_scalar(entry, context):
            continue
        value = argument.view.value
        unreduced = argument.view.kind == "null" and holds("3.0.0", None, context.keras.version)
        if value == "none" or unreduced:
            yield RULE.at(
                argument.view.at,
                "without a reduction, TensorFlow logs the mean and steps along the sum; "
                "JAX and PyTorch stop at the first batch",
                related=argument.view.related,
            )


def _is_scalar(entry: LossEntry, context: Context) -> bool:
    """Whether the loss is one number in any case: an overlap over the whole batch, or unknown."""
    loss = find_loss(entry, context)
    if loss is None:
        return True
    if loss.class_name not in ("Dice", "Tversky"):
        return False
    names = {param.name for param in entry_params(entry, loss, context)}
    axis = entry.argument(entry.style.spelled("axis"))
    return axis is None or axis.view.kind == "null" or axis.name not in names
