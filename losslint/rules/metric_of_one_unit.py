"""A metric over several classes on an output of one unit.

## Why

A metric such as `categorical_accuracy` asks which of the classes is the largest. Of one unit that
is always the first: `categorical_accuracy` and the top k are 1.0 from the start, a
`categorical_crossentropy` is 0, and an F1Score without a threshold counts every example as
positive: 0.8 for a perfect model. The metrics of two classes on one unit are `binary_accuracy`, a threshold of 0.5, and
BinaryIoU.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["categorical_accuracy"]}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}]},
 "compile_config": {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["binary_accuracy"]}}
```

## No safe fix

Whether another metric or more units are meant, only you know.
"""

from losslint.rules._keras_metrics import Measured, label_clash, measured
from losslint.rules._keras_model import CATEGORICAL
from losslint.rules.base import COMPILED, Context, Findings, Rule, Site

RULE = Rule(
    "LL434",
    "metric-of-one-unit",
    "warning",
    COMPILED,
    words=("etrics",),
    sources=("keras:src/metrics/accuracy_metrics.py",),
)

_INSTEAD = {
    "CategoricalAccuracy": "binary_accuracy",
    "CategoricalCrossentropy": "binary_crossentropy",
}
_F_SCORES = ("F1Score", "FBetaScore")
_IOUS = ("IoU", "MeanIoU")


def check(site: Site, context: Context) -> Findings:
    """Each metric of several classes on one unit, unless the loss is over classes as well."""
    for each in measured(site, context):
        head = each.head
        if head is None or head.units != 1 or label_clash(each) is not None:
            continue
        if (each.loss is not None and each.loss.name in CATEGORICAL) or not _is_over(each):
            continue
        message = f"the output has one unit, and `{each.text}` is over several classes"
        instead = _INSTEAD.get(each.known.class_name)
        if instead is not None:
            message += f"; did you mean `{instead}`?"
        hint = "give it a threshold, such as 0.5" if each.known.class_name in _F_SCORES else None
        yield RULE.at(each.metric.name.at, message, related=head.related, hint=hint)


def _is_over(each: Measured) -> bool:
    """Whether a metric asks for the largest of several."""
    if each.known.class_name in _F_SCORES:
        return not each.is_unsure("threshold") and each.says("threshold") is None
    if each.known.class_name in _IOUS:
        return each.says("sparse_y_pred") is False
    return each.known.over_classes
