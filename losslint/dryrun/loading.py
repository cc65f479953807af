"""Paths to the losses of files, as strict as the frameworks' own readers.

What no reader would load is no reason to be silent about the other files: it is handed on beside
them, with the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.prefilter import may_hold_losses
from losslint.dialects.records import Site
from losslint.dialects.registry import SUFFIXES
from losslint.dialects.release_targets import release_targets
from losslint.dialects.text_marks import was_to_hold_losses
from losslint.files.archive import Archive, read_archive
from losslint.files.discovery import Found, Missing, discover
from losslint.files.source import LineIndex, Source, Unreadable, decode
from losslint.linter import apply_rules as linter
from losslint.rules import Registered, load_rules

# What keeps NetsPresso Trainer from loading a file that can be parsed: an encoding, a key that
# stands twice, several documents, values and aliases that its reader refuses.
_LOADING = ("LL000", "LL002", "LL003", "LL004", "LL005")
# What raises when the trainer builds one loss.
_BUILDING = ("LL007",)


class Stop(NamedTuple):
    """Where a framework stops, and why, as one sentence."""

    span: Span
    reason: str


class Loaded(NamedTuple):
    """A file with losses.

    Attributes:
        path: as it is shown.
        rows: the rows and columns of its text.
        sites: where its losses stand.
        stop: what keeps the trainer from loading it, None where nothing does.
        stops: what keeps it from building single losses.
    """

    path: str
    rows: LineIndex
    sites: tuple[Site, ...]
    stop: Stop | None
    stops: tuple[Stop, ...]


class Unloaded(NamedTuple):
    """A file, or a path, without anything to compute.

    Attributes:
        path: as it is shown.
        row, column: where its text cannot be read, from 1.
        reason: why, as the end of a sentence that starts with the path.
        absent: there is no such file, or the system does not give it out.
    """

    path: str
    row: int
    column: int
    reason: str
    absent: bool


def load(paths: Iterable[str]) -> Iterator[Loaded | Unloaded]:
    """The files at the paths that hold losses, and those that were meant to be read and are not.

    A file that is merely met in a folder counts where it holds a loss, or looks like one.
    """
    named = list(paths)
    rules = [rule for rule in load_rules() if rule.code in (*_LOADING, *_BUILDING)]
    if "-" in named:
        yield from _loaded(decode("-", sys.stdin.buffer.read()), True, rules)
    for found in discover([path for path in named if path != "-"], SUFFIXES):
        if isinstance(found, Missing):
            yield Unloaded(found.path, 1, 1, found.reason, absent=True)
        else:
            yield from _loaded(_read(found), found.explicit, rules)


def _read(found: Found) -> Source | Unreadable:
    """A file as text, an archive's config.json as text, or why there is none."""
    path = found.path
    if path.lower().endswith(".keras"):
        archive = read_archive(path)
        if isinstance(archive, Archive):
            return decode(path, archive.config, "config.json")
        return Unreadable(path, archive.reason)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        return Unreadable(path, reason, refused=True)
    source = decode(path, content)
    if isinstance(source, Unreadable) and not found.explicit and not may_hold_losses(content):
        return Source(path, "", b"")  # somebody else's file, met in a folder
    return source


def _loaded(
    source: Source | Unreadable, explicit: bool, rules: list[Registered]
) -> Iterator[Loaded | Unloaded]:
    """What one file gives: nothing where it holds no loss."""
    if isinstance(source, Unreadable):
        yield Unloaded(source.path, 1, 1, source.reason, absent=source.refused)
        return
    if not explicit and not may_hold_losses(source.text.encode("utf-8", "surrogatepass")):
        return
    checked = linter.check_source(source, rules, release_targets())
    rows = LineIndex(source.text)
    # What some releases of the reader take, and a file that is only large, are read all the same.
    refused = (p for p in checked.tree.problems if p.severity == "error" and not p.is_budget)
    problem = next(refused, None)
    if problem is not None and (explicit or checked.sites or was_to_hold_losses(source.text)):
        row, column = rows.position(problem.span.start)
        yield Unloaded(source.path, row, column, f"cannot be read: {problem.message}", absent=False)
    elif checked.sites and problem is None:
        found = [
            (d.code, Stop(d.span, d.message)) for d in checked.diagnostics if d.severity == "error"
        ]
        strict = any(site.dialect.name == "netspresso" for site in checked.sites)
        stop = next((one for code, one in found if code in _LOADING), None) if strict else None
        stops = tuple(one for code, one in found if code in _BUILDING)
        yield Loaded(source.path, rows, checked.sites, stop, stops)
