"""What a platform's file, or a saved model, most likely says of the model around its losses."""

from __future__ import annotations

from losslint.catalog.equivalences_model import FactName
from losslint.dialects.keras.graph import Graph
from losslint.dialects.keras.likely import LikelyEnding, likely_ending
from losslint.dialects.keras.model import SavedModel, read_model
from losslint.dialects.keras.platform import likely_platform
from losslint.dialects.model_info import ModelInfo, as_model_info
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode

_MAX_LAYERS = 20_000


def read_model_info(site: Site) -> ModelInfo:
    """What stands around a site."""
    if site.is_platform:
        platform = likely_platform(site.root)
        return as_model_info({"task": platform.task}, platform.classes)
    model = read_model(site)
    # Nothing is known of a subclassed model's outputs.
    return _of_model(model) if model is not None and model.class_name is not None else ModelInfo()


def _of_model(model: SavedModel) -> ModelInfo:
    regularized = any(map(_is_regularized, model.layers[:_MAX_LAYERS]))
    known: dict[FactName, str | None] = {"regularizer": "yes" if regularized else None}
    known["outputs"] = _outputs(model)
    if known["outputs"] in (None, "several"):
        return as_model_info(known)
    end = likely_ending(Graph(model).chain(None if model.is_sequential else model.outputs[0]))
    known |= {"head": end.head, "resize": end.resize, "units": _units(end)}
    return as_model_info(known, end.classes)


def _outputs(model: SavedModel) -> str | None:
    """How many outputs a model has: "one", "several", or the "same" one several times."""
    if model.is_sequential and model.layers:
        return "one"
    if len({(output.layer, output.tensor) for output in model.outputs}) > 1:
        return "several"
    return {0: None, 1: "one"}.get(len(model.outputs), "same")


def _units(end: LikelyEnding) -> str | None:
    return None if end.units is None else "one" if end.units == 1 else "several"


def _is_regularized(layer: ResolvedNode) -> bool:
    config = layer.get("config")
    return config is not None and any(
        member.name.endswith("_regularizer") and value.kind != "null"
        for member, value in config.pairs()
    )
