"""The metrics do not match the outputs of the model.

## Why

On a model of several outputs Keras takes a list of metrics with one item for each output, or a
dict by the names of the outputs. Keras 2 gave a flat list to every output; Keras 3 stops at the
first batch with one of another length. It also stops for a key that is no output, for null among
the metrics of an output, and for metrics that are neither a list nor a dict.

A model that returns a dict gets the metrics of a list in the sorted order of its keys, whatever
order the model has: with `seg` and `depth`, the first item measures `depth`. That is a warning.

## Bad

```json
{"module": "keras", "class_name": "Functional", "config": {
   "layers": [
     {"module": "keras.layers", "class_name": "Dense", "config": {"name": "a", "units": 1}, "inbound_nodes": []},
     {"module": "keras.layers", "class_name": "Dense", "config": {"name": "b", "units": 1}, "inbound_nodes": []}],
   "output_layers": [["a", 0, 0], ["b", 0, 0]]},
 "compile_config": {"optimizer": "adam", "loss": ["mse", "mae"], "metrics": ["mae"]}}
```

## Good

```json
{"module": "keras", "class_name": "Functional", "config": {
   "layers": [
     {"module": "keras.layers", "class_name": "Dense", "config": {"name": "a", "units": 1}, "inbound_nodes": []},
     {"module": "keras.layers", "class_name": "Dense", "config": {"name": "b", "units": 1}, "inbound_nodes": []}],
   "output_layers": [["a", 0, 0], ["b", 0, 0]]},
 "compile_config": {"optimizer": "adam", "loss": ["mse", "mae"], "metrics": {"a": ["mae"], "b": ["mse"]}}}
```

## No safe fix

Which output a metric was meant for, only you know.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.model import holds
from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._keras_metric_pairing import MetricPairing, pair_metrics
from losslint.rules._keras_metrics import Argument, measurement, read_arguments
from losslint.rules._keras_pairing import Path, children
from losslint.rules._keras_same import is_same_in
from losslint.rules._keras_weights import read_compiled
from losslint.rules.base import COMPILED, Context, Rule, framework
from losslint.syntax.resolved_node import ResolvedNode

RULE = Rule(
    "LL431",
    "metrics-against-outputs",
    "error",
    COMPILED,
    words=("etrics",),
    sources=("keras:src/trainers/compile_utils.py",),
)

# Before 3.7 Keras paired what nests in another way.
_NESTS_SINCE = "3.7.0"
_ALWAYS = ("count", "shape")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each of the two arguments of metrics that Keras refuses."""
    version = context.keras.version
    if not holds("3.0.0", None, version):
        return
    for argument in read_arguments(site, context):
        pairing = argument.pairing
        if pairing is None:
            continue
        if pairing.refused is None:
            yield from _reordered(argument, site, context)
            continue
        if pairing.refused not in _ALWAYS and not holds(_NESTS_SINCE, None, version):
            continue
        view = _walk(argument.view, pairing.at)
        message = f"{framework(site, context)} {_said(argument, pairing)}"
        yield RULE.at(view.at, message, related=view.related)


def _reordered(argument: Argument, site: Site, context: Context) -> Iterator[Diagnostic]:
    """A list that Keras takes in another order than that of the outputs, where it matters."""
    compiled, items = read_compiled(site, context), argument.view.items()
    outputs = compiled.outputs if compiled is not None else None
    since = holds(_NESTS_SINCE, None, context.keras.version)
    if compiled is None or not isinstance(outputs, dict) or len(outputs) < 2 or not since:
        return
    pairs = pair_metrics(list(range(len(items))), outputs, compiled.names).pairs
    taken, meant = [str(output[0]) for _, output in pairs], list(outputs)
    if len(taken) != len(meant):
        return
    if not is_same_in([measurement(each, context) for each in items], taken, meant):
        order = ", ".join(f"`{name}`" for name in taken)
        message = (
            f"the model returns a dict, and {framework(site, context)} gives the metrics of a "
        )
        message += f"list to {order}, in this order; write a dict with these names"
        yield RULE.at(argument.view, message, severity="warning", related=argument.view.related)


def _said(argument: Argument, pairing: MetricPairing) -> str:
    key = argument.view.key
    if pairing.refused == "shape":
        return f"takes a list or a dict for `{key}`, not one metric by itself"
    if pairing.refused == "count":
        count, wanted = len(children(argument.structure)), pairing.outputs
        return (
            f"wants one item of `{key}` for each of the {wanted} outputs, not {count}; "
            "write a dict by output"
        )
    if pairing.refused == "keys" and pairing.strange:
        strange = ", ".join(f"`{name}`" for name in pairing.strange)
        return f"finds no output for the metrics of {strange}"
    if pairing.refused == "null":
        return "refuses null among the metrics of an output"
    if pairing.refused == "nested":
        return "takes the metrics of one output in one list, which holds no other list or dict"
    return f"finds `{key}` nested otherwise than the outputs of the model"


def _walk(view: ResolvedNode, path: Path) -> ResolvedNode:
    """What stands at a path, as far as that goes."""
    for key in path:
        items = view.items() if isinstance(key, int) else []
        found = items[key] if isinstance(key, int) and key < len(items) else view.get(str(key))
        if found is None:
            break
        view = found
    return view
