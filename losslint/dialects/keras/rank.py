"""How many axes an output of a model has, where its layers tell for certain."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from losslint.dialects.keras.layers import Layer
from losslint.dialects.keras.model import read_model, way_back
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode

# What comes out of these has as many axes as what went in.
_LEVEL = frozenset(("BatchNormalization", "LayerNormalization", "Identity"))
_RANKS: Mapping[str, int] = MappingProxyType(
    {
        "Flatten": 2,
        **dict.fromkeys(("Conv1D", "Conv1DTranspose", "SeparableConv1D"), 3),
        **dict.fromkeys(("Conv2D", "Conv2DTranspose", "SeparableConv2D"), 4),
        **dict.fromkeys(("Conv3D", "Conv3DTranspose"), 5),
    }
)


def rank_of(site: Site, output: str | int | None) -> int | None:
    """The axes of the output that a loss is on, that of the batch included."""
    model = read_model(site)
    if model is None:
        return None
    if model.is_sequential:
        return rank_behind(way_back(model))
    outputs = model.outputs if model.flat else ()
    if isinstance(output, int):
        outputs = () if model.by_key else outputs[output : output + 1]
    elif output is not None:
        outputs = tuple(each for each in outputs if output in (each.key or each.layer, each.layer))
    ranks = {rank_behind(way_back(model, each)) for each in outputs}
    return ranks.pop() if len(ranks) == 1 else None


def rank_behind(layers: Iterable[Layer]) -> int | None:
    """The axes of what a chain of layers ends in, the last one first."""
    for layer in layers:
        config, name = layer.config, layer.class_name
        if not layer.is_builtin or config is None:
            return None
        if name in _RANKS:
            return _RANKS[name]
        if name == "Reshape":
            inner = _length(config.get("target_shape"))
            return inner + 1 if inner is not None else None
        if name == "InputLayer":
            return _length(config.get("batch_shape") or config.get("batch_input_shape"))
        if name == "Dense":
            built = layer.view.get("build_config")
            found = _length(built.get("input_shape")) if built is not None else None
            if found is not None:
                return found
        elif layer.kind.role not in ("passes", "activates") and name not in _LEVEL:
            return None
    return None


def _length(shape: ResolvedNode | None) -> int | None:
    return len(shape.items()) if shape is not None and shape.is_list else None
