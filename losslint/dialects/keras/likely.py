"""What an output of a model most likely ends in: for convert, which needs an answer.

A likely answer is better than none: the config of a user's own layer counts as well.
"""

from typing import NamedTuple

from losslint.dialects.keras.layers import Layer, activation_of, text_of

_COMPARED = ("softmax", "sigmoid", "linear")


class LikelyEnding(NamedTuple):
    """One output as it most likely ends; a likely answer is better than none.

    `head` is "softmax", "sigmoid", "linear" or "other"; `resize` says what a resizing of maps at
    the end gets: "probabilities" or "logits". `classes`: the units, where they count the last axis.
    """

    head: str | None = None
    resize: str | None = None
    units: int | None = None
    classes: int | None = None


def likely_ending(layers: tuple[Layer, ...]) -> LikelyEnding:
    """The end of a chain of layers, the last one first."""
    layers = tuple(each for each in layers if each.kind.hides or each.kind.role != "passes")
    moved = next((i for i, each in enumerate(layers) if not _only_moves(each)), len(layers))
    behind = _without_linear(layers[moved:])
    if moved:
        # Logits stay logits; but the logits of a softmax no backend finds behind these again.
        is_linear = bool(behind) and _likely_activation(behind[0]) == "linear"
        return LikelyEnding("linear" if is_linear else "other")
    return _likely(behind) if behind else LikelyEnding()


def _likely(chain: tuple[Layer, ...]) -> LikelyEnding:
    """The ending of a chain whose last layer is more than a linear activation."""
    head, index, resize = _likely_activation(chain[0]), 0, None
    activates = chain[0].kind.role == "activates"
    if head is None and activates:
        return LikelyEnding()
    if _is_resize(chain[0]) and len(chain) > 1:
        head, index = _likely_activation(chain[1]) or "other", 1
        if head != "sigmoid":
            resize = "probabilities" if head == "softmax" else "logits"
    elif activates and len(chain) > 1:
        index = 1
        if _is_resize(chain[1]) and len(chain) > 2:
            index = 2
            # What the criterion resizes and compares are logits of a softmax.
            if head != "sigmoid" and _likely_activation(chain[2]) in (None, "linear"):
                resize = "logits"
    units = chain[index].number("units")
    if units is None:
        units = chain[index].number("filters")
    counts = units is not None and units > 1 and not chain[index].is_channels_first
    return LikelyEnding(head or "other", resize, units, units if counts else None)


def _only_moves(layer: Layer) -> bool:
    return layer.is_builtin and layer.kind.role in ("passes", "moves", "holds")


def _without_linear(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """A chain from the layer on that says what it ends in: a linear activation adds nothing."""
    start = 0
    while (
        start + 1 < len(layers)
        and layers[start].kind.role == "activates"
        and _likely_activation(layers[start]) == "linear"
        and _likely_activation(layers[start + 1]) is not None
    ):
        start += 1
    return layers[start:]


def _is_resize(layer: Layer) -> bool:
    is_bilinear = text_of(layer.config, "interpolation") == "bilinear"
    return layer.kind.role == "resizes" and is_bilinear


def _likely_activation(layer: Layer) -> str | None:
    """Which of the activations that a loss asks for a layer ends in; None for any other."""
    if layer.class_name == "Softmax":
        return "softmax"
    if layer.config is None:
        return None
    # A null is linear where Keras reads it; what a user's own layer does then, nobody knows.
    by_user = text_of(layer.config, "activation")
    name = activation_of(layer.config) if layer.is_builtin else by_user
    return name if name in _COMPARED else None
