"""The model around a compile config: its outputs, and the activation that each of them ends in.

Read from what Keras itself writes: the model object that holds `compile_config`, or the
`model_config` beside the `training_config` of an .h5 file. Whatever is not understood for certain
is None, and the rules are silent about it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from losslint.diagnostics import Related, Span
from losslint.dialects.model import LossEntry, Site
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
# What comes out of these is what went in: during training Dropout zeroes, but no value is new.
_PASSING = frozenset(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"))
_SHAPING = frozenset(("Reshape", "Flatten", "Permute"))
_MAX_STEPS = 12


class Head(NamedTuple):
    """One output: the name of its layer, and how its numbers come about.

    `activation` is the last one, `at` where it stands; `twice` says that the same one stands
    right before it; `shaped` that a layer which only moves numbers follows it; `units` is the
    length of the last axis, where nothing moves it.
    """

    name: str | None
    activation: str | None = None
    at: Span | None = None
    units: int | None = None
    shaped: bool = False
    twice: bool = False

    @property
    def related(self) -> tuple[Related, ...]:
        """The place of the activation."""
        return (Related(self.at, "the model's output ends here"),) if self.at is not None else ()


class Model(NamedTuple):
    """A model: its class, its outputs in order, and the keys that a dict of losses may have.

    `by_key` says that the model returns a dict, whose keys those are.
    """

    class_name: str
    heads: tuple[Head, ...]
    names: tuple[str, ...]
    by_key: bool = False


@once
def read_model(site: Site, context: Context) -> Model | None:
    """The model that a compile config belongs to, or None where the file holds none."""
    model = _model_view(site)
    class_name = _text(model, "class_name")
    config = model.get("config") if model is not None else None
    layers = config.get("layers") if config is not None else None
    if config is None or layers is None or not layers.is_list:
        return None
    if class_name == "Sequential":
        every = layers.items()
        head = _head(every[-1], None, list(reversed(every[:-1]))) if every else None
        return Model("Sequential", (head,), (head.name or "",)) if head is not None else None
    if class_name not in ("Functional", "Model"):
        return None
    return _functional(class_name, config, layers)


def _model_view(site: Site) -> View | None:
    around = site.owner.parent
    if around is None or site.owner.key not in ("compile_config", "training_config"):
        return None
    if site.owner.key == "training_config":
        return around.get("model_config")
    return around


def _functional(class_name: str, config: View, layers: View) -> Model | None:
    outputs = config.get("output_layers")
    if outputs is None:
        return None
    named = _outputs(outputs)
    if not named:
        return None
    by_name: dict[str, View] = {}
    for layer in layers.items():
        name = _layer_name(layer)
        if name is not None:
            by_name.setdefault(name, layer)
    heads = tuple(
        _head(by_name[name], by_name, []) if name in by_name else Head(name) for _, name in named
    )
    keys = tuple(key for key, _ in named)
    return Model(class_name, heads, keys, by_key=outputs.is_mapping)


def _outputs(outputs: View) -> list[tuple[str, str]]:
    """The key and the layer of each output; empty where one of them is no plain reference."""
    if outputs.is_mapping:
        found = [(member.name, _reference(value)) for member, value in outputs.pairs()]
    else:
        single = _reference(outputs)
        names = [single] if single else [_reference(item) for item in outputs.items()]
        found = [(name or "", name) for name in names]
    pairs = [(key, name) for key, name in found if name is not None]
    # A layer that gives two outputs is named after neither.
    layers = [name for _, name in pairs]
    return pairs if len(pairs) == len(found) == len(set(layers)) else []


def _reference(view: View) -> str | None:
    """The layer of `["name", 0, 0]`, or None."""
    items = view.items()
    if len(items) != 3 or not all(isinstance(item.value, int) for item in items[1:]):
        return None
    name = items[0].value
    return name if isinstance(name, str) else None


def _text(view: View | None, key: str) -> str | None:
    found = view.get(key) if view is not None else None
    value = found.value if found is not None else None
    return value if isinstance(value, str) else None


def _layer_name(layer: View) -> str | None:
    return _text(layer, "name") or _text(layer.get("config"), "name")


def _head(last: View, by_name: Mapping[str, View] | None, before: Sequence[View]) -> Head:
    """Walk back from an output to the layer with weights that it comes from."""
    head = Head(_layer_name(last))
    layer: View | None = last
    queue = iter(before)
    for _ in range(_MAX_STEPS):
        if layer is None or not _is_builtin(layer):
            return head
        class_name = _text(layer, "class_name") or ""
        config = layer.get("config")
        if class_name in _ENDS and config is not None:
            return _ended(head, config, class_name)
        if class_name in ("Activation", "Softmax") and config is not None:
            if head.activation is not None:
                return head
            head = _activated(head, class_name, config, layer)
            if head.activation is None and head.at is not None:
                return head._replace(at=None)
        elif class_name in _SHAPING:
            if head.activation is not None:
                return head
            head = head._replace(shaped=True)
        elif class_name not in _PASSING:
            return head
        layer = next(queue, None) if by_name is None else _inbound(layer, by_name)
    return head


def _activated(head: Head, class_name: str, config: View, layer: View) -> Head:
    """The head with the activation of a layer that is nothing else; a linear one is passed by."""
    if class_name == "Softmax":
        axis = config.get("axis")
        name = "softmax" if axis is None or axis.value == -1 else None
    else:
        name = _activation(config)
    if name == "linear":
        return head
    at = config.get("activation") or layer.get("class_name") or layer
    return head._replace(activation=name, at=at.at)


def _ended(head: Head, config: View, class_name: str) -> Head:
    own = _activation(config)
    units = config.get(_ENDS[class_name])
    count = units.value if units is not None and not head.shaped else None
    if _text(config, "data_format") == "channels_first":
        count = None
    size = count if isinstance(count, int) and not isinstance(count, bool) else None
    if head.activation is not None:
        twice = own is not None and own == head.activation and own in ("softmax", "sigmoid")
        return head._replace(units=size, twice=twice)
    view = config.get("activation")
    return head._replace(activation=own, at=view.at if view is not None else None, units=size)


def _activation(config: View) -> str | None:
    """The name of an activation, or None for one that is the user's own."""
    view = config.get("activation")
    if view is None:
        return None
    if view.is_mapping:
        view = view.get("config") if _text(view, "class_name") == "function" else None
    elif view.kind == "null":
        return "linear"
    value = view.value if view is not None else None
    return value if isinstance(value, str) else None


