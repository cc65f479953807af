"""Which .gitignore files speak of a folder's entries: its own, its parents', .git/info/exclude.

The user's global excludes (core.excludesFile) are left out on purpose: the files that are checked
shall be the same on every machine.
"""

import os
from typing import NamedTuple

from losslint.files.globs import Globs

# More than any list of patterns that a person keeps.
_MAX_BYTES = 1 << 20


class Level(NamedTuple):
    """One file of patterns. `at`: how many bytes of a path from the top name its folder."""

    at: int
    depth: int
    globs: Globs


IgnoreLevels = tuple[Level, ...]


def ignored(levels: IgnoreLevels, path: str, name: str, *, folder: bool) -> bool:
    """Whether an entry is ignored; the closest file that speaks of it decides."""
    if not path.isascii():
        path, name = _bytes_of(path), _bytes_of(name)
    for level in reversed(levels):
        verdict = level.globs.verdict(path[level.at :], name, folder=folder)
        if verdict is not None:
            return verdict
    return False


def levels_of(folder: str, inside: str, names: set[str], above: IgnoreLevels) -> IgnoreLevels:
    """The levels for a folder's entries.

    `inside` is the folder's path from the top, empty or ending with "/"; `names` says which of
    `.git` and `.gitignore` it holds. A repository inside another starts anew, as in git.
    """
    if ".git" in names:
        above = _level(_info_exclude(folder), inside)
    if ".gitignore" in names:
        above = (*above, *_level(os.path.join(folder, ".gitignore"), inside))
    return above


def inherited(folder: str) -> tuple[IgnoreLevels, str]:
    """What the folders above say, up to the repository's root, and the path from that root.

    Both are empty where the folder is a root itself, or lies in no repository.
    """
    root = repository_of(folder)
    if root is None or root == folder:
        return (), ""
    levels: IgnoreLevels = ()
    inside, current = "", root
    names = {".git", ".gitignore"}
    for part in folder[len(root) :].strip(os.sep).split(os.sep):
        levels = levels_of(current, inside, names, levels)
        inside += part + "/"
        current = os.path.join(current, part)
        # Only the root holds a .git: the search above stopped at the closest one.
        names = {".gitignore"}
    return levels, inside


def repository_of(folder: str) -> str | None:
    """The root of the repository that a folder lies in: the closest one that holds `.git`."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _level(path: str, inside: str) -> IgnoreLevels:
    try:
        with open(path, "rb") as file:
            raw = file.read(_MAX_BYTES)
    except OSError:
        # Git goes on without a list that it cannot read, and so does every tool beside it.
        return ()
    globs = Globs(raw.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n"))
    return (Level(len(_bytes_of(inside)), inside.count("/"), globs),) if globs else ()


def _bytes_of(text: str) -> str:
    """A text with a character for each of its bytes: that is what `?` stands for in git."""
    return os.fsencode(text).decode("latin-1")


def _info_exclude(folder: str) -> str:
    """The path of a repository's own list, also where `.git` is a file that names a worktree."""
    git = os.path.join(folder, ".git")
    try:
        with open(git, "rb") as file:
            line = file.read(4096).decode("utf-8", "surrogateescape").strip()
        git = os.path.join(folder, line.removeprefix("gitdir:").strip())
        with open(os.path.join(git, "commondir"), "rb") as file:
            git = os.path.join(git, file.read(4096).decode("utf-8", "surrogateescape").strip())
    except (OSError, ValueError):
        # A folder: the usual repository. Or a worktree without a common folder: a submodule.
        pass
    return os.path.join(git, "info", "exclude")
