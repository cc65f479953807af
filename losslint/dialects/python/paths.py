"""The names under which programs reach Keras, brought to one: `keras.losses.Huber`."""

from __future__ import annotations

from typing import Final

from losslint.catalog import keras

# Each is Keras itself, under another roof; the longest first.
_ROOFS: Final = (
    "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras", "tensorflow.python.keras",
    "tensorflow.keras", "keras.api._v2.keras", "keras.api._v1.keras", "keras.src", "keras.api",
    "tf_keras.src", "tf_keras", "keras_core.src", "keras_core",
)  # fmt: skip
_ROOFED: Final = (
    "tensorflow.", "tf_keras", "keras_core", "keras.src", "keras.api", "keras.objectives"
)  # fmt: skip
_TF_SHORT: Final = ("tensorflow.losses.", "tensorflow.metrics.", "tensorflow.optimizers.")
PACKAGES: Final = frozenset(("keras", "tensorflow", "tf_keras", "keras_core"))
_TOP: Final = {"Model": "models", "Sequential": "models", "Input": "layers"}
_NN: Final = ("tensorflow.nn.", "tensorflow.math.", "tensorflow.")
ACTIVATIONS: Final = frozenset(
    (
        "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu",
        "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish",
        "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus",
        "softsign", "sparse_plus", "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink",
        "threshold",
    )
)  # fmt: skip
# What may be given a model or a tensor without changing it.
HARMLESS: Final = frozenset((*PACKAGES, "builtins", "numpy", "time", "os", "json", "pickle"))

# What has no name that Keras has.
_WITHOUT_LAYERS: Final = frozenset(
    ("math", "matplotlib", "numpy", "os", "pandas", "pylab", "random", "scipy", "sys", "time",
     "tkinter", "typing")
)  # fmt: skip


def canonical(path: str) -> str:
    """A path with Keras at its head, whichever roof it stands under."""
    if not path.startswith(_ROOFED):
        return path
    for roof in _ROOFS:
        if path == roof or path.startswith(roof + "."):
            path = "keras" + path[len(roof) :]
            break
    if path.startswith(_TF_SHORT) and _is_short(path):
        return "keras" + path[len("tensorflow") :]
    # Up to Keras 1, losses were called so.
    return "keras.losses" + path[16:] if path.startswith("keras.objectives") else path


def _is_short(path: str) -> bool:
    """Whether TensorFlow 2 has something of Keras's under a path of its own.

    In TensorFlow 1 only functions stood there, `huber_loss` and `cosine_distance` among them.
    """
    name = last_of(path)
    is_loss = path.startswith(_TF_SHORT[0]) and not name.endswith("_loss")
    return path.count(".") == 2 and (is_class(path) or (is_loss and keras.find(name) is not None))


def package_of(path: str) -> str:
    """The package of Keras that a path names something of; empty where it is not Keras's."""
    steps = path.split(".")
    if steps[0] != "keras" or len(steps) < 2:
        return ""
    return _TOP.get(steps[1], "") if len(steps) == 2 else steps[1]


def last_of(path: str) -> str:
    """The name itself, without the way to it."""
    return path.rpartition(".")[2]


def is_class(path: str) -> bool:
    """Whether a path names a class, by its spelling."""
    return last_of(path)[:1].isupper()


def activation_of(path: str) -> str | None:
    """The activation that a function is, as Keras calls it."""
    name = last_of(path)
    if name not in ACTIVATIONS:
        return None
    ours = package_of(path) in ("activations", "ops") or path == f"keras.backend.{name}"
    theirs = any(path == prefix + name for prefix in _NN)
    return name if ours or theirs else None


def starred(packages: list[str], name: str) -> str | None:
    """The path of a name that `from … import *` most likely brought in."""
    heads = {each.split(".")[0] for each in packages} - _WITHOUT_LAYERS
    if heads != {"keras"}:
        return None
    if name in ("Model", "Sequential"):
        wanted = "keras.models"
    elif keras.find_class(name) is not None or keras.find(name) is not None:
        wanted = "keras.losses"
    else:
        wanted = "keras.layers"
        if not name[:1].isupper():
            return None
    return f"{wanted}.{name}" if wanted in packages else None


def snake(name: str) -> str:
    """A class's name as Keras makes the names of its layers of it."""
    import re

    text = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()
