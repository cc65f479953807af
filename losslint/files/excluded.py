"""Whether one file, which nobody walks to, is excluded: by the settings, or by git."""

import os

from losslint.files.discovery import ALWAYS_SKIPPED, Excluder
from losslint.files.gitignore import ignored, inherited, levels_of
from losslint.files.globs import relative


def is_excluded(path: str, excluder: Excluder, *, respect_gitignore: bool = True) -> bool:
    """Whether a walk from the top of the project would pass over this file (its suffix aside).

    The project's top is the folder of the settings or of the repository, so that a folder above
    the project that happens to be called `venv` excludes nothing.
    """
    absolute = os.path.abspath(path)
    folder = os.path.dirname(absolute)
    for each in excluder(folder):
        inside = relative(absolute, each.root)
        if each.globs.covers(inside):
            return True
        if absolute.startswith(each.root.rstrip(os.sep) + os.sep) and not ALWAYS_SKIPPED.isdisjoint(
            inside.split("/")[:-1]
        ):
            return True
    return respect_gitignore and _is_ignored(folder, os.path.basename(absolute))


def _is_ignored(folder: str, name: str) -> bool:
    """Whether git ignores a file, or a folder above it within its repository."""
    levels, inside = inherited(folder)
    own = {each for each in (".git", ".gitignore") if os.path.lexists(os.path.join(folder, each))}
    levels = levels_of(folder, inside, own, levels)
    parts = inside.split("/")[:-1]
    for depth, part in enumerate(parts, 1):
        above = tuple(level for level in levels if level.depth < depth)
        if ignored(above, "/".join(parts[:depth]), part, folder=True):
            return True
    return ignored(levels, inside + name, name, folder=False)
