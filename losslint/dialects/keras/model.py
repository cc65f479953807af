"""The model around a compile config, as Keras writes it: its layers and its outputs.

It is the model object that holds `compile_config`, or the `model_config` beside the
`training_config` of an .h5 file. Here it is read; what that means for a loss, and how certain it
has to be, those say who ask.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from losslint.dialects.keras.layers import layer_name, text_of
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode

FUNCTIONAL = ("Functional", "Model")
MODELS = (*FUNCTIONAL, "Sequential")
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
    one reference, or a list or dict of them, `by_key` that it is a dict. `inputs` is the same of
    `input_layers`. A Sequential model refers to nothing: its last layer is its output.
    `output_layers` is where the outputs are written.
    """

    class_name: str | None
    layers: tuple[ResolvedNode, ...]
    named: Mapping[str, ResolvedNode] = MappingProxyType({})
    outputs: tuple[ModelOutput, ...] = ()
    inputs: tuple[ModelOutput, ...] = ()
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
    return model_of(around) if around is not None else None


def model_of(view: ResolvedNode) -> SavedModel | None:
    """The model that a model object describes, be it a layer of another one; None where none is."""
    config = view.get("config")
    layers = config.get("layers") if config is not None else None
    if config is None or layers is None or not layers.is_list:
        return None
    outputs, inputs = config.get("output_layers"), config.get("input_layers")
    model = SavedModel(text_of(view, "class_name"), tuple(layers.items()), output_layers=outputs)
    if model.class_name not in FUNCTIONAL or outputs is None:
        return model
    named: dict[str, ResolvedNode] = {}
    for layer in model.layers:
        name = layer_name(layer)
        if name is not None:
            named.setdefault(name, layer)
    found, flat = references(outputs)
    given = references(inputs)[0] if inputs is not None else ()
    return model._replace(
        named=named,
        outputs=found,
        # Keras takes a dict apart in the sorted order of its keys.
        inputs=tuple(sorted(given, key=lambda each: each.key)),
        flat=flat,
        by_key=outputs.is_mapping,
    )


def _model_view(site: Site) -> ResolvedNode | None:
    around = site.owner.parent
    if around is None or site.owner.key not in ("compile_config", "training_config"):
        return None
    if site.owner.key == "training_config":
        return around.get("model_config")
    return around


def references(view: ResolvedNode) -> tuple[tuple[ModelOutput, ...], bool]:
    """The tensors that a list or dict refers to, at any depth, and whether that is flat."""
    found: list[ModelOutput] = []
    flat = True
    todo: list[tuple[ResolvedNode, str, int]] = [(view, "", 0)]
    for _ in range(_MAX_VISITED):
        if not todo:
            break
        current, key, depth = todo.pop()
        output = output_of(current, key)
        if output is not None:
            found.append(output)
            flat = flat and output.is_plain
            continue
        flat = flat and depth == 0
        inner = [(value, member.name) for member, value in current.pairs()]
        inner = inner or [(item, "") for item in current.items()]
        todo += [(value, name, depth + 1) for value, name in reversed(inner)]
    return tuple(found), flat and not todo


def output_of(view: ResolvedNode, key: str = "") -> ModelOutput | None:
    """The output that `["name", 0, 0]` is; None for what is no list that starts with a name."""
    items = view.items()
    name = items[0].value if items else None
    if not isinstance(name, str):
        return None
    return ModelOutput(name, tuple(item.value for item in items[1:]), key)
