"""The entry carries a parameter that its loss does not have.

## Why

All ten criteria of NetsPresso Trainer swallow unknown parameters without a word: a misspelt
`label_smoothing` trains with none. Before 0.2.0 they refused them. Keras refuses them when the
loss is built.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smooth: 0.1
      weight: ~
```

```json
{"module": "keras.losses", "class_name": "Huber", "config": {"dleta": 2.0}}
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
```

```json
{"module": "keras.losses", "class_name": "Huber", "config": {"delta": 2.0}}
```

## Fix

Unsafe: the key becomes the parameter that is close and not written yet; safe where only the case of a
key differs that no loss is built without. Where none is close, a
key of a NetsPresso entry is removed: what trains today trains without it. A parameter that another
criterion of the list has in the target release moves there, with its value.

## No safe fix

The closest parameter is a guess; with another key the loss computes other numbers.
"""

from losslint.catalog.model import LossDef, Param, holds
from losslint.catalog.netspresso import CARDINALITY
from losslint.diagnostics import Diagnostic, Severity
from losslint.rules._detr import gone_terms
from losslint.rules._foreign import asks_for_class_weights, other_name
from losslint.rules._migration import move, other_home
from losslint.rules._names import known_losses
from losslint.rules._rewrite import remove_argument, rename_key
from losslint.rules._values import ValueFault, entry_faults
from losslint.rules.base import Argument, Context, Findings, LossEntry, Rule, Site, entry_params
from losslint.text import closest

RULE = Rule(
    "LL110",
    "unknown-parameter",
    "error",
    when=("odd argument", "odd value"),
    fix="unsafe",
    sources=(
        "netspresso:losses/builder.py",
        "netspresso:losses/common.py",
        "keras:src/losses/losses.py",
    ),
)


def check(site: Site, context: Context) -> Findings:
    """Each argument that the loss does not know, nested ones included."""
    for entry, loss in known_losses(site, context):
        for argument in entry.arguments:
            if not _is_known(argument, loss, entry, context):
                yield _unknown(argument, entry, loss, site, context)
        for fault in entry_faults(entry, loss, context):
            if fault.kind == "unknown-key" and not _is_of_other_term(fault, context):
                yield _unknown_key(fault)


def _is_of_other_term(fault: ValueFault, context: Context) -> bool:
    """Whether a key is the factor of a term of which removed-term or weight-without-term speaks."""
    if fault.path != "weight_dict":
        return False
    return any(fault.word in term.weights for term in (*gone_terms(context), CARDINALITY))


def _is_known(argument: Argument, loss: LossDef, entry: LossEntry, context: Context) -> bool:
    if any(param.name == argument.name for param in entry_params(entry, loss, context)):
        return True
    # Left to nested-parameters, reduction-not-configurable and parameter-of-keras-2, which say more.
    version = context.target(entry.dialect).version
    return entry.dialect.is_slip(argument.name, entry, loss, version)


def _unknown(
    argument: Argument, entry: LossEntry, loss: LossDef, site: Site, context: Context
) -> Diagnostic:
    release = context.target(site.dialect)
    params = entry_params(entry, loss, context)
    known = [p.name for p in params if p.fate == "used" or p.required]
    free = [name for name in known if entry.argument(name) is None]
    free += [name for name in entry.style.own_keys if entry.view.member(name) is None]
    home = other_home(argument, entry, loss, context)
    for_classes = asks_for_class_weights(argument, entry)
    meant = None
    if home is None and not for_classes:
        meant = closest(argument.name, free) or other_name(argument.name, free)
    message = f"{_shown_name(entry, loss)} has no parameter `{argument.name}`"
    if for_classes:
        message += ", and weights of the classes cannot be configured"
    for param in loss.params:
        late = param.since is not None and not holds(param.since, None, release.version)
        if param.name == argument.name and late:
            message += f" before {site.dialect.framework} {param.since}"
    if home is not None:
        message += f"; `{home.name}` has it in this release"
    unasked = site.dialect.unasked(loss, release.label, release.version)
    severity: Severity = "error"
    fix = None
    if meant is not None:
        fix = rename_key(argument, meant, safe=_is_only_case(argument, meant, params, site))
    if meant is not None:
        message += f"; did you mean `{meant}`?"
    elif _is_no_text(argument, entry):
        message += "; a key that is no text stops the building of the loss"
    else:
        message += f"; {unasked.consequence}"
        severity = unasked.severity
    if home is not None:
        fix = move(argument, entry, home, site)
    elif meant is None and unasked.is_removable:
        fix = remove_argument(entry.view, argument, safe=False)
    return RULE.at(
        argument,
        message,
        severity=severity,
        fix=fix,
        hint=f"it knows {_listed(known)}" if known else "it has no parameters",
    )


def _is_only_case(argument: Argument, meant: str, params: tuple[Param, ...], site: Site) -> bool:
    """Whether a key that nothing is built without is written in another case."""
    needed = {param.name for param in params if param.required}
    needed.update(param.name for param in site.dialect.keys_beside() if param.required)
    return meant in needed and argument.name.lower() == meant


def _is_no_text(argument: Argument, entry: LossEntry) -> bool:
    """Whether the key is a number, a boolean or null for the reader."""
    found = entry.view.member(argument.name)
    return found is not None and not isinstance(entry.view.reader.value_of(found[0].key), str)


def _shown_name(entry: LossEntry, loss: LossDef) -> str:
    return entry.name_text or loss.name


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _unknown_key(fault: ValueFault) -> Diagnostic:
    meant = closest(fault.word, fault.names)
    message = f"`{fault.path}` has no key `{fault.word}`"
    message += f"; did you mean `{meant}`?" if meant else "; it is ignored"
    return RULE.at(
        fault,
        message,
        severity="error" if meant else "warning",
        hint=f"it knows {_listed([field.name for field in fault.spec.fields])}",
    )
