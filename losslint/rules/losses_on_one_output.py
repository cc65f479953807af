"""A list of losses stands where the model has one output.

## Why

A list has one loss for each output, it does not add up losses. Keras up to 2.15 and from 3.7 on
train the first one and drop the others without a word; Keras 3.0 to 3.6 refuse the list. A null
in it stops Keras 3 at the first batch.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": ["mean_squared_error", "mean_absolute_error"]}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": ["mean_squared_error"]}}
```

## No safe fix

Which loss should train, or in which sum, only you know.
"""

from losslint.catalog.model import holds
from losslint.rules._keras_model import read_outputs
from losslint.rules._keras_pairing import leaves
from losslint.rules._keras_weights import at_path, read_compiled
from losslint.rules._values import shown
from losslint.rules.base import COMPILED, Context, Findings, ResolvedNode, Rule, Site, framework

RULE = Rule(
    "LL414",
    "losses-on-one-output",
    "error",
    COMPILED,
    sources=("keras:src/trainers/compile_utils.py",),
)


def check(site: Site, context: Context) -> Findings:
    """A list with more than one place for a model with one output."""
    view = site.view
    if view is None:
        return
    if not view.is_list or len(view.items()) < 2:
        yield from _inside(view, site, context)
        return
    items = view.items()
    if all(item.kind == "null" for item in items):
        return
    outputs = read_outputs(site, context)
    if outputs is None or len(outputs.endings) != 1:
        return
    keras_3 = holds("3.0.0", None, context.keras.version)
    who = framework(site, context)
    if not keras_3 and items[0].kind != "null" and all(i.kind == "null" for i in items[1:]):
        return
    refuses = holds("3.0.0", "3.7.0", context.keras.version)
    if refuses or any(item.kind == "null" for item in items):
        message = f"the model has one output, and {who} refuses a list of {len(items)} for it"
    else:
        message = (
            f"the model has one output: {who} trains {_name(items[0])} and drops "
            + ", ".join(_name(item) for item in items[1:])
        )
    yield RULE.at(view.at, message, related=view.related)


def _inside(view: ResolvedNode, site: Site, context: Context) -> Findings:
    """The losses in a list that stands in a list of one, or under the name of the output."""
    compiled = read_compiled(site, context)
    if compiled is None or not holds("3.7.0", None, context.keras.version):
        return
    inner = [at_path(compiled.losses, path) for path, _ in leaves(compiled.losses)]
    views = [each for each in inner if each is not None]
    if compiled.pairing.refused or len(views) < 2 or compiled.pairing.trained[0][1]:
        return
    if len(compiled.pairing.trained) == 1:
        drops = ", ".join(map(_name, views[1:]))
        yield RULE.at(
            view.at,
            f"the model has one output: {framework(site, context)} trains {_name(views[0])} "
            f"and drops {drops}",
            related=view.related,
        )


def _name(item: ResolvedNode) -> str:
    name = item.get("class_name") if item.is_mapping else None
    return f"`{name.value}`" if name is not None else f"`{shown(item)}`"
