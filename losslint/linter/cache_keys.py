"""The results of earlier runs, as `check` uses them: keys made of everything that decides a result.

That is the content and how its reader takes it, the settings as far as they decide findings, the
contents of the files that one run of the trainer merges with it, and losslint's own code.
"""

import os

from losslint.dialects.registry import companions
from losslint.files.cache import Cache, CacheProblem, Keys
from losslint.files.cache_folder import cache_folder
from losslint.files.listing import FolderListings
from losslint.files.reading import read_bytes
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.serialize import pack, unpack
from losslint.settings.model import Settings, experiments_of, ignored_in_file

# A run that watches reads the same settings again and again.
_MAX_SETTINGS = 500


class ResultCache:
    """The results of earlier runs in the current folder."""

    __slots__ = ("_folders", "_keys", "_settings", "store")

    def __init__(self, store: Cache) -> None:
        self.store = store
        self._folders = FolderListings()
        self._keys: Keys | None = None
        self._settings: dict[int, tuple[Settings, bytes]] = {}

    def key(self, file: LoadedFile) -> bytes:
        """The key of a file's outcome; empty where losslint's own code cannot be told apart."""
        if self._keys is None:
            from losslint.linter.code_fingerprint import code_fingerprint

            code = code_fingerprint(self.store)
            if code is None:
                return b""
            # What a message calls another file depends on the folder of the run.
            self._keys = Keys(code, os.fsencode(os.getcwd()))
        content, settings = file.content, file.settings
        shared = self._settings.get(id(settings))
        if shared is None:
            if len(self._settings) == _MAX_SETTINGS:
                self._settings.clear()
            # The settings are kept with their key, so that no others get the same id.
            decisive = (settings.selections, settings.target, settings.declarations.losses)
            shared = (settings, repr(decisive).encode("utf-8", "backslashreplace"))
            self._settings[id(settings)] = shared
        kind = os.path.splitext(content.member or content.path)[1].lower()
        path = os.path.abspath(content.path)
        own = (kind, content.written_by or "", "named" if file.explicit else "")
        words = ignored_in_file(settings, path) if settings.per_file_ignores else ()
        words += tuple(map(repr, settings.declarations.sites_in(path)))
        return self._keys.key(
            content.raw,
            shared[1],
            "\n".join((*own, *words)).encode("utf-8", "backslashreplace"),
            *self._companions(path, settings, content.raw),
        )

    def get(self, file: LoadedFile) -> FileOutcome | None:
        """What an earlier run found, without the text."""
        packed = self.store.get(file.key) if file.key else None
        try:
            return None if packed is None else unpack(file.path, packed)
        except ValueError:
            return None

    def put(self, file: LoadedFile, outcome: FileOutcome) -> None:
        """Keep what was found, unless another file that it depends on changed meanwhile."""
        if not file.key or outcome.problem:
            return
        others = self._companions(os.path.abspath(file.path), file.settings, file.content.raw)
        if not others or self.key(file) == file.key:
            self.store.put(file.key, pack(outcome))

    def _companions(self, path: str, settings: Settings, own: bytes) -> list[bytes]:
        """The names and contents of the other files that decide what is said of this one."""
        found: list[bytes] = []
        for other in companions(path, experiments_of(settings, path), own, self._folders):
            raw = read_bytes(other)
            found += (os.fsencode(other), raw if isinstance(raw, bytes) else b"")
        return found

    def save(self) -> CacheProblem | None:
        """Write what is new to the disk."""
        return self.store.save()


def open_cache() -> ResultCache | None:
    """The cache of the user; None where there is no place for it."""
    folder = cache_folder()
    return ResultCache(Cache(folder)) if folder is not None else None
