"""METRICS is no list of names, or one of the names is misspelt.

## Why

The platform hands METRICS to `compile`, which takes a list of names. Keras accepts any name there
and stops at the first batch with one that it does not know.

## Bad

```json
{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "adam"}, "METRICS": ["acuracy"]}}}
```

## Good

```json
{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "adam"}, "METRICS": ["accuracy"]}}}
```

## Fix

Unsafe: the metric that you meant is a guess.

## No safe fix

Which metric you meant, the config does not say.
"""

from losslint.catalog import keras
from losslint.catalog.keras import metrics as catalog
from losslint.diagnostics import Diagnostic
from losslint.rules._rewrite import suggestion
from losslint.rules._values import described
from losslint.rules.base import PLATFORM, Context, Findings, ResolvedNode, Rule, Site
from losslint.text import closest

RULE = Rule("LL344", "metrics-shape", "error", PLATFORM, words=("METRICS",), fix="unsafe")


def check(site: Site, context: Context) -> Findings:
    """The METRICS beside a platform's LOSS."""
    metrics = site.owner.get("METRICS")
    if metrics is None or metrics.kind == "unknown":
        return
    if not metrics.is_list:
        yield _wrong(metrics, "`METRICS` must be a list of names")
        return
    version = context.keras.version
    # The platform does not say which Keras it runs: what either knows is left alone.
    known = (*catalog.names_at(version), *keras.names_at(version))
    folded = {_fold(name) for name in known}
    for item in metrics.items():
        name = item.value
        if item.kind not in ("str", "unknown"):
            yield _wrong(item, "a metric must be a name")
        elif isinstance(name, str) and _fold(name) not in folded:
            # Somebody's own metric is like none of these.
            did_you_mean, fix = suggestion(item, closest(name, known))
            if did_you_mean:
                yield RULE.at(item, f"Keras knows no metric named `{name}`{did_you_mean}", fix=fix)


def _fold(name: str) -> str:
    """A name as Keras may spell it: classes and functions go by both spellings."""
    return name.lower().replace("_", "")


def _wrong(view: ResolvedNode, message: str) -> Diagnostic:
    return RULE.at(view, f"{message}, not {described(view)}")
