"""Writing files, whole or not at all: what is there changes at once, or stays as it was."""

import os
import stat
from typing import NamedTuple

from losslint.files.new_file import NewFile, WriteRefused, begin_file
from losslint.files.reading import given_source
from losslint.files.source import Source, Unreadable

# What waits for a pipe or a device waits on the disk, where it is more.
_MAX_IN_MEMORY = 1_000_000
_CHANGED = "changed since it was read; it was left as it is"


def replace_file(path: str, before: bytes, after: bytes) -> WriteRefused | None:
    """Put other bytes in the place of those that were read of a file.

    The file keeps its mode and, where permitted, its owner. A symbolic link is followed: the file
    behind it is replaced and the link stays. A file with several hard links is refused, because a
    rename would part them. A file that no longer holds `before` is refused, and so is a read-only
    one.
    """
    target = os.path.realpath(path)
    try:
        status = os.stat(target)
        with open(target, "rb") as file:
            current = file.read()
    except OSError as error:
        return WriteRefused(path, f"cannot be read again: {error.strerror}")
    if current != before:
        return WriteRefused(path, _CHANGED)
    if status.st_nlink > 1:
        return WriteRefused(path, "has several hard links, which a whole replacement would part")
    if _is_read_only(target, status):
        return WriteRefused(path, "is read-only")
    return _filled(begin_file(path, target, status), after)


def overwrite_file(path: str, content: bytes) -> WriteRefused | None:
    """Write a file, whatever stood there; a read-only one is refused.

    A symbolic link is followed. What is no regular file, a pipe or a device, takes the bytes.
    """
    return _filled(overwriting(path), content)


def overwriting(path: str) -> NewFile | WriteRefused:
    """As `overwrite_file`, for what comes in pieces; until it is closed, what stood there stays."""
    import tempfile

    try:
        status = os.stat(path) if os.path.exists(path) else None
        if status is not None and not stat.S_ISREG(status.st_mode):
            return NewFile(path, tempfile.SpooledTemporaryFile(_MAX_IN_MEMORY))
    except OSError as error:
        return WriteRefused(path, f"cannot be written: {error.strerror or error}")
    if status is not None and _is_read_only(path, status):
        return WriteRefused(path, "cannot be written: it is read-only")
    return begin_file(path, os.path.realpath(path), status)


def create_file(path: str, content: bytes) -> WriteRefused | None:
    """Write a new file, and the folders above it; one that came up meanwhile is left alone."""
    return _filled(begin_file(path, path, None, is_new=True), content)


class Rewritten(NamedTuple):
    """The bytes of a file, and those that it is to have."""

    before: bytes
    after: bytes


def rewritten(source: Source, content: bytes) -> Rewritten | WriteRefused:
    """The bytes of a file with a config among weights, before and after the config is replaced.

    Refused where the file holds another config than the one that was read of it.
    """
    path, member = source.path, source.member or ""
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError as error:
        return WriteRefused(path, f"cannot be read again: {error.strerror}")
    again = given_source(path, raw)
    if isinstance(again, Unreadable) or (again.member, again.raw) != (member, source.raw):
        return WriteRefused(path, _CHANGED)
    after = with_member(raw, member, content, path)
    return after if isinstance(after, WriteRefused) else Rewritten(raw, after)


def with_member(raw: bytes, name: str, content: bytes, path: str) -> bytes | WriteRefused:
    """The bytes of such a file, with another config."""
    from losslint.files import archive_edit, hdf5

    if name == hdf5.MEMBER:
        after = hdf5.replace_document(raw, content, path)
    else:
        after = archive_edit.replace_member(raw, name, content, path)
    return after if isinstance(after, bytes) else WriteRefused(*after)


def replace_text(before: Source, after: Source) -> WriteRefused | None:
    """Write a changed text back to its file, into its archive where it came from one."""
    content = after.encode()
    if before.member is None:
        return replace_file(before.path, before.raw, content)
    replaced = rewritten(before, content)
    if isinstance(replaced, WriteRefused):
        return replaced
    return replace_file(before.path, *replaced)


def _is_read_only(path: str, status: os.stat_result) -> bool:
    """Whether a file is marked as one that nobody writes, or this user may not write it.

    The system lets root write every file, and a rename asks the folder only: the mark is what its
    owner wants, whoever comes.
    """
    marked = not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    return marked or not os.access(path, os.W_OK)


def _filled(file: NewFile | WriteRefused, content: bytes) -> WriteRefused | None:
    """Write all of a file that was begun."""
    if isinstance(file, WriteRefused):
        return file
    file.write(content)
    return file.close()
