"""Keras archives (`.keras`): the two small members that matter, read to a bound.

Keras itself reads them with Python's `zipfile`, so `zipfile` decides here what is an archive and
which of two members of the same name counts. Members are looked up by name and nothing is ever
unpacked to disk, so a member with an absolute or a parent path is not even looked at.
"""

import io
import struct
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import zipfile

CONFIG = "config.json"
METADATA = "metadata.json"

# A real config.json has some kilobytes, the largest some megabytes.
MAX_MEMBER_BYTES = 16 << 20

# Layers repeat themselves: real configs shrink 10 to 40 times. Deflate reaches 1032.
MAX_RATIO = 200
_RATIO_FREE_BYTES = 1 << 20

# `zipfile` makes an object of each entry of the list of members; Keras writes a handful.
_MAX_DIRECTORY_BYTES = 1 << 20
_CHUNK = 1 << 16

ENCRYPTED = 0x1
STORED, DEFLATED = 0, 8


class Archive(NamedTuple):
    """What is read of an archive. `metadata` is None where there is none that can be read."""

    path: str
    config: bytes
    metadata: bytes | None


class ArchiveProblem(NamedTuple):
    """Why an archive cannot be read or rewritten, as the end of a sentence starting with `path`."""

    path: str
    reason: str


class _TooMuchError(Exception):
    """Raised inside `zipfile` by the bounded file, and caught in this module."""


class _Bounded(io.RawIOBase):
    """A file that hands out no more than a budget while the list of members is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.budget: int | None = _MAX_DIRECTORY_BYTES + (1 << 17)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        if self.budget is None:
            return self._file.read(size if size is not None else -1)
        # One byte more than allowed tells a list that fits from one that does not.
        wanted = self.budget + 1 if size is None or size < 0 else min(size, self.budget + 1)
        data = self._file.read(wanted)
        self.budget -= len(data)
        if self.budget < 0:
            raise _TooMuchError
        return data


def read_archive(path: str, file: IO[bytes] | None = None) -> Archive | ArchiveProblem:
    """Read config.json and metadata.json of an archive, and nothing else of it.

    `file`, where given, is read in place of the one at `path`; it must be seekable. At most
    MAX_MEMBER_BYTES are unpacked per member, whatever the archive says of its size.
    """
    try:
        if file is not None:
            return _read(path, file)
        with open(path, "rb") as opened:
            return _read(path, opened)
    except OSError as error:
        return ArchiveProblem(path, f"cannot be read: {(error.strerror or str(error)).lower()}")


def _read(path: str, file: IO[bytes]) -> Archive | ArchiveProblem:
    import zipfile

    bounded = _Bounded(file)
    try:
        archive = zipfile.ZipFile(bounded)
    except _TooMuchError:
        return ArchiveProblem(path, "has a list of members that is larger than 1 MiB")
    except zipfile.BadZipFile:
        return ArchiveProblem(path, _no_archive(file))
    except (ValueError, NotImplementedError, struct.error) as error:
        return ArchiveProblem(path, f"is no archive that can be read: {error}")
    bounded.budget = None
    with archive:
        config = read_member(archive, CONFIG)
        if isinstance(config, str):
            return ArchiveProblem(path, config)
        metadata = read_member(archive, METADATA)
    return Archive(path, config, None if isinstance(metadata, str) else metadata)


def _no_archive(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"PK\x03\x04"):
        return "is a truncated or damaged archive: its list of members cannot be read"
    if head.startswith(b"\x89HDF"):
        return "is an HDF5 file, not a Keras archive: the suffix of the older format is .h5"
    return "is empty" if not head else "is not a Keras archive: it is no zip file"


def read_member(archive: "zipfile.ZipFile", name: str) -> bytes | str:
    """A member's bytes, or why they cannot be had, as the end of a sentence."""
    import zipfile
    import zlib

    try:
        info = archive.getinfo(name)
    except KeyError:
        return f"holds no {name}: it is no Keras archive"
    if info.flag_bits & ENCRYPTED:
        return f"holds an encrypted {name}"
    if info.compress_type not in (STORED, DEFLATED):
        return f"holds a {name} in a compression that losslint does not read"
    try:
        with archive.open(info) as member:
            return _bounded_read(member, name, info.compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, struct.error, OSError):
        return f"holds a damaged {name}"
    except (RuntimeError, NotImplementedError) as error:
        return f"holds a {name} that cannot be read: {error}"


def _bounded_read(member: IO[bytes], name: str, compressed: int) -> bytes | str:
    chunks: list[bytes] = []
    size = 0
    while chunk := member.read(_CHUNK):
        size += len(chunk)
        if size > MAX_MEMBER_BYTES:
            return f"holds a {name} of more than {MAX_MEMBER_BYTES >> 20} MiB"
        if size > _RATIO_FREE_BYTES and size > MAX_RATIO * compressed:
            return f"holds a {name} that unpacks to more than {MAX_RATIO} times its size"
        chunks.append(chunk)
    return b"".join(chunks)


def written_by(archive: Archive) -> str | None:
    """The release of Keras that wrote an archive, where its metadata tell."""
    import json

    try:
        data = json.loads(archive.metadata or b"")
    except (ValueError, RecursionError):
        return None
    version = data.get("keras_version") if isinstance(data, dict) else None
    return version if isinstance(version, str) and len(version) < 40 else None
