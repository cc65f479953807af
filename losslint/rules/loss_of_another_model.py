"""The platform's loss belongs to another MODEL_TYPE.

## Why

RCNN_LOSS is five losses inside the graph of Mask R-CNN, SSD_LOSS reads anchors and variances out
of the last twelve columns that only SSD300 has. No other model has what they compute from, and
neither of these two models has an ordinary target for one of Keras's losses. A CUSTOM model may
have either.

## Bad

```json
{"MODEL": {"MODEL_TYPE": "SSD300", "TASK": "TRAIN", "BATCH_SIZE": 32,
  "CLASSES": ["Background", "cat"], "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "SGD"}, "METRICS": ["accuracy"]}}}
```

## Good

```json
{"MODEL": {"MODEL_TYPE": "SSD300", "TASK": "TRAIN", "BATCH_SIZE": 32,
  "CLASSES": ["Background", "cat"], "COMPILATION": {
  "LOSS": {"NAME": "SSD_LOSS"}, "OPT": {"NAME": "SGD"}, "METRICS": ["accuracy"]}}}
```

## Fix

Unsafe, and offered only where the model has a loss of its own: the model may be the wrong one of
the two.

## No safe fix

Either the loss or the model is wrong; the config does not say which.
"""

from losslint.catalog.platform import MODEL_OF
from losslint.diagnostics import Related
from losslint.dialects.keras.platform import site_platform
from losslint.rules._names import find_loss
from losslint.rules._rewrite import rename_value
from losslint.rules.base import PLATFORM, Context, Findings, Rule, Site

RULE = Rule("LL340", "loss-of-another-model", "error", PLATFORM, fix="unsafe")


def check(site: Site, context: Context) -> Findings:
    """The loss of a platform configuration against its MODEL_TYPE."""
    platform = site_platform(site)
    if platform is None or platform.may_infer or platform.type_name in (None, "CUSTOM"):
        return
    own = {model: loss for loss, model in MODEL_OF.items()}.get(platform.type_name or "")
    for entry in site.entries:
        name = entry.name_text
        if entry.name is None or name is None or name == own or find_loss(entry, context) is None:
            continue
        belongs = MODEL_OF.get(name)
        if belongs is not None:
            message = f"{name} belongs to MODEL_TYPE {belongs}, but this is {platform.type_name}"
        elif own is not None:
            message = f"{platform.type_name} trains with {own} only: it has no target for `{name}`"
        else:
            continue
        bare = own is not None and not entry.arguments
        yield RULE.at(
            entry.name,
            message,
            fix=rename_value(entry.name, own, safe=False) if bare and own is not None else None,
            related=[Related(platform.model_type.at, "the model")],
        )
