"""What is kept silent from outside of a file: by a baseline, and at places of `per-file-ignores`.

It comes after the rules, the comments and the cache, so that what was found is the same whatever is
kept silent of it. What keeps nothing silent is found out at the end of a run.
"""

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Span, sort_key
from losslint.files.place import real_place
from losslint.files.reading import read_bytes
from losslint.files.source import Source
from losslint.linter.baseline import Baseline, Entry, NoBaseline, read_baseline
from losslint.linter.outcome import FileOutcome
from losslint.linter.selection import RunSettings
from losslint.rules._suppression import UNUSED
from losslint.settings.model import FileIgnore, Settings, active_codes
from losslint.settings.places import lies_in


class Scope(NamedTuple):
    """What a run has looked at: below these folders and files, given by their real paths.

    `only`, where it is not None, are the only ones of them; `failed` are those of which nothing
    could be said.
    """

    roots: tuple[str, ...]
    failed: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    @classmethod
    def of(cls, paths: Iterable[str], failed: Iterable[str], only: Iterable[str] | None) -> "Scope":
        """The scope of what the command line names, of failed files and of the only ones."""
        roots = (os.path.realpath(p) if os.path.isdir(p) else real_place(p) for p in paths)
        return cls(
            tuple(roots),
            frozenset(map(real_place, failed)),
            None if only is None else frozenset(only),
        )

    def holds(self, path: str) -> bool:
        """Whether a file, or a whole folder, was looked at as far as it is there."""
        if path in self.failed or (self.only is not None and path not in self.only):
            return False
        ancestors = (each.rstrip(os.sep) + os.sep for each in self.roots)
        return path in self.roots or path.startswith(tuple(ancestors))


class Accepted:
    """What is kept silent in a run, and what of it was met."""

    def __init__(self, run: RunSettings) -> None:
        self._run = run
        self._baselines: dict[str, Baseline | NoBaseline] = {}
        self._used: set[tuple[FileIgnore, str]] = set()

    @property
    def baselines(self) -> list[Baseline]:
        """Those that were asked."""
        return [each for each in self._baselines.values() if isinstance(each, Baseline)]

    def baseline(self, path: str) -> Baseline | NoBaseline:
        """The baseline of a path, read once."""
        if path not in self._baselines:
            self._baselines[path] = read_baseline(path)
        return self._baselines[path]

    def remaining(self, outcome: FileOutcome, settings: Settings) -> FileOutcome:
        """An outcome without the findings that are kept silent."""
        path = os.path.abspath(outcome.path)
        ignores = [i for i in settings.per_file_ignores if i.place and i.speaks_of(path)]
        loud = [each for each in outcome.diagnostics if not self._silence(each, ignores)]
        # What the settings silence is not counted, as what a comment silences is not.
        outcome = outcome.reduced_to(loud)._replace(known=outcome.known)
        if not settings.baseline:
            return outcome
        baseline = self.baseline(settings.baseline)
        if isinstance(baseline, NoBaseline):
            return FileOutcome(outcome.path, problem=f"{settings.baseline} {baseline.reason}")
        return baseline.without_known(outcome)

    def _silence(self, found: Diagnostic, ignores: Iterable[FileIgnore]) -> bool:
        codes_of = self._run.selection.vocabulary.codes_of
        hits = {
            (entry, word)
            for entry in ignores
            if lies_in(found.path, entry.place)
            for word in entry.codes
            if found.code in codes_of(word)
        }
        self._used |= hits
        return bool(hits)

    def gone(self, baseline: Baseline, scope: Scope) -> list[Entry]:
        """The entries of a baseline that no longer occur in what was looked at."""
        return baseline.gone(lambda path, code: scope.holds(path) and self._judged(path, code))

    def _judged(self, path: str, code: str) -> bool:
        """Whether findings of a code are looked for in a file, given by its absolute path."""
        settings, selection = self._run.store.for_file(path), self._run.selection
        if not isinstance(settings, Settings):
            return False
        every = selection.vocabulary.codes
        on = active_codes(settings, selection.vocabulary, every)
        return code not in every or code in on - selection.ignored_codes(settings, path)

    def idle(self, scope: Scope) -> Iterator[FileOutcome]:
        """The settings files in which a place keeps nothing silent, with a finding for each."""
        told_of: dict[FileIgnore, str] = {}
        files: dict[str, list[FileIgnore]] = {}
        for settings in self._run.store.loaded:
            for entry in settings.per_file_ignores:
                # What several settings files extend is told once.
                known = not entry.place or entry in told_of
                words = [] if known else self._idle_words(entry, settings, scope)
                if words:
                    told_of[entry] = f"the suppression of {' and '.join(words)} silences nothing"
                    files.setdefault(_file_of(entry, settings.files), []).append(entry)
        for file, entries in files.items():
            yield _outcome(file, {entry.key: told_of[entry] for entry in entries})

    def _idle_words(self, entry: FileIgnore, settings: Settings, scope: Scope) -> list[str]:
        """The words of an entry that silenced nothing, though all files were looked at."""
        one_file = "/" in entry.glob and not set("*?[\\!") & set(entry.glob)
        place = os.path.join(entry.root, entry.glob.lstrip("/")) if one_file else entry.root
        if scope.failed or not scope.holds(os.path.realpath(place)):
            return []
        vocabulary = self._run.selection.vocabulary
        on = active_codes(settings, vocabulary, vocabulary.codes)
        if UNUSED[0] not in on:
            return []
        idle = (word for word in entry.codes if (entry, word) not in self._used)
        return [word for word in idle if vocabulary.codes_of(word) <= on]


def _file_of(entry: FileIgnore, files: tuple[str, ...]) -> str:
    """The settings file that an entry stands in; the first where its key is written otherwise."""
    return next((file for file in files if entry.key in _text(file)), files[0])


def _text(file: str) -> str:
    content = read_bytes(file)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _outcome(file: str, told_of: dict[str, str]) -> FileOutcome:
    """A settings file as the outcome of a check: what is told of keys, at their places."""
    text = _text(file)
    shown = os.path.relpath(file) if file.startswith(os.getcwd() + os.sep) else file
    found: list[Diagnostic] = []
    for key, told in told_of.items():
        at = text.find(key)
        span = Span(at, at + len(key)) if at >= 0 else Span(0, min(1, len(text)))
        found.append(Diagnostic(*UNUSED, told, span))
    return FileOutcome(
        shown, Source(shown, text, text.encode()), tuple(sorted(found, key=sort_key))
    )
