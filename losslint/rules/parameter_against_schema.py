"""A parameter of a loss of your own is not as its schema in the settings has it.

## Why

What a loss of your own takes, only you know. Where the settings declare it, with a JSON Schema of
its parameters, an entry is judged by that: losslint asks the jsonschema library, and says of each
error where it stands. With `extends` the parameters of a known loss are among them. What a value
comes to that the file does not tell is not judged.

## Bad

```toml losslint.toml
[losses.netspresso.ohem.schema]
properties.thresh = { type = "number", exclusiveMinimum = 0, maximum = 1 }
additionalProperties = false

[losses.keras.OhemCE]
extends = "CategoricalCrossentropy"
schema.properties.thresh = { type = "number", exclusiveMinimum = 0, maximum = 1 }
```

```yaml
model:
  task: segmentation
  losses:
    - criterion: ohem
      tresh: 0.7
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "OhemCE", "FROM_LOGITS": true, "TRESH": 0.7}}}}
```

## Good

```yaml
model:
  task: segmentation
  losses:
    - criterion: ohem
      thresh: 0.7
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "OhemCE", "FROM_LOGITS": true, "THRESH": 0.7}}}}
```

## Fix

Unsafe, and offered only where one parameter, or one of the strings that the schema lists, is close.

## No safe fix

Which parameter or string was meant is a guess.
"""

from typing import TYPE_CHECKING

from losslint.diagnostics import Diagnostic
from losslint.dialects.declarations import OwnLoss
from losslint.rules._names import own_losses
from losslint.rules._rewrite import rename_key, suggestion
from losslint.rules._values import described
from losslint.rules.base import Context, Findings, Rule, Site
from losslint.text import closest

if TYPE_CHECKING:
    from losslint.rules._schema_faults import SchemaFault

RULE = Rule("LL123", "parameter-against-schema", "error", when=("own losses",), fix="unsafe")


def check(site: Site, context: Context) -> Findings:
    """Each error of a schema, at the parameter that it is about."""
    for entry, own in own_losses(site, context):
        if not entry.style.is_function:
            # Asked for every file with losses, and few projects declare any.
            from losslint.rules._schema_faults import faults_of

            for fault in faults_of(entry, own, context):
                yield _said(fault, own)


def _said(fault: "SchemaFault", own: OwnLoss) -> Diagnostic:
    hint = f"`losslint loss {own.name}` shows what {own.file} says of it"
    if fault.argument is not None:
        meant = closest(fault.argument.name, fault.names)
        message = f"`{own.name}` has no parameter `{fault.path}`"
        message += f"; did you mean `{meant}`?" if meant else _listed(fault.names)
        fix = rename_key(fault.argument, meant, safe=False) if meant else None
        return RULE.at(fault.argument, message, fix=fix, hint=hint)
    if fault.missing:
        where = f"`{fault.path}` of `{own.name}`" if fault.path else f"`{own.name}`"
        return RULE.at(fault.view or fault.at, f"{where} needs `{fault.missing}`", hint=hint)
    if fault.view is None:
        return RULE.at(
            fault.at, f"the parameters of `{own.name}` must be {fault.wanted}", hint=hint
        )
    value = fault.view.value
    word = closest(value, fault.choices) if isinstance(value, str) else None
    ending, fix = suggestion(fault.view, word)
    message = f"`{fault.path}` is {described(fault.view)}, but must be {fault.wanted}{ending}"
    return RULE.at(fault.view, message, fix=fix, hint=hint)


def _listed(names: tuple[str, ...]) -> str:
    return f"; it has {', '.join(f'`{name}`' for name in names)}" if names else ""