def _is_builtin(layer: View) -> bool:
    """Whether a layer is Keras's own and not a user's of the same name."""
    module = layer.get("module")
    registered = layer.get("registered_name")
    return (module is None or str(module.value).startswith("keras")) and (
        registered is None or registered.kind == "null" or ">" not in str(registered.value)
    )


def _inbound(layer: View, by_name: Mapping[str, View]) -> View | None:
    """The one layer that a layer of a functional model reads; None for several or a shared one."""
    nodes = layer.get("inbound_nodes")
    items = nodes.items() if nodes is not None else []
    if len(items) != 1:
        return None
    args = items[0].get("args") if items[0].is_mapping else None
    if args is not None:
        tensors = args.items()
        config = tensors[0].get("config") if len(tensors) == 1 else None
        history = config.get("keras_history") if config is not None else None
    else:
        calls = items[0].items()
        history = calls[0] if len(calls) == 1 else None
    start = history.items()[:1] if history is not None else []
    name = start[0].value if start else None
    return by_name.get(name) if isinstance(name, str) else None


def heads_of(entry: LossEntry, site: Site, model: Model) -> tuple[Head, ...]:
    """The outputs that an entry is the loss of."""
    view = site.view
    if view is None or entry.output is None:
        return model.heads
    if isinstance(entry.output, int):
        if model.by_key or not view.is_list or any(item.is_list for item in view.items()):
            return ()
        return model.heads[entry.output : entry.output + 1]
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
