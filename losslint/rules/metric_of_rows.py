"""A metric of rows on an output that has more axes.

## Why

F1Score, FBetaScore, R2Score and an AUC with `multi_label: true` take one row of numbers for each
example. On a sequence or a map, which has an axis or two more, Keras 3 stops at the first batch:
`FBetaScore expects 2D inputs with shape (batch_size, output_dim)`. AUC without `multi_label`,
Precision and Recall, the accuracies and the IoUs take any number of axes.

Measured with Keras 3.15.1: the F1Score of twelve rows that are all right is 1.0. The same numbers as
four sequences of three stop each of the four metrics, while `categorical_accuracy` and AUC give 1.0.
The first three look at the shape themselves (keras/src/metrics/f_score_metrics.py and
regression_metrics.py); the variables of AUC have no more axes than that.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Conv2D", "config": {"filters": 3, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy", "metrics": ["f1_score"]}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Conv2D", "config": {"filters": 3, "activation": "softmax"}}]},
 "compile_config": {"optimizer": "adam", "loss": "categorical_crossentropy", "metrics": ["categorical_accuracy"]}}
```

## No safe fix

Whether another metric is meant or a model that makes rows of its maps, only you know.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.model import holds
from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._keras_metrics import Measured, measured
from losslint.rules.base import COMPILED, Context, Rule, framework

RULE = Rule(
    "LL436",
    "metric-of-rows",
    "error",
    sites=COMPILED,
    words=("etrics",),
    sources=("keras:src/metrics/accuracy_metrics.py",),
)

_OF_ROWS = ("F1Score", "FBetaScore", "R2Score")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each metric of rows on an output of which more axes than two are known."""
    if not holds("3.0.0", None, context.keras.version):
        return
    for each in measured(site, context):
        head = each.head
        if head is not None and head.rank is not None and head.rank > 2 and _is_of_rows(each):
            yield RULE.at(
                each.metric.name.at,
                f"`{each.text}` takes one row for each example, and the output has {head.rank} "
                f"axes: {framework(site, context)} stops at the first batch",
                related=head.related,
            )


def _is_of_rows(each: Measured) -> bool:
    is_multi = each.known.class_name == "AUC" and each.says("multi_label") is True
    return is_multi or each.known.class_name in _OF_ROWS
