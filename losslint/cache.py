"""Results of earlier runs, found again by what made them: content, settings, version, rules.

A key is a hash of everything that can change a result, so an entry is never stale; the days that
are stored decide only what is thrown away. A batch of entries is one small file: one read at the
start of a run, and a write only when something is new. A damaged file is an empty cache.
"""

import os
import struct
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hashlib import blake2b

# Part of the folder's name: another layout is another folder.
FORMAT = 1

KEY_BYTES = 16
KEEP_DAYS = 30
MAX_BATCH_BYTES = 32 << 20
MAX_FOLDER_BYTES = 256 << 20

# An entry's day is brought up to date only when it is this old, so that a run without news
# writes nothing.
_REFRESH_DAYS = 7
_DAY = 86_400
_MAGIC = b"losslint cache %d\n" % FORMAT
_SUM_BYTES = 16
_RECORD = struct.Struct(f"<{KEY_BYTES}sHI")

SUFFIX = ".cache"
TAG_NAME = "CACHEDIR.TAG"
TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder holds results that losslint can compute again. It may be deleted.\n"
)


class CacheProblem(NamedTuple):
    """Why a cache could not be written, as the end of a sentence starting with `path`."""

    path: str
    reason: str


class Keys:
    """Makes the keys of one run.

    `shared` is what all files of the run have in common (version, digest of rules and catalog,
    settings); a key adds what is the file's own (content, suffix, path-dependent settings).
    """

    __slots__ = ("_base",)

    def __init__(self, *shared: bytes) -> None:
        self._base = _hasher()(_framed(shared), digest_size=KEY_BYTES)

    def key(self, content: bytes, *own: bytes) -> bytes:
        """The key, of KEY_BYTES bytes, of one file."""
        digest = self._base.copy()
        digest.update(_framed(own))
        digest.update(content)
        return digest.digest()


def _hasher() -> "type[blake2b]":
    """BLAKE2b, without the library that hashlib loads for the other algorithms."""
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b
    return blake2b


def _framed(parts: tuple[bytes, ...]) -> bytes:
    """Parts with their lengths, so that no two lists of parts read the same."""
    return b"".join((b"%d;" % len(parts), *(b"%d:%b" % (len(part), part) for part in parts)))


def cache_folder(environ: dict[str, str] | None = None) -> str | None:
    """The user's cache folder; None where the user has no home.

    LOSSLINT_CACHE_DIR, else `losslint` in XDG_CACHE_HOME, else in the platform's own place.
    """
    env = os.environ if environ is None else environ
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


