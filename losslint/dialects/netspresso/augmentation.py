"""What the transforms of NetsPresso Trainer do to a label map: which of them label pixels with 255.

`pad` and `randomcrop` enlarge what is smaller than their size, `randomzoomout` whatever it gets;
what they add has the label 255. So the size that an image has by then is followed along, as far as
the transforms before tell it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from losslint.syntax.resolved_node import ResolvedNode

UNDEFINED = 255
"""The label of what is added, and of a colour that is no class."""


class Filling(NamedTuple):
    """A transform that labels pixels with 255; `certain` where it does so with any usual image."""

    name: str
    certain: bool


class _Size(NamedTuple):
    """Height and width, at least and at most."""

    least: tuple[float, float] = (0, 0)
    most: tuple[float, float] = (float("inf"), float("inf"))

    @property
    def is_known(self) -> bool:
        return max(self.most) < float("inf")


_EXACT = ("resize", "randomresizedcrop", "centercrop")
# They leave the size as it is.
_SIZED_ALIKE = (
    "colorjitter", "hsvjitter", "randomhorizontalflip", "randomverticalflip", "randomerasing",
    "trivialaugmentwide", "autoaugment", "normalize", "totensor",
)  # fmt: skip


def filling(transforms: Iterable[ResolvedNode]) -> Filling | None:
    """The first transform that labels pixels with 255; one that does so for sure goes before."""
    size, possible = _Size(), None
    for transform in transforms:
        name = name_of(transform)
        found = _fills(name, transform, size)
        if found is not None and found.certain:
            return found
        possible = possible or found
        size = _after(name, transform, size)
    return possible


def final_side(transforms: Iterable[ResolvedNode]) -> int | None:
    """The side of the square that every image is in the end; None where it is not known."""
    size = _Size()
    for transform in transforms:
        size = _after(name_of(transform), transform, size)
    height, width = size.least
    is_sure = size.least == size.most and height == width
    return int(height) if is_sure and height == int(height) else None


def name_of(transform: ResolvedNode) -> str:
    """A transform's name as the trainer looks it up; empty where it cannot be told."""
    view = transform.get("name") if transform.is_mapping else None
    return str(view.value).lower() if view is not None and view.kind == "str" else ""


def _fills(name: str, transform: ResolvedNode, size: _Size) -> Filling | None:
    if name == "randomzoomout":
        sides = [_number(each) for each in _items(transform, "side_range")]
        grows = len(sides) != 2 or sides[1] is None or sides[1] > 1
        chance = _number(transform.get("p"))
        return Filling(name, True) if grows and (chance is None or chance > 0) else None
    wanted = _size_of(transform) if name in ("pad", "randomcrop") else None
    if wanted is None:
        # A size that only another file tells is larger than some image.
        return Filling(name, name == "pad") if name in ("pad", "randomcrop") else None
    if all(has >= asked for has, asked in zip(size.least, wanted, strict=True)):
        return None
    too_small = size.is_known and any(
        least < asked and most <= asked for least, most, asked in zip(*size, wanted, strict=True)
    )
    return Filling(name, name == "pad" or too_small)


def _after(name: str, transform: ResolvedNode, size: _Size) -> _Size:
    """The size behind a transform."""
    if name in _SIZED_ALIKE:
        return size
    wanted = _size_of(transform)
    if name == "pad":
        return _Size(*(_larger(each, wanted) for each in size)) if wanted else _Size(size.least)
    if name == "randomzoomout":
        return _Size(size.least)
    if name == "resize" and len(_items(transform, "size")) != 2:
        return _resized(transform)
    is_exact = name in _EXACT or name == "randomcrop"
    return _Size(wanted, wanted) if is_exact and wanted is not None else _Size()


def _larger(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), max(one[1], other[1])


def _resized(transform: ResolvedNode) -> _Size:
    """What `resize` makes with one number, by the side that it is meant for."""
    side = _number(transform.get("size"))
    criteria, limit = transform.get("resize_criteria"), transform.get("max_size")
    if side is None or criteria is None:
        return _Size()
    if criteria.value == "long":
        return _Size(most=(side, side))
    is_free = criteria.value == "short" and limit is not None and limit.kind == "null"
    return _Size(least=(side, side)) if is_free else _Size()


def _size_of(transform: ResolvedNode) -> tuple[float, float] | None:
    """`size` as height and width."""
    view = transform.get("size") if transform.is_mapping else None
    sides = [_number(each) for each in view.items()] if view is not None and view.is_list else []
    if not sides:
        sides = [_number(view)]
    first, last = sides[0], sides[-1]
    return (first, last) if first is not None and last is not None else None


def _items(transform: ResolvedNode, key: str) -> list[ResolvedNode]:
    view = transform.get(key) if transform.is_mapping else None
    return view.items() if view is not None else []


def _number(view: ResolvedNode | None) -> float | None:
    value = view.value if view is not None else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
