"""The loss is written under a name that the target release no longer knows.

## Why

Keras 3 closed its table of names: `logcosh`, `huber_loss` and `kullback_leibler_divergence` worked
up to Keras 2.15 and stop a Keras 3 training at the first batch. NetsPresso Trainer merged or renamed
criteria in 0.0.10 and 0.1.0. The loss itself is still there under another name.

## Bad

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "logcosh"}}}}
```

## Good

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "log_cosh"}}}}
```

## Fix

Safe where the two names compute the same numbers. Unsafe for a NetsPresso criterion whose
parameters change with its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.dialects.model import LossEntry, Site
from losslint.rules._names import Verdict, judge_name
from losslint.rules._rewrite import rename_value
from losslint.rules.base import Context, Rule, framework, loss_word

RULE = Rule("LL101", "renamed-loss", "error", fix="sometimes")


def check(site: Site, context: Context) -> Iterator[Diagnostic]:
    """Each entry with a name of another release, where today's name is known."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is not None and verdict.status == "renamed" and entry.name is not None:
            yield _renamed(entry, verdict, site, context)


def _renamed(entry: LossEntry, verdict: Verdict, site: Site, context: Context) -> Diagnostic:
    assert entry.name is not None and verdict.instead is not None
    message = (
        f"{framework(site, context)} has no {loss_word(entry)} `{entry.name_text}` any more; "
        f"write `{verdict.instead}`"
    )
    if verdict.advice:
        message += f" ({verdict.advice})"
    safe = site.dialect == "keras" and not verdict.advice
    return RULE.at(
        entry.name.at,
        message,
        fix=rename_value(entry.name, verdict.instead, safe=safe),
        related=entry.name.related,
    )
