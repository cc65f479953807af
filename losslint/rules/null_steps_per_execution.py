"""A compile config of Keras 2 leaves `steps_per_execution` null.

## Why

Keras 2.15 writes null for "not set"; Keras 3 counts with the value. The model loads, and the
first `fit` stops with "'NoneType' object cannot be interpreted as an integer". 0, a float and text
load and stop there as well; with a negative number TensorFlow trains nothing, without a word.

## Bad

```json
{"compile_config": {"loss": "mean_squared_error", "loss_weights": null, "steps_per_execution": null}}
```

## Good

```json
{"compile_config": {"loss": "mean_squared_error", "loss_weights": null, "steps_per_execution": 1}}
```

## Fix

Safe: 1 is what Keras writes itself when nothing is set. Not so in an archive that Keras 2 wrote, where
null is sound, unless `--target` or the settings say that Keras 3 is to train it.

## No safe fix

what Keras 2 wrote is sound for Keras 2
"""

from losslint.catalog.model import version_key
from losslint.diagnostics import Edit, Fix
from losslint.rules._values import shown
from losslint.rules.base import Context, Findings, ResolvedNode, Rule, Site, framework, writer

RULE = Rule(
    "LL404",
    "null-steps-per-execution",
    "warning",
    ("compile",),
    fix="sometimes",
    sources=("keras:src/trainers/trainer.py",),
)


def check(site: Site, context: Context) -> Findings:
    """The key in a compile config that Keras 3 is to train with."""
    if not context.keras.since("3.0.0"):
        return
    view = site.owner.get("steps_per_execution")
    if view is None:
        return
    who = framework(site, context)
    if view.kind == "null":
        yield RULE.at(
            view.at,
            f"{who} loads this and fails at the first `fit`; write 1" + writer(context),
            fix=_write_1(view)._replace(safe=not _is_sound_as_written(context)),
        )
    elif _never_steps(view):
        yield RULE.at(
            view,
            f"{who} counts batches with `steps_per_execution`, which is {shown(view)}; write 1",
            severity="error",
            fix=_write_1(view) if view.origin is None else None,
        )


def _is_sound_as_written(context: Context) -> bool:
    """Whether Keras 2 wrote the file, and nobody says that another release is to train it."""
    wrote = version_key(context.written_by) if context.written_by else None
    return wrote is not None and wrote < (3,) and not context.keras.stated


def _never_steps(view: ResolvedNode) -> bool:
    """Whether Keras cannot count with a value; true counts as 1."""
    value = view.value
    return view.kind in ("float", "str") or (isinstance(value, int) and value < 1)


def _write_1(view: ResolvedNode) -> Fix:
    return Fix("write 1", (Edit(view.node.start, view.node.end, "1"),))
