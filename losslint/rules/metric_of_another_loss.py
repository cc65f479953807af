"""A metric expects other labels than the loss.

## Why

`sparse_categorical_crossentropy` takes class ids, `categorical_crossentropy` one-hot labels, and
one data set has one kind. `sparse_categorical_accuracy` on one-hot labels stops Keras at the
first batch; so do most metrics of one-hot labels, such as AUC, Precision or the top k, on class
ids. Those that do not stop compute another number: a model that is always right scored 0.33 in
`categorical_accuracy`, because the id of every label was taken for class 0. `accuracy` picks the
right one by itself.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy",
  "metrics": ["categorical_accuracy"]}}
```

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": [
  {"module": "keras.metrics", "class_name": "TopKCategoricalAccuracy", "config": {"k": 2}, "registered_name": null}]}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy",
  "metrics": ["sparse_categorical_accuracy"]}}
```

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": [
  {"module": "keras.metrics", "class_name": "SparseTopKCategoricalAccuracy", "config": {"k": 2}, "registered_name": null}]}}
```

## Fix

Unsafe: the metric of the same kind for the loss's labels, if the loss is the one that fits the
data.

## No safe fix

Whether the loss or the metric fits the labels, the config does not say.
"""

from losslint.catalog.keras.metrics import find_class
from losslint.diagnostics import Fix
from losslint.rules._keras_metrics import Measured, label_clash, measured
from losslint.rules._rewrite import rename_value
from losslint.rules.base import Context, Findings, LossDef, Rule, Site

RULE = Rule(
    "LL418",
    "metric-of-another-loss",
    "error",
    ("platform", "compile", "legacy"),
    words=("etrics", "METRICS"),
    fix="unsafe",
    sources=("keras:src/losses/losses.py", "keras:src/metrics/accuracy_metrics.py"),
)

# Where labels are binary, the metric of the same kind is another one.
_BINARY = {
    "CategoricalAccuracy": "BinaryAccuracy",
    "CategoricalCrossentropy": "BinaryCrossentropy",
    "TopKCategoricalAccuracy": None,
}
_WANTS = {
    "ids": "class ids, and gets labels of the shape of the output",
    "like-output": "labels of the shape of the output, and gets class ids",
}
# The parameters that all metrics of one kind have.
_SHARED = frozenset(("name", "dtype", "k"))


def check(site: Site, context: Context) -> Findings:
    """Each metric on an output whose loss takes labels of another form."""
    for each in measured(site, context):
        clash = label_clash(each)
        if clash is None or each.loss is None:
            continue
        message = (
            f"beside {each.loss.name}, `{each.text}` wants {_WANTS[clash]}: "
            "the first batch fails, or the number is another one"
        )
        instead = _instead(each, each.loss, context)
        if instead is not None:
            message += f"; did you mean `{instead}`?"
        yield RULE.at(
            each.metric.name.at,
            message,
            fix=_fix(each, instead),
            related=each.metric.name.related,
        )


def _instead(each: Measured, loss: LossDef, context: Context) -> str | None:
    """The metric of the same kind for the labels of the loss, spelt as this one is."""
    name = each.known.counterpart
    if loss.contract is not None and loss.contract.targets[0] == "binary" and name is not None:
        name = _BINARY.get(name)
    other = find_class(name, context.keras.version) if name is not None else None
    if other is None:
        return None
    return other.class_name if each.text == each.known.class_name else other.name


def _fix(each: Measured, instead: str | None) -> Fix | None:
    """The other metric; None for an object whose config has a key that the other may refuse."""
    config = each.metric.config
    if instead is None or (
        config is not None and not {member.name for member, _ in config.pairs()} <= _SHARED
    ):
        return None
    return rename_value(each.metric.name, instead, safe=False)
