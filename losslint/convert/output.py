"""The results of a conversion to where they belong: whole or not at all."""

import os
from typing import NamedTuple

from losslint.convert.conversion import Conversion
from losslint.files.new_file import WriteRefused
from losslint.files.source import Source
from losslint.files.write import create_file, replace_file, rewritten

_YAML = (".yaml", ".yml")
_KINDS = {
    ".h5": "an HDF5 file",
    ".hdf5": "an HDF5 file",
    ".json": "a JSON file",
    ".ipynb": "a notebook",
    ".keras": "an archive of Keras",
    ".py": "a Python file",
    ".yaml": "a YAML file",
    ".yml": "a YAML file",
}


class Output(NamedTuple):
    """Where results go. All None: standard output. `into` is the file whose losses change.

    `roots` are the paths that were asked for: in a folder, a result keeps its place below them.
    """

    into: str | None = None
    file: str | None = None
    folder: str | None = None
    in_place: bool = False
    write: bool = True
    roots: tuple[str, ...] = ()

    @property
    def is_of_its_own(self) -> bool:
        """Whether results are files of their own."""
        return self.file is not None or self.folder is not None

    def path_of(self, result: Conversion) -> str | None:
        """The file that a result goes to; None for standard output."""
        if self.folder is not None:
            return _path_in_folder(self.folder, result, self.roots)
        if self.file is not None:
            return self.file
        if self.into is not None:
            return self.into
        return result.source.path if self.in_place and result.migrated else None

    def misplaced(self, result: Conversion, inputs: frozenset[str]) -> str | None:
        """Why a result may not go where this leads to, or None.

        `inputs` are the real paths of the run's files: what is converted is not written over,
        unless a file of the same style takes its own place.
        """
        if self.in_place and not result.migrated:
            return (
                "a config holds one style, so that nothing can be converted to the other in its "
                "place: use --into or -o"
            )
        path = self.path_of(result) if self.is_of_its_own else None
        if path is None:
            return None
        if result.place and self.file is not None:
            return (
                f"it has several results, and {path} is one file: name a folder, or one of the "
                "calls with `--line`"
            )
        target = os.path.realpath(path)
        own = result.migrated and target == os.path.realpath(result.source.path)
        if not own and target in inputs:
            return f"the result would be written over {path}, which is one of the files to convert"
        content, name = _content(result), os.path.splitext(path)[1].lower()
        # JSON is YAML too, and under another name a file says nothing of what it holds.
        if name == content or name not in _KINDS:
            return None
        if name in _YAML and content in (".json", *_YAML):
            return None
        return f"the result is {_KINDS[content]}, and {path} is the name of {_KINDS[name]}"


def _path_in_folder(folder: str, result: Conversion, roots: tuple[str, ...]) -> str:
    """Where a source's result goes in a folder: at its place below the argument it came from.

    Within a style the file keeps its suffix; one of several results has its line in its name.
    """
    absolute = os.path.abspath(result.source.path)
    inside = os.path.basename(absolute)
    for root in roots:
        top = os.path.abspath(root)
        if os.path.isdir(top) and absolute.startswith(top.rstrip(os.sep) + os.sep):
            inside = os.path.relpath(absolute, top)
            break
    if result.migrated:
        return os.path.join(folder, inside)
    line = "-" + result.place.replace(" ", "").replace(":", "-") if result.place else ""
    return os.path.join(folder, os.path.splitext(inside)[0] + line + result.suffix)


def _content(result: Conversion) -> str:
    """What a result is, as the suffix that tells: of the changed file, or of a fresh one."""
    changed = result.after
    if changed is None:
        return result.suffix
    suffix = os.path.splitext(changed.path)[1].lower()
    return suffix if changed.member is not None or suffix in _KINDS else ".yaml"


class Delivered(NamedTuple):
    """One file: what came of it, and the file that it was, or would be, written to.

    `unwritten`: the losses could be converted, but the file could not be written. `misplaced`: it
    may not go where it was to go.
    """

    result: Conversion
    path: str | None = None
    unwritten: bool = False
    misplaced: bool = False


def deliver(result: Conversion, output: Output, taken: dict[str, str]) -> Delivered:
    """Write one result, unless it is for standard output or only to be looked at."""
    if result.status != "converted":
        return Delivered(result)
    path = output.path_of(result)
    if path is None:
        return Delivered(result)
    if path in taken:
        reason = f"its result would take the place of that of {taken[path]}: {path}"
        return Delivered(result.refused(reason))
    taken[path] = result.name
    destination = _look_at(path)
    problem = destination if isinstance(destination, WriteRefused) else None
    if not isinstance(destination, WriteRefused):
        if not output.write:
            return Delivered(_compared(result, destination, output), path)
        problem = _write(result, destination, output)
    if problem is not None:
        reason = f"{problem.path} {problem.reason}"
        return Delivered(result.refused(reason), unwritten=True)
    return Delivered(result, path)


class _Destination(NamedTuple):
    """A file to write, and what it held when it was looked at; None where it did not exist."""

    path: str
    before: bytes | None


def _look_at(path: str) -> _Destination | WriteRefused:
    """A file that will be written."""
    try:
        with open(path, "rb") as file:
            return _Destination(path, file.read())
    except FileNotFoundError:
        return _Destination(path, None)
    except OSError as error:
        return WriteRefused(path, f"cannot be read: {error.strerror or error}")


def _write(result: Conversion, destination: _Destination, output: Output) -> WriteRefused | None:
    """Write a result: changed in its own file, or a file of its own."""
    changed = result.after
    if changed is None or result.before is None:
        return _write_bytes(destination, (result.text or "").encode("utf-8"))
    try:
        content = changed.encode()
    except UnicodeEncodeError:
        return WriteRefused(changed.path, f"cannot hold the result in {changed.encoding}")
    own = not output.is_of_its_own
    if own and result.before.text == changed.text:
        return None
    if changed.member is not None:
        # What is compared and replaced is the archive, not the member that was read of it.
        archive = rewritten(result.before, content)
        if isinstance(archive, WriteRefused):
            return archive
        return _write_bytes(destination, archive.after)
    before = result.before.raw if own else destination.before
    return _write_bytes(destination._replace(before=before), content)


def _compared(result: Conversion, destination: _Destination, output: Output) -> Conversion:
    """A result with what it is compared with: the file that it would be written to."""
    if result.before is not None and not output.is_of_its_own:
        return result
    old = (destination.before or b"").decode("utf-8", "replace")
    before = Source(destination.path, old, destination.before or b"")
    return result._replace(before=before, after=before._replace(text=result.whole))


def _write_bytes(destination: _Destination, content: bytes) -> WriteRefused | None:
    """Write a file; refused where it is no longer what it was when it was looked at."""
    if destination.before is not None:
        return replace_file(destination.path, destination.before, content)
    return create_file(destination.path, content)
