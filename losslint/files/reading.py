"""Files to bytes: what is read of a config, and of an archive."""

import os
from typing import NamedTuple

from losslint.files.source import Source, Unreadable, decode

# A config of this size is a mistake, and reading it would fill the memory.
MAX_BYTES = 16 << 20
# How much of a pipe or a growing file is read at once.
_PART = 1 << 16
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


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
    """The text of a file; of a `.keras` archive, that of its config.json."""
    content = read_content(path)
    return content if isinstance(content, Unreadable) else content.source()


def read_content(path: str) -> Content | Unreadable:
    """The bytes of a file; of a `.keras` archive, those of its config.json."""
    if path.lower().endswith(".keras"):
        return _read_archive(path)
    raw = read_bytes(path)
    return raw if isinstance(raw, Unreadable) else Content(path, raw)


def read_bytes(path: str) -> bytes | Unreadable:
    """The bytes of a file as they are, unless there are more than a config has."""
    try:
        raw = _read(path)
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror or error}", refused=True)
    if len(raw) > MAX_BYTES:
        return Unreadable(path, f"larger than {MAX_BYTES >> 20} MiB, which no config is")
    return raw


def _read(path: str) -> bytes:
    """A file's bytes, at most one more than are allowed.

    With the calls of the system themselves, because a file object takes longer than most files.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        # A regular file tells its size, and what is asked for is reserved. One byte more is asked
        # for, so that fewer say that the end was reached.
        size = min(os.fstat(descriptor).st_size, MAX_BYTES)
        raw = os.read(descriptor, size + 1)
        if len(raw) == size:
            return raw
        parts = [raw]
        left = MAX_BYTES + 1 - len(raw)
        while left > 0 and (part := os.read(descriptor, min(left, _PART))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _read_archive(path: str) -> Content | Unreadable:
    from losslint.files.archive import CONFIG, ArchiveProblem, read_archive, written_by

    archive = read_archive(path)
    if isinstance(archive, ArchiveProblem):
        return Unreadable(path, archive.reason)
    return Content(path, archive.config, CONFIG, written_by(archive))
