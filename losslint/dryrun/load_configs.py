"""Paths to the losses of files, as strict as the frameworks' own readers.

What no reader would load is no reason to be silent about the other files: it is handed on beside
them, with the reason.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.declarations import NOTHING_DECLARED, Declarations
from losslint.dialects.experiment import Neighbour
from losslint.dialects.records import Site, written_once
from losslint.dialects.text_marks import was_to_hold_losses
from losslint.files.discovery import FoundFile, Missing
from losslint.files.reading import given_source
from losslint.files.source import LineIndex, Source, Unreadable
from losslint.linter.apply_rules import Checked, valued
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides, Settings, experiments_of

# What keeps NetsPresso Trainer from loading a file that can be parsed: an encoding, a key that
# stands twice, several documents, values and aliases that its reader refuses.
_LOADING = ("LL000", "LL002", "LL003", "LL004", "LL005")
# What raises when the trainer builds one loss.
_BUILDING = ("LL007",)


class Refusal(NamedTuple):
    """Where a framework stops, and why, as one sentence."""

    span: Span
    reason: str


class LoadedConfig(NamedTuple):
    """A file with losses.

    Attributes:
        path: as it is shown.
        rows: the rows and columns of its text.
        sites: where its losses stand.
        load_refusal: what keeps a strict trainer from loading it, None where nothing does.
        build_refusals: what keeps it from building single losses.
        declarations: the losses of one's own that its settings name.
        others: the other files of the one run that it belongs to.
    """

    path: str
    rows: LineIndex
    sites: tuple[Site, ...]
    load_refusal: Refusal | None
    build_refusals: tuple[Refusal, ...]
    declarations: Declarations = NOTHING_DECLARED
    others: tuple[Neighbour, ...] = ()


class UnreadableConfig(NamedTuple):
    """A file, or a path, without anything to compute.

    Attributes:
        path: as it is shown.
        reason: why, as the end of a sentence that starts with the path.
        row, column: where its text cannot be read, from 1.
        is_absent: there is no such file, or the system does not give it out.
    """

    path: str
    reason: str
    row: int = 1
    column: int = 1
    is_absent: bool = False


class WrongSettings(NamedTuple):
    """What is wrong with a settings file, as whole sentences: its files are not looked at."""

    problem: str


class SettingsNote(NamedTuple):
    """What is to be said of a settings file whose files are looked at all the same."""

    note: str


Config = LoadedConfig | UnreadableConfig | WrongSettings | SettingsNote


def load(paths: Iterable[str]) -> Iterator[Config]:
    """The files at the paths that hold losses, and those that were meant to be read and are not.

    They are found, read and checked as by `losslint check`, with the settings that hold for them.
    A file that is merely met in a folder counts where it holds a loss, or looks like one.
    """
    named = list(paths)
    linter = Linter(Overrides())
    settings = linter.store.for_folder(os.getcwd())
    if not isinstance(settings, Settings):
        yield WrongSettings("\n".join(map(str, settings)))
        return
    if "-" in named:
        given = given_source("-", sys.stdin.buffer.read())
        yield from _loaded(linter, FoundFile("-", explicit=True), given)
    for found in linter.files([path for path in named if path != "-"], settings):
        if isinstance(found, Missing):
            yield UnreadableConfig(found.path, found.reason, is_absent=True)
        else:
            yield from _loaded(linter, found)
    yield from (SettingsNote(f"losslint: {note}") for note in linter.newer_targets())


def _loaded(
    linter: Linter, found: FoundFile, given: Source | Unreadable | None = None
) -> Iterator[Config]:
    """What one file gives: nothing where it holds no loss."""
    rules = tuple(one for one in linter.selection.rules if one.code in (*_LOADING, *_BUILDING))
    loaded = linter.load(found, given)
    checked = loaded if isinstance(loaded, FileOutcome) else linter.check(loaded, rules)
    if isinstance(checked, Checked):
        for config in _checked(checked, found.explicit):
            if isinstance(config, LoadedConfig) and isinstance(loaded, LoadedFile):
                config = config._replace(declarations=loaded.settings.declarations)
                if given is None:
                    config = _with_others(linter, loaded, config, checked.source)
            yield config
    elif checked.unreadable is not None:
        # What the name alone promises, an archive, is reported like what was named itself.
        problem = checked.unreadable
        is_told = found.explicit or problem.refused or checked is not loaded
        if is_told or problem.is_certain:
            yield UnreadableConfig(checked.path, problem.reason, is_absent=problem.refused)
    elif checked.problem:
        yield WrongSettings(checked.problem)


def _with_others(
    linter: Linter, file: LoadedFile, config: LoadedConfig, source: Source
) -> LoadedConfig:
    """A file with what the others of its run say: of the batches, and the values that it names."""
    path = os.path.abspath(file.path)
    declared = experiments_of(file.settings, path)
    every = (each.dialect.rest_of_run(path, declared, linter.folders) for each in config.sites)
    others = next((found for found in every if found), ())
    if not any(site.is_merged for site in config.sites):
        return config._replace(others=others)
    around = linter.neighbourhood(file.settings, source)()
    return config._replace(sites=valued(config.sites, around), others=others)


def _checked(checked: Checked, is_explicit: bool) -> Iterator[Config]:
    """The losses of a file that has been parsed, or why it cannot be."""
    path, text = checked.source.path, checked.source.text
    rows = checked.source.lines()
    # What some releases of the reader take, and a file that is only large, are read all the same.
    refused = (p for p in checked.tree.problems if p.severity == "error" and not p.is_budget)
    problem = next(refused, None)
    if problem is not None:
        is_archive = checked.source.member is not None
        if is_explicit or is_archive or checked.sites or was_to_hold_losses(text):
            place = rows.position(problem.span.start)
            yield UnreadableConfig(path, f"cannot be read: {problem.message}", *place)
    elif checked.sites:
        found = [
            (d.code, Refusal(d.span, d.message))
            for d in checked.diagnostics
            if d.severity == "error"
        ]
        stop = next((one for code, one in found if code in _LOADING), None)
        stops = tuple(one for code, one in found if code in _BUILDING)
        yield LoadedConfig(path, rows, written_once(checked.sites), stop, stops)
