"""Where results go: a file, a folder, the file that they were put into. Whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from losslint.files.source import Source
from losslint.files.write import WriteRefused, create_file, replace_file

if TYPE_CHECKING:
    from losslint.convert.work import Result

_SUFFIXES = {"netspresso": ".yaml", "keras": ".json"}
_YAML = (".yaml", ".yml")
_KINDS = {
    ".json": "a JSON file",
    ".keras": "an archive of Keras",
    ".yaml": "a YAML file",
    ".yml": "a YAML file",
}


class Destination(NamedTuple):
    """A file to write, and what it held when it was looked at; None where it did not exist."""

    path: str
    before: bytes | None


def look_at(path: str) -> Destination | WriteRefused:
    """A file that will be written."""
    try:
        with open(path, "rb") as file:
            return Destination(path, file.read())
    except FileNotFoundError:
        return Destination(path, None)
    except OSError as error:
        return WriteRefused(path, f"cannot be read: {error.strerror or error}")


def path_in_folder(folder: str, source: Source, roots: list[str], to: str, same: bool) -> str:
    """Where a source's result goes in a folder: at its place below the argument it came from.

    `same`: within a style the file keeps its suffix.
    """
    absolute = os.path.abspath(source.path)
    inside = os.path.basename(absolute)
    for root in roots:
        top = os.path.abspath(root)
        if os.path.isdir(top) and absolute.startswith(top.rstrip(os.sep) + os.sep):
            inside = os.path.relpath(absolute, top)
            break
    return os.path.join(folder, inside if same else os.path.splitext(inside)[0] + _SUFFIXES[to])


def misplaced(result: Result, path: str, to: str, inputs: frozenset[str]) -> str | None:
    """Why a result may not go into the file that `-o` leads to, or None.

    `inputs` are the real paths of the run's files: what is converted is not written over, unless a
    file of the same style takes its own place.
    """
    target = os.path.realpath(path)
    own = result.migrated and target == os.path.realpath(result.source.path)
    if not own and target in inputs:
        return f"the result would be written over {path}, which is one of the files to convert"
    content, name = _content(result, to), os.path.splitext(path)[1].lower()
    # JSON is YAML too, and under another name a file says nothing of what it holds.
    if name == content or name not in (".json", ".keras", *_YAML):
        return None
    if name in _YAML and content in (".json", *_YAML):
        return None
    return f"the result is {_KINDS[content]}, and {path} is the name of {_KINDS[name]}"


def _content(result: Result, to: str) -> str:
    """What a result is, as the suffix that tells: of the changed file, or of a fresh one."""
    changed = result.after
    if changed is None:
        return _SUFFIXES[to]
    if changed.member is not None:
        return ".keras"
    return ".json" if changed.path.lower().endswith(".json") else ".yaml"


def write(destination: Destination, content: bytes) -> WriteRefused | None:
    """Write a file; refused where it is no longer what it was when it was looked at."""
    if destination.before is not None:
        return replace_file(destination.path, destination.before, content)
    return create_file(destination.path, content)
