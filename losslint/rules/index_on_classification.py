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

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.model import holds
from losslint.catalog.netspresso.common import NEGATIVE_INDEX
from losslint.diagnostics import Diagnostic
from losslint.dialects.netspresso.model import NetsPressoModel
from losslint.dialects.records import LossEntry, Site
from losslint.rules._model import UPSAMPLING_LOSSES_SINCE, misfit, read_model
from losslint.rules._rewrite import remove_argument
from losslint.rules._values import is_class_index, shown
from losslint.rules.base import NETSPRESSO, Context, Rule, framework

RULE = Rule(
    "LL303",
    "index-on-classification",
    "error",
    sites=NETSPRESSO,
    words=("ignore_index",),
    fix="unsafe",
)

_ONE_HOT_SINCE = "0.2.0"


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each cross_entropy whose ignore_index meets one-hot labels."""
    model = read_model(site, context)
    for index, entry in enumerate(site.entries):
        argument = entry.argument("ignore_index")
        if argument is None or not _meets_one_hot(entry, model, context):
            continue
        if not is_class_index(argument.view, NEGATIVE_INDEX):
            continue
        if misfit(site, index, model, context) is not None:
            continue
        yield RULE.at(
            argument.view,
            f"`ignore_index` is {shown(argument.view)}, but must be negative or absent: the labels of "
            f"a classification are one-hot floats in {framework(site, context)}, for which torch "
            "takes no index that could be a class",
            fix=remove_argument(entry.view, argument, safe=False),
        )


def _meets_one_hot(entry: LossEntry, model: NetsPressoModel, context: Context) -> bool:
    if entry.name_text != "cross_entropy":
        return False
    version = context.netspresso.version
    task = model.labels_task
    if holds(UPSAMPLING_LOSSES_SINCE, None, version):
        # Since then cross_entropy serves nothing but classification.
        return task in (None, "classification")
    return task == "classification" and holds(_ONE_HOT_SINCE, None, version)
