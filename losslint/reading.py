"""Files to bytes: what is read of a config, and of an archive."""

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from losslint.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from io import FileIO

    from losslint.settings import Settings

# A config of this size is a mistake, and reading it would fill the memory.
MAX_BYTES = 16 << 20


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


class Work(NamedTuple):
    """A file that has to be checked: no earlier run knows it. `key`: where its result is kept."""

    content: Content
    explicit: bool
    settings: "Settings"
    key: bytes = b""


def read_source(path: str) -> Source | Unreadable:
    """The text of a file; of a `.keras` archive, that of its config.json."""
    content = read_content(path)
    return content if isinstance(content, Unreadable) else content.source()


def read_content(path: str) -> Content | Unreadable:
    """The bytes of a file; of a `.keras` archive, those of its config.json."""
    if path.lower().endswith(".keras"):
        return _read_archive(path)
    try:
        with open(path, "rb", buffering=0) as file:
            # A bounded read would reserve the bound; a regular file tells its size.
            status = os.fstat(file.fileno())
            bounded = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
            raw = file.readall() if bounded else _read_bounded(file)
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror or error}")
    if len(raw) > MAX_BYTES:
        return Unreadable(path, f"larger than {MAX_BYTES >> 20} MiB, which no config is")
    return Content(path, raw)


def _read_bounded(file: "FileIO") -> bytes:
    from io import BufferedReader

    return BufferedReader(file).read(MAX_BYTES + 1)


def _read_archive(path: str) -> Content | Unreadable:
    from losslint.archive import CONFIG, ArchiveProblem, read_archive, written_by

    archive = read_archive(path)
    if isinstance(archive, ArchiveProblem):
        return Unreadable(path, archive.reason)
    return Content(path, archive.config, CONFIG, written_by(archive))
