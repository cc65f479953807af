"""Boxes as (x1, y1, x2, y2), by the textbook; an edge may be an array, as the result is then."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np


class Box(NamedTuple):
    """Left, upper, right and lower edge, in one unit."""

    x1: Any
    y1: Any
    x2: Any
    y2: Any

    @property
    def area(self) -> Any:
        return (self.x2 - self.x1) * (self.y2 - self.y1)

    def scaled(self, factor: Any) -> Box:
        """The box in another unit."""
        return Box(*(edge * factor for edge in self))

    def centred(self) -> tuple[Any, Any, Any, Any]:
        """Centre and size: (cx, cy, w, h)."""
        return (
            (self.x1 + self.x2) / 2,
            (self.y1 + self.y2) / 2,
            self.x2 - self.x1,
            self.y2 - self.y1,
        )


def corner_boxes(rows: Iterable[Iterable[float]]) -> list[Box]:
    """Boxes of rows (x1, y1, x2, y2)."""
    return [Box(*map(float, row)) for row in rows]


def box_of_arrays(rows: Any, centred: bool = False) -> Box:
    """All boxes of rows (x1, y1, x2, y2), or (cx, cy, w, h), as one whose edges are arrays."""
    one, two, three, four = (rows[:, column] for column in range(4))
    if not centred:
        return Box(one, two, three, four)
    return Box(one - three / 2, two - four / 2, one + three / 2, two + four / 2)


def shared_area(a: Box, b: Box) -> Any:
    """The area of the intersection."""
    width = np.minimum(a.x2, b.x2) - np.maximum(a.x1, b.x1)
    height = np.minimum(a.y2, b.y2) - np.maximum(a.y1, b.y1)
    return np.maximum(width, 0.0) * np.maximum(height, 0.0)


def around(a: Box, b: Box) -> Box:
    """The smallest box that holds both."""
    low = (np.minimum(a.x1, b.x1), np.minimum(a.y1, b.y1))
    return Box(*low, np.maximum(a.x2, b.x2), np.maximum(a.y2, b.y2))


def iou(a: Box, b: Box, epsilon: float = 0.0) -> Any:
    """Intersection over union (+ epsilon); NaN of two boxes without area."""
    shared = shared_area(a, b)
    with np.errstate(invalid="ignore"):
        return shared / (a.area + b.area - shared + epsilon)


def giou(a: Box, b: Box, epsilon: float = 0.0) -> Any:
    """Generalised IoU; epsilon is added to the union and bounds the hull from below."""
    union = a.area + b.area - shared_area(a, b)
    hull = np.maximum(around(a, b).area, epsilon)
    return iou(a, b, epsilon) - (around(a, b).area - union) / hull


def ciou(a: Box, b: Box, held: Box | None = None, epsilon: float = 1e-7) -> Any:
    """Complete IoU; the trade-off of its aspect term is that of `held`, else of `a` itself."""
    ax, ay, _, _ = a.centred()
    bx, by, _, _ = b.centred()
    _, _, width, height = around(a, b).centred()
    distance = ((ax - bx) ** 2 + (ay - by) ** 2) / (width**2 + height**2 + epsilon)
    aspect = _aspect(held or a, b, epsilon)
    trade_off = aspect / (aspect - iou(held or a, b, epsilon) + 1 + epsilon)
    return iou(a, b, epsilon) - distance - trade_off * _aspect(a, b, epsilon)


def _aspect(a: Box, b: Box, epsilon: float) -> Any:
    """How far the shapes differ, 0 … 1."""
    _, _, aw, ah = a.centred()
    _, _, bw, bh = b.centred()
    angle = np.arctan(aw / (ah + epsilon)) - np.arctan(bw / (bh + epsilon))
    return 4 / math.pi**2 * angle**2
