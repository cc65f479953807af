"""The loss weights do not match the losses.

## Why

Keras 3 wants a float for one loss: a whole number other than 0 is refused when the model is
compiled, as true and any text are. From 3.7 on there must be as many weights as losses, in lists
and dicts that may nest. They are paired one by one, as flat lists, and a dict is in the sorted
order of its keys: beside `{"seg": …, "depth": …}`, the first weight of a list is the one of
`depth`, and a dict of weights with other keys than those of the losses is refused only where the
model returns a list. Up to 2.15 a list that is too short leaves outputs untrained. A
weight of 0 takes its loss out of the training, a negative one trains towards a worse model, and one
that is not finite makes the total NaN or infinite; Keras accepts all three. The weight of a null loss is
no matter.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss": "mean_squared_error", "loss_weights": 2}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss": "mean_squared_error", "loss_weights": 2.0}}
```

## Fix

Safe where a whole number only has to be written as a float.

## No safe fix

Which weight belongs to which loss, only you know.
"""

import math
from collections.abc import Iterable, Sequence

from losslint.catalog.model import holds
from losslint.diagnostics import Diagnostic, Edit, Fix, Severity
from losslint.rules._keras_pairing import leaves
from losslint.rules._keras_weights import (
    Weighing,
    idle,
    misplaced,
    read_weights,
    scalars,
    trained_weights,
    unused,
)
from losslint.rules._values import described, shown
from losslint.rules.base import COMPILED, Context, Findings, ResolvedNode, Rule, Site, framework

RULE = Rule(
    "LL416",
    "loss-weights-mismatch",
    "error",
    COMPILED,
    fix="sometimes",
    sources=("keras:src/trainers/compile_utils.py",),
)


def check(site: Site, context: Context) -> Findings:
    """The `loss_weights` beside the losses."""
    weights = site.owner.get("loss_weights")
    if site.view is None or weights is None or weights.kind in ("null", "unknown"):
        return
    since = context.keras.version
    # 0 and false counted as not given, one release or another.
    if not holds("3.7.0", None, since) and weights.value == 0:
        return
    if weights.kind == "str":
        yield _at(weights, f"`loss_weights` must be a number, a list or a dict, {_not(weights)}")
        return
    if weights.kind in ("int", "bool") and weights.value and holds("3.0.0", None, since):
        yield _no_float(weights, site, context)
    judged = [list(_of_model(each, weights, site, context)) for each in read_weights(site, context)]
    # What belongs to no model at hand is an error only where every kind of model has one.
    yield from min(judged, key=_badness, default=list(_each(scalars(weights))))


def _badness(found: Sequence[Diagnostic]) -> tuple[int, int]:
    severities = [diagnostic.severity for diagnostic in found]
    return severities.count("error"), severities.count("warning")


def _at(view: ResolvedNode, message: str, severity: Severity | None = None) -> Diagnostic:
    return RULE.at(view.at, message, severity=severity, related=view.related)


def _not(view: ResolvedNode) -> str:
    return f"not {described(view)}"


def _no_float(weight: ResolvedNode, site: Site, context: Context) -> Diagnostic:
    text = weight.text[weight.node.start : weight.node.end]
    fix = None
    if weight.origin is None and text.lstrip("-").isdigit():
        fix = Fix("write a float", (Edit(weight.node.end, weight.node.end, ".0"),))
    message = f"{framework(site, context)} wants a float as `loss_weights`, {_not(weight)}"
    return RULE.at(weight.at, message, fix=fix, related=weight.related)


def _of_model(weighing: Weighing, weights: ResolvedNode, site: Site, context: Context) -> Findings:
    """What is wrong with the weights beside one kind of model."""
    version, who = context.keras.version, framework(site, context)
    if not holds("3.7.0", None, version):
        yield from _short(weighing, weights, site, context)
        yield from _each(scalars(weights))
        return
    refused = weighing.pairing.refused
    if refused in ("count", "weight-names"):
        yield _refusal(weighing, weights, who)
    found = misplaced(weighing) if refused is None else None
    if found is not None:
        yield _at(found.at or weights, f"{who} {found.message}", found.severity)
    dropped = list(unused(weighing)) if refused is None else []
    for view in dropped:
        yield _at(view, f"{who} drops the weight `{view.key}`: no loss has this name", "warning")
    used = trained_weights(weighing)
    if used and all(view is not None and view.value == 0 for view in used):
        yield _at(weights, "with a weight of 0 for every loss, nothing is trained")
        dropped += [view for view in used if view is not None]
    # What null weighs is no matter, as long as it is a number.
    dropped += [view for view in idle(weighing) if refused is None and view.kind != "str"]
    yield from _each(view for view in scalars(weights) if view not in dropped)


def _short(weighing: Weighing, weights: ResolvedNode, site: Site, context: Context) -> Findings:
    """What earlier releases refuse or leave out."""
    losses = weighing.losses
    count = len(losses) if isinstance(losses, (list, dict)) else 1
    keras_3 = holds("3.0.0", None, context.keras.version)
    if not (weights.is_list or weights.is_mapping):
        if count > 1 and keras_3:
            yield _of_several(weights, count, framework(site, context))
    elif weights.is_list and isinstance(losses, list) and len(weights.items()) < count:
        yield _at(weights, _too_few(count, len(weights.items())))


def _of_several(weight: ResolvedNode, count: int, who: str) -> Diagnostic:
    return _at(weight, f"{who} refuses one number as `loss_weights` of {count} losses")


def _refusal(weighing: Weighing, weights: ResolvedNode, who: str) -> Diagnostic:
    losses, given = len(leaves(weighing.losses)), len(leaves(weighing.weights))
    if not (weights.is_list or weights.is_mapping):
        return _of_several(weights, losses, who)
    known = weighing.losses if isinstance(weighing.losses, dict) else {}
    strange = [member for member, _ in weights.pairs() if member.name not in known]
    if weighing.pairing.refused == "weight-names" and strange and losses == given:
        names = ", ".join(f"`{name}`" for name in sorted(known))
        message = f"{who} finds no loss for the weight `{strange[0].name}`; "
        return RULE.at(strange[0].at, f"{message}there are losses for {names}")
    return _at(weights, f"{who} refuses {_counted(given, 'weight')} of {_counted(losses, 'loss')}")


def _each(weights: Iterable[ResolvedNode]) -> Findings:
    """What is wrong with a weight whatever loss gets it."""
    for view in weights:
        value = view.value
        if view.kind == "str":
            yield _at(view, f"a loss weight must be a number or null, {_not(view)}")
        elif not isinstance(value, (int, float)):
            continue
        elif value != value or value in (math.inf, -math.inf):
            yield _at(view, f"with a weight of {shown(view)}, no total is a number")
        elif value < 0:
            yield _at(view, "a negative weight trains towards a greater loss", "warning")
        elif value == 0:
            yield _at(view, "a weight of 0 takes this loss out of the training", "info")


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}es" if noun.endswith("s") else f"{count} {noun}s"


def _too_few(losses: int, weights: int) -> str:
    verb = "is" if losses == 1 else "are"
    them = "it" if losses == 1 else "them"
    have = _counted(weights, "weight") if weights else "no weight"
    return f"there {verb} {_counted(losses, 'loss')}, but {have} for {them}"
