"""Many files through a conversion, and their results to where they belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from losslint.convert.destination import (
    Destination,
    archive_bytes,
    look_at,
    path_in_folder,
    write,
)
from losslint.convert.work import Options, Result, convert_source
from losslint.files.discovery import Found, Missing
from losslint.files.reading import read_source
from losslint.files.source import Source, Unreadable, WriteRefused


class Target(NamedTuple):
    """Where results go. All None: standard output. `into` is the file whose losses change."""

    into: str | None = None
    file: str | None = None
    folder: str | None = None
    in_place: bool = False
    write: bool = True


Prove = Callable[[Result], Result]


class Failure(NamedTuple):
    """What could not be read at all, as one sentence."""

    message: str


class Done(NamedTuple):
    """One file: what came of it, and the file that it was, or would be, written to.

    `unwritten`: the losses could be converted, but the file could not be written.
    """

    result: Result
    path: str | None = None
    unwritten: bool = False


def run(
    found: Iterator[Found | Missing | Source],
    options: Options,
    target: Target,
    roots: list[str],
    prove: Prove | None = None,
    fitted: Callable[[Source], Options | str] | None = None,
) -> Iterator[Done | Failure]:
    """Convert file after file; one that fails does not stop the rest.

    `prove`, where given, sees each result before it is written, and may refuse it; `fitted` gives
    the options of a file, or says what is wrong with its settings.
    """
    template: Source | Unreadable | None = read_source(target.into) if target.into else None
    if isinstance(template, Unreadable):
        yield Failure(f"{template.path}: {template.reason}")
        return
    taken: dict[str, str] = {}
    for item in found:
        if isinstance(item, Missing):
            yield Failure(f"{item.path} {item.reason}")
            continue
        source = read_source(item.path) if isinstance(item, Found) else item
        if isinstance(source, Unreadable):
            yield Failure(f"{source.path}: {source.reason}")
            continue
        own = fitted(source) if fitted is not None else options
        if isinstance(own, str):
            yield Failure(own)
            continue
        result = convert_source(source, own, template)
        if prove is not None:
            result = prove(result)
        if result.status != "nothing" or not isinstance(item, Found) or item.explicit:
            yield _deliver(result, options, target, roots, taken)


def _deliver(
    result: Result, options: Options, target: Target, roots: list[str], taken: dict[str, str]
) -> Done:
    """Write one result, unless it is for standard output or only to be looked at."""
    if result.status != "converted":
        return Done(result)
    path = _path(result, options, target, roots)
    if path is None:
        return Done(result)
    if path in taken:
        reason = f"its result would take the place of that of {taken[path]}: {path}"
        return Done(result._replace(status="refused", text=None, after=None, reason=reason))
    taken[path] = result.source.path
    destination = look_at(path)
    problem = destination if isinstance(destination, WriteRefused) else None
    if isinstance(destination, Destination):
        if not target.write:
            return Done(_compared(result, destination, target), path)
        problem = _write(result, destination, target)
    if problem is not None:
        reason = f"{problem.path} {problem.reason}"
        refused = result._replace(status="refused", text=None, after=None, reason=reason)
        return Done(refused, unwritten=True)
    return Done(result, path)


def _path(result: Result, options: Options, target: Target, roots: list[str]) -> str | None:
    if target.folder is not None:
        return path_in_folder(target.folder, result.source, roots, options.to, result.migrated)
    if target.file is not None:
        return target.file
    if target.into is not None:
        return target.into
    if target.in_place and result.migrated:
        return result.source.path
    return None


def _write(result: Result, destination: Destination, target: Target) -> WriteRefused | None:
    """Write a result: changed in its own file, or a file of its own."""
    changed = result.after if result.after is not None else None
    if changed is None or result.before is None:
        return write(destination, (result.text or "").encode("utf-8"))
    try:
        content = changed.encode(changed.text)
    except UnicodeEncodeError:
        return WriteRefused(changed.path, f"cannot hold the result in {changed.encoding}")
    own = target.file is None and target.folder is None
    raw = result.before.raw
    if changed.member is not None:
        # What is compared and replaced is the archive, not the member that was read of it.
        archive = archive_bytes(changed.path, changed.member, content)
        if isinstance(archive, WriteRefused):
            return archive
        unchanged = _same_member(changed.path, changed.member, raw)
        if unchanged is not None:
            return unchanged
        return write(destination, archive)
    if own and result.before.text == changed.text:
        return None
    return write(destination._replace(before=raw) if own else destination, content)


def _same_member(path: str, member: str, raw: bytes) -> WriteRefused | None:
    """Refuses an archive whose member is no longer the one that was read."""
    again = read_source(path)
    if isinstance(again, Unreadable) or again.member != member or again.raw != raw:
        return WriteRefused(path, "changed since it was read; it was left as it is")
    return None


def _compared(result: Result, destination: Destination, target: Target) -> Result:
    """A result with what it is compared with: the file that it would be written to."""
    if result.before is not None and target.file is None and target.folder is None:
        return result
    old = (destination.before or b"").decode("utf-8", "replace")
    before = Source(destination.path, old, destination.before or b"")
    return result._replace(before=before, after=before._replace(text=result.text or ""))
