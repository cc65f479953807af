"""What the settings of a run choose: files, releases, and the rules to run, report and fix."""

import os
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from losslint.dialects.registry import SUFFIXES
from losslint.files.discovery import FoundFile, Missing, discover
from losslint.settings.model import (
    Overrides,
    Settings,
    active_codes,
    fixable_codes,
    ignored_in_file,
)
from losslint.settings.rule_selectors import Vocabulary
from losslint.settings.store import SettingsStore

if TYPE_CHECKING:
    from losslint.dialects.release_targets import ReleaseTargets
    from losslint.rules import Registered


class RuleSelection:
    """Every rule, the words that name them, and what settings choose; read when first asked for."""

    def __init__(self) -> None:
        self._chosen: dict[Settings, tuple[Registered, ...]] = {}

    @cached_property
    def rules(self) -> "tuple[Registered, ...]":
        """Every rule."""
        from losslint.rules import load_rules

        return load_rules()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that name rules."""
        from losslint.rules._index import INDEX

        return Vocabulary((code, name) for code, name, *_ in INDEX)

    def rules_for(self, settings: Settings) -> "tuple[Registered, ...]":
        """The rules that run."""
        key = settings._replace(per_file_ignores=()) if settings.per_file_ignores else settings
        if key not in self._chosen:
            active = active_codes(settings, self.vocabulary, self.vocabulary.codes)
            self._chosen[key] = tuple(r for r in self.rules if r.code in active)
        return self._chosen[key]

    def ignored_codes(self, settings: Settings, path: str) -> frozenset[str]:
        """The codes that are not reported of one file."""
        words = ignored_in_file(settings, os.path.abspath(path))
        return frozenset[str]().union(*map(self.vocabulary.codes_of, words))

    def fixable_codes(self, settings: Settings) -> frozenset[str]:
        """The codes whose fixes may be applied."""
        return fixable_codes(settings, self.vocabulary)


class RunSettings:
    """What holds for the files of a run: their settings, the rules and the releases.

    `overrides` is what the command line says beside the settings files.
    """

    def __init__(self, overrides: Overrides) -> None:
        self.overrides = overrides
        self.selection = RuleSelection()
        self.store = SettingsStore(
            overrides=overrides,
            check_code=lambda word: self.selection.vocabulary.problem(word),
        )
        self._releases: dict[tuple[object, ...], ReleaseTargets | str] = {}

    def files(self, paths: list[str], settings: Settings) -> Iterator[FoundFile | Missing]:
        """The files that the paths stand for."""
        return discover(
            paths,
            SUFFIXES,
            exclude=self.store.excluder,
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
        )

    def newer_targets(self) -> Iterator[str]:
        """The releases of the settings files read so far that are judged as the newest known."""
        for settings in self.store.loaded:
            if settings.target:
                from losslint.dialects.registry import dialect_named
                from losslint.dialects.release_targets import newer_note

                for name, release in settings.target:
                    if note := newer_note(dialect_named(name), release):
                        yield f"{settings.files[0]}: target.{name}: {note}"

    def releases(self, settings: Settings) -> "ReleaseTargets | str":
        """The releases that a file is meant for, or why they are none."""
        key = (settings.target, settings.declarations)
        known = self._releases.get(key)
        if known is None:
            from losslint.dialects.release_targets import release_targets

            try:
                known = release_targets(dict(settings.target), settings.declarations)
            except ValueError as error:
                known = f"target: {error}"
            self._releases[key] = known
        return known
