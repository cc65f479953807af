"""A metric counts classes otherwise than the output of the model has them.

## Why

IoU and MeanIoU take the output for class ids unless `sparse_y_pred` is false. On a softmax map
Keras then stops at the first batch, because there are as many numbers as classes for each pixel;
beside one-hot labels, or on one unit, every fraction is cut to class 0 and a perfect model scored
0.17. With fewer `num_classes` than the output has, the pixels of the others are left out. An AUC
with `num_labels` needs `multi_label`, and stops at the first batch where the output has another
number of units.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": [
  {"module": "keras.metrics", "class_name": "MeanIoU", "config": {"num_classes": 3}, "registered_name": null}]}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": [
  {"module": "keras.metrics", "class_name": "MeanIoU", "config": {"num_classes": 3, "sparse_y_pred": false}, "registered_name": null}]}}
```

## No safe fix

Which count is right, the metric's or the model's, only you know.
"""

from losslint.catalog.model import holds
from losslint.diagnostics import Severity
from losslint.rules._keras_metrics import Measured, label_clash, measured
from losslint.rules._keras_model import BINARY, CATEGORICAL
from losslint.rules.base import COMPILED, Context, Findings, ResolvedNode, Rule, Site

RULE = Rule(
    "LL435",
    "metric-of-other-classes",
    "error",
    COMPILED,
    words=("IoU", "AUC"),
    sources=("keras:src/metrics/iou_metrics.py",),
)

_IOUS = ("IoU", "MeanIoU")
_ONE_HOT = ("OneHotIoU", "OneHotMeanIoU")
_FRACTIONS = frozenset(("softmax", "sigmoid", "hard_sigmoid", "linear", "tanh"))
# Its parameters; before, both sides were always class ids.
_SPARSE_SINCE = "2.10.0"


def check(site: Site, context: Context) -> Findings:
    """Each IoU and AUC that Keras has as an object."""
    for each in measured(site, context):
        if each.metric.config is None or label_clash(each) is not None:
            continue
        if each.known.class_name == "AUC":
            found = _auc(each)
        elif each.known.class_name in _IOUS + _ONE_HOT:
            found = _iou(each, holds(_SPARSE_SINCE, None, context.keras.version))
        else:
            continue
        if found is not None:
            severity, at, message = found
            related = each.head.related if each.head is not None else ()
            yield RULE.at((at or each.metric.name).at, message, severity=severity, related=related)


_Found = tuple[Severity, ResolvedNode | None, str]


def _iou(each: Measured, has_sparse: bool) -> _Found | None:
    units = each.head.units if each.head is not None else None
    if each.is_unsure("sparse_y_pred", "num_classes"):
        return None
    if each.known.class_name in _IOUS and each.says("sparse_y_pred") is not False:
        if not _is_fraction(each):
            return None
        cure = "; write `sparse_y_pred: false`" if has_sparse and units != 1 else ""
        if units == 1 or (units is None and each.loss is not None and each.loss.name in BINARY):
            cure = "; a BinaryIoU has a threshold" if has_sparse else ""
            message = f"`{each.text}` takes the output for class ids and cuts each number to 0"
            return "warning", None, message + cure
        message = f"`{each.text}` takes the output for class ids, and it has a number for each"
        return "error", each.metric.param("sparse_y_pred"), f"{message} class{cure}"
    count = each.says("num_classes")
    if units is not None and units > 1 and isinstance(count, int) and count < units:
        message = f"`{each.text}` leaves out classes: the output has {units}, not {count}"
        return "warning", each.metric.param("num_classes"), message
    return None


def _is_fraction(each: Measured) -> bool:
    """Whether the output is no class id for certain: a score for each class, or one number."""
    if each.head is not None and each.head.activation is not None:
        return each.head.activation in _FRACTIONS
    return each.loss is not None and each.loss.name in CATEGORICAL | BINARY


def _auc(each: Measured) -> _Found | None:
    labels = each.metric.param("num_labels")
    if labels is None or each.is_unsure("num_labels", "multi_label"):
        return None
    count = labels.value
    if not isinstance(count, int) or isinstance(count, bool) or not count:
        return None
    if not each.says("multi_label"):
        return "error", labels, "Keras takes `num_labels` with `multi_label: true` only"
    units = each.head.units if each.head is not None else None
    if units is not None and units != count:
        return "error", labels, f"`num_labels` is {count}, and the output has {units} units"
    return None
