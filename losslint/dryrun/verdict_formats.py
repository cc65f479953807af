"""Verdicts for people and for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from losslint.dryrun.nested_arrays import map_leaves
from losslint.dryrun.records import Stress, Verdict


def as_json(verdicts: Sequence[Verdict]) -> str:
    """A list of objects, one a verdict. Numbers that JSON does not have become null."""
    return json.dumps([_fields(verdict) for verdict in verdicts], indent=2, default=str)


def _fields(verdict: Verdict) -> dict[str, Any]:
    fields = verdict._asdict()
    del fields["curve"]
    if verdict.stress is None:
        del fields["stress"]
    else:
        fields["stress"] = verdict.stress._asdict()
    location = verdict.location
    fields["sizes"] = None if verdict.sizes is None else verdict.sizes._asdict()
    fields["taken"] = dict(verdict.taken)
    fields["location"] = None if location is None else location._asdict()
    return map_leaves(fields, _finite)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def problems(verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each verdict that is not ok: the place, the loss, what is wrong with it.

    What keeps a node from computing is said once, whatever the number of its losses.
    """
    lines = []
    of_nodes: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.node is not None and not verdict.runtime:
            line = f"{_at(verdict)}: {verdict.problem}"
            of_nodes[line] = of_nodes.get(line, 0) + 1
        elif not verdict.ok:
            lines.append(f"{place_of(verdict)}{verdict.name}{_where(verdict)}: {verdict.problem}")
    return lines + [
        f"{count} {'loss' if count == 1 else 'losses'} on {line}"
        for line, count in of_nodes.items()
    ]


def notes(verdicts: Sequence[Verdict]) -> list[str]:
    """What is to be known of the batches, and the largest ones that compute, where looked for."""
    lines: dict[str, None] = {}
    for verdict in verdicts:
        if verdict.taken:
            taken = ", ".join(f"{name} {place}" for name, place in verdict.taken.items())
            lines[f"{place_of(verdict)}{verdict.name}: the batch has {taken}"] = None
        told = list(verdict.notes)
        if verdict.largest_batch is not None:
            limit = f"; {verdict.batch_limit}" if verdict.batch_limit else ""
            told.append(f"the largest batch that computes is {verdict.largest_batch}{limit}")
        for text in told:
            lines[f"{place_of(verdict)}{verdict.name}{_where(verdict)}: {text}"] = None
    return list(lines)


def _where(verdict: Verdict) -> str:
    """The type and device that something was computed in, if anything was."""
    at = _at(verdict)
    if not verdict.runtime:
        return _aside(verdict)
    return f" ({verdict.dtype} on {verdict.device}{at and f', {at}'})"


def _at(verdict: Verdict) -> str:
    """The node and the framework's own backend, where there were several to choose from."""
    return ", ".join(part for part in (verdict.node, verdict.backend) if part)


def bounds(verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each verdict with a stress: the loss, from where on it is wrong, and why."""
    return [
        f"{place_of(verdict)}{verdict.name} {verdict.dtype}{_aside(verdict)}: "
        f"{bound_of(verdict.stress)}"
        for verdict in verdicts
        if verdict.stress is not None
    ]


def _aside(verdict: Verdict) -> str:
    at = _at(verdict)
    return f" ({at})" if at else ""


def bound_of(stress: Stress) -> str:
    """A bound as a clause: "gradient 0 from logits of 11.3: overflow of exp"."""
    if stress.bound is None and stress.right is None:
        return f"not tried: {stress.reason or 'the formula has no finite value'}"
    if stress.bound is None:
        return f"right up to {stress.unit} of {size_in_words(stress.right)}"
    because = f": {stress.reason}" if stress.reason else ""
    return f"{stress.fault} from {stress.unit} of {size_in_words(stress.bound)}{because}"


def size_in_words(size: float | None) -> str:
    """A size with three digits, as people write it: 11.3, 8190, 1.84e+19."""
    return "" if size is None else f"{float(f'{size:.3g}'):g}"


def place_of(verdict: Verdict) -> str:
    """ "file:row:column: ", or nothing for a loss of the catalog."""
    return "" if verdict.location is None else f"{verdict.location}: "


def machines(verdicts: Sequence[Verdict]) -> list[str]:
    """Which code computed on which device, each once."""
    pairs = dict.fromkeys(
        f"{verdict.runtime} on {verdict.device}"
        + (f" ({verdict.device_name})" if verdict.device_name != verdict.device else "")
        for verdict in verdicts
        if verdict.runtime
    )
    return list(pairs)
