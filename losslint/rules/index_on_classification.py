"""cross_entropy on classification has an ignore_index that could be a class.

## Why

NetsPresso Trainer turns the labels of a classification into one-hot floats, for which torch takes
no `ignore_index` from 0 on: "ignore_index is not supported for floating point target", at the
first training step. Before 0.2.0 the labels were class numbers, and the index worked.

## Bad

```yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      ignore_index: 255
      weight: ~
```

## Good

```yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Unsafe: the key is removed. That computes the same as ever where no label of the data has this
number, which the model file does not tell.

## No safe fix

Whether a label of the data has that number is not in the file.
"""

from losslint.catalog.netspresso.common import NEGATIVE_INDEX
from losslint.rules._model import UPSAMPLING_LOSSES_SINCE, read_model, running
from losslint.rules._rewrite import remove_argument
from losslint.rules._values import is_class_index, shown
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL303",
    "index-on-classification",
    "error",
    NETSPRESSO,
    words=("ignore_index",),
    fix="unsafe",
    sources=("netspresso:losses/common.py",),
)

_ONE_HOT_SINCE = "0.2.0"


def check(site: Site, context: Context) -> Findings:
    """Each cross_entropy whose ignore_index meets one-hot labels."""
    if not _is_one_hot(read_model(site, context).labels_task, context):
        return
    for entry, _, name in running(site, context):
        argument = entry.argument("ignore_index")
        if name != "cross_entropy" or argument is None:
            continue
        if not is_class_index(argument.view, NEGATIVE_INDEX):
            continue
        yield RULE.at(
            argument.view,
            f"`ignore_index` is {shown(argument.view)}, but must be negative or absent: the labels of "
            f"a classification are one-hot floats in {framework(site, context)}, for which torch "
            "takes no index that could be a class",
            fix=remove_argument(entry.view, argument, safe=False),
        )


def _is_one_hot(task: str | None, context: Context) -> bool:
    """Whether the labels that a cross_entropy meets in a task are one-hot."""
    if context.netspresso.since(UPSAMPLING_LOSSES_SINCE):
        # Since then cross_entropy serves nothing but classification.
        return task in (None, "classification")
    return task == "classification" and context.netspresso.since(_ONE_HOT_SINCE)
