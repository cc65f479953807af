"""A file while it is written: in its folder, without its name, until it is filled and synced."""

import os
import stat
import sys
from contextlib import suppress
from typing import IO, NamedTuple

_PREFIX, _OPEN_FILES = ".losslint-", "/proc/self/fd"


class WriteRefused(NamedTuple):
    """Why a file was left as it was, as the end of a sentence that starts with the path."""

    path: str
    reason: str


class NewFile:
    """A file being written, in a temporary one that gets the name `target` when it is whole.

    Without a target, what was written goes to what the path leads to: a pipe, a device. `status` is
    that of the file that stands there; `is_new`: nothing may.
    """

    def __init__(
        self,
        path: str,
        file: IO[bytes],
        temporary: str = "",
        target: str = "",
        status: os.stat_result | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        self.path, self._file = path, file
        self._temporary, self._target, self._status = temporary, target, status
        self._is_new = is_new
        self._refused: WriteRefused | None = None

    def write(self, content: bytes) -> None:
        """Add bytes; what goes wrong is told when it is closed."""
        try:
            if self._refused is None:
                self._file.write(content)
        except OSError as error:
            self._refuse(error)

    def close(self) -> WriteRefused | None:
        """It is whole, and takes the place of what stood there."""
        try:
            if self._refused is None:
                self._finish()
        except FileExistsError:
            reason = "came up while it was being written; it was left as it is"
            self._refused = WriteRefused(self.path, reason)
        except OSError as error:
            self._refuse(error)
        finally:
            self.drop()
        return self._refused

    def drop(self) -> None:
        """Leave what stood there as it is, unless it was replaced already."""
        with suppress(OSError):
            self._file.close()
        if self._temporary and os.path.exists(self._temporary):
            os.unlink(self._temporary)

    def _finish(self) -> None:
        self._file.flush()
        if not self._target:
            self._file.seek(0)
            with open(self.path, "wb") as device:
                device.writelines(self._file)
            return
        handle, status = self._file.fileno(), self._status
        # Windows has these calls for names alone.
        named = self._temporary or handle
        os.chmod(named, 0o666 & ~_umask() if status is None else stat.S_IMODE(status.st_mode))
        if status is not None:
            _keep_owner(named, status)
        os.fsync(handle)
        if not self._temporary:
            folder = os.path.dirname(self._target)
            self._temporary = os.path.join(folder, _PREFIX + os.urandom(8).hex())
            # Only with a folder's descriptor does Python ask the system to follow the link.
            os.link(f"{_OPEN_FILES}/{handle}", self._temporary, src_dir_fd=handle)
        self._file.close()
        if self._is_new:
            _claim(self._temporary, self._target)
        else:
            os.replace(self._temporary, self._target)

    def _refuse(self, error: OSError) -> None:
        self._refused = WriteRefused(self.path, f"cannot be written: {error.strerror or error}")


def begin_file(
    path: str, target: str, status: os.stat_result | None, *, is_new: bool = False
) -> NewFile | WriteRefused:
    """An empty temporary file that is to get the name `target`."""
    folder = os.path.dirname(target) or "."
    try:
        if is_new:
            os.makedirs(folder, exist_ok=True)
        handle, temporary = _temporary(folder)
    except OSError as error:
        return WriteRefused(path, f"cannot be written: {error.strerror}")
    return NewFile(path, os.fdopen(handle, "wb"), temporary, target, status, is_new=is_new)


def _temporary(folder: str) -> tuple[int, str]:
    """A file to fill, and its name: none where the system can, so that a kill leaves nothing."""
    if hasattr(os, "O_TMPFILE") and os.path.isdir(_OPEN_FILES):
        with suppress(OSError):
            return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), ""
    import tempfile

    return tempfile.mkstemp(prefix=_PREFIX, dir=folder)


def _umask() -> int:
    os.umask(mask := os.umask(0o022))  # The only way to read it is to set it.
    return mask


def _claim(temporary: str, target: str) -> None:
    """Give a file a name that no other one has. Raises FileExistsError where one has it."""
    try:
        # A link, unlike a rename, takes the place of nothing.
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links: the name is taken first, and then its empty file replaced.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(temporary, target)


def _keep_owner(file: str | int, status: os.stat_result) -> None:
    if sys.platform == "win32" or (os.geteuid(), os.getegid()) == (status.st_uid, status.st_gid):
        return
    # Another user's file that this user may write: the content is what was asked for.
    with suppress(PermissionError):
        os.chown(file, status.st_uid, status.st_gid)
