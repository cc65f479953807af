"""A view as plain Python data."""

from losslint.syntax.member import Member
from losslint.syntax.resolved_node import ResolvedNode
from losslint.syntax.scalars import UNKNOWN, Unknown

_MAX_PLAIN = 20_000


def plain(view: ResolvedNode, *, typed_keys: bool = False) -> object:
    """The Python data of a view: None, bool, int, float, str, list and dict, or an `Unknown`.

    What is nested too deeply or repeated by aliases beyond a bound becomes UNKNOWN. Keys are their
    text, or with `typed_keys` what the reader of the file makes of it.
    """
    result: list[object] = [None]
    # (view, container, slot): the container takes the value under the slot.
    todo: list[tuple[ResolvedNode, object, object]] = [(view, result, 0)]
    budget = _MAX_PLAIN
    while todo:
        current, container, slot = todo.pop()
        budget -= 1
        value: object
        if budget < 0:
            value = UNKNOWN
        elif current.is_mapping:
            value = dict[object, object]()
            members = [
                (typed_key(member, child) if typed_keys else member.name, child)
                for member, child in current.pairs()
            ]
            value.update((key, None) for key, _ in members)
            todo += [(child, value, key) for key, child in members]
        elif current.is_list:
            items = current.items()
            value = [None] * len(items)
            todo += [(child, value, index) for index, child in enumerate(items)]
        else:
            value = current.value
        container[slot] = value  # type: ignore[index]
    return result[0]


def typed_key(member: Member, value: ResolvedNode) -> object:
    """A key as the reader gives it, which need not be text; its text where that is unknown."""
    key = value.reader.value_of(member.key)
    return member.name if isinstance(key, Unknown) else key


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
