"""Losses that fail at one place and are right at every other: what a fleet is compared for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from losslint.dryrun.records import Verdict


class _Axis(NamedTuple):
    """In what places differ, and how one of them is named in a sentence."""

    of: Callable[[Verdict], str]
    words: str


_AXES = (
    _Axis(lambda verdict: verdict.node or "", "on {}"),
    _Axis(lambda verdict: verdict.backend, "with {}"),
    _Axis(lambda verdict: verdict.device, "on {}"),
)


def mark_outliers(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts in their order; one that fails at its place alone says so in `alone`."""
    alone = {id(verdict) for group, _ in _failures_at_one_place(verdicts) for verdict in group}
    return [verdict._replace(alone=id(verdict) in alone) for verdict in verdicts]


def outlier_lines(verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each place at which losses fail that are right at every other.

    Where no framework could be started the place is at fault, and no loss.
    """
    losses: dict[str, list[str]] = {}
    for group, place in _failures_at_one_place(verdicts):
        if group[0].runtime:
            losses.setdefault(place, []).append(group[0].name)
    lines = []
    for place, found in losses.items():
        names = list(dict.fromkeys(found))
        fail = "fails" if names[1:] == [] else "fail"
        lines.append(f"{', '.join(names)} {fail} {place} alone")
    return lines


def _failures_at_one_place(verdicts: Iterable[Verdict]) -> Iterable[tuple[list[Verdict], str]]:
    """For each loss that fails at one place alone: its verdicts there, and the place in words."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(_same_loss(verdict), []).append(verdict)
    for group in groups.values():
        failing = [verdict for verdict in group if not verdict.ok]
        places = [
            axis.words.format(axis.of(failing[0]))
            for axis in _AXES
            if failing
            and axis.of(failing[0])
            and len({axis.of(verdict) for verdict in failing}) == 1
            and len({axis.of(verdict) for verdict in group}) > 1
        ]
        if places and len(failing) < len(group):
            yield failing, " ".join(places)


def _same_loss(verdict: Verdict) -> str:
    """What the verdicts on one entry of one file, or on one loss of the catalog, have in common.

    The place in the file is the entry's, or that of the parameter that it fails for.
    """
    place = "" if verdict.location is None else verdict.location.filename
    params = json.dumps(verdict.params, default=str)
    return f"{place}\n{verdict.dialect}\n{verdict.name}\n{verdict.dtype}{verdict.amp}\n{params}"
