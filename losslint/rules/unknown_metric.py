"""A metric that Keras does not know, or cannot build from what is written.

## Why

`compile` takes any string as a metric. Keras looks it up at the first batch and stops there:
`Could not interpret metric identifier: acuracy`. The names of losses are no metrics by
themselves: `huber` and `crossentropy` are found as a loss only. A metric that needs a number of
classes, such as `mean_io_u`, cannot be built from its name, and an object of a class that
`keras.metrics` does not have cannot be loaded.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["acuracy"]}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]}}
```

```json
{"compile_config": {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": [
  {"module": "keras.metrics", "class_name": "BinaryIoU", "config": {"name": "iou"}, "registered_name": null}]}}
```

## Fix

Unsafe: the metric that you meant is a guess.

## No safe fix

Which metric you meant, the config does not say.
"""

from losslint.catalog import keras
from losslint.catalog.keras import metrics as catalog
from losslint.catalog.keras.metrics import MetricDef
from losslint.catalog.model import holds
from losslint.diagnostics import Diagnostic
from losslint.dialects.keras import model as keras_model
from losslint.dialects.keras.layers import text_of
from losslint.dialects.keras.metrics import Metric
from losslint.dialects.keras.own_code import registered_in_program
from losslint.rules._keras_metrics import find_metric, written_metrics
from losslint.rules._rewrite import rename_value
from losslint.rules.base import COMPILED, Context, Findings, Rule, Site, framework
from losslint.text import closest

RULE = Rule(
    "LL430",
    "unknown-metric",
    "error",
    COMPILED,
    words=("etrics",),
    fix="unsafe",
    sources=("keras:src/metrics/__init__.py",),
)

_MODULE = "keras.metrics"
# What people call some, further away than a slip; and what Keras 2 picked by the labels.
_CALLED = {"rmse": "root_mean_squared_error", "f1": "f1_score", "ce": None, "crossentropy": None}


def check(site: Site, context: Context) -> Findings:
    """Each metric by its name, as Keras looks it up."""
    if not holds(catalog.NAMES_SINCE, None, context.keras.version):
        return
    for metric in written_metrics(site, context):
        known = find_metric(metric, context.keras.version)
        if known is not None:
            lacks = _lacks(metric, known, context)
            if lacks is not None:
                yield RULE.at(metric.name.at, lacks, related=metric.name.related)
        elif metric.is_string:
            yield from _unknown(metric, site, context)
        elif metric.is_object and _module(metric) == _MODULE:
            yield _report(metric, site, context, _class_names())


def _lacks(metric: Metric, known: MetricDef, context: Context) -> str | None:
    """What Keras misses to build a metric that it knows."""
    if not holds("3.0.0", None, context.keras.version):
        return None
    if metric.is_string and known.needs:
        return f"`{metric.text}` is no metric by its name alone: it needs {_listed(known)}"
    if known.is_abstract and not known.needs:
        return f"`{metric.text}` is no metric of labels and outputs: the first batch fails"
    config = metric.config
    if not metric.is_object or known.is_abstract or config is None or config.is_open:
        return None
    if all(config.get(need) is not None for need in known.needs):
        return None
    return f"`{metric.text}` needs {_listed(known)}"


def _listed(known: MetricDef) -> str:
    return " and ".join(f"`{need}`" for need in known.needs)


def _unknown(metric: Metric, site: Site, context: Context) -> Findings:
    """A string that is no metric; one that is like none may be the user's own."""
    text, version = metric.text or "", context.keras.version
    if not text or (site.is_of_h5 and ">" in text):
        return
    if not context.keras.since("3.0.0") and registered_in_program(metric.name, text):
        return
    names = tuple(catalog.names_at(version))
    # What Keras itself wrote beside a model is a string because a string was passed.
    is_whole = not site.is_of_h5 and keras_model.read_model(site) is not None
    is_near = _meant(text, names) is not None or keras.find(text, version) is not None
    # Whatever is compiled in a program may be a wrapper, which knows what Keras 2 knew.
    is_near = is_near or (text.lower() in _CALLED and not site.root.language.is_code)
    if is_near or is_whole:
        yield _report(metric, site, context, names)


def _report(metric: Metric, site: Site, context: Context, names: tuple[str, ...]) -> Diagnostic:
    meant = _meant(metric.text or "", names)
    message = f"{framework(site, context)} knows no metric named `{metric.text}`"
    if keras.find(metric.text or "", context.keras.version) is not None:
        message += ", which is a loss only"
    if meant is not None:
        message += f"; did you mean `{meant}`?"
    fix = rename_value(metric.name, meant, safe=False) if meant is not None else None
    return RULE.at(metric.name.at, message, fix=fix, related=metric.name.related)


def _meant(text: str, names: tuple[str, ...]) -> str | None:
    """The metric that a name is most likely meant for."""
    called = text.lower()
    if called in _CALLED:
        return _CALLED[called] if _CALLED[called] in names else None
    return closest(text, names)


def _class_names() -> tuple[str, ...]:
    return tuple(known.class_name for known in catalog.METRICS if not known.is_abstract)


def _module(metric: Metric) -> str | None:
    return text_of(metric.view, "module")
