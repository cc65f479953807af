"""Telling that a file was changed without reading it, for what waits for changes."""

import os

from losslint.settings.store import FILE_NAMES

# When it was changed, its size and its inode (an editor may save by renaming); None: no such file.
Stamp = tuple[int, int, int] | None


def stamp(path: str) -> Stamp:
    """The stamp of a file; another one when its content may be another."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def settings_files(folder: str) -> list[str]:
    """Where a settings file for a folder may stand: in it and in every folder above."""
    found: list[str] = []
    current = os.path.abspath(folder)
    while True:
        found += [os.path.join(current, name) for name in FILE_NAMES]
        parent = os.path.dirname(current)
        if parent == current:
            return found
        current = parent
