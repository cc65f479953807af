"""A parameter that the loss cannot be built without is missing.

## Why

NetsPresso Trainer builds the losses last: a missing `l1_activate_epoch` or `alpha` is a TypeError
after data set, model and optimizer stand. A misspelt required parameter is swallowed and then
reported as missing.

## Bad

```yaml
model:
  losses:
    - criterion: yolov9_loss
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: yolov9_loss
      l1_activate_epoch: ~
      weight: ~
```

## Fix

Safe where every value computes the same, as here, and where the release before had a default that
is required now. Unsafe for `l1_activate_epoch` of yolox_loss, which trained without its L1 term
up to 0.1.2: 1000000, an epoch that never comes, keeps that; the trainer's own files took 1, which
adds the term from the start. None for the other parameters.

## No safe fix

The value that your training needs is mostly not in the file.
"""

from losslint.catalog.describe import allowed
from losslint.catalog.model import Param
from losslint.diagnostics import Fix
from losslint.rules._names import known_losses
from losslint.rules._rewrite import insert_argument, is_nested
from losslint.rules._values import entry_faults
from losslint.rules.base import Context, Findings, LossEntry, Rule, Site, entry_params, framework
from losslint.text import closest

RULE = Rule(
    "LL111",
    "missing-parameter",
    "error",
    when=("missing argument", "odd value"),
    fix="sometimes",
    sources=("netspresso:losses/builder.py", "netspresso:losses/registry.py"),
)

# What a release computed before the parameter was required, and whether that is certainly meant.
_AS_BEFORE = {
    ("yolox_loss", "l1_activate_epoch"): ("1000000", False),
    ("cross_entropy", "ignore_index"): ("-100", True),
}
_HINTS = {
    ("yolox_loss", "l1_activate_epoch"): (
        "the epoch from which on the L1 term is added: 1 as in the trainer's own files, or a number "
        "that never comes, as before 0.2.0"
    ),
}


def check(site: Site, context: Context) -> Findings:
    """Each required parameter that is not written, nested ones included."""
    for entry, loss in known_losses(site, context):
        if entry.view.is_open:
            continue
        params = entry_params(entry, loss, context)
        known = {param.name for param in params}
        unknown = [a.name for a in entry.arguments if a.name not in known]
        for param in params:
            if not param.required or entry.argument(param.name) is not None:
                continue
            if any(closest(name, [param.name]) for name in unknown):
                # unknown-parameter already asks whether the misspelt one is meant.
                continue
            yield RULE.at(
                (entry.name or entry.view).at,
                f"{entry.name_text or loss.name} needs `{param.name}`, {_allowed(param)}; "
                f"{framework(site, context)} cannot build it without",
                fix=_insert(entry, param),
                related=entry.view.related,
                hint=_HINTS.get((loss.name, param.name), param.note) or None,
            )
        for fault in entry_faults(entry, loss, context):
            if fault.kind == "missing-key":
                yield RULE.at(fault, f"`{fault.path}` needs the key `{fault.word}`")


def _allowed(param: Param) -> str:
    return "of whatever value" if param.fate == "ignored" else allowed(param.spec)


def _insert(entry: LossEntry, param: Param) -> Fix | None:
    """The parameter with a value that changes nothing, where there is one."""
    known = _AS_BEFORE.get((entry.name_text or "", param.name))
    if (known is None and param.fate != "ignored") or is_nested(param.name, entry):
        return None
    value, safe = known or (entry.view.language.null, True)
    edit = insert_argument(entry, param.name, value)
    return Fix(f"insert `{param.name}: {value}`", (edit,), safe) if edit is not None else None
