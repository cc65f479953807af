"""What is certain of the model around a compile config: its outputs, and the activation of each.

Whatever is not understood for certain is None, and the rules are silent about it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.model import holds
from losslint.diagnostics import Related, Span
from losslint.dialects.keras import model as keras_model
from losslint.dialects.keras.model import ACTIVATIONS, PASSING, SHAPING, activation_of, text_of
from losslint.dialects.records import LossEntry, Site
from losslint.rules.base import Context, once
from losslint.syntax.view import View

# Layers whose weights end in an activation, with the key that counts their outputs.
_ENDS: Mapping[str, str] = MappingProxyType(
    {
        "Dense": "units",
        "Conv1D": "filters",
        "Conv2D": "filters",
        "Conv3D": "filters",
        "Conv1DTranspose": "filters",
        "Conv2DTranspose": "filters",
        "Conv3DTranspose": "filters",
        "SeparableConv1D": "filters",
        "SeparableConv2D": "filters",
    }
)


class Head(NamedTuple):
    """One output: the name of its layer, and how its numbers come about.

    `activation` is the last one, `at` where it stands; `twice` says that the same one stands
    right before it; `shaped` that a layer which only moves numbers follows it, `dropped` that a
    Dropout does, `cast` that it or what follows computes in 16 bits, mixed or not, so that the loss,
    which computes in float32, begins with a cast; `units` is the length of the last axis, where nothing
    moves it.
    """

    name: str | None
    activation: str | None = None
    at: Span | None = None
    units: int | None = None
    shaped: bool = False
    dropped: bool = False
    cast: bool = False
    twice: bool = False

    @property
    def related(self) -> tuple[Related, ...]:
        """The place of the activation."""
        return (Related(self.at, "the model's output ends here"),) if self.at is not None else ()


class Model(NamedTuple):
    """A model: its class, its outputs in order, and the keys that a dict of losses may have.

    `by_key` says that the model returns a dict, whose keys those are; `listed` are the outputs as
    a list of losses meets them, where that is known.
    """

    class_name: str
    heads: tuple[Head, ...]
    names: tuple[str, ...]
    by_key: bool = False
    listed: tuple[Head, ...] = ()


@once
def read_model(site: Site, context: Context) -> Model | None:
    """The model that a compile config belongs to, or None where the file holds none."""
    model = keras_model.read_model(site)
    if model is None or model.class_name is None:
        return None
    if model.is_sequential:
        if not model.layers:
            return None
        name = keras_model.layer_name(model.layers[-1])
        head = _head(name, keras_model.way_back(model))
        return Model("Sequential", (head,), (name or "",), listed=(head,))
    outputs = model.outputs
    # A layer that gives two outputs is named after neither.
    if not outputs or not model.flat or len({each.layer for each in outputs}) < len(outputs):
        return None
    heads = tuple(_head(each.layer, keras_model.way_back(model, each)) for each in outputs)
    keys = tuple(each.key if model.by_key else each.layer for each in outputs)
    listed = heads
    if model.by_key:
        # Flattened, a dict is in the order of its keys; earlier releases went by its own order.
        since = holds("3.7.0", None, context.keras.version)
        listed = tuple(heads[keys.index(key)] for key in sorted(keys)) if since else ()
    return Model(model.class_name, heads, keys, model.by_key, listed)


def _head(name: str | None, layers: Iterable[View]) -> Head:
    """Walk back from an output to the layer with weights that it comes from."""
    head = Head(name)
    for layer in layers:
        if not keras_model.is_builtin(layer):
            return head
        class_name = text_of(layer, "class_name") or ""
        config = layer.get("config")
        if head.activation is None and keras_model.is_cast(layer):
            head = head._replace(cast=True)
        if class_name in _ENDS and config is not None:
            return _ended(head, config, class_name)
        if class_name in ACTIVATIONS and config is not None:
            if head.activation is not None:
                return head
            head = _activated(head, class_name, config, layer)
            if head.activation is None and head.at is not None:
                return head._replace(at=None)
        elif class_name in SHAPING:
            if head.activation is not None:
                return head
            head = head._replace(shaped=True)
        elif class_name not in PASSING:
            return head
        elif head.activation is None:
            head = head._replace(dropped=True)
    return head


def _activated(head: Head, class_name: str, config: View, layer: View) -> Head:
    """The head with the activation of a layer that is nothing else; a linear one is passed by."""
    if class_name == "Softmax":
        axis = config.get("axis")
        name = "softmax" if axis is None or axis.value == -1 else None
    else:
        name = activation_of(config)
    if name == "linear":
        return head
    at = config.get("activation") or layer.get("class_name") or layer
    return head._replace(activation=name, at=at.at)


def _ended(head: Head, config: View, class_name: str) -> Head:
    own = activation_of(config)
    units = config.get(_ENDS[class_name])
    count = units.value if units is not None and not head.shaped else None
    if text_of(config, "data_format") == "channels_first":
        count = None
    size = count if isinstance(count, int) and not isinstance(count, bool) else None
    if head.activation is not None:
        twice = own is not None and own == head.activation and own in ("softmax", "sigmoid")
        return head._replace(units=size, twice=twice)
    view = config.get("activation")
    return head._replace(activation=own, at=view.at if view is not None else None, units=size)


def heads_of(entry: LossEntry, site: Site, model: Model) -> tuple[Head, ...]:
    """The outputs that an entry is the loss of."""
    view = site.view
    if view is None or entry.output is None:
        return model.heads
    if isinstance(entry.output, int):
        if not view.is_list or any(item.is_list for item in view.items()):
            return ()
        return model.listed[entry.output : entry.output + 1]
    if not view.is_mapping:
        return ()
    pairs = zip(model.names, model.heads, strict=False)
    return tuple(head for name, head in pairs if name == entry.output)


CATEGORICAL = frozenset(
    (
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "categorical_focal_crossentropy",
    )
)
BINARY = frozenset(("binary_crossentropy", "binary_focal_crossentropy"))
FOCAL = frozenset(("categorical_focal_crossentropy", "binary_focal_crossentropy"))


def takes_logits(entry: LossEntry) -> bool | None:
    """What `from_logits` is for an entry; None where it is no boolean."""
    argument = entry.argument("from_logits")
    if argument is None:
        return False
    value = argument.view.value
    return value if isinstance(value, bool) else None


def is_hidden(head: Head, entry: LossEntry, context: Context) -> bool:
    """Whether TensorFlow finds no activation behind the tensor that the loss gets.

    Keras 2 casts nothing, and a loss with a dtype of its own may compute in that of the output.
    """
    cast = head.cast and holds("3.0.0", None, context.keras.version)
    dtype = entry.argument("dtype")
    if dtype is not None and dtype.view.value not in (None, "float32"):
        cast = False
    return head.shaped or head.dropped or cast