class Cache:
    """The entries of one batch, such as the runs with the same settings.

    `folder` is the user's cache folder, `version` losslint's, `batch` any bytes that name the
    batch. Nothing is read before the first `get`. No method raises for a cache that is damaged,
    cannot be read or cannot be written.
    """

    __slots__ = ("_entries", "_folder", "_fresh", "_path", "_today")

    def __init__(self, folder: str, version: str, batch: bytes) -> None:
        name = Keys(batch).key(b"").hex()
        self._folder = folder
        self._path = os.path.join(folder, f"{version}-{FORMAT}", name + SUFFIX)
        self._today = int(time.time() // _DAY) & 0xFFFF
        self._entries: dict[bytes, tuple[int, bytes]] | None = None
        self._fresh: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None where there is none."""
        if self._entries is None:
            self._entries = _load(self._path)
        value = self._fresh.get(key)
        if value is not None:
            return value
        entry = self._entries.get(key)
        if entry is None:
            return None
        if abs(self._today - entry[0]) >= _REFRESH_DAYS:
            self._fresh[key] = entry[1]
        return entry[1]

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value (below 4 GiB) under a key of KEY_BYTES bytes until `save`."""
        self._fresh[key] = value

    def save(self) -> CacheProblem | None:
        """Write what is new, together with what other runs wrote meanwhile.

        The file is replaced whole, so a concurrent reader sees the old or the new one. Of two runs
        that save at the same moment one may lose its news, which costs a computation.
        """
        if not self._fresh:
            return None
        entries = _load(self._path)
        for key, value in self._fresh.items():
            entries[key] = (self._today, value)
        content = _dump(_bounded(entries, self._today))
        try:
            prepare_folder(self._folder)
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            _replace(self._path, content)
            _sweep(self._folder, keep=self._path)
        except OSError as error:
            return CacheProblem(self._path, f"cannot be written: {error.strerror}")
        self._entries, self._fresh = entries, {}
        return None


def _load(path: str) -> dict[bytes, tuple[int, bytes]]:
    """A batch's entries: key → day and value. Empty for a file that is not whole."""
    blake2b = _hasher()
    try:
        with open(path, "rb") as file:
            raw = file.read(2 * MAX_BATCH_BYTES)
    except OSError:
        return {}
    head = len(_MAGIC) + _SUM_BYTES
    body = memoryview(raw)[head:]
    if not raw.startswith(_MAGIC) or len(body) < 4:
        return {}
    if blake2b(body, digest_size=_SUM_BYTES).digest() != raw[len(_MAGIC) : head]:
        return {}
    count = int.from_bytes(body[:4], "little")
    at = 4 + count * _RECORD.size
    if at > len(body):
        return {}
    entries: dict[bytes, tuple[int, bytes]] = {}
    for key, day, length in _RECORD.iter_unpack(body[4:at]):
        entries[key] = (day, bytes(body[at : at + length]) if length else b"")
        at += length
    return entries


def _dump(entries: dict[bytes, tuple[int, bytes]]) -> bytes:
    blake2b = _hasher()
    records = [_RECORD.pack(key, day, len(value)) for key, (day, value) in entries.items()]
    values = (value for _, value in entries.values())
    body = b"".join((len(records).to_bytes(4, "little"), *records, *values))
    return _MAGIC + blake2b(body, digest_size=_SUM_BYTES).digest() + body


def _bounded(entries: dict[bytes, tuple[int, bytes]], today: int) -> dict[bytes, tuple[int, bytes]]:
    """The entries without those unseen for long, the latest first to stay within the bound."""
    recent = sorted(entries.items(), key=lambda item: abs(today - item[1][0]))
    kept: dict[bytes, tuple[int, bytes]] = {}
    size = 0
    for key, (day, value) in recent:
        size += _RECORD.size + len(value)
        if size > MAX_BATCH_BYTES or abs(today - day) > KEEP_DAYS:
            break
        kept[key] = (day, value)
    return kept


def prepare_folder(folder: str) -> None:
    """Make the cache folder and mark it, so that backups and git pass over it.

    Raises OSError, also for a folder that holds other things: the mark would hide them from git,
    and from losslint itself.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    marked = os.path.exists(os.path.join(folder, TAG_NAME))
    # What starts like a mark is that of another run, which is writing it.
    if not marked and not all(n.startswith((TAG_NAME, ".gitignore")) for n in os.listdir(folder)):
        raise OSError(0, f"{folder} holds other files")
    for name, text in ((TAG_NAME, TAG), (".gitignore", "*\n")):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            _replace(path, text.encode())


def _replace(path: str, content: bytes) -> None:
    """Write a file whole: no reader ever sees a part of it. Not synced: a loss costs a run."""
    temporary = f"{path}.{os.urandom(8).hex()}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _sweep(folder: str, keep: str) -> None:
    """Delete batches unseen for long, left-over temporary files, and the oldest above the bound."""
    now = time.time()
    found: list[tuple[float, int, str]] = []
    for path in batch_files(folder):
        try:
            status = os.stat(path)
        except OSError:
            continue
        if path != keep:
            found.append((status.st_mtime, status.st_size, path))
    total = 0
    for modified, size, path in sorted(found, reverse=True):
        stale = now - modified > (KEEP_DAYS * _DAY if path.endswith(SUFFIX) else _DAY)
        if stale or total + size > MAX_FOLDER_BYTES:
            remove_quietly(path)
        else:
            total += size


def batch_files(folder: str) -> list[str]:
    """Every file that losslint made in the version folders of a cache folder."""
    found: list[str] = []
    try:
        with os.scandir(folder) as versions:
            inside = [each.path for each in versions if each.is_dir(follow_symlinks=False)]
        for path in inside:
            with os.scandir(path) as files:
                found.extend(
                    each.path
                    for each in files
                    if each.name.endswith((SUFFIX, ".tmp")) and SUFFIX in each.name
                )
    except OSError:
        pass
    return sorted(found)


def remove_quietly(path: str) -> bool:
    """Delete a file; whether it is gone. Another run may have been quicker."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
