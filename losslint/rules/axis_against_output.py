"""The axis of a loss is none that the output has, or none that TensorFlow takes.

## Why

Axes count from 0, that of the batch included, or from the end as -1. An output of a Dense layer
over vectors has two of them, and any loss along `axis: 2` stops at the first batch. TensorFlow
takes fewer: the sparse crossentropy along the last axis only, and the categorical one along no
negative axis but -1 where it is computed from logits, as it also is on a softmax or sigmoid that
TensorFlow looks behind. Those are warnings: Keras on JAX or PyTorch computes the same config, and
no file says which of them will train it.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Flatten", "config": {}},
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"},
    "build_config": {"input_shape": [null, 8]}}]},
 "compile_config": {"loss": {"module": "keras.losses", "class_name": "Dice", "config": {"axis": [1, 2]}}}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Flatten", "config": {}},
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "softmax"},
    "build_config": {"input_shape": [null, 8]}}]},
 "compile_config": {"loss": {"module": "keras.losses", "class_name": "Dice", "config": {"axis": [1]}}}}
```

## No safe fix

Which axis was meant, only you know.
"""

from losslint.dialects.keras.ending import Ending
from losslint.rules._keras_losses import written
from losslint.rules._keras_model import endings_of, is_hidden, takes_logits
from losslint.rules._names import known_losses
from losslint.rules.base import (
    KERAS,
    Context,
    Findings,
    LossDef,
    LossEntry,
    ResolvedNode,
    Rule,
    Site,
    entry_params,
    framework,
)

RULE = Rule(
    "LL420",
    "axis-against-output",
    "error",
    KERAS,
    words=("axis", "AXIS"),
    sources=("keras:src/losses/losses.py", "keras:src/backend/tensorflow/nn.py"),
)

# Those behind which TensorFlow finds the logits.
_LOOKED_BEHIND = ("softmax", "sigmoid")
_SPARSE, _DENSE = "sparse_categorical_crossentropy", "categorical_crossentropy"


def check(site: Site, context: Context) -> Findings:
    """Each loss with an axis that its output does not have."""
    for entry, loss in known_losses(site, context):
        view = written(entry, "axis")
        known = (param.name.lower() for param in entry_params(entry, loss, context))
        if view is None or "axis" not in known:
            continue
        endings = endings_of(entry, site, context)
        for ending in endings or (Ending(None),):
            beyond, related = _beyond(view, ending), ending.related
            said = beyond or _on_tensorflow(entry, loss, view, ending, context)
            if beyond is not None:
                yield RULE.at(view, f"{beyond}: the first batch fails", related=related)
            elif said is not None:
                message = f"{said}: the first batch fails there"
                yield RULE.at(view, message, severity="warning", related=related)
            if said is not None:
                break


def _axes(view: ResolvedNode) -> list[int]:
    """The axes that are written, a boolean being none."""
    views = view.items() if view.is_list else [view]
    return [each.integer for each in views if each.integer is not None]


def _beyond(view: ResolvedNode, ending: Ending) -> str | None:
    rank = ending.rank
    for axis in _axes(view) if rank is not None else ():
        if rank is not None and not -rank <= axis < rank:
            return f"the output has {rank} axes, 0 to {rank - 1}, and no axis {axis}"
    return None


def _on_tensorflow(
    entry: LossEntry, loss: LossDef, view: ResolvedNode, ending: Ending, context: Context
) -> str | None:
    """What the other backends compute."""
    axis, who = next(iter(_axes(view)), -1), f"{framework(entry, context)} on TensorFlow"
    if loss.name == _SPARSE and axis > 0 and ending.rank not in (None, axis + 1):
        return f"{who} takes the classes of {_SPARSE} on the last axis only, not on {axis}"
    if loss.name != _DENSE or axis >= -1:
        return None
    found = ending.activation in _LOOKED_BEHIND and not is_hidden(ending, entry, context)
    if takes_logits(entry) or found:
        why = "" if takes_logits(entry) else f", which it finds behind the {ending.activation},"
        return f"{who} computes {_DENSE} of logits{why} along no axis {axis}"
    return None
