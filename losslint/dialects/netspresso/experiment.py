"""The files that one run of NetsPresso Trainer merges, and what their merged configuration says.

The trainer loads six files and merges them in a fixed order. They belong together where they stand
in one folder under their usual names (model.yaml beside training.yaml, as in the trainer's
benchmark examples) or where the settings list them. Reading is done here, on demand; rules get the
trees.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from losslint.dialects.prefilter import may_hold_losses
from losslint.files.reading import read_bytes
from losslint.files.source import Unreadable, decode

if TYPE_CHECKING:
    from losslint.syntax.resolved_node import ResolvedNode
else:
    # A record evaluates its annotations, and only a type checker asks for these.
    ResolvedNode = object

ORDER = ("data", "augmentation", "model", "training", "logging", "environment")
"""The trainer's order: of two files that write one key, the later one wins."""

_SUFFIXES = (".yaml", ".yml")
# Without these two a folder is no experiment, but a place where files are kept.
_NEEDED = ("model", "training")


class Neighbour(NamedTuple):
    """Another file of an experiment."""

    path: str
    root: ResolvedNode


class Experiment(NamedTuple):
    """The files merged before and after the one that is checked.

    `complete` says that no other file is merged, so that what none of these holds is nowhere.
    """

    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()
    complete: bool = False


class Group(NamedTuple):
    """The paths of an experiment, in no certain order, and whether they are all there are."""

    paths: tuple[str, ...]
    complete: bool


Neighbourhood = Callable[[], tuple[Experiment, ...]]


def groups_of(path: str, declared: tuple[tuple[str, ...], ...] = ()) -> tuple[Group, ...]:
    """The experiments that a file belongs to: those that settings declare, else its folder's.

    `path` and `declared` are absolute. Looks which files are there and reads none.
    """
    if declared:
        return tuple(Group(paths, True) for paths in declared if path in paths)
    folder, name = os.path.split(path)
    stem, suffix = os.path.splitext(name)
    if stem not in ORDER or suffix not in _SUFFIXES:
        return ()
    found: list[str] = []
    roles: set[str] = set()
    for role in ORDER:
        for ending in _SUFFIXES:
            candidate = os.path.join(folder, role + ending)
            if candidate == path or (role != stem and os.path.isfile(candidate)):
                found.append(candidate)
                roles.add(role)
                break
    if not roles.issuperset(_NEEDED):
        return ()
    return (Group(tuple(found), len(roles) == len(ORDER)),)


def companions(path: str, declared: tuple[tuple[str, ...], ...] = ()) -> tuple[str, ...]:
    """The other files whose contents decide what is said of a file, sorted."""
    every = {other for group in groups_of(path, declared) for other in group.paths}
    return tuple(sorted(every - {path}))


# What in a file makes its findings depend on the others: a value from elsewhere, an epoch, pixels.
_LOOKS_OUTSIDE = ("${", "l1_activate_epoch", "seg_cross_entropy", "pidnet_loss")


def experiments_around(
    path: str, declared: tuple[tuple[str, ...], ...] = (), text: str | None = None
) -> tuple[Experiment, ...]:
    """The experiments that a file belongs to, with the trees of the other files.

    None where `text`, the file's own, needs nothing of them and none of them has losses, be it null
    in their place.
    """
    if text is not None and not any(word in text for word in _LOOKS_OUTSIDE):
        others = map(read_bytes, companions(path, declared))
        if not any(isinstance(raw, bytes) and _may_replace_losses(raw) for raw in others):
            return ()
    return tuple(_read_group(path, group) for group in groups_of(path, declared))


def _may_replace_losses(raw: bytes) -> bool:
    """Whether a file may have `model.losses`, of whatever kind: null replaces a list, too."""
    return b"losses" in raw or may_hold_losses(raw)


def _read_group(path: str, group: Group) -> Experiment:
    read = {other: read_root(other) for other in group.paths if other != path}
    order = _merge_order(path, group.paths, read)
    at = order.index(path)
    before = [Neighbour(p, root) for p in order[:at] if (root := read[p]) is not None]
    after = [Neighbour(p, root) for p in order[at + 1 :] if (root := read[p]) is not None]
    complete = group.complete and len(before) + len(after) == len(order) - 1
    return Experiment(tuple(before), tuple(after), complete)


def read_root(path: str) -> ResolvedNode | None:
    """The root of a file's first document; None for what the trainer could not read either."""
    raw = read_bytes(path)
    source = decode(path, raw) if isinstance(raw, bytes) else raw
    if isinstance(source, Unreadable):
        return None
    from losslint.syntax.readers import OMEGACONF
    from losslint.syntax.resolved_node import ResolvedNode
    from losslint.syntax.yaml_tree import parse_yaml

    tree = parse_yaml(source.text)
    if tree.problems or len(tree.documents) != 1:
        return None
    return ResolvedNode.root(tree.documents[0], tree.text, OMEGACONF)


def _merge_order(
    path: str, paths: tuple[str, ...], read: dict[str, ResolvedNode | None]
) -> list[str]:
    """The paths as the trainer merges them: by their sections, else in the order given."""
    own = list(dict.fromkeys(paths))
    roles = [_role(each, read.get(each), each == path) for each in own]
    if None in roles or len(set(roles)) < len(roles):
        return own
    return [each for _, each in sorted(zip(map(str, roles), own, strict=True), key=_place)]


def _place(item: tuple[str, str]) -> int:
    return ORDER.index(item[0])


def _role(path: str, root: ResolvedNode | None, is_checked: bool) -> str | None:
    """Which of the trainer's six files this is: by its name, else by the section that it holds."""
    stem = os.path.splitext(os.path.basename(path))[0]
    if stem in ORDER:
        return stem
    if is_checked:
        # Only files with losses are checked against their neighbours.
        return "model"
    held = [role for role in ORDER if root is not None and root.get(role) is not None]
    return held[0] if len(held) == 1 else None


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
