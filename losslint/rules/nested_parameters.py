"""Parameters stand one level too deep, under `params`.

## Why

Heads, necks and backbones of NetsPresso take their parameters under `params`; a criterion does
not. The trainer hands `params` to the criterion as one unknown parameter, which is swallowed, and
trains with the defaults.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      params:
        label_smoothing: 0.1
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
```

## Fix

The keys move up, as they are written. Safe where nothing trains with this entry today, because a
required parameter or the weight is missing beside `criterion`, or the release refuses `params`;
unsafe where the loss has been training with its defaults. An empty `params` is removed, safe.
"""

from losslint.diagnostics import Fix
from losslint.dialects.netspresso import swallows
from losslint.rules._names import known_losses
from losslint.rules._rewrite import remove_argument
from losslint.rules.base import (
    NETSPRESSO_LISTS,
    Argument,
    Context,
    Findings,
    LossDef,
    LossEntry,
    Rule,
    Site,
    entry_params,
    framework,
)
from losslint.syntax.lift_pairs import lift_pairs
from losslint.syntax.nodes import Mapping

RULE = Rule(
    "LL117",
    "nested-parameters",
    "error",
    NETSPRESSO_LISTS,
    words=("params",),
    when=("odd argument",),
    fix="sometimes",
    sources=("netspresso:losses/builder.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each `params` in an entry of the losses list."""
    for entry, loss in known_losses(site, context):
        argument = entry.argument("params")
        if argument is None:
            continue
        fate = "the trainer swallows them and uses the defaults"
        if not swallows(loss, context.netspresso.version):
            fate = f"{framework(site, context)} refuses the key"
        yield RULE.at(
            argument,
            f"parameters of a criterion stand beside `criterion`, not under `params`; {fate}",
            fix=_fix(argument, entry, loss, context),
        )


def _fix(argument: Argument, entry: LossEntry, loss: LossDef, context: Context) -> Fix | None:
    nested, outer = argument.view, entry.view.node
    if nested.kind == "null" or (nested.is_mapping and not nested.pairs()):
        return remove_argument(entry.view, argument, safe=True)
    if entry.view.origin is not None or nested.origin is not None or not isinstance(outer, Mapping):
        return None
    keys = [pair.key.start for pair in outer.pairs]
    if argument.key.start not in keys:
        return None
    edits = lift_pairs(entry.view.text, outer, keys.index(argument.key.start))
    if not edits:
        return None
    known = {param.name for param in entry_params(entry, loss, context)} | {"weight"}
    is_safe = _is_refused(entry, loss, context) and {m.name for m, _ in nested.pairs()} <= known
    return Fix("move the keys of `params` up", tuple(edits), is_safe)


def _is_refused(entry: LossEntry, loss: LossDef, context: Context) -> bool:
    """Whether nothing trains with an entry as it is."""
    if not swallows(loss, context.netspresso.version) or entry.weight is None:
        return True
    params = entry_params(entry, loss, context)
    return any(param.required and entry.argument(param.name) is None for param in params)
