"""A metric expects other labels than the loss.

## Why

`sparse_categorical_crossentropy` takes class ids, `categorical_crossentropy` one-hot labels, and
one data set has one kind. `sparse_categorical_accuracy` on one-hot labels stops Keras at the
first batch. `categorical_accuracy` on class ids computes all the same: a model that is always
right scored 0.5, because the id of every label was taken for class 0. `accuracy` picks the right
one by itself.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy",
  "metrics": ["categorical_accuracy"]}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss": "sparse_categorical_crossentropy",
  "metrics": ["sparse_categorical_accuracy"]}}
```

## Fix

Unsafe: the metric of the same kind for the loss's labels, if the loss is the one that fits the
data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from losslint.diagnostics import Diagnostic, Fix
from losslint.dialects.keras.layers import is_builtin
from losslint.dialects.records import Site
from losslint.rules._names import find_loss
from losslint.rules._rewrite import rename_value
from losslint.rules.base import Context, Rule
from losslint.syntax.view import View

RULE = Rule(
    "LL418",
    "metric-of-another-loss",
    "error",
    sites=("platform", "compile", "legacy"),
    fix="unsafe",
    why_no_fix="Whether the loss or the metric fits the labels, the config does not say.",
)

_FOR_IDS: Mapping[str, str] = MappingProxyType(
    {
        "categorical_accuracy": "sparse_categorical_accuracy",
        "CategoricalAccuracy": "SparseCategoricalAccuracy",
        "binary_accuracy": "sparse_categorical_accuracy",
        "BinaryAccuracy": "SparseCategoricalAccuracy",
    }
)
_FOR_ONE_HOT: Mapping[str, str] = MappingProxyType(
    {
        "sparse_categorical_accuracy": "categorical_accuracy",
        "SparseCategoricalAccuracy": "CategoricalAccuracy",
        "sparse_top_k_categorical_accuracy": "top_k_categorical_accuracy",
        "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy",
    }
)
_BY_LOSS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sparse_categorical_crossentropy": _FOR_IDS,
        "categorical_crossentropy": _FOR_ONE_HOT,
        "categorical_focal_crossentropy": _FOR_ONE_HOT,
    }
)
_WHAT = {
    True: "takes class ids for one-hot labels and computes another number",
    False: "takes one-hot labels for class ids, and the first batch fails",
}


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each metric that stands beside the one loss, or with the name of a loss's output."""
    outputs = [entry.output for entry in site.entries]
    for entry in site.entries:
        loss = find_loss(entry, context)
        # Several losses without a name, or several of one output, are not judged.
        if loss is None or loss.name not in _BY_LOSS or outputs.count(entry.output) != 1:
            continue
        for metric in _metrics(site, entry.output):
            name = metric.value
            instead = _BY_LOSS[loss.name].get(name) if isinstance(name, str) else None
            if instead is None:
                continue
            yield RULE.at(
                metric.at,
                f"beside {loss.name}, `{name}` {_WHAT[loss.name.startswith('sparse')]}; "
                f"did you mean `{instead}`?",
                fix=_fix(metric, instead),
                related=metric.related,
            )


def _fix(metric: View, instead: str) -> Fix | None:
    """The other metric; None for an object whose config has a key that the other refuses."""
    if metric.key == "class_name" and "TopK" in instead:
        return None
    return rename_value(metric, instead, safe=False)


def _metrics(site: Site, output: str | int | None) -> list[View]:
    """The names of an output's metrics, one list deep; without an output, of all."""
    keys = ("METRICS",) if site.is_platform else ("metrics", "weighted_metrics")
    found: list[View] = []
    for key in keys:
        view = site.owner.get(key)
        if view is None:
            continue
        by_output = view.is_mapping and view.get("class_name") is None
        views = [value for member, value in view.pairs() if output in (None, member.name)]
        if output is not None and not by_output:
            continue
        for item in views if by_output else view.items() or [view]:
            found += item.items() if item.is_list else [item]
    return [name for name in map(_name, found) if name is not None]


def _name(metric: View) -> View | None:
    """What names a metric: the string that it is, or the class of one that Keras saved."""
    if not metric.is_mapping:
        return metric
    return metric.get("class_name") if is_builtin(metric) else None
