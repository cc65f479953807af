"""A string is none of those that the parameter accepts.

## Why

Keras compares `reduction` with a fixed set when it builds a loss: `"auto"`, which was the default
up to Keras 2.15, is refused by every Keras 3. NetsPresso's detr_loss asserts the names of its
terms at the first training step.

## Bad

```json
{"module": "keras.losses", "class_name": "Huber", "config": {"reduction": "average"}}
```

## Good

```json
{"module": "keras.losses", "class_name": "Huber", "config": {"reduction": "mean"}}
```

## Fix

Safe for `"auto"`, which always meant `"sum_over_batch_size"` outside a distribution strategy.
Unsafe where a choice is merely close.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.catalog.describe import allowed
from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site
from losslint.rules._detr import gone_terms
from losslint.rules._effects import consequence, severity
from losslint.rules._names import find_loss
from losslint.rules._rewrite import rename_value
from losslint.rules._values import ValueFault, described, entry_faults, place
from losslint.rules.base import Context, Rule, writer
from losslint.text import closest

RULE = Rule("LL114", "unknown-choice", "error", fix="sometimes")

# What another release called the same thing.
_SAME = {"auto": "sum_over_batch_size"}


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each string that is no choice of its parameter."""
    for entry in site.entries:
        loss = find_loss(entry, context)
        if loss is None:
            continue
        for fault in entry_faults(entry, loss, context):
            # A matcher that is no known name is code; code-in-config speaks of it.
            if fault.kind != "choice" or fault.path.endswith("matcher.type"):
                continue
            if loss.name == "detr_loss" and _is_gone(fault, context):
                # removed-term says since when.
                continue
            yield _unknown(fault, writer(context) if fault.view.value in _SAME else "")


def _is_gone(fault: ValueFault, context: Context) -> bool:
    return any(fault.view.value == term.name for term in gone_terms(context))


def _unknown(fault: ValueFault, wrote: str) -> Diagnostic:
    value = fault.view.value
    word = value if isinstance(value, str) else ""
    same = _SAME.get(word)
    meant = same if same in fault.spec.choices else closest(word, fault.spec.choices)
    message = f"`{fault.path}` is {described(fault.view)}{place(fault)}, but must be {allowed(fault.spec)}"
    if meant is not None:
        message += f"; write `{meant}`" if meant == same else f"; did you mean `{meant}`?"
    else:
        message += consequence(fault)
    fix = None
    if meant is not None and not fault.file:
        fix = rename_value(fault.view, meant, safe=meant == same)
    return RULE.at(fault, message + wrote, severity=severity(fault), fix=fix)
