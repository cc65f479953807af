"""Box geometry of the detection criteria.

A box is a row of four numbers: its corners (x1, y1, x2, y2), or its centre and size
(cx, cy, w, h). Both are in one unit, whatever it is. All functions broadcast over the leading
axes and keep device and element type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import torch
from torch import Tensor

EPSILON = 1e-7
"""Keeps the YOLO quotients finite for boxes without area."""


def to_corners(boxes: Tensor) -> Tensor:
    """(cx, cy, w, h) to (x1, y1, x2, y2)."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat([centre - half, centre + half], -1)


def to_centred(boxes: Tensor) -> Tensor:
    """(x1, y1, x2, y2) to (cx, cy, w, h)."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return torch.cat([(low + high) / 2, high - low], -1)


def ordered(corners: Tensor) -> Tensor:
    """The same boxes, none of them inside out.

    Raises:
        ValueError: a box ends before it begins, or a number is NaN. That also catches boxes
            which an earlier criterion of the list has already turned into (cx, cy, w, h).
    """
    if not bool((corners[..., 2:] >= corners[..., :2]).all()):
        raise ValueError("invalid box: its right or lower edge lies before its left or upper edge")
    return corners


def area(corners: Tensor) -> Tensor:
    """The area of boxes given by their corners."""
    size = corners[..., 2:] - corners[..., :2]
    return size[..., 0] * size[..., 1]


def intersection(a: Tensor, b: Tensor) -> Tensor:
    """The area that boxes share, given by their corners."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    size = (high - low).clamp(min=0)
    return size[..., 0] * size[..., 1]


def hull(a: Tensor, b: Tensor) -> Tensor:
    """The smallest boxes that hold both, all given by their corners."""
    low, high = torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])
    return torch.cat([low, high], -1)


def iou_and_union(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection over union, and the union, of boxes given by their corners."""
    shared = intersection(a, b)
    union = area(a) + area(b) - shared
    return shared / union, union


def giou(a: Tensor, b: Tensor) -> Tensor:
    """Generalised IoU (Rezatofighi et al., 2019) of boxes given by their corners."""
    iou, union = iou_and_union(a, b)
    around = area(hull(a, b))
    return iou - (around - union) / around


def ciou(a: Tensor, b: Tensor) -> Tensor:
    """Complete IoU (Zheng et al., 2020) of boxes given by their corners.

    The trade-off factor of the aspect term is held constant in the backward pass, as in the paper.
    """
    shared = intersection(a, b)
    iou = shared / (area(a) + area(b) - shared + EPSILON)
    shift = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    around = hull(a, b)
    diagonal = (around[..., 2:] - around[..., :2]).square().sum(-1) + EPSILON
    aspect = 4 / math.pi**2 * (_slope(a) - _slope(b)).square()
    with torch.no_grad():
        trade_off = aspect / (aspect - iou + 1 + EPSILON)
    return iou - shift.square().sum(-1) / diagonal - trade_off * aspect


def _slope(corners: Tensor) -> Tensor:
    """The angle of each box's aspect ratio."""
    size = corners[..., 2:] - corners[..., :2]
    return torch.atan(size[..., 0] / (size[..., 1] + EPSILON))


def encode(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Boxes relative to their anchors: (dx / w, dy / h, log w ratio, log h ratio).

    Both are given by their corners (Ren et al., Faster R-CNN, 2015).
    """
    centre, size = _centre_and_size(boxes)
    anchor_centre, anchor_size = _centre_and_size(anchors)
    return torch.cat([(centre - anchor_centre) / anchor_size, torch.log(size / anchor_size)], -1)


def _centre_and_size(corners: Tensor) -> tuple[Tensor, Tensor]:
    size = corners[..., 2:] - corners[..., :2]
    return corners[..., :2] + size / 2, size


Points = TypeVar("Points")


def joined(kind: Callable[..., Points], levels: Sequence[Iterable[Tensor]]) -> Points:
    """The points of several levels, one after the other; the last two fields are of all images."""
    *by_image, places, strides = zip(*levels, strict=True)
    of_images = (torch.cat(parts, 1) for parts in by_image)
    return kind(*of_images, torch.cat(places), torch.cat(strides))


def cell_grid(height: int, width: int) -> Tensor:
    """(height · width, 2) int64: column and row of each cell of a map, row by row."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([columns.reshape(-1), rows.reshape(-1)], -1)
