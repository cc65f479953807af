"""Keras's HDF5 files (`.h5`, `.hdf5`): what they say of the model, as one JSON document.

The attributes `training_config` and `model_config` are its two keys. h5py reads and writes them, in
a process of its own: from some files with a damaged byte (`tests/test_hdf5.py` builds one) the
library beneath it never comes back, and nothing inside the process could stop it.
"""

import os
import sys
from typing import IO, Any

from losslint.files.archive import MAX_MEMBER_BYTES, Archive, ArchiveProblem

SUFFIXES = (".h5", ".hdf5")

MEMBER = "attributes.json"
"""What the document is called; it ends as JSON does, and no file bears the name."""

NO_H5PY = "is an HDF5 file, which h5py reads: pip install 'losslint[h5]'"

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MARK = b"training_config"
# Keras writes the mark into the first kilobytes. Data sets of other programs are larger than this.
_SKIMMED = 32 << 20
_PART = 1 << 20

_MAX_REWRITTEN = 2 << 30
# Of the processor: on a machine that is busy, a sound file is to be waited for.
_READ_SECONDS, _WRITE_SECONDS = 5, 120
_PATIENCE = 20
_NO_END = "the library that reads it fails on it, or comes to no end"
# Isolated, so that nothing in the current folder is taken for a module.
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from losslint.files.hdf5_child import main; main()"
)


def has_training_config(path: str) -> bool:
    """Whether the first part of a file holds what every compiled model of Keras has."""
    try:
        with open(path, "rb") as file:
            return _holds_mark(file)
    except OSError:
        # Whoever reads it says why it cannot be read.
        return True


def _holds_mark(file: IO[bytes]) -> bool:
    end, left = b"", _SKIMMED
    while left > 0 and (part := file.read(_PART)):
        if _MARK in end + part:
            return True
        end, left = part[-len(_MARK) :], left - len(part)
    return False


def read_hdf5(path: str, file: IO[bytes] | None = None) -> Archive | ArchiveProblem:
    """The document of a file, and as its metadata the release of Keras that wrote it.

    `file`, where given, is read in place of the one at `path`.
    """
    raw = file.read() if file is not None else None
    try:
        problem = _no_hdf5(path, raw)
    except OSError as error:
        return ArchiveProblem(path, f"cannot be read: {(error.strerror or str(error)).lower()}")
    if problem is not None or not has_h5py():
        return ArchiveProblem(path, problem or NO_H5PY)
    request = {"path": None if raw is not None else os.path.abspath(path), "document": None}
    answer = _ask(request, raw or b"", _READ_SECONDS)
    if isinstance(answer, str):
        return ArchiveProblem(path, answer)
    said, _ = answer
    import json

    document = str(said["document"]).encode("utf-8", "surrogateescape")
    if len(document) > MAX_MEMBER_BYTES:
        return ArchiveProblem(path, f"holds configs of more than {MAX_MEMBER_BYTES >> 20} MiB")
    return Archive(path, document, json.dumps({"keras_version": said["version"]}).encode())


def replace_document(raw: bytes, document: bytes, path: str = "") -> bytes | ArchiveProblem:
    """A file with the attributes of a document in the place of its own.

    What it holds beside them is the same, the weights at the same bytes: read back and compared
    before it is returned.
    """
    if len(raw) > _MAX_REWRITTEN:
        return ArchiveProblem(path, "is larger than 2 GiB, which losslint does not rewrite")
    if not has_h5py():
        return ArchiveProblem(path, NO_H5PY)
    answer = _ask({"path": None, "document": document.decode()}, raw, _WRITE_SECONDS)
    return ArchiveProblem(path, answer) if isinstance(answer, str) else answer[1]


def has_h5py() -> bool:
    """Whether h5py is installed; it is not imported for that."""
    from importlib.util import find_spec

    return find_spec("h5py") is not None


def _no_hdf5(path: str, raw: bytes | None) -> str | None:
    """Why a file is no HDF5 at all; None where it starts as one."""
    if raw is not None:
        heads = [raw[place : place + 8] for place in _places(len(raw))]
    else:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            heads = [_at(file, place) for place in _places(size)]
    if _SIGNATURE in heads:
        return None
    if heads[0].startswith(b"PK\x03\x04"):
        return "is a Keras archive, not an HDF5 file: its suffix is .keras"
    return "is no HDF5 file" if heads[0] else "is empty"


def _places(size: int) -> list[int]:
    """Where the format lets a file's signature stand: behind a block of its user's, if any."""
    return [0, *(512 << step for step in range(40) if 512 << step < size)]


def _at(file: IO[bytes], place: int) -> bytes:
    file.seek(place)
    return file.read(8)


def _ask(request: dict[str, Any], raw: bytes, seconds: int) -> tuple[dict[str, Any], bytes] | str:
    """The answer of the process that holds h5py, or why there is none."""
    # What most files that this module is asked about never come to.
    import json
    import subprocess

    command = [sys.executable, "-I", "-c", _START, json.dumps(sys.path)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps({**request, "seconds": seconds}).encode("ascii") + b"\n" + raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds * _PATIENCE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        return f"is a damaged HDF5 file: {_NO_END}"
    except OSError as error:
        return f"cannot be read: no process for h5py could be started: {error.strerror or error}"
    head, _, after = done.stdout.partition(b"\n")
    try:
        answer = json.loads(head)
    except ValueError:
        return f"is a damaged HDF5 file: {_NO_END}"
    problem = answer.get("problem")
    return (answer, after) if problem is None else str(problem)
