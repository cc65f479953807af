"""By which marks a mapping is Keras's: a compile config, a serialised loss, or another reader's.

`loss` is an everyday key and proves nothing. A mapping that holds it is a compile config where

- Keras wrote it: an `optimizer_config` with `class_name` and `config` (`.h5`), the key
  `compile_config` in a model or with a loss object of `keras.losses`, a serialised optimizer with
  its `module`, or two words of `compile`, one of them nobody else's, and nothing else;
- a person wrote it: an optimizer that Keras knows stands beside (or a word that only Keras has),
  the losses are strings, the metrics Keras's, and either nothing but arguments of `compile` stands
  there, `metrics` or another of them among these, and each name is Keras's or nearly so; or each
  name speaks for Keras by itself. `cross_entropy`, `bce_loss` and their like never do. `lr`,
  `scheduler` or `type` beside say that somebody else reads the mapping.

A serialised loss by itself has a `module` of losses. Without a module it is one where it stands
under a key `loss`, or where its config has the `name` and `reduction` that Keras writes, or nothing
but parameters of that very loss.
"""

from __future__ import annotations

from collections.abc import Mapping

from losslint.dialects.keras import ONLY_KERAS
from losslint.dialects.keras.modules import is_loss_module, package_of
from losslint.dialects.records import SiteKind
from losslint.syntax.member import Member
from losslint.syntax.resolved_node import ResolvedNode

Keys = Mapping[str, tuple[Member, ResolvedNode]]

# Words that `compile` takes beside `loss`.
COMPILE_KEYS = frozenset(
    ("loss_weights", "weighted_metrics", "run_eagerly", "steps_per_execution", "jit_compile")
)
_ARGUMENTS = COMPILE_KEYS | {
    "optimizer", "optimizer_config", "loss", "metrics", "auto_scale_loss", "sample_weight_mode",
    "target_tensors", "pss_evaluation_shards",
}  # fmt: skip
# What people write beside, for `fit` and for the optimizer.
_FIT_ARGUMENTS = frozenset((
    "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data",
    "shuffle", "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch",
    "validation_steps", "validation_batch_size", "validation_freq", "learning_rate", "name",
))  # fmt: skip
NOT_LOSSES = ("metrics", "weighted_metrics")
_OBJECT_KEYS = frozenset(("module", "class_name", "config", "registered_name", "build_config"))
_MAX_LEAVES = 1000
# In a document of a program: its loss is computed of its model, and nothing is compiled.
COMPUTED = "computed"
# In a document of a program, too: the names that it put among Keras's custom objects.
CUSTOM = "custom_objects"


def compile_kind(keys: Keys, owner: ResolvedNode) -> SiteKind | None:
    """Whether a mapping with these keys is a compile config, and of which kind."""
    if "loss" not in keys or "_target_" in keys:
        return None
    around = owner.parent if owner.language.is_code else None
    if around is not None and around.get(COMPUTED) is not None:
        return COMPUTED
    if is_legacy(keys, owner):
        return "legacy"
    if _is_written_by_keras(keys, owner) or _is_written_by_hand(keys):
        return "compile"
    beside = bool(COMPILE_KEYS & keys.keys()) or owner.key == "compile_config"
    modules = [each.get("module") for each in _leaves(keys["loss"][1]) if each.is_mapping]
    return "compile" if beside and any(map(is_loss_module, modules)) else None


def is_legacy(keys: Keys, owner: ResolvedNode) -> bool:
    """Whether a compile config is the training config of an .h5 file."""
    optimizer = keys["optimizer_config"][1] if "optimizer_config" in keys else None
    if optimizer is not None and _is_object(optimizer):
        return owner.key == "training_config" or _knows(optimizer)
    return (
        owner.key == "training_config" and owner.parent is not None and _holds_model(owner.parent)
    )


def _holds_model(view: ResolvedNode) -> bool:
    model = view.get("model_config")
    return model is not None and _is_object(model)


def _is_written_by_keras(keys: Keys, owner: ResolvedNode) -> bool:
    optimizer = keys["optimizer"][1] if "optimizer" in keys else None
    if optimizer is not None and _is_object(optimizer):
        serialised = package_of(optimizer.get("module")) == "optimizers"
        if serialised or optimizer.get("registered_name") is not None:
            return True
    if owner.key == "compile_config":
        around = owner.parent
        if around is not None and _is_object(around):
            return True
        if optimizer is not None and _knows(optimizer) and keys.keys() <= _ARGUMENTS:
            return True
    words = COMPILE_KEYS & keys.keys()
    if len(words) < 2 or not words & ONLY_KERAS or not keys.keys() <= _ARGUMENTS:
        return False
    # An object without a module may be meant for `get`, or come out of an .h5 file.
    objects = [each for each in _leaves(keys["loss"][1]) if each.is_mapping]
    return all(map(_is_found_by_load_model, objects))


def _is_found_by_load_model(loss: ResolvedNode) -> bool:
    """Whether an object tells where its class is; a lambda carries its code instead."""
    if loss.get("module") is not None or loss.get("registered_name") is not None:
        return True
    name = loss.get("class_name")
    return name is not None and name.value == "__lambda__"


