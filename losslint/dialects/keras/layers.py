"""The layers of a saved model: what each does with numbers, and what its config says of them.

A kind of layer that has a meaning for a loss is a row of KINDS, and of OPERATIONS where it is a
function of `keras.ops` in a functional model. Whether a row counts for a layer of the user's own
with the same name, those say who ask.
"""

from typing import NamedTuple

from losslint.dialects.keras.layer_kinds import KINDS, OPERATIONS, OTHER, LayerKind
from losslint.syntax.resolved_node import ResolvedNode

_OPERATION_MODULES = ("keras.src.ops", "keras.src.activations")

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

    @property
    def is_frozen(self) -> bool:
        """Whether its weights are what they are, or may not be just any: nobody knows its range."""
        config = self.config
        if config is None:
            return True
        trainable = config.get("trainable")
        return (
            (trainable is not None and trainable.value is False)
            or self._starts_above_zero
            or any(
                member.name.endswith("_constraint") and value.kind != "null"
                for member, value in config.pairs()
            )
        )

    @property
    def _starts_above_zero(self) -> bool:
        """Whether its bias starts above 0: with a large one, no output need ever be negative."""
        initializer = self.config.get("bias_initializer") if self.config is not None else None
        start = initializer.get("config") if initializer is not None else None
        value = start.get("value") if start is not None else None
        return text_of(initializer, "class_name") == "Ones" or (
            value is not None and (value.number or 0) > 0
        )

    @property
    def axis(self) -> object:
        """The axis in its config, also the only one of a list; None where none is written."""
        view = self.config.get("axis") if self.config is not None else None
        items = view.items() if view is not None else []
        if view is not None and len(items) == 1:
            return items[0].value
        return view.value if view is not None else None

    def number(self, key: str) -> int | None:
        """The integer under a key of its config."""
        view = self.config.get(key) if self.config is not None and key else None
        return view.integer if view is not None else None

    def real(self, key: str, default: float = 0.0) -> float | None:
        """The number under a key of its config, the default for null; None for anything else."""
        view = self.config.get(key) if self.config is not None else None
        return default if view is None or view.kind == "null" else real_of(view)

    def value(self, key: str) -> object:
        """The value under a key of its config; None where there is none."""
        view = self.config.get(key) if self.config is not None else None
        return view.value if view is not None else None


def read_layer(view: ResolvedNode) -> Layer:
    """A layer as the file has it."""
    class_name = text_of(view, "class_name") or ""
    is_operation = (text_of(view, "module") or "").startswith(_OPERATION_MODULES)
    kind = (OPERATIONS if is_operation else KINDS).get(class_name, OTHER)
    return Layer(view, class_name, kind, view.get("config"), is_builtin(view))


def text_of(view: ResolvedNode | None, key: str) -> str | None:
    """The string under a key, or None where there is none."""
    found = view.get(key) if view is not None else None
    value = found.value if found is not None else None
    return value if isinstance(value, str) else None


def real_of(view: ResolvedNode) -> float | None:
    """The number that a value is; None for another value, and for one that no float holds."""
    try:
        return float(view.number) if view.number is not None else None
    except OverflowError:
        return None


def is_last(axis: object, rank: int | None, default: int | None = None) -> bool | None:
    """Whether an axis is the last one; None where that is not known."""
    axis = default if axis is None else axis
    if isinstance(axis, bool) or not isinstance(axis, int):
        return None
    if axis < 0:
        return axis == -1
    return axis == rank - 1 if rank is not None else None


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
    if dtype is not None and dtype.kind == "unknown":
        # A program may ask for one or the other: nothing is said that only one of them does.
        return True
    if dtype is not None and dtype.is_mapping:
        inner = dtype.get("config")
        # A quantized policy names the one that it was made of.
        dtype = (inner.get("name") or inner.get("source_name")) if inner is not None else None
    name = dtype.value if dtype is not None else None
    return isinstance(name, str) and name.rpartition("_from_")[2] in _LOW
