"""Texts to analyses: one linter for all open documents, renewed when a settings file changes."""

from __future__ import annotations

import os
from typing import NamedTuple

from losslint.dialects.experiment import Neighbourhood
from losslint.dialects.registry import all_losses, language_of
from losslint.files.discovery import FoundFile
from losslint.files.excluded import is_excluded
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, find_sites, parse
from losslint.linter.file_changes import Stamp, settings_files, stamp
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.pieces import Pieces
from losslint.linter.runner import Linter
from losslint.rules.base import Context
from losslint.server.documents import OpenDocument
from losslint.server.places import Places, places_of
from losslint.server.position_map import MARK, Encoding
from losslint.server.turns import Turn
from losslint.settings.model import Overrides, Settings
from losslint.syntax.ipython import KnownCells
from losslint.syntax.nodes import Tree
from losslint.syntax.notebook import SUFFIX, as_program

# So many files are typed into by turns.
_MAX_KNOWN = 16


class _Known(NamedTuple):
    """What the last check of an open file found, of its documents or its cells."""

    pieces: Pieces
    cells: KnownCells


class Later:
    """The tree of a text of which only changed pieces were checked, read when it is asked for."""

    def __init__(self, source: Source) -> None:
        self.read: Checked | None = None
        self._source = source

    def checked(self) -> Checked:
        """The tree and the places of losses."""
        if self.read is None:
            tree = parse(self._source)
            self.read = Checked(self._source, tree, (), find_sites(tree)[1])
        return self.read


class Analysis(NamedTuple):
    """What is known of one version of a document.

    `source` is the text that is checked, `places` tells where it stands. `outcome` is None where
    nothing is to be said: the file is excluded, or `problem` says why the settings cannot be used.
    `later` reads the tree where the check went without one.
    """

    document: OpenDocument
    source: Source
    places: Places
    outcome: FileOutcome | None = None
    problem: str | None = None
    later: Later | None = None

    @property
    def checked(self) -> Checked | None:
        """The tree and the places of losses; None for a text that holds none."""
        if self.later is not None:
            return self.later.checked()
        return self.outcome.checked if self.outcome is not None else None

    def forget(self) -> None:
        """Let go of what was read of the tree: it holds itself, and only a search would free it."""
        checked = self.outcome.checked if self.outcome is not None else None
        if self.later is not None:
            checked, self.later.read = self.later.read, None
        for site in checked.sites if checked is not None else ():
            site.root.forget()


class Project:
    """Everything that open documents share. Not for several threads at once."""

    def __init__(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._linter = Linter(overrides)
        self._stamps: dict[str, Stamp] = {}
        # By the addresses of the documents that were checked last.
        self._known: dict[str, _Known] = {}
        # Imported now, not at the first keystroke.
        all_losses()

    def analyse(
        self, document: OpenDocument, encoding: Encoding, turn: Turn | None = None
    ) -> Analysis:
        """Check a text under the settings that hold for its path.

        Raises SupersededError once the turn is over.
        """
        if turn is not None:
            turn.pulse()
        self._refresh(document.path)
        source = self.source(document)
        analysis = Analysis(document, source, places_of(document, source, encoding))
        settings = self._linter.store.for_file(document.path)
        if isinstance(settings, Settings) and self._is_excluded(document.path):
            return analysis
        # Neighbouring files of an experiment may have changed on the disk, so nothing is kept.
        self._linter.pulse = turn.pulse if turn is not None else None
        try:
            outcome = self._lint(source, self._known_of(document.uri).pieces)
        finally:
            self._linter.pulse = None
        if outcome.problem:
            return analysis._replace(problem=outcome.problem)
        later = Later(source) if outcome.sites and outcome.checked is None else None
        return analysis._replace(outcome=outcome, later=later)

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._known.pop(uri, None)

    def _known_of(self, uri: str) -> _Known:
        """What is known of an open file, which is the last of those that stay known."""
        known = self._known.pop(uri, None)
        self._known[uri] = known = known or _Known(Pieces(), KnownCells())
        for oldest in list(self._known)[:-_MAX_KNOWN]:
            del self._known[oldest]
        return known

    def source(self, document: OpenDocument) -> Source:
        """The text of a document as the checker reads it: of a notebook, its program."""
        text = document.whole().removeprefix(MARK)
        source = Source(document.path, text, text.encode("utf-8", "surrogatepass"))
        if not source.path.lower().endswith(SUFFIX):
            return source
        return as_program(source, self._known_of(document.uri).cells)

    def fixed_text(self, analysis: Analysis) -> str:
        """The text with every safe fix applied, as `check --fix` would."""
        self._refresh(analysis.document.path)
        if analysis.outcome is None or analysis.outcome.source is None:
            return analysis.source.text
        after = self._linter.fix(analysis.outcome, unsafe=False).source
        return after.text if after is not None else analysis.source.text

    def codes_left(self, analysis: Analysis, text: str) -> list[str] | None:
        """The codes that would be reported for another text of the same document."""
        outcome = self._lint(analysis.source._replace(text=text))
        return None if outcome.problem else [each.code for each in outcome.diagnostics]

    def context(self, analysis: Analysis) -> Context | None:
        """The releases that a file is meant for, as the rules get them."""
        settings = self._linter.store.for_file(analysis.document.path)
        releases = self._linter.releases(settings) if isinstance(settings, Settings) else ""
        if isinstance(releases, str):
            return None
        outcome, source = analysis.outcome, analysis.source
        checked = outcome.checked if outcome is not None else None
        tree = (
            checked.tree if checked is not None else Tree(source.text, language_of(source.path), ())
        )
        return Context(source, tree, releases, {})

    def around(self, analysis: Analysis) -> Neighbourhood | None:
        """What reads the experiments that a file belongs to."""
        settings = self._linter.store.for_file(analysis.document.path)
        if not isinstance(settings, Settings):
            return None
        return self._linter.neighbourhood(settings, analysis.source)

    def _lint(self, source: Source, pieces: Pieces | None = None) -> FileOutcome:
        loaded = self._linter.load(FoundFile(source.path), source)
        if isinstance(loaded, LoadedFile):
            known = pieces.lint(self._linter, loaded) if pieces is not None else None
            loaded = known or self._linter.lint_or_raise(loaded)
        return self._linter.remaining(loaded)

    def _is_excluded(self, path: str) -> bool:
        return is_excluded(path, self._linter.store.excluder, respect_gitignore=False)

    def _refresh(self, path: str) -> None:
        """Start afresh when a settings file that was looked for came, went or changed."""
        if any(stamp(file) != known for file, known in self._stamps.items()):
            self._linter = Linter(self._overrides)
            self._stamps, self._known = {}, {}
        settings = self._linter.store.for_file(path)
        files = set(settings_files(os.path.dirname(path)))
        if isinstance(settings, Settings):
            files.update(settings.files)
            files.update({settings.baseline} - {""})
        for file in files - self._stamps.keys():
            self._stamps[file] = stamp(file)
