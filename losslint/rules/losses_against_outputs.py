"""The losses do not match the outputs of the model.

## Why

With several outputs, a list has one loss for each and a dict names them. A list that is too short
trains the first outputs only (refused by Keras 3.0 to 3.6), one that is too long stops at the
first batch; up to 2.15 the rest is dropped. A dict with another key is refused by every release,
one that leaves out an output by Keras 3.5 and later. A Sequential model takes no dict in Keras 3.
Write null for an output that is not to train.

Outputs that nest want losses that nest with them, or one list that is flat. On TensorFlow, a list that
holds containers and stands inside another container is taken for several losses of one output: Keras
3.15.1 stops at the first batch, or trains another total, where JAX and PyTorch train what is written. In a list of losses
that is not, beside a dict of outputs, each loss gets the whole dict and stops at the first batch.

A model that returns a dict gets the losses of a list in the sorted order of its keys from Keras 3.7
on, whatever order the model has: with `seg` and `depth`, the first loss is the one of `depth`. Write
a dict of losses instead. It is a warning where the activations do not tell which order was meant.

## Bad

```json
{"module": "keras.src.models.functional", "class_name": "Functional", "config": {
   "layers": [{"class_name": "InputLayer", "config": {}, "name": "image", "inbound_nodes": []}],
   "output_layers": [["box", 0, 0], ["score", 0, 0]]},
 "compile_config": {"optimizer": "adam",
   "loss": {"box": "huber", "scores": "binary_crossentropy"}}}
```

## Good

```json
{"module": "keras.src.models.functional", "class_name": "Functional", "config": {
   "layers": [{"class_name": "InputLayer", "config": {}, "name": "image", "inbound_nodes": []}],
   "output_layers": [["box", 0, 0], ["score", 0, 0]]},
 "compile_config": {"optimizer": "adam",
   "loss": {"box": "huber", "score": "binary_crossentropy"}}}
```

## Fix

Unsafe, and offered only where one output of the model is close: the output that you meant is a
guess.

## No safe fix

Which loss belongs to which output, only you know.
"""

from losslint.catalog.model import holds
from losslint.diagnostics import Severity
from losslint.dialects.keras.ending import ModelOutputs
from losslint.rules._keras_model import read_outputs
from losslint.rules._keras_outputs import order_of, stops
from losslint.rules._rewrite import rename_key
from losslint.rules.base import COMPILED, Argument, Context, Findings, Rule, Site, framework
from losslint.syntax.resolved_node import ResolvedNode
from losslint.text import closest

RULE = Rule(
    "LL415",
    "losses-against-outputs",
    "error",
    COMPILED,
    fix="unsafe",
    sources=("keras:src/trainers/compile_utils.py", "keras#19337"),
)


def check(site: Site, context: Context) -> Findings:
    """A list or dict of losses against the model's outputs."""
    view = site.view
    if view is None:
        return
    by_key = view.is_mapping and view.get("class_name") is None
    if not by_key and not view.is_list:
        return
    losses = [value for _, value in view.pairs()] if by_key else view.items()
    empty = [loss for loss in losses if loss.is_list and not loss.items()]
    if not view.is_open and all(loss.kind == "null" or loss in empty for loss in losses):
        shape = "dict" if by_key else "list"
        message = f"{framework(site, context)} finds no loss to compute in this {shape}"
        yield RULE.at(view.at, message)
        return
    for loss in empty:
        yield RULE.at(loss.at, "an empty list is no loss; write null for an output without one")
    outputs = read_outputs(site, context)
    if outputs is None or view.is_list:
        for at, severity, why in stops(site, context, nested=outputs is None):
            yield RULE.at(at.at, why, severity=severity)
    if outputs is None:
        return
    if view.is_list and len(outputs.endings) > 1:
        yield from _list(view, outputs, site, context)
    elif by_key and view.pairs():
        yield from _mapping(view, outputs, site, context)


def _list(view: ResolvedNode, outputs: ModelOutputs, site: Site, context: Context) -> Findings:
    losses, there = len(view.items()), len(outputs.endings)
    if losses == there:
        other = order_of(view, outputs, site, context)
        if other is not None:
            message = f"the model returns a dict, and {framework(site, context)} gives the losses "
            message += f"of a list to {other.names}, in this order; write a dict with these names"
            yield RULE.at(view, message, severity=other.severity)
        return
    if not losses:
        return
    message = f"the model has {there} outputs, but the list has {losses}"
    version, who = context.keras.version, framework(site, context)
    severity: Severity = "error"
    if holds("3.0.0", "3.7.0", version):
        message += f"; {who} refuses it"
    elif losses < there:
        # As written, though seldom as meant.
        severity = "warning"
        message += f"; {who} trains the first {losses} only; write null for the others"
    elif holds("3.0.0", None, version):
        message += f"; {who} stops at the first batch"
    else:
        message += f"; {who} drops the rest"
    yield RULE.at(view, message, severity=severity)


def _mapping(view: ResolvedNode, outputs: ModelOutputs, site: Site, context: Context) -> Findings:
    version, who = context.keras.version, framework(site, context)
    if outputs.class_name == "Sequential" and holds("3.0.0", None, version):
        yield RULE.at(view.at, f"{who} takes no dict of losses for a Sequential model")
        return
    if outputs.by_key and not holds("3.5.0", None, version):
        return
    pairs = view.pairs()
    free = [name for name in outputs.names if name not in {member.name for member, _ in pairs}]
    known = ", ".join(f"`{name}`" for name in outputs.names)
    for member, value in pairs:
        if member.name in outputs.names:
            continue
        meant = closest(member.name, free)
        question = f"; did you mean `{meant}`?" if meant else f"; they are {known}"
        argument = Argument(member.name, member.at, value)
        yield RULE.at(
            member.at,
            f"no output of the model is named `{member.name}`{question}",
            fix=rename_key(argument, meant, safe=False) if meant else None,
            related=value.related,
        )
    wrong = any(member.name not in outputs.names for member, _ in pairs)
    if free and not wrong and not outputs.by_key and holds("3.5.0", None, version):
        left = ", ".join(f"`{name}`" for name in free)
        message = f"{who} refuses a dict without {left}; write null for an output that is not to "
        yield RULE.at(view, f"{message}train")
