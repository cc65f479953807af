"""The results of earlier runs, as `check` uses them: keys made of everything that decides a result.

That is the content and how its reader takes it, the settings as far as they decide findings, the
contents of the files that one run of the trainer merges with it, and losslint's own code.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from losslint import __version__
from losslint.cache import Cache, CacheProblem, Keys, cache_folder
from losslint.identity import code_digest
from losslint.results import Result, pack, unpack
from losslint.settings import Settings, experiments_of, ignored_in_file

if TYPE_CHECKING:
    from losslint.reading import Work


class Memory:
    """The results of one project's earlier runs."""

    __slots__ = ("_keys", "_settings", "cache")

    def __init__(self, cache: Cache, code: bytes) -> None:
        self.cache = cache
        self._keys = Keys(code)
        self._settings: dict[int, tuple[Settings, bytes]] = {}

    def key(self, work: Work) -> bytes:
        """The key of a file's result."""
        content, settings = work.content, work.settings
        shared = self._settings.get(id(settings))
        if shared is None:
            # The settings are kept with their key, so that no others get the same id.
            decisive = (settings.selections, settings.target)
            shared = (settings, repr(decisive).encode("utf-8", "backslashreplace"))
            self._settings[id(settings)] = shared
        kind = os.path.splitext(content.member or content.path)[1].lower()
        path = os.path.abspath(content.path)
        own = (kind, content.written_by or "", "named" if work.explicit else "")
        words = ignored_in_file(settings, path) if settings.per_file_ignores else ()
        return self._keys.key(
            content.raw,
            shared[1],
            "\n".join((*own, *words)).encode("utf-8", "backslashreplace"),
            *_companions(path, settings),
        )

    def get(self, key: bytes) -> Result | None:
        """What an earlier run found."""
        packed = self.cache.get(key)
        try:
            return None if packed is None else unpack(packed)
        except ValueError:
            return None

    def put(self, work: Work, result: Result) -> None:
        """Keep what was found, unless another file that it depends on changed meanwhile."""
        if not _companions(os.path.abspath(work.content.path), work.settings) or (
            self.key(work) == work.key
        ):
            self.cache.put(work.key, pack(result))

    def save(self) -> CacheProblem | None:
        """Write what is new to the disk."""
        return self.cache.save()


def open_memory() -> Memory | None:
    """The memory for the current folder; None where there is no place for it."""
    folder = cache_folder()
    code = code_digest(folder, __version__) if folder is not None else None
    if folder is None or code is None:
        return None
    return Memory(Cache(folder, __version__, os.fsencode(os.getcwd())), code)


def _companions(path: str, settings: Settings) -> list[bytes]:
    """The names and contents of the other files that decide what is said of this one."""
    from losslint.experiment import companions

    found: list[bytes] = []
    for other in companions(path, experiments_of(settings, path)):
        try:
            with open(other, "rb") as file:
                found += (os.fsencode(other), file.read())
        except OSError:
            found += (os.fsencode(other), b"")
    return found
