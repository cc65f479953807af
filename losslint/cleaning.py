"""Deleting the cache: the files that losslint made, and no other."""

import os
from contextlib import suppress
from typing import NamedTuple

from losslint.cache import TAG, TAG_NAME, batch_files, cache_folder, remove_quietly


class Cleaned(NamedTuple):
    """What `clean` did: the folder (None: the user has none), and how many files and bytes went.

    `problem` is a sentence where something stayed, else None.
    """

    folder: str | None
    files: int = 0
    size: int = 0
    problem: str | None = None


def clean(folder: str | None = None) -> Cleaned:
    """Delete the cache in `folder` (default: the user's): the files that losslint made, no other.

    A folder that losslint has not marked as its cache is left alone, so that a wrong
    LOSSLINT_CACHE_DIR deletes nothing.
    """
    folder = folder or cache_folder()
    if folder is None or not os.path.isdir(folder):
        return Cleaned(folder)
    tag = os.path.join(folder, TAG_NAME)
    try:
        with open(tag, encoding="utf-8") as file:
            ours = file.read(len(TAG) + 1) == TAG
    except (OSError, ValueError):
        ours = False
    if not ours:
        return Cleaned(folder, problem=f"{folder} is not a cache of losslint; nothing was deleted")
    files = size = 0
    stayed: list[str] = []
    for path in batch_files(folder):
        length = os.path.getsize(path) if os.path.exists(path) else 0
        if remove_quietly(path):
            files, size = files + 1, size + length
        else:
            stayed.append(path)
    _remove_folders(folder)
    problem = f"{stayed[0]} could not be deleted" if stayed else None
    return Cleaned(folder, files, size, problem)


def _remove_folders(folder: str) -> None:
    """Remove the folders that are empty now, the marks last; what others put there stays."""
    with os.scandir(folder) as entries:
        inside = [each.path for each in entries if each.is_dir(follow_symlinks=False)]
    for path in inside:
        _remove_empty(path)
    if set(os.listdir(folder)) <= {TAG_NAME, ".gitignore"}:
        remove_quietly(os.path.join(folder, ".gitignore"))
        remove_quietly(os.path.join(folder, TAG_NAME))
        _remove_empty(folder)


def _remove_empty(folder: str) -> None:
    # Not empty: a concurrent run, or a file that is none of ours.
    with suppress(OSError):
        os.rmdir(folder)
