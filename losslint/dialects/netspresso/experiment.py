"""Which files one run of NetsPresso Trainer merges.

The trainer loads six files and merges them in a fixed order. They belong together where the
settings list them, or where they stand in one folder: under their usual names (model.yaml beside
training.yaml, as in the trainer's benchmark examples), or under any names, where each section is
held by just one of them. Reading is done here, on demand; rules get the trees.
"""

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from losslint.dialects.prefilter import may_hold_losses
from losslint.files.listing import FolderListings
from losslint.files.reading import read_bytes
from losslint.files.source import Unreadable, decode

if TYPE_CHECKING:
    from losslint.dialects.experiment import Experiment
    from losslint.syntax.resolved_node import ResolvedNode

ORDER = ("data", "augmentation", "model", "training", "logging", "environment")
"""The trainer's order: of two files that write one key, the later one wins."""

_SUFFIXES = (".yaml", ".yml")
# Without these two a folder is no experiment, but a place where files are kept.
_NEEDED = frozenset(("model", "training"))
# Nor without these three, from which a model is evaluated.
_EVALUATED = frozenset(("model", "data", "augmentation"))
# A folder with more files keeps them for choice; six make an experiment.
_MAX_FILES = 12
_SECTION: Final = rb"^(?:\xef\xbb\xbf)?[\"']?(%s)[\"']?[ \t]*:" % "|".join(ORDER).encode()


class Group(NamedTuple):
    """The paths of an experiment, in no certain order, and whether they are all there are."""

    paths: tuple[str, ...]
    complete: bool


def groups_of(
    path: str,
    declared: tuple[tuple[str, ...], ...] = (),
    own: bytes | None = None,
    folders: FolderListings | None = None,
) -> tuple[Group, ...]:
    """The experiments that a file belongs to: those that settings declare, else its folder's.

    `path` and `declared` are absolute. `own` is what the file holds; without it only the names of
    files are looked at, and so where nothing in it depends on what another file says. `folders`
    spares to list a folder for each of its files.
    """
    if declared:
        return tuple(Group(paths, True) for paths in declared if path in paths)
    if os.path.splitext(path)[1] not in _SUFFIXES:
        return ()
    named = _by_name(path)
    held = {p: frozenset((role,)) for role, p in named.items()}
    if own is not None and _looks_outside(own):
        held = _by_content(path, held, own, folders or FolderListings())
    roles = frozenset[str]().union(*held.values())
    if not (roles >= _NEEDED or (not named and roles >= _EVALUATED)):
        return ()
    return (Group(tuple(held), len(roles) == len(ORDER)),)


def _by_name(path: str) -> dict[str, str]:
    """The files with the usual names beside one that has such a name; none without the needed."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    found: dict[str, str] = {}
    for role in ORDER if stem in ORDER else ():
        for ending in _SUFFIXES:
            candidate = os.path.join(folder, role + ending)
            if candidate == path or (role != stem and os.path.isfile(candidate)):
                found[role] = candidate
                break
    return found if found.keys() >= _NEEDED else {}


def _by_content(
    path: str, named: dict[str, frozenset[str]], own: bytes, folders: FolderListings
) -> dict[str, frozenset[str]]:
    """The files of a folder by the sections that they hold, beside those known by their names.

    What two files hold is known of neither. A file that holds a whole experiment by itself has
    nothing to do with another that does.
    """
    sure = named or {path: _sections_in(own)}
    if not named and "model" not in sure[path]:
        return {}
    # Where there are more files, they are not an experiment's.
    beside = folders.few(os.path.dirname(path), _SUFFIXES, _MAX_FILES)
    strangers = (p for p in beside if p != path and p not in named)
    others = {p: held for p in strangers if (held := _sections(p))}
    if not named and _is_whole(sure[path]):
        others = {p: held for p, held in others.items() if not _is_whole(held)}
    taken = frozenset[str]().union(*sure.values())
    if named:
        others = {p: held for p, held in others.items() if not held & taken}
    elif any(held & taken for held in others.values()):
        return {}
    claims = Counter(role for held in others.values() for role in held)
    alone = {p: held for p, held in others.items() if all(claims[role] == 1 for role in held)}
    return {**sure, **alone}


def _is_whole(roles: frozenset[str]) -> bool:
    return roles >= _NEEDED or roles >= _EVALUATED


def _sections(path: str) -> frozenset[str]:
    raw = read_bytes(path)
    return _sections_in(raw) if isinstance(raw, bytes) else frozenset()


def _sections_in(raw: bytes) -> frozenset[str]:
    """The trainer's sections that a file has, as far as its lines tell."""
    return frozenset(word.decode() for word in re.findall(_SECTION, raw, re.MULTILINE))


