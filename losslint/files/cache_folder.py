"""The folder of the cache: where it is, how it is marked, and how it is deleted."""

import os
import sys
from contextlib import suppress
from typing import NamedTuple

FILE_NAME = "results.sqlite"
TAG_NAME = "CACHEDIR.TAG"
TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder holds results that losslint can compute again. It may be deleted.\n"
)
_MARKS = ((TAG_NAME, TAG), (".gitignore", "*\n"))
# SQLite puts a file of its own beside the database while it writes.
OURS = (FILE_NAME, f"{FILE_NAME}-journal")


def cache_folder() -> str | None:
    """The user's cache folder; None where the user has no home.

    LOSSLINT_CACHE_DIR, else `losslint` in XDG_CACHE_HOME, else in the platform's own place.
    """
    env = os.environ
    if chosen := env.get("LOSSLINT_CACHE_DIR"):
        return os.path.abspath(chosen)
    xdg = env.get("XDG_CACHE_HOME", "")
    if os.path.isabs(xdg):
        return os.path.join(xdg, "losslint")
    if sys.platform == "win32":
        local = env.get("LOCALAPPDATA")
        return os.path.join(local, "losslint", "Cache") if local else None
    home = env.get("HOME") or os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    base = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return os.path.join(home, base, "losslint")


def prepare_folder(folder: str) -> None:
    """Make the cache folder and mark it, so that backups and git pass over it.

    Raises OSError, also for a folder that holds other things: the mark would hide them from git,
    and from losslint itself.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    names = os.listdir(folder)
    if TAG_NAME not in names and not {*names} <= {".gitignore", *OURS}:
        raise OSError(0, f"{folder} holds other files")
    for name, text in _MARKS:
        path = os.path.join(folder, name)
        if not os.path.exists(path) or os.path.getsize(path) == 0:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text)


class Cleaned(NamedTuple):
    """What `clean` did: the folder (None: the user has none), and how many files and bytes went.

    `problem` is a sentence where something stayed, else None.
    """

    folder: str | None
    files: int = 0
    size: int = 0
    problem: str | None = None


def clean() -> Cleaned:
    """Delete the user's cache: the files that losslint made, no other.

    A folder that losslint has not marked as its cache is left alone, so that a wrong
    LOSSLINT_CACHE_DIR deletes nothing.
    """
    folder = cache_folder()
    if folder is None or not os.path.isdir(folder):
        return Cleaned(folder)
    try:
        with open(os.path.join(folder, TAG_NAME), encoding="utf-8") as file:
            ours = file.read(len(TAG) + 1) == TAG
    except (OSError, ValueError):
        ours = False
    if not ours:
        return Cleaned(folder, problem=f"{folder} is not a cache of losslint; nothing was deleted")
    files = size = 0
    for name in OURS:
        path = os.path.join(folder, name)
        length = os.path.getsize(path) if os.path.exists(path) else None
        if not remove_quietly(path):
            return Cleaned(folder, files, size, f"{path} could not be deleted")
        if length is not None:
            files, size = files + 1, size + length
    # The marks last, and only where nothing but them is left.
    if {*os.listdir(folder)} <= {name for name, _ in _MARKS}:
        for name, _ in _MARKS:
            remove_quietly(os.path.join(folder, name))
        with suppress(OSError):
            os.rmdir(folder)
    return Cleaned(folder, files, size)


def remove_quietly(path: str) -> bool:
    """Delete a file; whether it is gone. Another run may have been quicker."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
