"""A view as plain Python data."""

from __future__ import annotations

from losslint.syntax.scalars import UNKNOWN, Unknown
from losslint.syntax.view import View

_MAX_PLAIN = 20_000


def plain(view: View) -> object:
    """The Python data of a view: None, bool, int, float, str, list and dict, or an `Unknown`.

    What is nested too deeply or repeated by aliases beyond a bound becomes UNKNOWN.
    """
    result: list[object] = [None]
    # (view, container, slot): the container takes the value under the slot.
    todo: list[tuple[View, object, object]] = [(view, result, 0)]
    budget = _MAX_PLAIN
    while todo:
        current, container, slot = todo.pop()
        budget -= 1
        value: object
        if budget < 0:
            value = UNKNOWN
        elif current.is_mapping:
            value = dict[str, object]()
            members = current.pairs()
            for member, _ in members:
                value[member.name] = None
            todo += [(child, value, member.name) for member, child in members]
        elif current.is_list:
            items = current.items()
            value = [None] * len(items)
            todo += [(child, value, index) for index, child in enumerate(items)]
        else:
            value = current.value
        container[slot] = value  # type: ignore[index]
    return result[0]


def holds_unknown(value: object) -> bool:
    """Whether plain data holds a value, at any depth, that the file alone does not tell."""
    todo = [value]
    while todo:
        current = todo.pop()
        if isinstance(current, Unknown):
            return True
        if isinstance(current, dict):
            todo += current.values()
        elif isinstance(current, list):
            todo += current
    return False
