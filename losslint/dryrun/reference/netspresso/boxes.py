"""Boxes as (x1, y1, x2, y2) tuples of Python floats: one pair at a time, by the textbook."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from losslint.dryrun.reference.differentiable_array import number


class Box(NamedTuple):
    """Left, upper, right and lower edge, in one unit."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def area(self) -> float:
        return (self.x2 - self.x1) * (self.y2 - self.y1)

    def scaled(self, factor: float) -> Box:
        """The box in another unit."""
        return Box(*(edge * factor for edge in self))

    def centred(self) -> tuple[float, float, float, float]:
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


def centred_boxes(rows: Iterable[Iterable[float]]) -> list[Box]:
    """Boxes of rows (cx, cy, w, h)."""
    return [
        Box(*map(number, (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2))) for cx, cy, w, h in rows
    ]


def shared_area(a: Box, b: Box) -> float:
    """The area of the intersection."""
    width = min(a.x2, b.x2) - max(a.x1, b.x1)
    height = min(a.y2, b.y2) - max(a.y1, b.y1)
    return max(width, 0.0) * max(height, 0.0)


def around(a: Box, b: Box) -> Box:
    """The smallest box that holds both."""
    return Box(min(a.x1, b.x1), min(a.y1, b.y1), max(a.x2, b.x2), max(a.y2, b.y2))


def iou(a: Box, b: Box, epsilon: float = 0.0) -> float:
    """Intersection over union (+ epsilon)."""
    shared = shared_area(a, b)
    union = a.area + b.area - shared + epsilon
    return shared / union if union else math.nan


def giou(a: Box, b: Box, epsilon: float = 0.0) -> float:
    """Generalised IoU; epsilon is added to the union and bounds the hull from below."""
    union = a.area + b.area - shared_area(a, b)
    hull = max(around(a, b).area, epsilon)
    return iou(a, b, epsilon) - (around(a, b).area - union) / hull


def ciou(a: Box, b: Box, held: Box | None = None, epsilon: float = 1e-7) -> float:
    """Complete IoU; the trade-off of its aspect term is that of `held`, else of `a` itself."""
    ax, ay, _, _ = a.centred()
    bx, by, _, _ = b.centred()
    _, _, width, height = around(a, b).centred()
    distance = ((ax - bx) ** 2 + (ay - by) ** 2) / (width**2 + height**2 + epsilon)
    aspect = _aspect(held or a, b, epsilon)
    trade_off = aspect / (aspect - iou(held or a, b, epsilon) + 1 + epsilon)
    return iou(a, b, epsilon) - distance - trade_off * _aspect(a, b, epsilon)


def _aspect(a: Box, b: Box, epsilon: float) -> float:
    """How far the shapes differ, 0 … 1."""
    _, _, aw, ah = a.centred()
    _, _, bw, bh = b.centred()
    angle = np.arctan(aw / (ah + epsilon)) - np.arctan(bw / (bh + epsilon))
    return number(4 / math.pi**2 * angle**2)
