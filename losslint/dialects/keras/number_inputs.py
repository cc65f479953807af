"""The numbers that a layer reads, where they are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from losslint.dialects.keras.activations import Bounds
from losslint.dialects.keras.graph import Operand, Place, Tensor
from losslint.dialects.keras.merges import Numbers
from losslint.dialects.keras.shapes import ShapeReader

NOTHING: Final = Numbers()


class NumberInputs:
    """What is known of the tensors of a model: their numbers so far, and their shapes."""

    def __init__(self, shapes: ShapeReader) -> None:
        self.shapes = shapes
        self.known: dict[Tensor, Numbers] = {}

    def operands(self, place: Place) -> list[Numbers]:
        """The numbers that a layer reads."""
        return [self.operand(each) for each in place.reads]

    def first(self, place: Place) -> Numbers:
        """The numbers of the first tensor that a layer reads."""
        tensors = [each for each in place.reads if isinstance(each, Tensor)]
        return self.known.get(tensors[0], NOTHING) if tensors else NOTHING

    def operand(self, operand: Operand) -> Numbers:
        """The numbers of a tensor, or the number that is written instead of one."""
        if isinstance(operand, Tensor):
            return self.known.get(operand, NOTHING)
        if operand is None:
            return NOTHING
        return Numbers(Bounds(operand, operand, exact=True), sources=frozenset())


# What a layer makes of what it reads.
Makes = Callable[[NumberInputs, Place], Numbers]
