"""Results of earlier runs, found again by what made them: content, settings, version, rules.

A key is a hash of everything that can change a result, so an entry is never stale; the days that
are stored decide only what is thrown away. The entries are a table of SQLite in one file. A run
reads entry by entry and writes what is new in short transactions, so that runs beside each other
wait for milliseconds and lose nothing. A damaged file is an empty cache, and is replaced.
"""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from losslint.files.cache_folder import FILE_NAME, OURS, prepare_folder, remove_quietly

if TYPE_CHECKING:
    from hashlib import blake2b
    from sqlite3 import Connection
    from types import ModuleType

KEY_BYTES = 16
KEEP_DAYS = 30
MAX_BYTES = 256 << 20

# An entry's day is brought up to date only when it is this old, so that a run without news
# writes nothing.
_REFRESH_DAYS = 7
_DAY = 86_400
_SUM_BYTES = 8
# So many new entries are written at once, and so long a run waits for another one's turn.
_AT_ONCE, _PATIENCE = 2_000, 5.0

# Another layout is another table.
_CREATE = (
    "CREATE TABLE IF NOT EXISTS results_1"
    " (key BLOB PRIMARY KEY, day INTEGER, value BLOB) WITHOUT ROWID"
)
_GET = "SELECT day, value FROM results_1 WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO results_1 VALUES (?, ?, ?)"
_DROP_OLD = "DELETE FROM results_1 WHERE abs(day - ?) > ?"
_DROP_HALF = (
    "DELETE FROM results_1 WHERE key IN"
    " (SELECT key FROM results_1 ORDER BY day LIMIT (SELECT count(*) / 2 + 1 FROM results_1))"
)
_USED = (
    "SELECT (page_count - freelist_count) * page_size"
    " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
)


class CacheProblem(NamedTuple):
    """Why a cache cannot be used, as the end of a sentence starting with `path`."""

    path: str
    reason: str


class Keys:
    """Makes keys of what several entries have in common and what is each one's own."""

    __slots__ = ("_base",)

    def __init__(self, *shared: bytes) -> None:
        self._base = _hasher()(_framed(shared), digest_size=KEY_BYTES)

    def key(self, content: bytes, *own: bytes) -> bytes:
        """The key, of KEY_BYTES bytes, of one entry."""
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


class Cache:
    """The entries in a cache folder, or, without one, in memory as long as this object lives.

    Nothing is opened, or imported, before the first `get`.
    No method raises for a cache that is damaged, cannot be read or cannot be written: then nothing
    is found in it, and `save` says why nothing was kept.
    """

    __slots__ = ("_connection", "_folder", "_fresh", "_path", "_pid", "_problem", "_today")

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._path = os.path.join(folder, FILE_NAME) if folder is not None else ""
        self._today = int(time.time() // _DAY)
        self._fresh: dict[bytes, bytes] = {}
        self._connection: Connection | None = None
        self._pid = 0
        self._problem: CacheProblem | None = None

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None where there is none."""
        if key in self._fresh:
            return self._fresh[key]
        # SQLite would make the file, and a run that only reads is to leave no trace.
        if self._problem or (self._connection is None and not os.path.exists(self._path)):
            return None
        row = self._attempt(lambda connection: connection.execute(_GET, (key,)).fetchone())
        if isinstance(row, Exception) and "no such table" not in str(row):
            # To wait for a lock that is never lifted once is enough.
            self._problem = CacheProblem(self._path, f"cannot be read: {row}")
        if not isinstance(row, tuple):
            return None
        day, summed = row
        if not (isinstance(day, int) and isinstance(summed, bytes)):
            return None
        value = summed[_SUM_BYTES:]
        if summed != _summed(key, value):
            return None
        if abs(self._today - day) >= _REFRESH_DAYS:
            self._fresh[key] = value
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value under a key of KEY_BYTES bytes; it is written with others, or by `save`."""
        self._fresh[key] = value
        if len(self._fresh) >= _AT_ONCE:
            self.save()

    def save(self) -> CacheProblem | None:
        """Write what is new."""
        if self._folder is None:
            return None
        if not self._fresh or self._problem is not None:
            self._fresh = {}
            return self._problem
        rows = [(key, self._today, _summed(key, value)) for key, value in self._fresh.items()]
        self._fresh = {}
        try:
            prepare_folder(self._folder)
        except OSError as error:
            self._problem = CacheProblem(self._path, f"cannot be written: {error.strerror}")
            return self._problem
        done = self._attempt(lambda connection: _write(connection, rows, self._today))
        if isinstance(done, Exception):
            self._problem = CacheProblem(self._path, f"cannot be written: {done}")
        return self._problem

    def _attempt(self, act: "Callable[[Connection], object]") -> object:
        """What comes of an action on the table, or the exception that it ends with."""
        try:
            sqlite3 = _sqlite()
        except ImportError:
            missing = "cannot be used: this Python was built without sqlite3"
            self._problem = CacheProblem(self._path, missing)
            return None
        for attempt in range(3):
            try:
                return act(self._connected())
            except sqlite3.OperationalError as error:
                # Locked for long, not writable, no space, or no table yet.
                return error
            except sqlite3.DatabaseError as error:
                damage = error
                self.close()
                # Another run may have replaced the damaged file meanwhile: it is opened once more.
                if attempt == 1:
                    for name in reversed(OURS):
                        remove_quietly(os.path.join(os.path.dirname(self._path), name))
        return damage

    def _connected(self) -> "Connection":
        # A forked process must not use its parent's connection.
        if self._connection is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._connection = _sqlite().connect(self._path, _PATIENCE, isolation_level=None)
        return self._connection

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()
        self._connection = None


def _sqlite() -> "ModuleType":
    """SQLite, without what the public module imports for the dates that nobody stores here."""
    try:
        import _sqlite3
    except ImportError:
        import sqlite3

        return sqlite3
    return _sqlite3


def _write(connection: "Connection", rows: list[tuple[bytes, int, bytes]], today: int) -> None:
    """Write rows; once a day, throw away what was not seen for long or is too much."""
    # What a crash of the system may damage costs a computation.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_CREATE)
        connection.executemany(_PUT, rows)
        if connection.execute("PRAGMA user_version").fetchone()[0] != today:
            connection.execute(_DROP_OLD, (today, KEEP_DAYS))
            connection.execute(f"PRAGMA user_version = {today}")
        if connection.execute(_USED).fetchone()[0] > MAX_BYTES:
            connection.execute(_DROP_HALF)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _summed(key: bytes, value: bytes) -> bytes:
    """A value behind its sum: SQLite does not notice every damage."""
    return _hasher()(key + value, digest_size=_SUM_BYTES).digest() + value
