"""The pipeline: load → parse → sites → rules → suppress → (fix) → report.

Every command enters here. What most files need (reading, the prefilter, the cache) is imported with
this module; what only a file with losses needs is imported when the first one comes.
"""

import gc
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from losslint.diagnostics import Diagnostic, Span
from losslint.dialects.prefilter import file_may_hold_losses
from losslint.files.discovery import FoundFile, Missing
from losslint.files.listing import FolderListings
from losslint.files.reading import read_content
from losslint.files.source import Source, Unreadable
from losslint.linter.outcome import FileOutcome, LoadedFile, internal_error
from losslint.linter.selection import RunSettings
from losslint.settings.model import Overrides, Settings, experiments_of

if TYPE_CHECKING:
    from losslint.dialects.experiment import Neighbourhood
    from losslint.linter.accepted import Accepted
    from losslint.linter.apply_rules import Checked
    from losslint.linter.cache_keys import ResultCache
    from losslint.rules import Registered

UNREADABLE_FILE = ("LL000", "unreadable-file")


class Linter(RunSettings):
    """Lints files one by one. `cache`, where given, knows the outcomes of earlier runs."""

    def __init__(self, overrides: Overrides, cache: "ResultCache | None" = None) -> None:
        super().__init__(overrides)
        self.cache = cache
        self.folders = FolderListings()
        # Called between the steps of a check; whoever wants to end it early raises.
        self.pulse: Callable[[], None] | None = None
        self._accepted: Accepted | None = None

    @property
    def accepted(self) -> "Accepted":
        """What is kept silent from outside of the files."""
        if self._accepted is None:
            from losslint.linter.accepted import Accepted

            self._accepted = Accepted(self)
        return self._accepted

    @property
    def asks_baselines(self) -> bool:
        """Whether a baseline was asked in this run."""
        return self._accepted is not None and bool(self._accepted.baselines)

    def remaining(self, outcome: FileOutcome) -> FileOutcome:
        """What of an outcome neither a baseline nor a place in the settings keeps silent."""
        if not outcome.diagnostics:
            return outcome
        settings = self.store.for_file(outcome.path)
        if not isinstance(settings, Settings) or not settings.keeps_silent:
            return outcome
        return self.accepted.remaining(outcome, settings)

    def load(
        self, found: FoundFile | Missing, given: Source | Unreadable | None = None
    ) -> LoadedFile | FileOutcome:
        """Read a file, with the settings that hold for it; its outcome where that is all it takes.

        `given` is a text that counts in the place of what the file holds: standard input, or what
        an editor has not saved yet.
        """
        path = found.path
        if isinstance(found, Missing):
            return FileOutcome(path, problem=f"{path} {found.reason}")
        content = given or read_content(path, skim=not found.explicit)
        if isinstance(content, Unreadable):
            if content.lacks_package:
                return _without_package(content, found.explicit)
            if content.refused:
                return FileOutcome(path, problem=f"{path} {content.reason}", unreadable=content)
            return self._unreadable(content, found.explicit)
        is_unlikely = content.member is None and not file_may_hold_losses(content)
        if not found.explicit and is_unlikely and not self._is_declared(path):
            return FileOutcome(path, given if isinstance(given, Source) else None)
        settings = self.store.for_file(path)
        if not isinstance(settings, Settings):
            return FileOutcome(path, problem="\n".join(map(str, settings)))
        file = LoadedFile(content, found.explicit, settings)
        if self.cache is None or given is not None:
            return file
        file = file._replace(key=self.cache.key(file))
        known = self.cache.get(file)
        return file if known is None else file.with_text(known)

    def _is_declared(self, path: str) -> bool:
        """Whether the settings name a place of losses in a file."""
        settings = self.store.for_file(path)
        return isinstance(settings, Settings) and bool(settings.declarations.sites_in(path))

    def run(
        self, found: FoundFile | Missing, given: Source | Unreadable | None = None
    ) -> FileOutcome:
        """Load and lint one file."""
        loaded = self.load(found, given)
        return self.lint(loaded, keep_tree=True) if isinstance(loaded, LoadedFile) else loaded

    def lint(self, file: LoadedFile, *, keep_tree: bool = False) -> FileOutcome:
        """What is to be reported of a loaded file, and what that was found in where it is wanted.

        Garbage is not looked for before all that was made for the file is gone: nearly nothing of
        it is garbage until then. A mistake of losslint's own costs this file, and no other.
        """
        collects = gc.isenabled()
        gc.disable()
        try:
            outcome = self.lint_or_raise(file)
            return outcome if keep_tree else outcome.without_tree()
        except Exception as error:
            if "LOSSLINT_DEBUG" in os.environ:
                raise
            return FileOutcome(file.path, problem=f"{file.path}: {internal_error(error)}")
        finally:
            if collects:
                gc.enable()

    def lint_or_raise(self, file: LoadedFile) -> FileOutcome:
        """As `lint`; a mistake of losslint's own is raised."""
        rules = self.selection.rules_for(file.settings)
        checked = self.check(file, rules)
        if isinstance(checked, FileOutcome):
            return checked
        source, note = checked.source, ""
        if not checked.sites:
            from losslint.linter import no_losses

            declared = file.settings.declarations.sites_in(file.path)
            note = no_losses.why_no_losses(checked, declared) if file.explicit else ""
            if declared:
                pass
            elif source.member is None and not file.explicit:
                checked = no_losses.passed_over(checked)
            elif source.member is None and (
                not file_may_hold_losses(source) or no_losses.is_of_another(checked)
            ):
                checked = no_losses.as_notes(checked)
        kept = self.unsilenced(checked, rules, file.settings)
        checked, sites = checked._replace(diagnostics=kept), len(checked.sites)
        return FileOutcome(file.path, source, kept, sites, note=note, checked=checked)

    def check(
        self, file: LoadedFile, rules: "tuple[Registered, ...] | None" = None
    ) -> "Checked | FileOutcome":
        """Parse a loaded file, find its losses and run rules (default: every one) over them.

        Nothing that the rules find is silenced. An outcome where there is no text, or the settings
        name a release that is none.
        """
        source = file.source()
        if isinstance(source, Unreadable):
            from losslint.dialects.text_marks import was_to_hold_losses

            raw = file.content.raw.decode("latin-1")
            return self._unreadable(source, file.explicit or was_to_hold_losses(raw))
        releases = self.releases(file.settings)
        if isinstance(releases, str):
            return FileOutcome(file.path, problem=releases)
        from losslint.linter.apply_rules import check_source

        around = self.neighbourhood(file.settings, source)
        chosen = self.selection.rules if rules is None else rules
        return check_source(source, chosen, releases, around, self.pulse)

    def neighbourhood(self, settings: Settings, source: Source) -> "Neighbourhood":
        """What reads the experiments that a text belongs to."""
        from functools import partial

        from losslint.dialects.registry import experiments_around

        path = os.path.abspath(source.path)
        declared = experiments_of(settings, path)
        return partial(experiments_around, path, declared, source.text, self.folders)

    def fix(self, outcome: FileOutcome, *, unsafe: bool) -> FileOutcome:
        """Apply the fixes that the settings allow; `unsafe` ones only when asked for."""
        settings = self.store.for_file(outcome.path)
        fixable = any(each.fix is not None for each in outcome.diagnostics)
        if outcome.source is None or not fixable or not isinstance(settings, Settings):
            return outcome
        from losslint.linter.fix import fix_source

        codes = self.selection.fixable_codes(settings)
        latest = outcome

        def check(text: Source) -> "Checked":
            nonlocal latest
            latest = self.remaining(self.lint_or_raise(LoadedFile(text, True, settings)))
            # The settings were good for this file before.
            assert latest.checked is not None
            return latest.checked

        def wanted(diagnostic: Diagnostic) -> bool:
            fix = diagnostic.fix
            return fix is not None and diagnostic.code in codes and (fix.safe or unsafe)

        fixed = fix_source(outcome.source, check, wanted)
        return latest._replace(fixed=len(fixed.applied), refused=fixed.refused)

    def unsilenced(
        self, checked: "Checked", rules: "tuple[Registered, ...]", settings: Settings
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics that neither the settings nor a comment of the file silences."""
        source = checked.source
        ignored = self.selection.ignored_codes(settings, source.path)
        found = tuple(d for d in checked.diagnostics if d.code not in ignored)
        if "losslint:" not in source.text or not checked.tree.language.has_comments:
            return found
        from losslint.linter.suppressions import without_suppressed

        ran = {r.code for r in rules} - ignored
        return without_suppressed(checked.tree, found, self.selection.vocabulary, ran)

    def _unreadable(self, unreadable: Unreadable, told: bool) -> FileOutcome:
        """A path without text; `told`: that is an error, and not passed over in silence."""
        path = unreadable.path
        found: tuple[Diagnostic, ...] = ()
        settings = self.store.for_file(path)
        silenced = isinstance(settings, Settings) and all(
            rule.code != UNREADABLE_FILE[0] for rule in self.selection.rules_for(settings)
        )
        if (told or unreadable.is_certain) and not silenced:
            found = (Diagnostic(*UNREADABLE_FILE, "error", unreadable.reason, Span(0, 0)),)
        return FileOutcome(path, diagnostics=found, unreadable=unreadable)


def _without_package(unreadable: Unreadable, explicit: bool) -> FileOutcome:
    """A file for which a package is missing: who named it has to know, for others it is a note."""
    path, reason = unreadable.path, unreadable.reason
    if explicit:
        return FileOutcome(path, problem=f"{path} {reason}", unreadable=unreadable)
    return FileOutcome(path, note=reason, unreadable=unreadable)
