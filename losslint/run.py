"""A run of `check`: paths to reports, with settings, targets and suppressions per file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Span
from losslint.discovery import Found, Missing, discover
from losslint.linter import (
    Checked,
    Targets,
    check_source,
    may_hold_losses,
    resolve_targets,
)
from losslint.report.model import FileReport
from losslint.rules import Registered, load_rules
from losslint.rules.base import Target
from losslint.settings import Overrides, Settings, active_codes, ignored_in_file
from losslint.settings_store import SettingsStore
from losslint.source import Source, Unreadable, decode
from losslint.vocabulary import Vocabulary

# A config of this size is a mistake, and reading it would fill the memory.
MAX_BYTES = 64 << 20

UNREADABLE_FILE = ("LL000", "unreadable-file")


class Outcome(NamedTuple):
    """What came of one file. `sites` counts the places where losses stand."""

    report: FileReport
    sites: int
    checked: Checked | None = None


class Failure(NamedTuple):
    """Why nothing could be said of a path: wrong usage or wrong settings, as one sentence."""

    message: str


class Checker:
    """Checks files one by one; holds what the files of a run share."""

    def __init__(self, overrides: Overrides) -> None:
        self.rules = load_rules()
        self.vocabulary = Vocabulary((r.rule.code, r.rule.name) for r in self.rules)
        self.store = SettingsStore(overrides=overrides, check_code=self.vocabulary.problem)
        self._targets: dict[tuple[tuple[str, str], ...], tuple[Target, Target] | str] = {}
        self._chosen: dict[Settings, tuple[Registered, ...]] = {}

    def files(self, paths: list[str], settings: Settings) -> Iterator[Found | Missing]:
        """The files that the paths stand for."""
        return discover(
            paths,
            exclude=self.store.excluder,
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
        )

    def check_file(self, found: Found) -> Outcome | Failure:
        """Check one file of the disk."""
        source = read_source(found.path)
        if isinstance(source, Unreadable):
            return Outcome(self.unreadable(source, found.explicit), 0)
        return self.check(source, explicit=found.explicit)

    def check(self, source: Source, *, explicit: bool) -> Outcome | Failure:
        """Check one text. What cannot hold a loss is only parsed where it was named itself."""
        hinted = may_hold_losses(source.text)
        if not hinted and not explicit:
            return Outcome(FileReport(source, source.path, ()), 0)
        settings = self.store.for_file(source.path)
        if not isinstance(settings, Settings):
            return Failure("\n".join(str(problem) for problem in settings))
        targets = self.targets(settings)
        if isinstance(targets, str):
            return Failure(targets)
        rules = self.rules_for(settings)
        checked = check_source(source, rules, targets)
        if not checked.sites and not hinted:
            checked = _as_notes(checked)
        kept = self.silence(checked, rules, settings)
        return Outcome(FileReport(source, source.path, kept), len(checked.sites), checked)

    def targets(self, settings: Settings) -> tuple[Target, Target] | str:
        """The releases that a file is meant for, or why they are none."""
        known = self._targets.get(settings.target)
        if known is None:
            wanted = dict(settings.target)
            try:
                known = resolve_targets(Targets(wanted.get("netspresso"), wanted.get("keras")))
            except ValueError as error:
                known = f"target: {error}"
            self._targets[settings.target] = known
        return known

    def rules_for(self, settings: Settings) -> tuple[Registered, ...]:
        """The rules that the settings switch on."""
        key = settings._replace(per_file_ignores=())
        if key not in self._chosen:
            active = active_codes(settings, self.vocabulary, self.vocabulary.codes)
            self._chosen[key] = tuple(r for r in self.rules if r.rule.code in active)
        return self._chosen[key]

    def silence(
        self, checked: Checked, rules: tuple[Registered, ...], settings: Settings
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics that neither the settings nor a comment of the file silences."""
        source, found = checked.source, checked.diagnostics
        words = ignored_in_file(settings, os.path.abspath(source.path))
        ignored = frozenset[str]().union(*map(self.vocabulary.codes_of, words))
        found = tuple(d for d in found if d.code not in ignored)
        if "losslint:" not in source.text or checked.tree.language == "json":
            return found
        from losslint.suppressions import apply_suppressions
        from losslint.syntax.comments import comments

        ran = {r.rule.code for r in rules} - ignored
        outcome = apply_suppressions(
            source.text, comments(checked.tree), found, self.vocabulary, ran.__contains__
        )
        own = tuple(d for d in outcome.findings if d.code in ran)
        return tuple(sorted((*outcome.kept, *own), key=lambda d: (d.span, d.code)))

    def unreadable(self, problem: Unreadable, explicit: bool) -> FileReport:
        """A file that is no text: an error where it was named, silence where it was walked over."""
        if not explicit and not problem.path.endswith(".keras"):
            return FileReport(None, problem.path, ())
        settings = self.store.for_file(problem.path)
        if isinstance(settings, Settings) and not any(
            r.rule.code == UNREADABLE_FILE[0] for r in self.rules_for(settings)
        ):
            return FileReport(None, problem.path, ())
        diagnostic = Diagnostic(*UNREADABLE_FILE, "error", problem.reason, Span(0, 0))
        return FileReport(None, problem.path, (diagnostic,))


def _as_notes(checked: Checked) -> Checked:
    """The findings of a file that holds no loss and no hint of one, as notes.

    A template or a file of another tool may be no valid YAML, and that is not our business.
    """
    notes = tuple(d._replace(severity="info") for d in checked.diagnostics)
    return checked._replace(diagnostics=notes)


def read_source(path: str) -> Source | Unreadable:
    """The text of a file; of a `.keras` archive, that of its config.json."""
    if path.lower().endswith(".keras"):
        return _read_archive(path)
    try:
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror or error}")
    if len(raw) > MAX_BYTES:
        return Unreadable(path, f"larger than {MAX_BYTES >> 20} MiB, which no config is")
    return decode(path, raw)


def _read_archive(path: str) -> Source | Unreadable:
    from losslint.archive import CONFIG, ArchiveProblem, read_archive

    archive = read_archive(path)
    if isinstance(archive, ArchiveProblem):
        return Unreadable(path, archive.reason)
    return decode(path, archive.config, CONFIG)
