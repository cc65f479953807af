"""A metric of probabilities measures logits.

## Why

A loss with `from_logits: true` is computed on the output of a model that ends without an
activation. Its metrics get the same output. `binary_accuracy`, Precision, Recall and the counts
of positives compare it with 0.5, which as a logit is a probability of 0.62: a model right in each
of twelve answers scored 0.92. AUC cuts what lies beyond 0 and 1, and a crossentropy of logits is
another number altogether. `accuracy` on one unit is `binary_accuracy`; on several it asks for the
largest only, and is right. The same goes the other way round: a metric with `from_logits: true`
on an output that already ends in softmax or sigmoid.

## Bad

```json
{"compile_config": {"optimizer": "adam",
  "loss": {"module": "keras.losses", "class_name": "BinaryCrossentropy", "config": {"from_logits": true}},
  "metrics": [{"module": "keras.metrics", "class_name": "BinaryAccuracy", "config": {"threshold": 0.5}}]}}
```

## Good

```json
{"compile_config": {"optimizer": "adam",
  "loss": {"module": "keras.losses", "class_name": "BinaryCrossentropy", "config": {"from_logits": true}},
  "metrics": [{"module": "keras.metrics", "class_name": "BinaryAccuracy", "config": {"threshold": 0.0}}]}}
```

## No safe fix

Whether a threshold, an activation or another metric is meant, only you know.
"""

from losslint.rules._keras_metrics import Measured, label_clash, measured, says_logits
from losslint.rules._keras_model import BINARY
from losslint.rules.base import Context, Findings, Rule, Site

RULE = Rule(
    "LL432",
    "metric-of-logits",
    "warning",
    ("platform", "compile", "legacy"),
    words=("etrics", "METRICS"),
    sources=("keras:src/metrics/accuracy_metrics.py",),
)

_PROBABILITIES = frozenset(("softmax", "sigmoid", "hard_sigmoid"))
# The classes that know logits by a parameter.
_TOLD = ("AUC", "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy")


def check(site: Site, context: Context) -> Findings:
    """Each metric of an output whose loss tells what the output is."""
    for each in measured(site, context):
        if each.entry is None or each.loss is None or label_clash(each) is not None:
            continue
        message = hint = None
        ends = each.head.activation if each.head is not None else None
        if says_logits(each.entry) and ends not in _PROBABILITIES and _wants_probabilities(each):
            message = (
                f"beside {each.loss.name} of logits, `{each.text}` takes the logits for "
                "probabilities and computes another number"
            )
            hint = _hint(each)
        elif (
            not says_logits(each.entry)
            and ends in ("softmax", "sigmoid")
            and each.known.class_name in _TOLD
            and each.says("from_logits") is True
        ):
            message = (
                f"the output ends in {ends}, but `{each.text}` has `from_logits: true` and takes "
                "the probabilities for logits"
            )
        if message is not None:
            related = each.head.related if each.head is not None else ()
            yield RULE.at(each.metric.name.at, message, related=related, hint=hint)


def _wants_probabilities(each: Measured) -> bool:
    """Whether a metric means something of numbers from 0 to 1 only."""
    known = each.known
    if known.by_shape:
        one = each.head is not None and each.head.units == 1
        return one and each.loss is not None and each.loss.name in BINARY
    if each.is_unsure("from_logits", "threshold", "thresholds", "top_k"):
        return False
    if known.takes == "largest":
        # F-scores ask for the largest unless they have a threshold, which is above 0.
        return known.threshold is not None and each.says(known.threshold) is not None
    if known.takes != "probabilities" or each.says("from_logits") is True:
        return False
    return not (_cuts_at_zero(each) or _takes_largest(each))


def _cuts_at_zero(each: Measured) -> bool:
    """Whether the only threshold is 0, which is that of logits."""
    view = each.metric.param(each.known.threshold) if each.known.threshold is not None else None
    if view is None:
        return False
    items = view.items() if view.is_list else [view]
    return bool(items) and all(item.value == 0 and item.value is not False for item in items)


def _takes_largest(each: Measured) -> bool:
    """Whether Precision or Recall count the `top_k` and compare with nothing."""
    top, thresholds = each.says("top_k"), each.says("thresholds")
    return isinstance(top, int) and thresholds is None and each.metric.is_object


def _hint(each: Measured) -> str | None:
    if each.known.class_name in _TOLD and each.metric.is_object:
        return f"give `{each.text}` `from_logits: true`"
    if each.known.by_shape:
        return "a BinaryAccuracy with `threshold: 0.0` is the accuracy of logits"
    if each.known.threshold is not None and each.known.takes == "probabilities":
        return f"`{each.known.threshold}: 0.0` is the threshold of logits"
    return None
