"""The loss has a name that its framework does not know.

## Why

NetsPresso Trainer looks the criterion up by its exact name and stops with a KeyError, after data
set, model and optimizer have been built. Keras accepts any string when the model is compiled and
stops at the first batch. Both compare letter by letter: another case, a dash or the name of the
class is another name. Of `${oc.env:NAME,default}` the default is what is looked up where the
variable is not set; one that is nearly a known name is a warning.

## Bad

```yaml
model:
  losses:
    - criterion: CrossEntropyLoss
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "keras.losses.mse"}}}}
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mse"}}}}
```

## Fix

Unsafe, and offered only where one known name is close: the name that you meant is a guess. Also
unsafe where the target is an older NetsPresso Trainer, which did the work under another name.

## No safe fix

The closest known name is a guess at what was meant.
"""

import re

from losslint.dialects.declarations import told
from losslint.dialects.naming import judge_by_name
from losslint.rules._migration import earlier
from losslint.rules._names import names_judged, own_names, written_name
from losslint.rules._rewrite import suggestion
from losslint.rules.base import Context, Findings, Rule, Site, framework
from losslint.syntax.interpolation import environment_default

RULE = Rule(
    "LL100",
    "unknown-loss",
    "error",
    when=("odd name",),
    fix="unsafe",
    sources=(
        "netspresso:losses/registry.py",
        "netspresso:losses/builder.py",
        "keras:src/losses/__init__.py",
        "keras#19330",
    ),
)


def check(site: Site, context: Context) -> Findings:
    """Each entry whose name the framework never knew, or does not know yet."""
    who, maker = framework(site, context), site.dialect.framework
    for _, name, verdict in names_judged(site, context, "not-a-string"):
        yield RULE.at(
            name,
            f"{maker} has the class `{verdict.loss and verdict.loss.class_name}`, but finds it by "
            "no string; pass the object, or name it in custom_objects",
        )
    for entry, name, verdict in names_judged(site, context, "unknown"):
        named, file = written_name(entry, context)
        meant = _meant_at(site, named.name_text or "", verdict.instead, context)
        did_you_mean, fix = suggestion(name, meant)
        where = f", which {file} has for it" if file else ""
        yield RULE.at(
            name,
            f"{who} knows no {entry.dialect.noun} named `{named.name_text}`{where}{did_you_mean}",
            fix=fix if not file else None,
            hint=f"`losslint loss` lists every loss of {maker}",
        )
    yield from _unknown_defaults(site, context)
    for entry, name, verdict in names_judged(site, context, "not-yet"):
        since = verdict.name.since if verdict.name else verdict.loss and verdict.loss.since
        message = f"`{entry.name_text}` is unknown to {who}: it came with {maker} {since}"
        before = earlier(entry, site, context)
        if before is not None:
            message += f"; before, {before.advice}"
        yield RULE.at(name, message, fix=before and before.fix)


def _meant_at(site: Site, text: str, closest: str | None, context: Context) -> str | None:
    """What an unknown name means at a site; where a loss of one's own may stand, nobody knows."""
    own = own_names(site.dialect, context)
    return closest if closest in own else site.dialect.meant_at(site, text, closest)


def _unknown_defaults(site: Site, context: Context) -> Findings:
    """Each name of the environment whose default is unknown."""
    for entry in site.entries:
        if entry.name is None or not entry.name.is_of_environment:
            continue
        default = environment_default(getattr(entry.name.node, "value", ""))
        version = context.target(site.dialect).version
        if default is None or not default.text:
            continue
        own = map(told, context.declarations.losses_for(site.dialect))
        verdict = judge_by_name(default.text, (*own, *site.dialect.losses()), version)
        meant = _meant_at(site, default.text, verdict.instead, context)
        if verdict.status == "unknown" and (meant or not _is_to_stop(default.text)):
            yield RULE.at(
                entry.name,
                f"where `{default.variable}` is not set, this is `{default.text}`: "
                f"{framework(site, context)} knows no {entry.dialect.noun} of that name"
                + (f"; did you mean `{meant}`?" if meant else ""),
                severity="warning",
            )


def _is_to_stop(default: str) -> bool:
    """Whether a default says that there must be a value: the run is meant to stop at it."""
    return re.search(_TO_STOP, default.lower().replace("_", " ")) is not None


# As a word, or with no letter at all.
_TO_STOP = (
    r"\b(?:changeme|choose|define|empty|error|fail|fixme|invalid|mandatory|missing|must|needed|nil"
    r"|no|none|not|null|placeholder|please|raise|required|set|stop|tba|tbd|todo|undefined|unknown"
    r"|unset|unspecified|void|your)\b|^[^a-z]*$"
)