def companions(
    path: str,
    declared: tuple[tuple[str, ...], ...] = (),
    own: bytes | None = None,
    folders: FolderListings | None = None,
) -> tuple[str, ...]:
    """The other files whose contents decide what is said of a file, sorted."""
    every = {other for group in groups_of(path, declared, own, folders) for other in group.paths}
    return tuple(sorted(every - {path}))


# What in a file makes its findings depend on the others: a value from elsewhere, an epoch, pixels.
_OF_OTHERS = (b"${", b"l1_activate_epoch", b"seg_cross_entropy", b"pidnet_loss")
_NAMES_HEAD = rb"(?:head|full)[\"']?[ \t]*:\s*\{?\s*[\"']?name[\"']?[ \t]*:(?![ \t]*(?:~|null))"
_NAMES_TASK = rb"\btask[\"']?[ \t]*:[ \t]*(?!null\b)[\"'$\w]"


def _looks_outside(own: bytes) -> bool:
    """Whether a file depends on the others: by a word, or by a head or a task that they name."""
    # Quicker than any() over a generator, and asked of every file with losses.
    for word in _OF_OTHERS:
        if word in own:
            return True
    needed = (_NAMES_HEAD, _NAMES_TASK) if b"architecture" in own else ()
    return any(re.search(pattern, own) is None for pattern in needed)


def experiments_around(
    path: str,
    declared: tuple[tuple[str, ...], ...] = (),
    text: str | None = None,
    folders: FolderListings | None = None,
) -> "tuple[Experiment, ...]":
    """The experiments that a file belongs to, with the trees of the other files.

    None where `text`, the file's own, needs nothing of them and none of them has a part of the
    model.
    """
    own = text.encode("utf-8", "surrogatepass") if text is not None else read_bytes(path)
    own = own if isinstance(own, bytes) else b""
    groups = groups_of(path, declared, own, folders)
    if not groups:
        return ()
    if text is not None and not _looks_outside(own):
        others = {other for group in groups for other in group.paths} - {path}
        raws = map(read_bytes, sorted(others))
        if not any(isinstance(raw, bytes) and _may_hold_model(raw) for raw in raws):
            return ()
    return tuple(_read_group(path, group) for group in groups)


def _may_hold_model(raw: bytes) -> bool:
    """Whether a file may have a part of the `model`: losses (null, too), its task or its head."""
    return b"losses" in raw or "model" in _sections_in(raw) or may_hold_losses(raw)


def _read_group(path: str, group: Group) -> "Experiment":
    from losslint.dialects.experiment import Experiment, Neighbour

    read = {other: read_root(other) for other in group.paths if other != path}
    order = _merge_order(path, group.paths, read)
    at = order.index(path)
    before = [Neighbour(p, root) for p in order[:at] if (root := read[p]) is not None]
    after = [Neighbour(p, root) for p in order[at + 1 :] if (root := read[p]) is not None]
    complete = group.complete and len(before) + len(after) == len(order) - 1
    return Experiment(tuple(before), tuple(after), complete)


def read_root(path: str) -> "ResolvedNode | None":
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
    path: str, paths: tuple[str, ...], read: "dict[str, ResolvedNode | None]"
) -> list[str]:
    """The paths as the trainer merges them: by their sections, else in the order given."""
    own = list(dict.fromkeys(paths))
    roles = [_role(each, read.get(each), each == path) for each in own]
    if None in roles or len(set(roles)) < len(roles):
        return own
    return [each for _, each in sorted(zip(map(str, roles), own, strict=True), key=_place)]


def _place(item: tuple[str, str]) -> int:
    return ORDER.index(item[0])


def _role(path: str, root: "ResolvedNode | None", is_checked: bool) -> str | None:
    """Which of the trainer's six files this is: by its name, else by the section that it holds."""
    stem = os.path.splitext(os.path.basename(path))[0]
    if stem in ORDER:
        return stem
    if is_checked:
        # Only files with losses are checked against their neighbours.
        return "model"
    held = [role for role in ORDER if root is not None and root.get(role) is not None]
    return held[0] if len(held) == 1 else None
