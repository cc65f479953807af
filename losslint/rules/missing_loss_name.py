"""An entry does not say which loss it is.

## Why

NetsPresso Trainer reads `criterion`, the Keras platform reads `NAME`, a serialised Keras loss
carries `class_name`. Without it, or with something that is no string under it, nothing can be
built.

## Bad

```yaml
model:
  task: classification
  architecture: {head: {name: fc}}
  losses:
    - name: cross_entropy
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"name": "mae"}}}}
```

## Good

```yaml
model:
  task: classification
  architecture: {head: {name: fc}}
  losses:
    - criterion: cross_entropy
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mae"}}}}
```

## Fix

Safe where another key of the entry holds the name of a loss: the key is renamed.
"""

from losslint.diagnostics import Diagnostic, Fix
from losslint.rules._elsewhere import followed
from losslint.rules._rewrite import rename_key
from losslint.rules._values import described
from losslint.rules.base import Context, Findings, LossEntry, Rule, Site, framework

RULE = Rule(
    "LL104",
    "missing-loss-name",
    "error",
    when=("odd name",),
    fix="sometimes",
    sources=("netspresso:losses/builder.py", "keras:src/saving/serialization_lib.py"),
)

_LOOKALIKES = frozenset(("name", "type", "loss", "class_name", "criteria", "criterions", "NAME"))


def check(site: Site, context: Context) -> Findings:
    """Entries whose name is absent or no string."""
    for entry in site.entries:
        if not entry.view.is_mapping and not entry.style.is_string:
            continue
        word = entry.style.name_key
        if entry.name is None:
            if entry.view.kind != "unknown" and not entry.view.is_open:
                yield _absent(entry, word, site, context)
        elif (found := followed(entry.name, context)).view.kind not in ("str", "unknown"):
            where = f" in {found.file}" if found.file else ""
            yield RULE.at(
                entry.name,
                f"`{word}` must be the name of a loss, not {described(found.view)}{where}",
            )
        elif entry.name_text == "":
            yield RULE.at(entry.name.at, f"`{word}` is empty; it must be the name of a loss")


def _absent(entry: LossEntry, word: str, site: Site, context: Context) -> Diagnostic:
    fix: Fix | None = None
    hint = None
    for argument in entry.arguments:
        is_meant = argument.name in _LOOKALIKES or argument.name.lower() == word.lower()
        if is_meant and argument.view.kind == "str":
            fix = rename_key(argument, word, safe=True)
            hint = f"`{argument.name}` is not read as the name"
    return RULE.at(
        entry.view,
        f"this entry has no `{word}`: {framework(site, context)} cannot tell which loss to build",
        fix=fix,
        hint=hint,
    )
