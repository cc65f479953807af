"""Patterns in the language of .gitignore: of .gitignore itself, `exclude` and `per-file-ignores`.

A pattern is asked about one entry of a folder, never about what lies beneath it: the walk does not
enter what is ignored. That is git's own order of questions, and it is what makes `*` + `!*/` +
`!*.yaml` and `data/**` + `!data/keep.yaml` mean what they mean to git.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import methodcaller
from typing import NamedTuple

# What makes a line more than a plain name. Plain names and `*.suffix` are looked up, all of them
# at once: the default excludes and most lines of a .gitignore need no expression.
_SPECIAL = re.compile(r"[*?\[\\]")


class _Pattern(NamedTuple):
    """One line. `by_name`: it speaks of names at every depth; `ignores`: false after a `!`."""

    core: str
    by_name: bool
    folders_only: bool
    ignores: bool


class _Rule(NamedTuple):
    match: Callable[[str], object]
    by_name: bool
    folders_only: bool
    ignores: bool


class Globs:
    """The patterns of one file or list, relative to one folder. Later patterns win."""

    __slots__ = ("_rules",)

    def __init__(self, lines: Iterable[str]) -> None:
        patterns = [each for each in map(_pattern, lines) if each is not None]
        # Among neighbours of one kind the order does not matter.
        runs = groupby(reversed(patterns), key=lambda each: each.ignores)
        self._rules = tuple(rule for ignores, run in runs for rule in _rules(run, ignores))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def verdict(self, path: str, name: str, *, folder: bool) -> bool | None:
        """True: ignored; False: taken back by a `!` pattern; None: no pattern speaks of it.

        `path` is relative to the patterns' folder, with "/" between its parts and none at its
        end; `name` is its last part.
        """
        for rule in self._rules:
            if rule.folders_only and not folder:
                continue
            if rule.match(name if rule.by_name else path):
                return rule.ignores
        return None

    def covers(self, path: str) -> bool:
        """Whether a file's relative path, or a folder above it, is matched."""
        end = path.find("/")
        while end >= 0:
            folder = path[:end]
            if self.verdict(folder, folder.rpartition("/")[2], folder=True):
                return True
            end = path.find("/", end + 1)
        return bool(self.verdict(path, path.rpartition("/")[2], folder=False))


def relative(path: str, root: str) -> str:
    """An absolute path relative to a folder, with "/"; the whole path where it lies elsewhere."""
    import os

    prefix = root.rstrip(os.sep) + os.sep
    inside = path[len(prefix) :] if path.startswith(prefix) else path.lstrip(os.sep)
    return inside.replace(os.sep, "/")


def _pattern(line: str) -> _Pattern | None:
    """One line as a pattern; None for a comment and for a blank line."""
    if line.startswith("#"):
        return None
    body = _without_spaces(line.removesuffix("\n").removesuffix("\r").partition("\0")[0])
    negated = body.startswith("!")
    core = body[negated:]
    folders_only = core.endswith("/")
    if folders_only:
        core = core[:-1]
    core, by_name = _anchor(core)
    return _Pattern(core, by_name, folders_only, not negated) if core else None


def _without_spaces(line: str) -> str:
    """A line without the spaces at its end, but for one that an odd backslash keeps."""
    body = line.rstrip(" ")
    backslashes = len(body) - len(body.rstrip("\\"))
    return body + " " if body != line and backslashes % 2 else body


def _rules(run: Iterable[_Pattern], ignores: bool) -> Iterator[_Rule]:
    """The rules of patterns that all ignore, or all take back."""
    names: dict[bool, set[str]] = {}
    suffixes: dict[bool, set[str]] = {}
    for pattern in run:
        core, folders_only = pattern.core, pattern.folders_only
        if pattern.by_name and not _SPECIAL.search(core):
            names.setdefault(folders_only, set()).add(core)
        elif pattern.by_name and core[0] == "*" and not _SPECIAL.search(core, 1):
            suffixes.setdefault(folders_only, set()).add(core[1:])
        else:
            match = _matcher(core)
            if match is not None:
                yield _Rule(match, pattern.by_name, folders_only, ignores)
    for folders_only, wanted in names.items():
        yield _Rule(frozenset(wanted).__contains__, True, folders_only, ignores)
    for folders_only, wanted in suffixes.items():
        match = methodcaller("endswith", tuple(sorted(wanted)))
        yield _Rule(match, True, folders_only, ignores)


def _anchor(core: str) -> tuple[str, bool]:
    """A pattern without its leading slash, and whether it speaks of names at every depth."""
    by_name = "/" not in core
    core = core.removeprefix("/")
    rest = core
    while rest.startswith("**/"):
        rest = rest[3:]
    return (rest, True) if rest and rest != core and "/" not in rest else (core, by_name)


def _matcher(core: str) -> Callable[[str], object] | None:
    """Compares a name, or a path, with a pattern; None for one that never matches."""
    if not _SPECIAL.search(core):
        return core.__eq__
    from losslint.files.wildmatch import translate

    expression = translate(core)
    return re.compile(expression).fullmatch if expression is not None else None
