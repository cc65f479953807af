"""The paths of the command line as files to check.

Lazy: a folder is listed when its turn comes, and nothing is kept of it afterwards, so that memory
does not grow with the number of files. Sorted by name within each folder, so that the order is
the same on every machine. A symbolic link to a file is followed and one to a folder is not, so
that no loop of links can be entered; a link named on the command line is always followed.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from losslint.files.gitignore import IgnoreLevels, ignored, inherited, levels_of
from losslint.files.globs import Globs, relative

# Never entered, whatever the settings say: nobody's own configs live there.
ALWAYS_SKIPPED = frozenset(
    (".git", ".hg", ".svn", ".jj", ".bzr", ".venv", "venv", "node_modules", "__pycache__", ".tox",
     ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache")
)  # fmt: skip

# What `exclude` holds where it is not set: what ruff skips.
DEFAULT_EXCLUDE = (
    ".direnv/", ".eggs/", ".git-rewrite/", ".ipynb_checkpoints/", ".pants.d/", ".pyenv/",
    ".pytype/", ".vscode/", "__pypackages__/", "_build/", "buck-out/", "build/", "dist/",
    "site-packages/",
)  # fmt: skip


class FoundFile(NamedTuple):
    """A file to check. `explicit`: it was named itself, not found in a folder."""

    path: str
    explicit: bool = False


class Missing(NamedTuple):
    """A path that cannot be read, and why, as the end of a sentence that starts with the path."""

    path: str
    reason: str


class Exclude(NamedTuple):
    """Patterns of the settings, relative to the folder of the settings file."""

    root: str
    globs: Globs


# The absolute path of a folder → what is excluded among its entries.
Excluder = Callable[[str], tuple[Exclude, ...]]


class _Search(NamedTuple):
    """What is looked for: see `discover`."""

    suffixes: tuple[str, ...]
    excluder: Excluder
    respect_gitignore: bool
    force_exclude: bool


class _Frame(NamedTuple):
    """A folder being walked: its name as shown, as absolute path, and relative to the patterns."""

    shown: str
    absolute: str
    inside: str
    levels: IgnoreLevels
    excludes: tuple[tuple[Globs, str], ...]
    entries: Iterator[tuple[str, bool]]


def discover(
    paths: Iterable[str],
    suffixes: tuple[str, ...],
    *,
    exclude: Excluder,
    respect_gitignore: bool = True,
    force_exclude: bool = False,
) -> Iterator[FoundFile | Missing]:
    """The files to check, each once: the arguments in their order, folders walked by name.

    A folder is searched for names with one of the suffixes, in lower case; a file named itself is
    taken whatever its suffix and, unless `force_exclude`, whatever excludes it. A folder named
    itself is always entered. What does not exist or cannot be listed is a `Missing`; nothing is
    raised.
    """
    arguments = list(paths)
    search = _Search(suffixes, exclude, respect_gitignore, force_exclude)
    # Kept only where the arguments overlap, so that the usual single folder needs no memory.
    seen: set[str] | None = set() if _overlap(arguments) else None
    for argument in arguments:
        for item in _argument(argument, search):
            if seen is not None:
                key = os.path.abspath(item.path)
                if key in seen:
                    continue
                seen.add(key)
            yield item


def _overlap(arguments: list[str]) -> bool:
    """Whether one argument names, or lies in, another."""
    if len(arguments) < 2:
        return False
    # With the separator at its end, a folder sorts directly before what it holds.
    absolute = sorted(os.path.abspath(path).rstrip(os.sep) + os.sep for path in arguments)
    return any(later.startswith(earlier) for earlier, later in pairwise(absolute))


def _argument(path: str, search: _Search) -> Iterator[FoundFile | Missing]:
    mode = mode_of(path)
    if isinstance(mode, Missing):
        yield mode
    elif stat.S_ISDIR(mode):
        yield from _walk(path, search)
    elif not (search.force_exclude and _is_excluded(path, search)):
        yield FoundFile(path, explicit=True)


def _is_excluded(path: str, search: _Search) -> bool:
    # Only here, because few runs ask for it.
    from losslint.files.excluded import is_excluded

    return is_excluded(path, search.excluder, respect_gitignore=search.respect_gitignore)


def mode_of(path: str) -> int | Missing:
    """What the system says a path is."""
    try:
        return os.stat(path).st_mode
    except (OSError, ValueError) as error:
        return Missing(path, _why(error))


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"cannot be read: {(reason or 'unknown reason').lower()}"


def _shown(start: str) -> str:
    """The prefix of the names that people see: none for the current folder."""
    here = "." + os.sep
    while start.startswith(here) and len(start) > len(here):
        start = start[len(here) :].lstrip(os.sep)
    if not start or start.rstrip(os.sep) == ".":
        return ""
    return start if start.endswith(os.sep) else start + os.sep


def _walk(start: str, search: _Search) -> Iterator[FoundFile | Missing]:
    absolute = os.path.abspath(start)
    levels, inside = inherited(absolute) if search.respect_gitignore else ((), "")
    root = _Frame(_shown(start), absolute, inside, levels, (), iter(()))
    opened = _enter(root, search)
    stack: list[_Frame] = []
    while True:
        if isinstance(opened, Missing):
            yield opened
        else:
            stack.append(opened)
        while stack:
            frame = stack[-1]
            name, folder = next(frame.entries, ("", False))
            if not name:
                stack.pop()
            elif _skipped(frame, name, folder):
                continue
            elif folder:
                beneath = _beneath(frame, name)
                opened = _enter(beneath, search)
                break
            else:
                yield FoundFile(frame.shown + name)
        else:
            return


def _beneath(frame: _Frame, name: str) -> _Frame:
    """A folder's frame, not yet listed."""
    return frame._replace(
        shown=f"{frame.shown}{name}{os.sep}",
        absolute=os.path.join(frame.absolute, name),
        inside=f"{frame.inside}{name}/",
    )


def _enter(frame: _Frame, search: _Search) -> _Frame | Missing:
    """List a folder: what may be a file to check, and the folders, by name."""
    entries: list[tuple[str, bool]] = []
    marks: set[str] = set()
    try:
        with os.scandir(frame.absolute) as listing:
            for entry in listing:
                name = entry.name
                if name in (".git", ".gitignore"):
                    marks.add(name)
                if entry.is_dir(follow_symlinks=False):
                    entries.append((name, True))
                elif name.lower().endswith(search.suffixes) and _is_file(entry):
                    entries.append((name, False))
    except OSError as error:
        return Missing(frame.shown.rstrip(os.sep) or frame.shown or ".", _why(error))
    entries.sort()
    levels = frame.levels
    if search.respect_gitignore and marks:
        levels = levels_of(frame.absolute, frame.inside, marks, levels)
    excludes = tuple(
        (each.globs, _within(frame.absolute, each.root)) for each in search.excluder(frame.absolute)
    )
    return frame._replace(levels=levels, excludes=excludes, entries=iter(entries))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except PermissionError:
        # Reading it will say so, with the name of the file.
        return True
    except OSError:
        # A link to itself.
        return False


def _within(folder: str, root: str) -> str:
    """A folder relative to the patterns' root, as a prefix of its entries' paths."""
    return "" if folder == root else relative(folder, root) + "/"


def _skipped(frame: _Frame, name: str, folder: bool) -> bool:
    if folder and name in ALWAYS_SKIPPED:
        return True
    for globs, prefix in frame.excludes:
        if globs.verdict(prefix + name, name, folder=folder):
            return True
    return ignored(frame.levels, frame.inside + name, name, folder=folder)
