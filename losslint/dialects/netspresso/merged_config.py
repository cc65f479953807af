"""What the merged configuration of an experiment says under a path, and what `${…}` names."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from losslint.dialects.experiment import Experiment
from losslint.syntax.resolved_node import ResolvedNode

Status = Literal["found", "absent", "hidden"]


class Answer(NamedTuple):
    """What the merged configuration has under a path; "hidden": that cannot be told."""

    status: Status
    view: ResolvedNode | None = None


def roots(experiment: Experiment, own: ResolvedNode) -> list[ResolvedNode]:
    """The roots of all files of an experiment, in the order of merging."""
    return [
        *(each.root for each in experiment.before),
        own,
        *(each.root for each in experiment.after),
    ]


def look_up(experiment: Experiment, own: ResolvedNode, steps: tuple[str, ...]) -> Answer:
    """What the merged configuration has under a path of keys and indices."""
    for root in reversed(roots(experiment, own)):
        answer = _follow(root, steps)
        if answer is not None:
            return answer
    return Answer("absent")


def _follow(root: ResolvedNode, steps: tuple[str, ...]) -> Answer | None:
    """The answer of one file; None where an earlier file may have it."""
    current = root
    for step in steps:
        if current.is_mapping:
            child = current.get(step)
            if child is None:
                return Answer("hidden") if current.is_open else None
        elif current.kind == "list":
            child = current.item(step)
            if child is None:
                return Answer("absent")
        elif current.parent is None:
            # An empty file is an empty mapping.
            return None
        else:
            # A later scalar replaces the mapping of an earlier file, null too.
            return Answer("hidden" if current.kind == "unknown" else "absent")
        current = child
    return Answer("found", current)


class RootReference(NamedTuple):
    """One `${…}`: its text, and the keys from the root that it names."""

    text: str
    steps: tuple[str, ...]


_REFERENCE = r"(?<!\\)\$\{(\.*)([\w-]+(?:\.[\w-]+|\[[\w-]+\])*)\}"
_STEP = r"[\w-]+"


def references(view: ResolvedNode) -> Iterator[RootReference]:
    """The interpolations of a scalar that name a place; resolvers and nested ones are left out."""
    text = getattr(view.node, "value", "")
    for match in re.finditer(_REFERENCE, text) if isinstance(text, str) else ():
        dots, path = match.groups()
        steps = tuple(re.findall(_STEP, path))
        if dots:
            base = _container(view, len(dots))
            if base is None:
                continue
            steps = (*base, *steps)
        yield RootReference(match.group(), steps)


def _container(view: ResolvedNode, dots: int) -> tuple[str, ...] | None:
    """The keys from the root to the collection that a relative interpolation starts from."""
    current: ResolvedNode | None = view
    for _ in range(dots):
        current = current.parent if current is not None else None
    keys: list[str] = []
    while current is not None and current.parent is not None:
        if current.key is None or current.key == "<<":
            return None
        keys.append(str(current.key))
        current = current.parent
    return tuple(reversed(keys)) if current is not None else None
