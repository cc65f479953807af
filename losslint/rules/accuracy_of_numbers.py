"""An accuracy, or another metric of classes, is computed of numbers that are none.

## Why

`accuracy` compares classes. Beside a regression loss on a linear output there are none: on one
unit it asks which outputs lie above 0.5 and whether that equals the label, on several which of
them is the largest. A regression with an error of 0.1 scored 0.0. Precision, Recall and AUC take
the labels for yes and no as well. An object of the class
`Accuracy` counts the outputs that equal their label to the last digit: on softmax and sigmoid it
stays at 0 however good the model is. The string `accuracy` picks the accuracy that fits.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": "mean_squared_error", "metrics": ["accuracy"]}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": "mean_squared_error", "metrics": ["mean_absolute_error"]}}
```

## No safe fix

Which metric tells how good the model is, only you know.
"""

from losslint.rules._keras_metrics import Measured, measured
from losslint.rules._keras_model import BINARY, CATEGORICAL
from losslint.rules.base import COMPILED, Context, Findings, Rule, Site

RULE = Rule(
    "LL433",
    "accuracy-of-numbers",
    "warning",
    COMPILED,
    words=("etrics",),
    sources=("keras:src/metrics/accuracy_metrics.py", "keras:src/trainers/compile_utils.py"),
)

_REGRESSIONS = frozenset(
    (
        "mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "huber",
        "log_cosh",
    )
)
# None of their values is a whole number but by chance.
_FRACTIONS = frozenset(("linear", "softmax", "sigmoid", "tanh", "softplus"))


def check(site: Site, context: Context) -> Findings:
    """Each accuracy of an output whose activation is known."""
    for each in measured(site, context):
        message = _said(each)
        if message is not None:
            related = each.head.related if each.head is not None else ()
            yield RULE.at(each.metric.name.at, message, related=related)


def _said(each: Measured) -> str | None:
    ends = each.head.activation if each.head is not None else None
    is_exact = each.known.class_name == "Accuracy" and not each.known.by_shape
    is_fraction = each.head is not None and each.head.is_fraction
    # What a crossentropy trains is a probability or a logit, whatever layer gives it.
    is_trained = each.loss is not None and each.loss.name in CATEGORICAL | BINARY
    if is_exact and (ends in _FRACTIONS or is_fraction or is_trained):
        return (
            "an object of the class `Accuracy` counts the outputs that equal their label exactly; "
            "did you mean the string `accuracy`?"
        )
    of_classes = each.known.by_shape or each.known.takes == "probabilities"
    if of_classes and ends == "linear" and each.loss is not None and each.loss.name in _REGRESSIONS:
        return (
            f"`{each.text}` is for classes or their probabilities, and the output is any number, "
            f"as {each.loss.name} wants it"
        )
    return None
