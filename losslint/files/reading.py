"""Files to bytes: what is read of a config, and of an archive."""

import io
import os
import stat
from typing import IO, NamedTuple

from losslint.files.source import Source, Unreadable, decode

# A config of this size is a mistake, and reading it would fill the memory.
MAX_BYTES = 16 << 20
MAX_NOTEBOOK = 32 << 20
# How much of a pipe or a growing file is read at once.
_PART = 1 << 16
# Files that hold a config among weights.
_PACKED = (".keras", ".h5", ".hdf5")
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# A named pipe that nobody writes to would be waited for without an end.
_FLAGS |= getattr(os, "O_NONBLOCK", 0)


class Content(NamedTuple):
    """A file's bytes; for an archive, those of its `member`, and the release that wrote it."""

    path: str
    raw: bytes
    member: str | None = None
    written_by: str | None = None

    def source(self) -> Source | Unreadable:
        """The bytes as text."""
        source = decode(self.path, self.raw, self.member)
        if isinstance(source, Source) and self.written_by is not None:
            return source._replace(written_by=self.written_by)
        return source


def read_source(path: str) -> Source | Unreadable:
    """The text of a file; of one that holds a config among weights, that config."""
    content = read_content(path)
    return content if isinstance(content, Unreadable) else content.source()


def read_content(path: str, *, skim: bool = False) -> Content | Unreadable:
    """The bytes of a file; of one that holds a config among weights, those of the config.

    `skim`: an HDF5 file that cannot be a model of Keras gives nothing; any program may write one.
    """
    if path.lower().endswith(_PACKED):
        return _read_packed(path, skim=skim)
    raw = read_bytes(path)
    return raw if isinstance(raw, Unreadable) else Content(path, raw)


def given_source(path: str, raw: bytes) -> Source | Unreadable:
    """The text of bytes that were handed over under a name; without one, by their first bytes."""
    named = path if os.path.splitext(path)[1] else path + _suffix_of(raw)
    if not named.lower().endswith(_PACKED):
        return decode(path, raw)
    packed = _read_packed(path, io.BytesIO(raw), suffix=os.path.splitext(named)[1])
    return packed if isinstance(packed, Unreadable) else packed.source()


def _suffix_of(raw: bytes) -> str:
    if raw.startswith(b"PK\x03\x04"):
        return ".keras"
    return ".h5" if raw.startswith(b"\x89HDF") else ""


def read_bytes(path: str) -> bytes | Unreadable:
    """The bytes of a file as they are, unless there are more than a config has."""
    # What a notebook printed and drew stands in its file.
    is_notebook = path.lower().endswith(".ipynb")
    limit, what = (MAX_NOTEBOOK, "notebook") if is_notebook else (MAX_BYTES, "config")
    try:
        raw = _read(path, limit)
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror or error}".lower(), refused=True)
    if len(raw) > limit:
        return Unreadable(path, f"larger than {limit >> 20} MiB, which is too large for a {what}")
    return raw


def _read(path: str, limit: int) -> bytes:
    """A file's bytes, at most one more than are allowed.

    With the calls of the system themselves, because a file object takes longer than most files.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        # A regular file tells its size, and what is asked for is reserved. One byte more is asked
        # for, so that fewer say that the end was reached.
        status = os.fstat(descriptor)
        size = min(status.st_size, limit)
        is_plain = stat.S_ISREG(status.st_mode)
        raw = os.read(descriptor, size + 1) if is_plain else _begin(descriptor, status)
        if is_plain and len(raw) == size:
            return raw
        parts = [raw]
        left = limit + 1 - len(raw)
        while left > 0 and (part := os.read(descriptor, min(left, _PART))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _begin(descriptor: int, status: os.stat_result) -> bytes:
    """What a pipe or a device has to give at first; the rest is then waited for.

    Raises:
        OSError: it is a pipe that nobody writes to.
    """
    try:
        first = os.read(descriptor, _PART)
    except BlockingIOError:
        first = None
    os.set_blocking(descriptor, True)
    if first == b"" and stat.S_ISFIFO(status.st_mode):
        raise OSError("nobody writes to this pipe")
    return first or b""


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def _read_packed(
    path: str, file: IO[bytes] | None = None, *, suffix: str | None = None, skim: bool = False
) -> Content | Unreadable:
    """The config of a Keras archive or an HDF5 file at a path, or in `file` where that is given."""
    from losslint.files import archive, hdf5

    if file is None and _is_pipe(path):
        return Unreadable(path, "is a pipe, and the config of a model is read from a file")
    in_hdf5 = (suffix or path).lower().endswith(hdf5.SUFFIXES)
    if in_hdf5 and skim and not hdf5.has_training_config(path):
        return Content(path, b"")
    found = (hdf5.read_hdf5 if in_hdf5 else archive.read_archive)(path, file)
    if isinstance(found, archive.ArchiveProblem):
        lacks = found.reason == hdf5.NO_H5PY
        return Unreadable(*found, lacks_package=lacks, is_certain=True)
    member = hdf5.MEMBER if in_hdf5 else archive.CONFIG
    return Content(path, found.config, member, archive.written_by(found))
