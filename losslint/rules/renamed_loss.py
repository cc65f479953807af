"""The loss is written under a name of another release than the target.

## Why

Keras 3 closed its table of names: `logcosh`, `huber_loss` and `kullback_leibler_divergence`
worked up to Keras 2.15 and stop a Keras 3 training at the first batch; `log_cosh` and `huber`
came with 2.6. Keras 2.3 and 3.0 to 3.2 find a class by its name and never build it. The loss
itself is there under another name.

## Bad

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "logcosh"}}}}
```

## Good

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "log_cosh"}}}}
```

## Fix

Safe where the two names compute the same numbers.
"""

from losslint.catalog.model import holds
from losslint.dialects.naming import NameVerdict
from losslint.rules._names import names_judged
from losslint.rules._rewrite import rename_value
from losslint.rules.base import Context, Findings, LossEntry, Rule, Site, framework, writer

RULE = Rule(
    "LL101",
    "renamed-loss",
    "error",
    when=("odd name",),
    fix="sometimes",
    sources=("netspresso:losses/registry.py", "keras:src/losses/__init__.py", "keras#19899"),
)


def check(site: Site, context: Context) -> Findings:
    """Each entry with a name of another release, where today's name is known."""
    for entry, name, verdict in names_judged(site, context, "renamed"):
        assert verdict.instead is not None
        message = f"{_problem(entry, verdict, site, context)}; write `{verdict.instead}`"
        if verdict.advice:
            message += f" ({verdict.advice})"
        safe = verdict.is_same and not verdict.advice
        fix = rename_value(name, verdict.instead, safe=safe)
        yield RULE.at(name, message + writer(context), fix=fix)


def _problem(entry: LossEntry, verdict: NameVerdict, site: Site, context: Context) -> str:
    """What the target makes of the name."""
    who, version = framework(site, context), context.target(site.dialect).version
    if verdict.name is not None and holds(verdict.name.since, verdict.name.until, version):
        return f"{who} takes `{entry.name_text}` for the class itself and never builds it"
    coming = verdict.name is not None and not holds(verdict.name.since, None, version)
    when = "yet" if coming else "any more"
    return f"{who} has no {entry.dialect.noun} `{entry.name_text}` {when}"
