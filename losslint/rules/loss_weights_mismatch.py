"""The loss weights do not match the losses.

## Why

Keras 3 wants a float for one loss: a whole number is refused when the model is compiled, as true
and any text are. From 3.7 on there must be as many weights as losses, in a list or a dict, and a dict of
weights names what the dict of losses names. Up to 2.15 a list that is too short leaves outputs
untrained. A negative weight is accepted and trains towards a worse model.

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
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.model import holds
from losslint.diagnostics import Diagnostic, Edit, Fix
from losslint.dialects.model import Site
from losslint.rules._values import described
from losslint.rules.base import COMPILED, Context, Rule, framework
from losslint.syntax.view import View

RULE = Rule(
    "LL416",
    "loss-weights-mismatch",
    "error",
    sites=COMPILED,
    fix="sometimes",
    why_no_fix="Which weight belongs to which loss, only you know.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """The `loss_weights` beside the losses."""
    if site.view is None:
        return
    weights = site.owner.get("loss_weights")
    # False counts as not given.
    if weights is None or weights.kind in ("null", "unknown") or weights.value is False:
        return
    if weights.kind == "str":
        yield _at(weights, f"`loss_weights` must be a number, a list or a dict, {_not(weights)}")
    elif weights.is_list or weights.is_mapping:
        yield from _several(weights, site, context)
    else:
        yield from _one(weights, site, context)


def _at(view: View, message: str) -> Diagnostic:
    return RULE.at(view.at, message, related=view.related)


def _not(view: View) -> str:
    return f"not {described(view)}"


def _one(weight: View, site: Site, context: Context) -> Iterator[Diagnostic]:
    who, count = framework(site, context), _losses(site)
    if weight.kind in ("int", "bool") and holds("3.0.0", None, context.keras.version):
        text = weight.text[weight.node.start : weight.node.end]
        fix = None
        if weight.origin is None and text.lstrip("-").isdigit():
            fix = Fix("write a float", (Edit(weight.node.end, weight.node.end, ".0"),))
        yield RULE.at(
            weight.at,
            f"{who} wants a float as `loss_weights`, {_not(weight)}",
            fix=fix,
            related=weight.related,
        )
    elif count is not None and count > 1 and holds("3.0.0", None, context.keras.version):
        yield _at(weight, f"{who} refuses one number as `loss_weights` of {count} losses")
    yield from _negative(weight)


def _losses(site: Site) -> int | None:
    """How many losses there are, as Keras counts them: null counts, and one loss is one."""
    view = site.view
    if view is None or view.kind in ("null", "unknown"):
        return None
    if view.is_list:
        items = view.items()
        return None if any(item.is_list for item in items) else len(items)
    if view.is_mapping and view.get("class_name") is None:
        pairs = view.pairs()
        return None if any(value.is_list for _, value in pairs) else len(pairs)
    return 1


def _several(weights: View, site: Site, context: Context) -> Iterator[Diagnostic]:
    pairs = [("", item) for item in weights.items()]
    pairs = pairs or [(member.name, value) for member, value in weights.pairs()]
    for _, item in pairs:
        if item.kind in ("str", "list", "mapping"):
            yield _at(item, f"a loss weight must be a number or null, {_not(item)}")
        yield from _negative(item)
    count, version, who = _losses(site), context.keras.version, framework(site, context)
    if count is None or weights.is_open:
        return
    if holds("3.7.0", None, version):
        if count != len(pairs):
            several = f"{_counted(len(pairs), 'weight')} of {_counted(count, 'loss')}"
            yield _at(weights, f"{who} refuses {several}")
        elif weights.is_mapping:
            yield from _keys(weights, site, context)
    elif weights.is_list and site.view is not None and site.view.is_list and len(pairs) < count:
        yield _at(weights, _too_few(count, len(pairs)))


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}es" if noun.endswith("s") else f"{count} {noun}s"


def _too_few(losses: int, weights: int) -> str:
    verb = "is" if losses == 1 else "are"
    them = "it" if losses == 1 else "them"
    have = _counted(weights, "weight") if weights else "no weight"
    return f"there {verb} {_counted(losses, 'loss')}, but {have} for {them}"


def _keys(weights: View, site: Site, context: Context) -> Iterator[Diagnostic]:
    view = site.view
    if view is None or not view.is_mapping or view.get("class_name") is not None:
        return
    names = {member.name for member, _ in view.pairs()}
    for member, _ in weights.pairs():
        if member.name not in names:
            known = ", ".join(f"`{name}`" for name in sorted(names))
            yield RULE.at(
                member.at,
                f"{framework(site, context)} finds no loss for the weight `{member.name}`; "
                f"there are losses for {known}",
            )


def _negative(weight: View) -> Iterator[Diagnostic]:
    value = weight.value
    if isinstance(value, (int, float)) and value < 0:
        yield RULE.at(
            weight.at,
            "a negative weight trains towards a greater loss",
            severity="warning",
            related=weight.related,
        )
