"""The layers of a saved model: what each does with numbers, and what its config says of them.

A kind of layer that has a meaning for a loss is a row of KINDS. Whether a row counts for a layer of
the user's own with the same name, those say who ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from losslint.syntax.resolved_node import ResolvedNode

# "passes": what comes out is what went in; during training Dropout zeroes, but no value is new.
# "moves": numbers change their places only. "activates": an activation and nothing else.
# "resizes": maps get another size. "computes": weights of its own, then an activation.
Role = Literal["passes", "moves", "activates", "resizes", "computes", "other"]


class LayerKind(NamedTuple):
    """What layers of a class do; `units` is the key that counts their outputs."""

    role: Role
    units: str = ""


_OTHER: Final = LayerKind("other")

KINDS: Final[Mapping[str, LayerKind]] = MappingProxyType(
    {
        "Dropout": LayerKind("passes"),
        "SpatialDropout1D": LayerKind("passes"),
        "SpatialDropout2D": LayerKind("passes"),
        "SpatialDropout3D": LayerKind("passes"),
        "Reshape": LayerKind("moves"),
        "Flatten": LayerKind("moves"),
        "Permute": LayerKind("moves"),
        "Activation": LayerKind("activates"),
        "Softmax": LayerKind("activates"),
        "Resizing": LayerKind("resizes"),
        "UpSampling2D": LayerKind("resizes"),
        "Dense": LayerKind("computes", "units"),
        "Conv1D": LayerKind("computes", "filters"),
        "Conv2D": LayerKind("computes", "filters"),
        "Conv3D": LayerKind("computes", "filters"),
        "Conv1DTranspose": LayerKind("computes", "filters"),
        "Conv2DTranspose": LayerKind("computes", "filters"),
        "Conv3DTranspose": LayerKind("computes", "filters"),
        "SeparableConv1D": LayerKind("computes", "filters"),
        "SeparableConv2D": LayerKind("computes", "filters"),
    }
)

# A loss computes in float32: what comes out of a layer with one of these is cast first.
_LOW = frozenset(("mixed_float16", "mixed_bfloat16", "float16", "bfloat16"))


class Layer(NamedTuple):
    """One layer: its class, what that does, its config, and whether it is Keras's own."""

    view: ResolvedNode
    class_name: str
    kind: LayerKind
    config: ResolvedNode | None
    is_builtin: bool

    @property
    def activation_at(self) -> ResolvedNode:
        """Where its activation stands, or what stands for it."""
        config = self.config
        return (config and config.get("activation")) or self.view.get("class_name") or self.view

    @property
    def is_channels_first(self) -> bool:
        """Whether its last axis is not the one of its units."""
        return text_of(self.config, "data_format") == "channels_first"

    def number(self, key: str) -> int | None:
        """The integer under a key of its config."""
        view = self.config.get(key) if self.config is not None and key else None
        value = view.value if view is not None else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_layer(view: ResolvedNode) -> Layer:
    """A layer as the file has it."""
    class_name = text_of(view, "class_name") or ""
    kind = KINDS.get(class_name, _OTHER)
    return Layer(view, class_name, kind, view.get("config"), is_builtin(view))


def text_of(view: ResolvedNode | None, key: str) -> str | None:
    """The string under a key, or None where there is none."""
    found = view.get(key) if view is not None else None
    value = found.value if found is not None else None
    return value if isinstance(value, str) else None


def layer_name(layer: ResolvedNode) -> str | None:
    """The name of a layer."""
    return text_of(layer, "name") or text_of(layer.get("config"), "name")


def is_builtin(layer: ResolvedNode) -> bool:
    """Whether a layer is Keras's own and not a user's of the same name."""
    module = layer.get("module")
    registered = layer.get("registered_name")
    return (module is None or str(module.value).startswith("keras")) and (
        registered is None or registered.kind == "null" or ">" not in str(registered.value)
    )


def activation_of(config: ResolvedNode) -> str | None:
    """The name of the activation in a layer's config, or None for one that is the user's own."""
    view = config.get("activation")
    if view is None:
        return None
    if view.is_mapping:
        view = view.get("config") if text_of(view, "class_name") == "function" else None
    elif view.kind == "null":
        return "linear"
    value = view.value if view is not None else None
    return value if isinstance(value, str) else None


def is_cast(layer: Layer) -> bool:
    """Whether a layer's dtype policy has it compute in a smaller type than a loss does.

    A plain "float64" says less: Keras may be set to compute everything in it.
    """
    config = layer.config
    dtype = config.get("dtype") if config is not None else None
    if dtype is not None and dtype.is_mapping:
        inner = dtype.get("config")
        # A quantized policy names the one that it was made of.
        dtype = (inner.get("name") or inner.get("source_name")) if inner is not None else None
    name = dtype.value if dtype is not None else None
    return isinstance(name, str) and name.rpartition("_from_")[2] in _LOW
