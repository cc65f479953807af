"""A file's bytes as text: encoding, byte order mark, line index, and the atomic way back."""

import os
import re
import stat
from bisect import bisect_right
from contextlib import suppress
from typing import NamedTuple

# Rows end at what an editor calls a line end. YAML 1.1 also breaks lines at NEL, LS and PS,
# but no editor numbers its lines so.
_LINE_END = re.compile(r"\r\n|\n|\r")

# The order matters: the UTF-32 mark starts with the UTF-16 one.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)


class LineIndex:
    """Rows and columns (both from 1, columns in code points) of the offsets of one text."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(m.end() for m in _LINE_END.finditer(text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Row and column of an offset."""
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def offset(self, row: int, column: int) -> int:
        """The offset of a row and a column, held inside the text."""
        if row > len(self._starts):
            return len(self.text)
        return min(self._starts[max(row, 1) - 1] + column - 1, len(self.text))

    def row_span(self, row: int) -> tuple[int, int]:
        """Start and end of a row's text, without its line end."""
        start = self._starts[row - 1]
        end = self._starts[row] if row < len(self._starts) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    @property
    def rows(self) -> int:
        """How many rows the text has."""
        return len(self._starts)


class Source(NamedTuple):
    """One file as text.

    `path` is the name shown to people, `mark` the byte order mark that the text does not hold,
    `raw` the bytes as read (of the archive member, where `member` names one). `written_by` is the
    release that wrote an archive, where the archive tells.
    """

    path: str
    text: str
    raw: bytes
    encoding: str = "utf-8"
    mark: bytes = b""
    member: str | None = None
    written_by: str | None = None

    def encode(self, text: str) -> bytes:
        """The bytes of a text in this file's encoding, with its byte order mark.

        Raises UnicodeEncodeError for a text that the encoding cannot hold.
        """
        return self.mark + text.encode(self.encoding)


class Unreadable(NamedTuple):
    """Why bytes are no text: one sentence, and the byte offset where it shows.

    `refused`: there are no bytes, because the system gives none.
    """

    path: str
    reason: str
    offset: int = 0
    refused: bool = False


def decode(path: str, raw: bytes, member: str | None = None) -> Source | Unreadable:
    """Decode a file's bytes: by its byte order mark, else as UTF-8."""
    mark, encoding = next((pair for pair in _MARKS if raw.startswith(pair[0])), (b"", "utf-8"))
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        offset = len(mark) + error.start
        return Unreadable(path, f"not {encoding.upper()}: byte {offset + 1} cannot be read", offset)
    return Source(path, text, raw, encoding, mark, member)


class WriteRefused(NamedTuple):
    """Why a file was left as it was, as one sentence."""

    path: str
    reason: str


def write_back(path: str, before: bytes, after: bytes) -> WriteRefused | None:
    """Replace a file's bytes, whole or not at all.

    A temporary file in the same folder is filled, synced and renamed over the target, with the
    target's mode and, where permitted, its owner. A symbolic link is followed: the file behind it
    is replaced and the link stays. A file with several hard links is refused, because a rename
    would part them. A file that no longer holds `before` is refused, and so is a read-only one.
    """
    target = os.path.realpath(path)
    try:
        status = os.stat(target)
        with open(target, "rb") as file:
            current = file.read()
    except OSError as error:
        return WriteRefused(path, f"cannot be read again: {error.strerror}")
    if current != before:
        return WriteRefused(path, "changed since it was read; it was left as it is")
    if status.st_nlink > 1:
        return WriteRefused(path, "has several hard links, which a whole replacement would part")
    if is_read_only(target, status):
        return WriteRefused(path, "is read-only")
    return _replace(path, target, after, status)


def is_read_only(path: str, status: os.stat_result) -> bool:
    """Whether a file is marked as one that nobody writes, or this user may not write it.

    The system lets root write every file, and a rename asks the folder only: the mark is what its
    owner wants, whoever comes.
    """
    marked = not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    return marked or not os.access(path, os.W_OK)


def _replace(path: str, target: str, content: bytes, status: os.stat_result) -> WriteRefused | None:
    import tempfile

    folder = os.path.dirname(target)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".losslint-", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            _keep_owner(file.fileno(), status)
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        return WriteRefused(path, f"cannot be written: {error.strerror}")
    return None


def _keep_owner(descriptor: int, status: os.stat_result) -> None:
    if (os.geteuid(), os.getegid()) == (status.st_uid, status.st_gid):
        return
    # Another user's file that this user may write: the content is what was asked for.
    with suppress(PermissionError):
        os.fchown(descriptor, status.st_uid, status.st_gid)
