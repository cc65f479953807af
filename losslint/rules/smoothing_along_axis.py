"""Labels are smoothed over the wrong number of classes.

## Why

With `label_smoothing` a share of each label is spread over all classes. Keras 3.0.0 to 3.15.1
take the length of the last axis for their number, also where `axis` says that the classes are on
another one: on labels of five classes on axis 1 and two rows on the last, each class gets
half of the share instead of a fifth, and the loss is 2.47 instead of 1.88. Later releases count
the axis that is written.

## Bad

```json
{"module": "keras.losses", "class_name": "CategoricalCrossentropy", "config": {"axis": -2, "label_smoothing": 0.2}}
```

## Good

```json
{"module": "keras.losses", "class_name": "CategoricalCrossentropy", "config": {"axis": -1, "label_smoothing": 0.2}}
```

## No safe fix

Whether the classes move to the last axis or the smoothing goes, the model decides.
"""

from losslint.catalog.model import holds
from losslint.dialects.keras.layers import is_last
from losslint.rules._keras_losses import written
from losslint.rules._keras_model import endings_of
from losslint.rules._names import known_losses
from losslint.rules.base import KERAS, Context, Findings, LossEntry, Rule, Site, framework

RULE = Rule(
    "LL409",
    "smoothing-along-axis",
    "warning",
    KERAS,
    words=("smoothing", "SMOOTHING"),
    sources=("keras:src/losses/losses.py",),
)

_SINCE = "3.0.0"
# Fixed after this release; the first one with it is not out.
_LAST = "3.15.2"
_OVER_CLASSES = ("CategoricalCrossentropy", "CategoricalFocalCrossentropy")


def check(site: Site, context: Context) -> Findings:
    """Each crossentropy over classes with both parameters."""
    if not holds(_SINCE, _LAST, context.keras.version):
        return
    for entry, loss in known_losses(site, context):
        share, axis = written(entry, "label_smoothing"), written(entry, "axis")
        if loss.class_name not in _OVER_CLASSES or share is None or axis is None:
            continue
        if 0 < (share.number or 0) <= 1 and _is_last(axis.integer, entry, site, context) is False:
            yield RULE.at(
                share,
                f"{framework(site, context)} spreads label_smoothing over the length of the last "
                f"axis, and the classes are on axis {axis.value}",
            )


def _is_last(axis: int | None, entry: LossEntry, site: Site, context: Context) -> bool | None:
    """Whether an axis is the last one; None where that depends on the rank of an unknown output."""
    ranks = {each.rank for each in endings_of(entry, site, context)}
    return is_last(axis, ranks.pop() if len(ranks) == 1 else None)
