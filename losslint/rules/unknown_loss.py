"""The loss has a name that its framework does not know.

## Why

NetsPresso Trainer looks the criterion up by its exact name and stops with a KeyError, after data
set, model and optimizer have been built. Keras accepts any string when the model is compiled and
stops at the first batch. Both compare letter by letter: another case, a dash or the name of the
class is another name.

## Bad

```yaml
model:
  losses:
    - criterion: CrossEntropyLoss
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Unsafe, and offered only where one known name is close: the name that you meant is a guess. Also
unsafe where the target is an older NetsPresso Trainer, which did the work under another name.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.naming import NameVerdict
from losslint.dialects.records import LossEntry, Site
from losslint.rules._migration import earlier
from losslint.rules._names import judge_name, written_name
from losslint.rules._rewrite import rename_value
from losslint.rules.base import Context, Rule, framework

RULE = Rule(
    "LL100",
    "unknown-loss",
    "error",
    fix="unsafe",
    why_no_fix="The closest known name is a guess at what was meant.",
)


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each entry whose name the framework never knew, or does not know yet."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is None or entry.name is None:
            continue
        if verdict.status == "not-a-string":
            yield RULE.at(
                entry.name.at,
                f"{site.dialect.framework} has the class "
                f"`{verdict.loss and verdict.loss.class_name}`, but finds it by no string; pass the object, or name it in custom_objects",
                related=entry.name.related,
            )
        elif verdict.status == "unknown":
            yield _unknown(entry, verdict, site, context)
        elif verdict.status == "not-yet":
            yield _not_yet(entry, verdict, site, context)


def _not_yet(entry: LossEntry, verdict: NameVerdict, site: Site, context: Context) -> Diagnostic:
    assert entry.name is not None
    since = verdict.name.since if verdict.name else verdict.loss and verdict.loss.since
    message = (
        f"`{entry.name_text}` is unknown to {framework(site, context)}: "
        f"it came with {site.dialect.framework} {since}"
    )
    before = earlier(entry, site, context)
    if before is not None:
        message += f"; before, {before.advice}"
    return RULE.at(
        entry.name.at,
        message,
        fix=before.fix if before is not None else None,
        related=entry.name.related,
    )


def _unknown(entry: LossEntry, verdict: NameVerdict, site: Site, context: Context) -> Diagnostic:
    assert entry.name is not None
    named, file = written_name(entry, context)
    message = f"{framework(site, context)} knows no {entry.dialect.noun} named `{named.name_text}`"
    message += f", which {file} has for it" if file else ""
    fix = None
    if verdict.instead is not None:
        message += f"; did you mean `{verdict.instead}`?"
        fix = rename_value(entry.name, verdict.instead, safe=False) if not file else None
    return RULE.at(
        entry.name.at,
        message,
        fix=fix,
        related=entry.name.related,
        hint=f"`losslint loss` lists every loss of {site.dialect.framework}",
    )
