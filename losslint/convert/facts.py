"""What a file tells of the model around its losses: task, final activation, outputs, classes."""

from __future__ import annotations

from types import MappingProxyType

from losslint.catalog.equivalences_model import FactName
from losslint.convert.model import Facts
from losslint.dialects.model import Site
from losslint.syntax.plain import plain
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
    from losslint.catalog.netspresso import HEADS, TASKS

    task = site.owner.get("task")
    if task is not None and task.value in TASKS:
        return _facts({"task": str(task.value)})
    architecture = site.owner.get("architecture")
    head = architecture.get("head") if architecture is not None else None
    name = head.get("name") if head is not None else None
    known = HEADS.get(str(name.value)) if name is not None else None
    return _facts({"task": known} if known else {})


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
    """What the model config beside a compile config tells; nothing of a subclassed model."""
    config = site.root.get("config")
    layers = config.get("layers") if config is not None else None
    name = site.root.get("class_name")
    compiled = site.root.get("compile_config")
    if layers is None or name is None or config is None or compiled is None:
        return Facts()
    if compiled.at != site.owner.at:
        return Facts()
    every = layers.items()[:_MAX_LAYERS]
    known: dict[FactName, str] = {}
    if any(_is_regularized(layer) for layer in every):
        known["regularizer"] = "yes"
    if name.value == "Sequential" and every:
        known["outputs"] = "one"
        return _ending(every, known)
    outputs = config.get("output_layers")
    if name.value != "Functional" or outputs is None:
        return _facts(known)
    references = _references(plain(outputs))
    if len(references) > 1:
        known["outputs"] = "same" if len(set(references)) == 1 else "several"
    else:
        known["outputs"] = "one"
    last = [layer for layer in every if references and _name(layer) == references[0][0]]
    return _ending(last, known) if len(set(references)) == 1 and last else _facts(known)


def _is_regularized(layer: View) -> bool:
    config = layer.get("config")
    return config is not None and any(
        member.name.endswith("_regularizer") and value.kind != "null"
        for member, value in config.pairs()
    )


def _references(value: object) -> list[tuple[str, str]]:
    """The tensors [layer, node, tensor] of an `output_layers` value: one, a list or a mapping."""
    found: list[tuple[str, str]] = []
    todo = [value]
    while todo:
        current = todo.pop()
        if isinstance(current, dict):
            todo += reversed(list(current.values()))
        elif isinstance(current, list) and current and isinstance(current[0], str):
            found.append((current[0], repr(current[1:])))
        elif isinstance(current, list):
            todo += reversed(current)
    return found


def _name(layer: View) -> object:
    named = layer.get("name") or (layer.get("config") or layer).get("name")
    return named.value if named is not None else None


def _ending(layers: list[View], known: dict[FactName, str]) -> Facts:
    """The end of a chain of layers: its activation, its units, and whether it was resized."""
    head, index = _activation(layers[-1]), len(layers) - 1
    if head is None and _is_pure_activation(layers[-1]):
        return _facts(known)
    if _is_resize(layers[index]) and index:
        head = _activation(layers[index - 1]) or "other"
        known["resize"] = "probabilities" if head == "softmax" else "logits"
        index -= 1
    elif _is_pure_activation(layers[index]) and index:
        index -= 1
        if _is_resize(layers[index]) and index:
            known["resize"] = "logits"
            index -= 1
    known["head"] = head or "other"
    units = _units(layers[index])
    if units is None:
        return _facts(known)
    known["units"] = "one" if units == 1 else "several"
    return _facts(known, units if units > 1 else None)


def _value_of(layer: View, key: str) -> object:
    config = layer.get("config")
    view = config.get(key) if config is not None else None
    return view.value if view is not None else None


def _class(layer: View) -> object:
    view = layer.get("class_name")
    return view.value if view is not None else None


def _is_pure_activation(layer: View) -> bool:
    return _class(layer) in ("Softmax", "Activation")


def _is_resize(layer: View) -> bool:
    return _class(layer) in ("Resizing", "UpSampling2D") and (
        _value_of(layer, "interpolation") == "bilinear"
    )


def _activation(layer: View) -> str | None:
    if _class(layer) == "Softmax":
        return "softmax"
    value = _value_of(layer, "activation")
    return value if isinstance(value, str) and value in _ACTIVATIONS else None


def _units(layer: View) -> int | None:
    for key in ("units", "filters"):
        value = _value_of(layer, key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None
