"""The pipeline: load → parse → sites → rules → suppress → (fix) → report.

Every command enters here. What most files need (reading, the prefilter, the cache) is imported with
this module; what only a file with losses needs is imported when the first one comes.
"""

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.diagnostics import Diagnostic, Span
from losslint.dialects.prefilter import may_hold_losses
from losslint.dialects.registry import SUFFIXES
from losslint.files.discovery import Found, Missing, discover
from losslint.files.reading import Content, read_content
from losslint.files.source import Source, Unreadable
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.selection import RuleSelection
from losslint.settings.model import Overrides, Settings, experiments_of
from losslint.settings.store import SettingsStore

if TYPE_CHECKING:
    from losslint.dialects.release_targets import ReleaseTargets
    from losslint.linter.apply_rules import Checked
    from losslint.linter.cache_keys import ResultCache
    from losslint.rules import Registered

UNREADABLE_FILE = ("LL000", "unreadable-file")
# Stands for all configs where everything that they need is to be imported; the backslash may hide
# any word, so that every rule is asked.
_ANY_CONFIG = Content("any.yaml", b"model: {losses: [{criterion: l2, weight: ~}]} # \\")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Linter:
    """Lints files one by one; holds what the files of a run share.

    `overrides` is what the command line says beside the settings files; `cache`, where given, knows
    the outcomes of earlier runs.
    """

    def __init__(self, overrides: Overrides, cache: "ResultCache | None" = None) -> None:
        self.overrides = overrides
        self.cache = cache
        self.selection = RuleSelection()
        self.store = SettingsStore(
            overrides=overrides,
            check_code=lambda word: self.selection.vocabulary.problem(word),
            verdicts=cache.store if cache is not None else None,
        )
        self._releases: dict[tuple[tuple[str, str], ...], ReleaseTargets | str] = {}

    def files(self, paths: list[str], settings: Settings) -> Iterator[Found | Missing]:
        """The files that the paths stand for."""
        return discover(
            paths,
            SUFFIXES,
            exclude=self.store.excluder,
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
        )

    def load(
        self, found: Found | Missing, given: Source | Unreadable | None = None
    ) -> LoadedFile | FileOutcome:
        """Read a file, with the settings that hold for it; its outcome where that is all it takes.

        `given` is a text that counts in the place of what the file holds: standard input, or what
        an editor has not saved yet.
        """
        path = found.path
        if isinstance(found, Missing):
            return FileOutcome(path, problem=f"{path} {found.reason}")
        content = given or read_content(path)
        if isinstance(content, Unreadable):
            if content.refused and not found.explicit:
                return FileOutcome(path, problem=f"{path} {content.reason}", unreadable=content)
            return self._unreadable(content, found.explicit)
        if not found.explicit and content.member is None and not may_hold(content):
            return FileOutcome(path, given if isinstance(given, Source) else None)
        settings = self.store.for_file(path)
        if not isinstance(settings, Settings):
            return FileOutcome(path, problem="\n".join(map(str, settings)))
        file = LoadedFile(content, found.explicit, settings)
        if self.cache is None or given is not None:
            return file
        file = file._replace(key=self.cache.key(file))
        known = self.cache.get(file)
        return file if known is None else with_text(file, known)

    def run(self, found: Found | Missing, given: Source | Unreadable | None = None) -> FileOutcome:
        """Load and lint one file."""
        loaded = self.load(found, given)
        return self.lint(loaded) if isinstance(loaded, LoadedFile) else loaded

    def lint(self, file: LoadedFile) -> FileOutcome:
        """What is to be reported of a loaded file.

        Garbage is not looked for before all that was made for the file is gone: nearly nothing of
        it is garbage until then. A mistake of losslint's own costs this file, and no other.
        """
        collects = gc.isenabled()
        gc.disable()
        try:
            return self.lint_or_raise(file)
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

            note = no_losses.why_no_losses(checked) if file.explicit else ""
            if source.member is None and not file.explicit:
                checked = no_losses.passed_over(checked)
            elif source.member is None and (
                not may_hold(source) or no_losses.is_of_another(checked)
            ):
                checked = no_losses.as_notes(checked)
        kept = self._unsilenced(checked, rules, file.settings)
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
        from functools import partial

        from losslint.dialects.netspresso.experiment import experiments_around
        from losslint.linter.apply_rules import check_source

        path = os.path.abspath(file.path)
        declared = experiments_of(file.settings, path)
        around = partial(experiments_around, path, declared, source.text)
        return check_source(source, rules or self.selection.rules, releases, around)

    def fix(self, outcome: FileOutcome, *, unsafe: bool) -> FileOutcome:
        """Apply the fixes that the settings allow; `unsafe` ones only when asked for."""
        settings = self.store.for_file(outcome.path)
        if outcome.source is None or not outcome.diagnostics or not isinstance(settings, Settings):
            return outcome
        from losslint.linter.fix import fix_source

        codes = self.selection.fixable_codes(settings)
        latest = outcome

        def check(text: Source) -> "Checked":
            nonlocal latest
            latest = self.lint_or_raise(LoadedFile(text, True, settings))
            # The settings were good for this file before.
            assert latest.checked is not None
            return latest.checked

        def wanted(diagnostic: Diagnostic) -> bool:
            fix = diagnostic.fix
            return fix is not None and diagnostic.code in codes and (fix.safe or unsafe)

        fixed = fix_source(outcome.source, check, wanted)
        return latest._replace(fixed=len(fixed.applied), refused=fixed.refused)

    def _unsilenced(
        self, checked: "Checked", rules: "tuple[Registered, ...]", settings: Settings
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics that neither the settings nor a comment of the file silences."""
        source = checked.source
        ignored = self.selection.ignored_codes(settings, source.path)
        found = tuple(d for d in checked.diagnostics if d.code not in ignored)
        if "losslint:" not in source.text or checked.tree.language == "json":
            return found
        from losslint.linter.suppressions import without_suppressed

        ran = {r.code for r in rules} - ignored
        return without_suppressed(checked.tree, found, self.selection.vocabulary, ran)

    def releases(self, settings: Settings) -> "ReleaseTargets | str":
        """The releases that a file is meant for, or why they are none."""
        known = self._releases.get(settings.target)
        if known is None:
            from losslint.dialects.release_targets import release_targets

            try:
                known = release_targets(dict(settings.target))
            except ValueError as error:
                known = f"target: {error}"
            self._releases[settings.target] = known
        return known

    def preload(self) -> None:
        """Import what a file with losses needs, so that processes forked from this one have it."""
        self.lint(LoadedFile(_ANY_CONFIG, explicit=True, settings=Settings()))

    def _unreadable(self, unreadable: Unreadable, told: bool) -> FileOutcome:
        """A path without text; `told`: that is an error, and not passed over in silence."""
        path = unreadable.path
        found: tuple[Diagnostic, ...] = ()
        settings = self.store.for_file(path)
        silenced = isinstance(settings, Settings) and all(
            rule.code != UNREADABLE_FILE[0] for rule in self.selection.rules_for(settings)
        )
        if (told or path.endswith(".keras")) and not silenced:
            found = (Diagnostic(*UNREADABLE_FILE, "error", unreadable.reason, Span(0, 0)),)
        return FileOutcome(path, diagnostics=found, unreadable=unreadable)


def with_text(file: LoadedFile, outcome: FileOutcome) -> FileOutcome:
    """An outcome from the cache or of another process, with the text that a report shows."""
    if outcome.source is not None or not outcome.diagnostics:
        return outcome
    source = file.source()
    if isinstance(source, Unreadable):
        return outcome._replace(unreadable=source)
    return outcome._replace(source=source)


def may_hold(content: Content | Source) -> bool:
    """Whether a file may hold a loss, seen from its bytes."""
    if isinstance(content, Source):
        return may_hold_losses(content.text.encode("utf-8", "surrogatepass"))
    if content.raw.startswith(_WIDE_MARKS):
        source = content.source()
        return isinstance(source, Source) and may_hold_losses(source.text.encode("utf-8"))
    return may_hold_losses(content.raw)


def internal_error(error: Exception) -> str:
    """What to say of a mistake of losslint's own."""
    kind, text = type(error).__name__, " ".join(str(error).split())
    return (
        f"internal error: {kind}: {text}; LOSSLINT_DEBUG=1 shows where. "
        "Please report it with the file."
    )
