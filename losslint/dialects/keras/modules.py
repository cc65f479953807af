"""The package of Keras that a serialised object names as its module."""

from __future__ import annotations

from losslint.syntax.resolved_node import ResolvedNode


def package_of(module: ResolvedNode | None) -> str | None:
    """The package of Keras that a `module` names: "losses" of `keras.src.losses.losses`.

    None where it is not one of Keras's; a module of Keras without a package is "keras".
    """
    if module is None or module.kind != "str":
        return None
    steps = str(module.value).split(".")
    if steps[:2] in (["tensorflow", "keras"], ["tf", "keras"]):
        steps = steps[1:]
    elif steps[:3] == ["tensorflow", "python", "keras"]:
        steps = steps[2:]
    if steps[0] not in ("keras", "tf_keras", "keras_core"):
        return None
    inner = [s for s in steps[1:] if s not in ("src", "api", "_v1", "_v2", "python", "legacy")]
    if inner[:1] == ["keras"]:
        inner = inner[1:]
    return inner[0] if inner else "keras"


def is_loss_module(module: ResolvedNode | None) -> bool:
    """Whether a `module` is the one of Keras's losses."""
    return package_of(module) == "losses"


def is_of_another_package(view: ResolvedNode) -> bool:
    """Whether a serialised object is Keras's, but no loss: a metric, a layer, an optimizer."""
    return package_of(view.get("module")) not in (None, "losses", "keras")
