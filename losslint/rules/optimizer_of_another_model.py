"""OPT names no optimizer of the platform, or one that belongs to another model.

## Why

The platform knows sgd, rmsprop, adagrad, adadelta, adam, adamax and nadam from Keras, RCNN for
the model of that name, and SGD for SSD300. `sgd` and `SGD` are two optimizers, so names are
compared letter by letter.

## Bad

```json
{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "Adam"}, "METRICS": ["accuracy"]}}}
```

## Good

```json
{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "adam"}, "METRICS": ["accuracy"]}}}
```

## Fix

Unsafe, and offered only where one name is close: the optimizer that you meant is a guess.

## No safe fix

Which optimizer you meant, the config does not say.
"""

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog.platform import OPT_NAMES
from losslint.diagnostics import Related
from losslint.dialects.keras.platform import site_platform
from losslint.rules._rewrite import closest_word, suggestion
from losslint.rules._values import shown
from losslint.rules.base import PLATFORM, Context, Findings, Rule, Site

RULE = Rule("LL343", "optimizer-of-another-model", "error", PLATFORM, words=("OPT",), fix="unsafe")

_MODEL_OF: Mapping[str, str] = MappingProxyType({"RCNN": "RCNN", "SGD": "SSD300"})


def check(site: Site, context: Context) -> Findings:
    """The OPT beside a platform's LOSS."""
    opt = site.owner.get("OPT")
    if opt is None or opt.kind == "unknown":
        return
    name = opt.get("NAME")
    if name is None:
        if not opt.is_open:
            yield RULE.at(opt.at, "OPT must be an object with the `NAME` of an optimizer")
        return
    if name.kind == "unknown":
        return
    if name.value not in OPT_NAMES:
        did_you_mean, fix = suggestion(name, closest_word(name, OPT_NAMES))
        tail = did_you_mean or f"; it knows {', '.join(OPT_NAMES)}"
        yield RULE.at(name, f"the platform knows no optimizer {shown(name)}{tail}", fix=fix)
        return
    platform = site_platform(site)
    belongs = _MODEL_OF.get(str(name.value))
    type_name = platform.type_name if platform is not None else None
    if platform is None or belongs is None or type_name in (None, "CUSTOM", belongs):
        return
    instead = "sgd" if name.value == "SGD" and type_name == "DENSE_MNIST" else None
    did_you_mean, fix = suggestion(name, instead)
    yield RULE.at(
        name,
        f"the optimizer {name.value} is the one of {belongs}, but this model is {type_name}"
        + did_you_mean,
        severity="warning",
        fix=fix,
        related=[Related(platform.model_type.at, "the model")],
    )
