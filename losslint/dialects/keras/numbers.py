"""What the numbers of a tensor are for certain: their range, their sum, what they come from.

Each layer is asked what it makes of what it reads, from the layers with weights of their own to
the output of the model. A layer that is not understood gives numbers of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from losslint.dialects.keras.activated_numbers import ACTIVATED
from losslint.dialects.keras.graph import Operand, Place
from losslint.dialects.keras.layer_kinds import Role
from losslint.dialects.keras.layers import Layer, is_cast
from losslint.dialects.keras.merges import Numbers
from losslint.dialects.keras.moved_numbers import MOVED
from losslint.dialects.keras.number_inputs import NOTHING, Makes, NumberInputs

_MAKES: Final[Mapping[Role, Makes]] = MappingProxyType({**ACTIVATED, **MOVED})


class NumberReader(NumberInputs):
    """The numbers of the tensors of a model, read by `Graph.walk`."""

    unknown = NOTHING

    def needs(self, place: Place) -> Sequence[Operand]:
        """What a layer reads, unless its own weights make any number of anything."""
        role = place.layer.kind.role
        if not place.layer.is_builtin or role in ("computes", "recurs", "centres", "other"):
            return ()
        return place.reads

    def read(self, place: Place) -> Numbers:
        """What a layer makes of what it reads."""
        layer = place.layer
        if not layer.is_builtin:
            return NOTHING
        if layer.class_name == "InputLayer":
            return Numbers(sources=frozenset((layer.view.at,)))
        of = _MAKES.get(layer.kind.role)
        if of is None or (place.result and layer.kind.role in ("computes", "recurs", "centres")):
            return NOTHING
        found = of(self, place)
        if layer.kind.role not in ("holds", "enters") and is_cast(layer):
            found = found._replace(cast=True)
        return found._replace(hidden=True) if layer.kind.hides and _is_hiding(layer) else found


def _is_hiding(layer: Layer) -> bool:
    """Whether TensorFlow does not find the activation that a layer itself does not apply."""
    if layer.class_name in ("Cast", "SaturateCast"):
        # Nothing is done where it is float32 already; else the layer before says so.
        return layer.value("dtype") != "float32"
    return layer.kind.role not in ("computes", "activates", "centres", "enters")
