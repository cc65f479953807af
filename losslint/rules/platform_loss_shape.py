"""The platform's `LOSS` is not an object with `NAME`.

## Why

On the Keras platform everything about the loss stands in the object `LOSS`, and `NAME` in it says
which one it is. A bare string, which Keras's own `compile` takes, a list or null has no `NAME` to
read.

## Bad

```json
{"MODEL": {"COMPILATION": {"LOSS": "categorical_crossentropy"}}}
```

## Good

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "categorical_crossentropy"}}}}
```

## Fix

Safe where a string stands there: it becomes the `NAME` of an object.
"""

from losslint.diagnostics import Edit, Fix
from losslint.rules._values import described
from losslint.rules.base import PLATFORM, Context, Findings, ResolvedNode, Rule, Site
from losslint.syntax.nodes import Scalar

RULE = Rule("LL201", "platform-loss-shape", "error", PLATFORM, fix="sometimes")


def check(site: Site, context: Context) -> Findings:
    """A platform site whose LOSS is no mapping."""
    view = site.view
    if view is None or view.kind in ("mapping", "unknown"):
        return
    yield RULE.at(
        view,
        f"`LOSS` is {described(view)}, but must be an object with `NAME`",
        fix=_as_object(view),
    )


def _as_object(view: ResolvedNode) -> Fix | None:
    node = view.node
    if view.kind != "str" or view.origin is not None or not isinstance(node, Scalar):
        return None
    if node.is_block or node.is_absent:
        return None
    key = view.language.key("NAME")
    edits = (Edit(node.start, node.start, f"{{{key}: "), Edit(node.end, node.end, "}"))
    return Fix("make it an object", edits)
