"""What a file tells of the model around its losses: task, final activation, outputs, classes."""

from __future__ import annotations

from types import MappingProxyType

from losslint.catalog.equivalences_model import FactName
from losslint.convert.model import Facts
from losslint.dialects.keras.model import (
    ACTIVATIONS,
    PASSING,
    SHAPING,
    activation_of,
    is_builtin,
    read_model,
    text_of,
    way_back,
)
from losslint.dialects.records import Site
from losslint.syntax.view import View

_MAX_LAYERS = 20_000
_CLASSIFIERS = ("DENSE_MNIST",)
_DETECTORS = ("SSD300", "RCNN")
_ACTIVATIONS = ("softmax", "sigmoid", "linear")


def facts_of(site: Site) -> Facts:
    """The facts that a site's document tells."""
    if site.dialect == "netspresso":
        return _netspresso_facts(site)
    if site.kind == "platform":
        return _platform_facts(site)
    return _archive_facts(site)


def _facts(known: dict[FactName, str], classes: int | None = None) -> Facts:
    if classes is not None:
        known["classes"] = "two" if classes == 2 else "more"
    return Facts(MappingProxyType(known), classes)


def _netspresso_facts(site: Site) -> Facts:
    from losslint.dialects.netspresso.model import read_model

    task = read_model(site).labels_task
    return _facts({"task": task} if task is not None else {})


def _platform_facts(site: Site) -> Facts:
    known: dict[FactName, str] = {}
    configuration = site.root.get("configuration") or site.root
    model = configuration.get("MODEL") or configuration
    kind = model.get("MODEL_TYPE")
    if kind is not None and kind.value in _CLASSIFIERS:
        known["task"] = "classification"
    elif kind is not None and kind.value in _DETECTORS:
        known["task"] = "detection"
    for owner in (model, configuration.get("DATAS")):
        classes = owner.get("CLASSES") if owner is not None else None
        if classes is not None and classes.is_list and len(classes.items()) > 1:
            return _facts(known, len(classes.items()))
    return _facts(known)


def _archive_facts(site: Site) -> Facts:
    """What the model beside a compile config tells; nothing of a subclassed model's outputs."""
    model = read_model(site)
    if model is None or model.class_name is None:
        return Facts()
    known: dict[FactName, str] = {}
    if any(_is_regularized(layer) for layer in model.layers[:_MAX_LAYERS]):
        known["regularizer"] = "yes"
    if model.is_sequential and model.layers:
        known["outputs"] = "one"
        return _ending(list(way_back(model)), known)
    if not model.outputs:
        return _facts(known)
    tensors = {(output.layer, output.tensor) for output in model.outputs}
    if len(tensors) > 1:
        known["outputs"] = "several"
        return _facts(known)
    known["outputs"] = "one" if len(model.outputs) == 1 else "same"
    return _ending(list(way_back(model, model.outputs[0])), known)


def _is_regularized(layer: View) -> bool:
    config = layer.get("config")
    return config is not None and any(
        member.name.endswith("_regularizer") and value.kind != "null"
        for member, value in config.pairs()
    )


def _ending(layers: list[View], known: dict[FactName, str]) -> Facts:
    """The end of a chain of layers, the last one first: what its last activation and units are.

    What is not known is assumed to fit, so that a likely answer is better than none: the config
    of a user's own layer counts as well.
    """
    moved = next((i for i, each in enumerate(layers) if not _only_moves(each)), len(layers))
    if moved:
        # Logits stay logits; but the logits of a softmax no backend finds behind these again.
        behind = _without_linear(layers[moved:])
        known["head"] = "linear" if behind and _activation(behind[0]) == "linear" else "other"
        return _facts(known)
    chain = _without_linear(layers)
    return _activated(chain, known) if chain else _facts(known)


def _activated(chain: list[View], known: dict[FactName, str]) -> Facts:
    """The facts of a chain whose last layer is more than a linear activation."""
    head, index = _activation(chain[0]), 0
    if head is None and _is_activation(chain[0]):
        return _facts(known)
    if _is_resize(chain[0]) and len(chain) > 1:
        head, index = _activation(chain[1]) or "other", 1
        if head != "sigmoid":
            known["resize"] = "probabilities" if head == "softmax" else "logits"
    elif _is_activation(chain[0]) and len(chain) > 1:
        index = 1
        if _is_resize(chain[1]) and len(chain) > 2:
            index = 2
            # What the criterion resizes and compares are logits of a softmax.
            if head != "sigmoid" and _activation(chain[2]) in (None, "linear"):
                known["resize"] = "logits"
    known["head"] = head or "other"
    units = _units(chain[index])
    if units is None:
        return _facts(known)
    known["units"] = "one" if units == 1 else "several"
    # A loss that counts the classes counts the last axis.
    last = text_of(chain[index].get("config"), "data_format") != "channels_first"
    return _facts(known, units if units > 1 and last else None)


def _only_moves(layer: View) -> bool:
    return _class(layer) in PASSING | SHAPING and is_builtin(layer)


def _without_linear(layers: list[View]) -> list[View]:
    """A chain from the layer on that says what it ends in: a linear activation adds nothing."""
    start = 0
    while (
        start + 1 < len(layers)
        and _is_activation(layers[start])
        and _activation(layers[start]) == "linear"
        and _activation(layers[start + 1]) is not None
    ):
        start += 1
    return layers[start:]


def _class(layer: View) -> str | None:
    return text_of(layer, "class_name")


def _is_activation(layer: View) -> bool:
    return _class(layer) in ACTIVATIONS


def _is_resize(layer: View) -> bool:
    return _class(layer) in ("Resizing", "UpSampling2D") and (
        text_of(layer.get("config"), "interpolation") == "bilinear"
    )


def _activation(layer: View) -> str | None:
    """Which of the three activations a layer ends in, or None for any other."""
    if _class(layer) == "Softmax":
        return "softmax"
    config = layer.get("config")
    if config is None:
        return None
    # A null is linear where Keras reads it; what a user's own layer does then, nobody knows.
    name = activation_of(config) if is_builtin(layer) else text_of(config, "activation")
    return name if name in _ACTIVATIONS else None


def _units(layer: View) -> int | None:
    config = layer.get("config")
    for key in ("units", "filters"):
        view = config.get(key) if config is not None else None
        if view is not None and isinstance(view.value, int) and not isinstance(view.value, bool):
            return view.value
    return None