def _is_object(view: ResolvedNode) -> bool:
    """Whether this is how Keras writes an object: its class, and a config."""
    name, config = view.get("class_name"), view.get("config")
    return name is not None and name.kind == "str" and config is not None and config.is_mapping


def _knows(optimizer: ResolvedNode) -> bool:
    """Whether Keras knows an optimizer, by its name or as an object."""
    from losslint.dialects.keras.names import OPTIMIZERS

    name: ResolvedNode | None = optimizer
    if optimizer.is_mapping:
        name = optimizer.get("class_name") if _is_object(optimizer) else None
    return name is not None and name.kind == "str" and str(name.value).lower() in OPTIMIZERS


def _is_written_by_hand(keys: Keys) -> bool:
    """Whether a person wrote what `compile` is to get."""
    named = "optimizer" in keys and _knows(keys["optimizer"][1])
    if not named and ("optimizer" in keys or not ONLY_KERAS & keys.keys()):
        return False
    names = _strings(keys["loss"][1])
    metrics = [_strings(keys[key][1], objects=True) for key in NOT_LOSSES if key in keys]
    # Numbers under `metrics` are what came out, in a report.
    if not names or None in metrics:
        return False
    from losslint.dialects.keras.names import is_distinctive, is_metric, is_spelt_as_keras, nearness

    of_keras = [is_metric(name) for found in metrics for name in found or ()]
    beside = "metrics" in keys or bool(COMPILE_KEYS & keys.keys())
    if keys.keys() <= _ARGUMENTS and beside and all(of_keras):
        return all(nearness(name) != "other" for name in names)
    if "loss_weights" in keys and not any(map(is_spelt_as_keras, names)):
        # Weights may be wrong where a name is right, and everybody has both.
        return False
    if keys.keys() <= _ARGUMENTS | _FIT_ARGUMENTS or (beside and any(of_keras)):
        return all(map(is_distinctive, names))
    return False


def _strings(view: ResolvedNode, *, objects: bool = False) -> list[str] | None:
    """The strings of a value by output; None where something else stands there.

    `objects`: serialised objects may stand between them.
    """
    found: list[str] = []
    for each in _leaves(view):
        if each.kind == "str" and isinstance(each.value, str):
            found.append(each.value)
        elif each.kind != "null" and not (objects and each.is_mapping):
            return None
    return found


def _leaves(view: ResolvedNode) -> list[ResolvedNode]:
    """What stands in lists and in mappings by output; a serialised object is one."""
    found: list[ResolvedNode] = []
    todo = [view]
    while todo and len(found) < _MAX_LEAVES:
        view = todo.pop()
        if view.is_list:
            todo += view.items()
        elif view.is_mapping and view.get("class_name") is None:
            todo += [value for _, value in view.pairs()]
        else:
            found.append(view)
    return found


def is_free_loss(keys: Keys, view: ResolvedNode) -> bool:
    """Whether a mapping outside a compile config is a serialised loss of Keras's own."""
    if "class_name" not in keys or not keys.keys() <= _OBJECT_KEYS:
        return False
    module = keys["module"][1] if "module" in keys else None
    if is_loss_module(module):
        return True
    if module is not None and module.kind != "null":
        return False
    from losslint.catalog import keras

    name = keys["class_name"][1].value
    if not isinstance(name, str) or "config" not in keys:
        return False
    loss = keras.find_class(name)
    registered = keys["registered_name"][1] if "registered_name" in keys else None
    if registered is not None and registered.kind != "null":
        return False
    if loss is None:
        return _is_slip_of_class(name, view)
    params = {param.name for param in loss.params}
    return _is_config_of(params, keys["config"][1]) or _loss_around(view) is not None


def _is_config_of(params: set[str], config: ResolvedNode) -> bool:
    """Whether a config is a loss's: as Keras writes it, or of nothing but its parameters.

    A metric of the same name has a dtype and no reduction.
    """
    names = {member.name for member, _ in config.pairs()}
    if "reduction" in names and "name" in names:
        return True
    return bool(names - {"name"}) and names <= params and "dtype" not in names


def _is_slip_of_class(name: str, view: ResolvedNode) -> bool:
    """Whether a class is Keras's but for a letter or two, where `compile` is to get it."""
    from losslint.dialects.keras.names import nearness

    loss = _loss_around(view)
    owner = loss.parent if loss is not None else None
    optimizer = owner.get("optimizer") if owner is not None else None
    return optimizer is not None and _knows(optimizer) and nearness(name) == "typo"


def _loss_around(view: ResolvedNode) -> ResolvedNode | None:
    """What stands under the key `loss`: an object itself, or a list or mapping that holds it."""
    above: ResolvedNode | None = view
    for _ in range(4):
        if above is None or above.key == "loss":
            return above
        above = above.parent
    return None


def is_tensorflow_js(keys: Keys) -> bool:
    """Whether TensorFlow.js reads a mapping: a model that it wrote, or one converted for it.

    Its losses have names of their own; those that Keras renamed are right there.
    """
    if "modelTopology" in keys or "weightsManifest" in keys or "trainingConfig" in keys:
        return True
    if "format" in keys and keys["format"][1].value in ("layers-model", "graph-model"):
        return True
    version = keys["keras_version"][1].value if "keras_version" in keys else None
    return isinstance(version, str) and version.startswith("tfjs")
