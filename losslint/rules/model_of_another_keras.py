"""The file holds a model that the target release cannot load, whatever its loss.

## Why

A functional model of Keras 2 names the module of its own class. Keras 3 has no such module:
"Could not deserialize class 'Functional' because its parent module keras.src.engine.functional
cannot be imported". Keras 2 loads no model of Keras 3 at all: functional ones for the same
reason, others because their InputLayer has a `batch_shape`.

## Bad

```json
{"module": "keras.src.engine.functional", "class_name": "Functional", "config": {"layers": []},
 "compile_config": {"optimizer": "adam", "loss": "mean_squared_error"}}
```

## Good

```json
{"module": "keras.src.models.functional", "class_name": "Functional", "config": {"layers": []},
 "compile_config": {"optimizer": "adam", "loss": "mean_squared_error"}}
```

## No safe fix

The layers were written otherwise, too; build the model anew and load its weights.
"""

from losslint.rules.base import Context, Findings, ResolvedNode, Rule, Site, framework, writer

RULE = Rule(
    "LL406",
    "model-of-another-keras",
    "error",
    ("compile",),
    sources=(
        "keras:src/saving/serialization_lib.py",
        "keras:src/legacy/saving/legacy_h5_format.py",
    ),
)

_OF_KERAS_2 = ("keras.src.engine.", "keras.engine.")
_OF_KERAS_3 = ("keras.src.models.",)


def check(site: Site, context: Context) -> Findings:
    """The model around a compile config whose module the target does not have."""
    around = site.owner.parent
    # A program builds its model anew, with whatever Keras runs it.
    if around is None or site.owner.key != "compile_config" or around.language.is_code:
        return
    keras_3 = context.keras.since("3.0.0")
    module = around.get("module")
    foreign = _OF_KERAS_2 if keras_3 else _OF_KERAS_3
    if module is not None and str(module.value).startswith(foreign):
        yield RULE.at(
            module.at,
            f"{framework(site, context)} has no module `{module.value}`: it never loads this "
            "model; build it anew and load the weights" + writer(context),
        )
    elif not keras_3 and (shape := _batch_shape(around)) is not None:
        yield RULE.at(
            shape.at,
            f"{framework(site, context)} refuses an InputLayer with `batch_shape`, which Keras 3 "
            "writes: it never loads this model" + writer(context),
        )


def _batch_shape(model: ResolvedNode) -> ResolvedNode | None:
    """The shape of the first layer as Keras 3 writes it."""
    config = model.get("config")
    layers = config.get("layers") if config is not None else None
    first = layers.items()[:1] if layers is not None else []
    if not first:
        return None
    name, inner = first[0].get("class_name"), first[0].get("config")
    if name is None or name.value != "InputLayer" or inner is None:
        return None
    return inner.get("batch_shape")
