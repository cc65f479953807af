"""A serialised loss that names a Keras class in a way that Keras cannot load.

## Why

`load_model` finds a class by its `module`: without one, or with the module of another package, it
stops with "Could not locate class", although `keras.losses.get` would take the same object. A
built-in loss also carries no `registered_name` but its own, and a built-in function stands under
the module `builtins`.

## Bad

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"class_name": "BinaryCrossentropy", "config": {"label_smoothing": 0.1}}}}
```

## Good

```json
{"compile_config": {"optimizer": "adam", "loss":
  {"module": "keras.losses", "class_name": "BinaryCrossentropy", "config": {"label_smoothing": 0.1}}}}
```

## Fix

Safe: the module is written as Keras itself writes it.
"""

from losslint.diagnostics import Edit, Fix
from losslint.rules._names import find_loss
from losslint.rules._rewrite import rename_value
from losslint.rules._values import described
from losslint.rules.base import KERAS, Context, Findings, LossEntry, Rule, Site, framework
from losslint.syntax.resolved_node import ResolvedNode

RULE = Rule(
    "LL402",
    "unloadable-loss-object",
    "error",
    KERAS,
    fix="safe",
    sources=("keras:src/saving/serialization_lib.py",),
)

_MODULES_SINCE = "2.13.1"


def check(site: Site, context: Context) -> Findings:
    """Built-in losses whose module or registered name is not Keras's."""
    for entry in site.entries:
        serialized = entry.style.is_object or entry.style.is_function
        if not serialized or find_loss(entry, context) is None:
            continue
        if not context.keras.since(_MODULES_SINCE):
            yield from _before_modules(entry, site, context)
            continue
        expected = "keras.losses" if entry.style.is_object else "builtins"
        module = entry.view.get("module")
        if module is None:
            if site.locates_by_module and entry.name is not None:
                yield RULE.at(
                    entry.name.at,
                    f"load_model cannot locate `{entry.name_text}` without its `module`",
                    fix=_insert_module(entry, expected),
                )
        elif module.kind != "unknown" and not _fits(module, expected, entry, context):
            yield RULE.at(
                module.at,
                f"{framework(site, context)} finds `{entry.name_text}` under the module "
                f"`{expected}`, not under {described(module)}",
                fix=rename_value(module, expected, safe=True) if module.kind == "str" else None,
            )
        registered = entry.view.get("registered_name")
        if entry.style.is_object and registered is not None:
            yield from _check_registered(entry, registered)
        config = entry.view.get("config")
        if not entry.style.is_object:
            continue
        if config is not None:
            yield from _check_config(entry, config)
        elif site.locates_by_module and not entry.view.is_open and entry.name is not None:
            yield RULE.at(
                entry.name.at,
                f"without a `config` Keras takes this object for a mapping of outputs, not for "
                f"`{entry.name_text}`; an empty one will do",
            )


def _before_modules(entry: LossEntry, site: Site, context: Context) -> Findings:
    """What the releases before modules make of an object: its own keys are ignored."""
    if entry.name is None:
        return
    if entry.style.is_function:
        yield RULE.at(
            entry.name.at,
            f"{framework(site, context)} takes this object for a loss named `function`; "
            f'write "{entry.name_text}"',
        )
    elif entry.view.get("config") is None and not entry.view.is_open:
        yield RULE.at(
            entry.name.at,
            f"{framework(site, context)} refuses `{entry.name_text}` without a `config`; "
            "an empty one will do",
        )


def _fits(module: ResolvedNode, expected: str, entry: LossEntry, context: Context) -> bool:
    if entry.style.is_function:
        # Up to 3.9 the function was looked up by name alone.
        old = not context.keras.since("3.10.0")
        return module.value == expected or (old and module.value == "keras.losses")
    return module.value == expected or str(module.value).startswith("keras.src.losses")


def _check_registered(entry: LossEntry, registered: ResolvedNode) -> Findings:
    if registered.kind in ("null", "unknown") or registered.value == entry.name_text:
        return
    null = Edit(registered.node.start, registered.node.end, "null")
    yield RULE.at(
        registered.at,
        f"`{entry.name_text}` is Keras's own and registered under no other name; "
        "load_model refuses the file",
        fix=Fix("write null", (null,)),
    )


def _check_config(entry: LossEntry, config: ResolvedNode) -> Findings:
    if config.kind not in ("mapping", "null", "unknown"):
        yield RULE.at(
            config.at,
            f"the `config` of `{entry.name_text}` is {described(config)}, but must be an object "
            "with its parameters",
        )


def _insert_module(entry: LossEntry, module: str) -> Fix | None:
    for member, _ in entry.view.pairs():
        if member.name == "class_name" and entry.view.origin is None:
            key = entry.view.language.key
            text = f"{key('module')}: {key(module)}, "
            if not getattr(entry.view.node, "flow", True):
                return None
            return Fix(
                f"insert the module `{module}`", (Edit(member.at.start, member.at.start, text),)
            )
    return None
