"""Keras models out of the steps of their heads."""

from __future__ import annotations

import copy
from typing import Any

import keras
from keras.src.ops import nn, numpy

from .model_steps import is_layer
from .own_code import LAYERS, own_sigmoid

INPUTS = {"vector": (4,), "sequence": (5, 4), "map": (4, 4, 2)}


def build(case: dict[str, Any]) -> tuple[Any, Any]:
    """The model, and another one that gives what its heads give as a list."""
    start = keras.Input(INPUTS[case["kind"]], name="start")
    heads = case["heads"]
    if case["sequential"]:
        model = keras.Sequential([start])
        shape = start.shape
        for step in [*case["trunk"], *heads[0]["steps"]]:
            model.add(_in_sequential(step, shape[1:]))
            shape = model.outputs[0].shape
        return model, model
    body = applied(case["trunk"], start)
    if case["shared"]:
        return _with_shared_layer(case, start, body)
    ends = [applied(head["steps"], body, head["name"]) for head in heads]
    if case["inside"]:
        # A model of several outputs inside another, which hands them on.
        inner = keras.Model(start, keras.tree.map_structure(ends.__getitem__, case["outputs"]))
        outer = keras.Input(INPUTS[case["kind"]], name="first")
        outputs = inner(outer)
        flat = [None] * len(heads)
        for index, end in zip(_flat(case["outputs"]), keras.tree.flatten(outputs), strict=True):
            flat[index] = end
        return keras.Model(outer, outputs), keras.Model(outer, flat)
    outputs = keras.tree.map_structure(ends.__getitem__, case["outputs"])
    return keras.Model(start, outputs), keras.Model(start, ends)


def _flat(structure: Any) -> list[int]:
    found: list[int] = keras.tree.flatten(structure)
    return found


def _with_shared_layer(case: dict[str, Any], start: Any, body: Any) -> tuple[Any, Any]:
    """One layer, or one model, that gives every output from another tensor each."""
    last = _single(case["heads"][0]["steps"][0], case["heads"][0]["name"])
    bodies = [keras.layers.Rescaling(1.0 + n)(body) for n in range(len(case["heads"]))]
    ends = [last(each) for each in bodies]
    outputs = keras.tree.map_structure(ends.__getitem__, case["outputs"])
    return keras.Model(start, outputs), keras.Model(start, ends)


def applied(steps: list[Any], tensor: Any, name: str | None = None) -> Any:
    """A tensor after all steps; the last of them bears the name."""
    for number, step in enumerate(steps):
        tensor = _apply(step, tensor, name if number == len(steps) - 1 else None)
    return tensor


def _apply(step: list[Any], tensor: Any, name: str | None) -> Any:
    kind = step[0]
    if kind == "merge":
        branches = [applied(branch, tensor) for branch in step[2]]
        return getattr(keras.layers, step[1])(**step[3], **_named(name))(branches)
    if kind == "op":
        operation = getattr(nn, step[1], None) or getattr(numpy, step[1])
        return operation(**step[2], **_named(name))(tensor)
    if kind == "one_minus":
        return numpy.Subtract(**_named(name))(1.0, tensor)
    if kind == "over_sum":
        whole = numpy.Sum(axis=-1, keepdims=True)(tensor)
        return numpy.TrueDivide(**_named(name))(tensor, whole)
    if kind == "over_length":
        square = numpy.Sum(axis=-1, keepdims=True)(numpy.Square()(tensor))
        length = numpy.Sqrt()(numpy.Add()(square, 1e-12))
        return numpy.TrueDivide(**_named(name))(tensor, length)
    if kind == "model":
        if step[1] == "Sequential" and not all(map(is_layer, step[2])):
            step = [kind, "Functional", step[2]]
        if step[1] == "Functional":
            return _functional(step[2], tensor.shape[1:], name)(tensor)
    return _single(step, name)(tensor)


def _functional(steps: list[Any], shape: Any, name: str | None) -> Any:
    inner = keras.Input(shape)
    return keras.Model(inner, applied(steps, inner), **_named(name))


def _in_sequential(step: list[Any], shape: Any) -> Any:
    """A layer, or a model of any kind, that follows an output of a shape."""
    if step[0] == "model" and not is_layer(step):
        return _functional(step[2], shape, None)
    return _single(step, None)


def _single(step: list[Any], name: str | None) -> Any:
    """One layer, or one Sequential model."""
    kind = step[0]
    if kind == "own":
        if step[1] == "sigmoid_function":
            return keras.layers.Activation(own_sigmoid, **_named(name))
        return LAYERS[step[1]](**_named(name))
    if kind == "model":
        return keras.Sequential([_single(each, None) for each in step[2]], **_named(name))
    if kind == "wrap":
        return getattr(keras.layers, step[1])(_single(step[2], None), **step[3], **_named(name))
    config = copy.deepcopy(step[2])
    if isinstance(config.get("output_shape"), list):
        config["output_shape"] = tuple(config["output_shape"])
    return getattr(keras.layers, step[1])(**config, **_named(name))


def _named(name: str | None) -> dict[str, str]:
    return {"name": name} if name else {}
