"""Texts to analyses: one linter for all open documents, renewed when a settings file changes."""

import os
from typing import NamedTuple

from losslint.dialects.registry import all_losses
from losslint.files.discovery import FoundFile, is_excluded
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked
from losslint.linter.file_changes import Stamp, settings_files, stamp
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.runner import Linter
from losslint.rules.base import Context
from losslint.server.position_map import Encoding, PositionMap
from losslint.settings.model import Overrides, Settings


class OpenDocument(NamedTuple):
    """An open text. `path` names the file; its suffix tells the language."""

    uri: str
    path: str
    text: str
    version: int | None = None


class Analysis(NamedTuple):
    """What is known of one version of a document.

    `outcome` is None where nothing is to be said: the file is excluded, or `problem` says why the
    settings cannot be used.
    """

    document: OpenDocument
    positions: PositionMap
    outcome: FileOutcome | None = None
    problem: str | None = None

    @property
    def checked(self) -> Checked | None:
        """The tree and the places of losses; None for a text that holds none."""
        return self.outcome.checked if self.outcome is not None else None


class Project:
    """Everything that open documents share. Not for several threads at once."""

    def __init__(self) -> None:
        self._linter = Linter(Overrides())
        self._stamps: dict[str, Stamp] = {}
        # Imported now, not at the first keystroke.
        all_losses()

    def analyse(self, document: OpenDocument, encoding: Encoding) -> Analysis:
        """Check a text under the settings that hold for its path."""
        positions = PositionMap(document.text, encoding)
        self._refresh(document.path)
        settings = self._linter.store.for_file(document.path)
        if isinstance(settings, Settings) and self._is_excluded(document.path):
            return Analysis(document, positions)
        # Neighbouring files of an experiment may have changed on the disk, so nothing is kept.
        outcome = self._lint(document, positions.text)
        if outcome.problem:
            return Analysis(document, positions, problem=outcome.problem)
        return Analysis(document, positions, outcome)

    def fixed_text(self, analysis: Analysis) -> str:
        """The text with every safe fix applied, as `check --fix` would."""
        self._refresh(analysis.document.path)
        if analysis.outcome is None or analysis.outcome.checked is None:
            return analysis.positions.text
        after = self._linter.fix(analysis.outcome, unsafe=False).source
        return after.text if after is not None else analysis.positions.text

    def codes_left(self, analysis: Analysis, text: str) -> list[str] | None:
        """The codes that would be reported for another text of the same document."""
        outcome = self._lint(analysis.document, text)
        return None if outcome.problem else [each.code for each in outcome.diagnostics]

    def context(self, path: str, checked: Checked) -> Context | None:
        """The releases that a file is meant for, as the rules get them."""
        settings = self._linter.store.for_file(path)
        releases = self._linter.releases(settings) if isinstance(settings, Settings) else ""
        if isinstance(releases, str):
            return None
        return Context(checked.source, checked.tree, releases, {})

    def _lint(self, document: OpenDocument, text: str) -> FileOutcome:
        source = Source(document.path, text, text.encode("utf-8", "surrogatepass"))
        loaded = self._linter.load(FoundFile(document.path), source)
        if isinstance(loaded, LoadedFile):
            loaded = self._linter.lint_or_raise(loaded)
        return self._linter.remaining(loaded)

    def _is_excluded(self, path: str) -> bool:
        return is_excluded(path, self._linter.store.excluder, respect_gitignore=False)

    def _refresh(self, path: str) -> None:
        """Start afresh when a settings file that was looked for came, went or changed."""
        if any(stamp(file) != known for file, known in self._stamps.items()):
            self._linter = Linter(Overrides())
            self._stamps = {}
        settings = self._linter.store.for_file(path)
        files = set(settings_files(os.path.dirname(path)))
        if isinstance(settings, Settings):
            files.update(settings.files)
            files.update({settings.baseline} - {""})
        for file in files - self._stamps.keys():
            self._stamps[file] = stamp(file)
