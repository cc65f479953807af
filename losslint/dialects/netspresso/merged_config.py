"""What the merged configuration of an experiment says under a path, and what `${…}` names."""

import os
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from losslint.dialects.experiment import Experiment
from losslint.dialects.records import LossEntry, Site
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
    """One `${…}`: its text, and the keys from the root that it names, or that it climbs beyond."""

    text: str
    steps: tuple[str, ...]
    is_beyond: bool = False


_REFERENCE = r"(?<!\\)\$\{[ \t]*(\.*)([\w-]+(?:\.[\w-]+|\[[\w-]+\])*)[ \t]*\}"
_STEP = r"[\w-]+"


def references(view: ResolvedNode) -> Iterator[RootReference]:
    """The interpolations of a scalar that name a place; resolvers and nested ones are left out."""
    text = getattr(view.node, "value", "")
    for match in re.finditer(_REFERENCE, text) if isinstance(text, str) else ():
        dots, path = match.groups()
        steps = tuple(re.findall(_STEP, path))
        if dots:
            base = _container(view, len(dots))
            if len(dots) > _depth(view):
                yield RootReference(match.group(), steps, True)
            if base is None:
                continue
            steps = (*base, *steps)
        yield RootReference(match.group(), steps)


def _depth(view: ResolvedNode) -> int:
    """How many collections a value stands in."""
    depth, above = 0, view.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth


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


def elsewhere(
    view: ResolvedNode, experiments: tuple[Experiment, ...]
) -> tuple[ResolvedNode, str] | None:
    """What another file has in the place of an interpolation, and how that file is called."""
    own = _top(view.user or view)
    for experiment in experiments if _waits(view) else ():
        found = _named(view, experiment, own)
        # One that leads on to a third file, or back.
        hops = 1
        while found is not None and _waits(found) and hops < _MAX_HOPS:
            found, hops = _named(found, experiment, own), hops + 1
        file = _file_of(found, experiment) if found is not None else ""
        if found is not None and (view.user is not None or hops > 1):
            file = file or THIS_FILE
        if found is not None and file and not _waits(found):
            return found, file
    return None


def in_model(site: Site, experiments: tuple[Experiment, ...], *steps: str) -> ResolvedNode | None:
    """What the merged configuration has under keys of `model`, at a place in the site's file.

    Of several experiments that disagree nothing is known, so that the file itself is asked.
    """
    own: ResolvedNode | None = site.owner
    for step in steps:
        own = own.get(step) if own is not None and own.is_mapping else None
    if len(experiments) != 1:
        return own
    (experiment,) = experiments
    answer = look_up(experiment, site.root, ("model", *steps))
    if answer.status == "hidden":
        # What it stands in may be an interpolation that names another file's.
        above = in_model(site, experiments, *steps[:-1]) if len(steps) > 1 else None
        return above.get(steps[-1]) if above is not None and above.file else own
    if answer.view is None:
        return None
    file = _file_of(answer.view, experiment)
    # Where nothing stands here in its place, the list that it decides about does.
    at = site.key if own is None else own.at
    view = answer.view.used_by(own or site.owner, file, at) if file else own or answer.view
    return _used(view, experiments) or view


_MAX_HOPS = 30
THIS_FILE = "this file"


def resolved(
    view: ResolvedNode | None, experiment: Experiment, own: ResolvedNode
) -> ResolvedNode | None:
    """A value, or what it names in the merged configuration; None where that cannot be told."""
    for _ in range(_MAX_HOPS):
        if view is None or not _waits(view):
            return view
        view = _named(view, experiment, own)
    return None


def _waits(view: ResolvedNode) -> bool:
    return view.kind == "unknown" and not view.is_of_environment


def _named(view: ResolvedNode, experiment: Experiment, own: ResolvedNode) -> ResolvedNode | None:
    """What a value names that is one interpolation of a place, and nothing beside it."""
    named = list(references(view))
    if len(named) != 1 or named[0].is_beyond or getattr(view.node, "value", "") != named[0].text:
        return None
    return look_up(experiment, own, named[0].steps).view


def _top(view: ResolvedNode) -> ResolvedNode:
    while view.parent is not None:
        view = view.parent
    return view


def _file_of(view: ResolvedNode, experiment: Experiment) -> str:
    root = _top(view)
    for each in (*experiment.before, *experiment.after):
        if each.root is root:
            return os.path.basename(each.path)
    return ""


def with_elsewhere(
    site: Site, experiments: tuple[Experiment, ...], *, values: bool = False
) -> Site:
    """A site with the list, the entries and the names that other files have for it.

    They are used where their interpolations stand, so that findings have a place in this file.
    `values`: those of parameters and weights, too, unless several experiments may give several.
    """
    from losslint.dialects.netspresso.sites import read_entries, read_entry

    if site.view is None or not experiments:
        return site
    view = _used(site.view, experiments)
    entries: list[LossEntry] = []
    for entry in read_entries(view) if view is not None else site.entries:
        whole = _used(entry.view, experiments)
        read = read_entry(whole) if whole is not None else entry
        name = _used(read.name, experiments) if read.name is not None else None
        is_text = name is not None and name.kind == "str"
        named = read._replace(name=name) if is_text else read
        is_known = values and len(experiments) == 1
        entries.append(_valued(named, experiments) if is_known else named)
    return site._replace(view=view or site.view, entries=tuple(entries))


def _valued(entry: LossEntry, experiments: tuple[Experiment, ...]) -> LossEntry:
    """An entry with the values that another file has for its parameters and its weight."""

    def followed(view: ResolvedNode) -> ResolvedNode:
        return _used(view, experiments) or view

    arguments = (each._replace(view=followed(each.view)) for each in entry.arguments)
    weight = None if entry.weight_view is None else followed(entry.weight_view)
    return entry._replace(arguments=tuple(arguments), weight_view=weight)


def _used(view: ResolvedNode, experiments: tuple[Experiment, ...]) -> ResolvedNode | None:
    found = elsewhere(view, experiments)
    return found[0].used_by(view, found[1]) if found is not None else None
