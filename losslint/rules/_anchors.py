"""The anchors of YOLO-Fastest, which stand in three places of a model file."""

from losslint.rules.base import ResolvedNode
from losslint.syntax.plain import plain
from losslint.syntax.scalars import Unknown

AnchorLevels = tuple[tuple[float, ...], ...]


def read_levels(view: ResolvedNode | None) -> AnchorLevels | None:
    """Anchors as a flat list of numbers a level; None where that is not what stands there."""
    if view is None or not view.is_list:
        return None
    data = plain(view)
    assert isinstance(data, list)
    levels: list[tuple[float, ...]] = []
    for level in data:
        flat = _flat(level)
        if not flat:
            return None
        levels.append(flat)
    return tuple(levels) or None


def _flat(level: object) -> tuple[float, ...] | None:
    """One level: [w, h, w, h, …], or the same in pairs."""
    if not isinstance(level, list):
        return None
    numbers: list[float] = []
    for item in level:
        for number in item if isinstance(item, list) else [item]:
            if isinstance(number, (bool, Unknown)) or not isinstance(number, (int, float)):
                return None
            numbers.append(number)
    return tuple(numbers)


def anchors_text(anchors: ResolvedNode, before: int) -> str | None:
    """How to write the anchors of a place again, somewhere behind it.

    A list with a YAML anchor of its own is referred to, when it stands before the offset `before`;
    any other is written out in one line, with the numbers spelt as they are.
    """
    name = anchors.node.anchor
    if name is not None and anchors.language.has_anchors and anchors.node.end <= before:
        return f"*{name}"
    rows: list[str] = []
    for level in anchors.items():
        words: list[str] = []
        for item in level.items():
            if item.kind not in ("int", "float"):
                return None
            words.append(item.text[item.node.start : item.node.end])
        rows.append(f"[{', '.join(words)}]")
    return f"[{', '.join(rows)}]" if rows else None
