"""The activation of a layer, as the file has it: a name, an object, or the layer's own class."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.keras.activations import (
    ACTIVATIONS,
    INF,
    Activation,
    elu,
    find_activation,
    relu,
)
from losslint.dialects.keras.layers import Layer, is_builtin, read_layer, text_of
from losslint.syntax.resolved_node import ResolvedNode


class Activated(NamedTuple):
    """The name of an activation, what it does, and where it stands; None where nobody knows."""

    name: str | None = None
    activation: Activation | None = None
    at: Span | None = None


_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "LeakyReLU": "leaky_relu",
        "PReLU": "prelu",
        "ELU": "elu",
        "ReLU": "relu",
        "Exp": "exponential",
    }
)
_SHRINKS = ("SoftShrink", "HardShrink")


def own_activation(layer: Layer, default: str = "linear") -> Activated:
    """The activation under `activation` in the config of a layer with weights."""
    view = layer.config.get("activation") if layer.config is not None else None
    if view is None:
        return Activated(default, find_activation(default), layer.activation_at.at)
    return _written(view)


def layer_activation(layer: Layer) -> Activated:
    """The activation that a layer is."""
    if layer.class_name == "Activation":
        view = layer.config.get("activation") if layer.config is not None else None
        return _written(view) if view is not None else Activated()
    name, activation = _of_class(layer)
    return Activated(name, activation, layer.activation_at.at)


def _written(view: ResolvedNode) -> Activated:
    if view.kind == "null":
        return Activated("linear", ACTIVATIONS["linear"], view.at)
    if view.is_mapping and text_of(view, "class_name") == "function":
        name = text_of(view, "config")
        known = find_activation(name) if _is_of_keras(view) else None
        return Activated(name if known is not None else None, known, view.at)
    if view.is_mapping:
        layer = read_layer(view)
        inner = layer.config.get("activation") if layer.config is not None else None
        if layer.class_name == "Activation" and inner is not None and not inner.is_mapping:
            return _written(inner)
        if not layer.is_builtin or layer.kind.role != "activates":
            return Activated(at=view.at)
        name, activation = _of_class(layer)
        if name == "softmax" and layer.axis not in (None, -1):
            name = None
        return Activated(name, activation, view.at)
    name = view.value if isinstance(view.value, str) else None
    return Activated(name, find_activation(name), view.at)


def _is_of_keras(view: ResolvedNode) -> bool:
    module = text_of(view, "module")
    return is_builtin(view) or module == "builtins"


def _of_class(layer: Layer) -> tuple[str | None, Activation | None]:
    """The activation of a class, with its parameters."""
    class_name = layer.class_name
    name = _NAMES.get(class_name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name).lower()
    if class_name == "ReLU":
        return name, _relu(layer)
    if name == "leaky_relu":
        slope = layer.real("negative_slope", 0.3 if class_name == "LeakyReLU" else 0.2)
        # As Keras 2 calls it.
        slope = layer.real("alpha", slope) if slope is not None else None
        return name, relu(slope) if slope is not None and slope >= 0 else None
    if name == "prelu":
        # The slopes below 0 are learned.
        return name, relu(0.25)
    if name == "elu":
        alpha = layer.real("alpha", 1.0)
        return name, elu(alpha) if alpha is not None and alpha >= 0 else None
    if class_name in _SHRINKS and layer.value("threshold") not in (None, 0.5):
        return name, None
    return name, find_activation(name)


def _relu(layer: Layer) -> Activation | None:
    most = layer.real("max_value", INF)
    slope = layer.real("negative_slope")
    threshold = layer.real("threshold")
    if most is None or slope is None or slope < 0 or threshold != 0:
        return None
    return relu(slope, most)
