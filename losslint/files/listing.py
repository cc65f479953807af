"""The files of folders, listed once for as long as a folder stays as it is."""

from __future__ import annotations

import os
import time
from itertools import islice

# A change within this time of the last one may leave no mark: clocks of disks tick slowly.
_SETTLED_NS = 2_000_000_000


class FolderListings:
    """The files of each folder that was asked for; one object a run.

    A folder whose time of change is the same as before is not listed again.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[str, ...], int], tuple[int, tuple[str, ...]]] = {}

    def few(self, folder: str, suffixes: tuple[str, ...], most: int) -> tuple[str, ...]:
        """The paths of the files with one of the suffixes, sorted.

        Empty where there are more than `most`, and where the folder cannot be listed.
        """
        asked = (folder, suffixes, most)
        try:
            changed = os.stat(folder).st_mtime_ns
            known = self._known.get(asked)
            if known is not None and known[0] == changed:
                return known[1]
            found = _listed(folder, suffixes, most)
        except OSError:
            return ()
        if time.time_ns() - changed > _SETTLED_NS:
            self._known[asked] = (changed, found)
        return found


def _listed(folder: str, suffixes: tuple[str, ...], most: int) -> tuple[str, ...]:
    with os.scandir(folder) as entries:
        files = (e.path for e in entries if e.name.endswith(suffixes) and e.is_file())
        found = list(islice(files, most + 1))
    return tuple(sorted(found)) if len(found) <= most else ()
