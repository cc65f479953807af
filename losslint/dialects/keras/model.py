"""The model around a compile config, as Keras writes it: its layers, its outputs, the way back.

It is the model object that holds `compile_config`, or the `model_config` beside the
`training_config` of an .h5 file. Here it is read; what that means for a loss, and how certain it
has to be, those say who ask.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from losslint.dialects.keras.layers import Layer, layer_name, read_layer, text_of
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode

_FUNCTIONAL = ("Functional", "Model")
_MAX_STEPS = 12
_MAX_VISITED = 20_000


class ModelOutput(NamedTuple):
    """One output: the layer that gives it, which of its tensors, its key in a dict of outputs."""

    layer: str
    tensor: tuple[object, ...] = ()
    key: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is written as Keras writes it: `["name", 0, 0]`."""
        return len(self.tensor) == 2 and all(isinstance(index, int) for index in self.tensor)


class SavedModel(NamedTuple):
    """A model: its class, its layers in the order of the file and by name, what it gives.

    `outputs` is what `output_layers` refers to, in order and at any depth; `flat` says that it is
    one reference, or a list or dict of them, `by_key` that it is a dict. A Sequential model
    refers to nothing: its last layer is its output. `output_layers` is where they are written.
    """

    class_name: str | None
    layers: tuple[ResolvedNode, ...]
    named: Mapping[str, ResolvedNode] = MappingProxyType({})
    outputs: tuple[ModelOutput, ...] = ()
    flat: bool = True
    by_key: bool = False
    output_layers: ResolvedNode | None = None

    @property
    def is_sequential(self) -> bool:
        """Whether each layer reads the one before it."""
        return self.class_name == "Sequential"


def read_model(site: Site) -> SavedModel | None:
    """The model that a compile config belongs to, or None where the file holds none."""
    around = _model_view(site)
    config = around.get("config") if around is not None else None
    layers = config.get("layers") if config is not None else None
    if config is None or layers is None or not layers.is_list:
        return None
    outputs = config.get("output_layers")
    model = SavedModel(text_of(around, "class_name"), tuple(layers.items()), output_layers=outputs)
    if model.class_name not in _FUNCTIONAL or outputs is None:
        return model
    named: dict[str, ResolvedNode] = {}
    for layer in model.layers:
        name = layer_name(layer)
        if name is not None:
            named.setdefault(name, layer)
    return _with_outputs(model._replace(named=named), outputs)


def _model_view(site: Site) -> ResolvedNode | None:
    around = site.owner.parent
    if around is None or site.owner.key not in ("compile_config", "training_config"):
        return None
    if site.owner.key == "training_config":
        return around.get("model_config")
    return around


def _with_outputs(model: SavedModel, outputs: ResolvedNode) -> SavedModel:
    found: list[ModelOutput] = []
    flat = True
    todo: list[tuple[ResolvedNode, str, int]] = [(outputs, "", 0)]
    for _ in range(_MAX_VISITED):
        if not todo:
            break
        view, key, depth = todo.pop()
        output = output_of(view, key)
        if output is not None:
            found.append(output)
            flat = flat and output.is_plain
            continue
        flat = flat and depth == 0
        inner = [(value, member.name) for member, value in view.pairs()]
        inner = inner or [(item, "") for item in view.items()]
        todo += [(value, name, depth + 1) for value, name in reversed(inner)]
    return model._replace(outputs=tuple(found), flat=flat and not todo, by_key=outputs.is_mapping)


def output_of(view: ResolvedNode, key: str = "") -> ModelOutput | None:
    """The output that `["name", 0, 0]` is; None for what is no list that starts with a name."""
    items = view.items()
    name = items[0].value if items else None
    if not isinstance(name, str):
        return None
    return ModelOutput(name, tuple(item.value for item in items[1:]), key)


def way_back(model: SavedModel, output: ModelOutput | None = None) -> tuple[Layer, ...]:
    """The layers that an output comes from, the last one first, as long as each reads one other.

    Without an output: those of a Sequential model. What is still to be visited lies on a stack, so
    that a layer which holds others may push them.
    """
    if output is None:
        return tuple(map(read_layer, reversed(model.layers[-_MAX_STEPS:])))
    found: list[Layer] = []
    todo = [model.named.get(output.layer)]
    while todo and len(found) < _MAX_STEPS:
        view = todo.pop()
        if view is not None:
            found.append(read_layer(view))
            todo.append(_inbound(view, model.named))
    return tuple(found)


def _inbound(layer: ResolvedNode, named: Mapping[str, ResolvedNode]) -> ResolvedNode | None:
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
    return named.get(name) if isinstance(name, str) else None
