"""Which losses of the two styles belong side by side: those that `convert` relates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from losslint.catalog import keras
from losslint.catalog.equivalences import ROWS
from losslint.catalog.equivalences_model import Kind
from losslint.dryrun.records import Verdict

_KINDS: Mapping[Kind, str] = {
    "exact": "the same numbers",
    "conditional": "the same numbers under conditions",
    "lossy": "other numbers, with your consent",
}
_ORDER = tuple(_KINDS)
_CLASSES = {loss.name: loss.class_name or loss.name for loss in keras.LOSSES}

Loss = tuple[str, str]
"""The dialect of a loss, and its name there."""

Related = Mapping[tuple[Loss, Loss], Kind]
"""How two losses are related at best, by Keras's loss and NetsPresso's criterion."""


class Group(NamedTuple):
    """Verdicts side by side: by their numbers, with what `convert` says of each to the first."""

    numbers: list[int]
    relations: list[str]


def related() -> Related:
    """Keras's class and NetsPresso's criterion, where a row relates the two in either direction."""
    found: dict[tuple[Loss, Loss], Kind] = {}
    for row in ROWS:
        if row.part != "loss" or row.target is None or row.kind not in _ORDER:
            continue
        for loss in row.losses:
            # Of a row from Keras the source is Keras's loss, of one to Keras the target.
            ours, theirs = (row.target, loss) if row.target in _CLASSES else (loss, row.target)
            key = (("keras", _CLASSES.get(ours, ours)), ("netspresso", theirs))
            found[key] = min(found.get(key, row.kind), row.kind, key=_ORDER.index)
    return found


def grouped(verdicts: Sequence[Verdict]) -> list[Group]:
    """The verdicts in groups, in the order of their first ones.

    A loss of Keras stands beside the criterion of the same run, type and place that is nearest to
    it; all others stand alone.
    """
    known = related()
    homes = {
        (_place(verdict), (verdict.dialect, verdict.name)): number
        for number, verdict in reversed(list(enumerate(verdicts)))
    }
    groups: dict[int, Group] = {}
    for number, verdict in enumerate(verdicts):
        home, kind = _home(verdict, known, homes)
        groups.setdefault(number if home is None else home, Group([], []))
        group = groups[number if home is None else home]
        group.numbers.append(number)
        group.relations.append(_KINDS[kind] if kind is not None else "")
    return [_head_first(head, group) for head, group in groups.items()]


def _home(
    verdict: Verdict, known: Related, homes: Mapping[tuple[tuple[str, ...], Loss], int]
) -> tuple[int | None, Kind | None]:
    """The number of the criterion beside which a verdict stands, and how the two are related."""
    place = _place(verdict)
    near = [
        (kind, homes[place, other])
        for (loss, other), kind in known.items()
        if loss == (verdict.dialect, verdict.name) and (place, other) in homes
    ]
    if not near:
        return None, None
    kind, home = min(near, key=lambda each: (_ORDER.index(each[0]), each[1]))
    return home, kind


def _head_first(head: int, group: Group) -> Group:
    order = sorted(range(len(group.numbers)), key=lambda at: group.numbers[at] != head)
    return Group([group.numbers[at] for at in order], [group.relations[at] for at in order])


def _place(verdict: Verdict) -> tuple[str, ...]:
    amp = "amp" if verdict.amp else ""
    return (verdict.node or "", verdict.device, verdict.dtype, amp)
