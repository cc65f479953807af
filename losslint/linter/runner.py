"""A run of `check`: paths to outcomes, with settings, targets and suppressions per file.

What most files need (reading, skipping, the cache) is imported with this module; what only a file
with losses needs is imported when the first one comes.
"""

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from losslint.diagnostics import Diagnostic, Span
from losslint.dialects.prefilter import may_have_telling_key, may_hold_losses
from losslint.files.discovery import Found, Missing, discover
from losslint.files.reading import Content, Work, read_content
from losslint.files.reading import read_source as read_source
from losslint.files.source import Source, Unreadable
from losslint.linter.serialize import Result
from losslint.report.model import FileReport
from losslint.settings.model import (
    Overrides,
    Settings,
    active_codes,
    experiments_of,
    ignored_in_file,
)
from losslint.settings.rule_selectors import Vocabulary
from losslint.settings.store import SettingsStore

if TYPE_CHECKING:
    from losslint.dialects.release_targets import ReleaseTargets
    from losslint.linter.apply_rules import Checked
    from losslint.linter.cache_keys import ResultCache
    from losslint.rules import Registered
else:
    # A record evaluates its annotations, and only a type checker asks for these.
    Checked = object

UNREADABLE_FILE = ("LL000", "unreadable-file")
# Stands for all configs where everything that they need is to be imported; the backslash may hide
# any word, so that every rule is asked.
_ANY_CONFIG = Content("any.yaml", b"model: {losses: [{criterion: l2, weight: ~}]} # \\")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Outcome(NamedTuple):
    """What came of one file. `sites` counts the places where losses stand.

    The report has no source where there is nothing to report, and `checked` is there only where the
    file was checked at once, by this process. `note`: why a file that was named holds no losses,
    though one of its keys reads so; the end of a sentence that starts with the path.
    """

    report: FileReport
    sites: int
    checked: Checked | None = None
    note: str = ""


class Failure(NamedTuple):
    """Why nothing could be said of a path: wrong usage or wrong settings, as one sentence."""

    message: str


def internal_error(error: Exception) -> str:
    """What to say of a mistake of losslint's own."""
    kind, text = type(error).__name__, " ".join(str(error).split())
    return (
        f"internal error: {kind}: {text}; LOSSLINT_DEBUG=1 shows where. "
        "Please report it with the file."
    )


class Checker:
    """Checks files one by one; holds what the files of a run share.

    `cache`, where given, knows the results of earlier runs.
    """

    def __init__(self, overrides: Overrides, cache: "ResultCache | None" = None) -> None:
        self.overrides = overrides
        self.cache = cache
        self.store = SettingsStore(
            overrides=overrides,
            check_code=lambda word: self.vocabulary.problem(word),
            verdicts=cache.store if cache is not None else None,
        )
        self._rules: tuple[Registered, ...] | None = None
        self._vocabulary: Vocabulary | None = None
        self._targets: dict[tuple[tuple[str, str], ...], ReleaseTargets | str] = {}
        self._chosen: dict[Settings, tuple[Registered, ...]] = {}

    @property
    def rules(self) -> "tuple[Registered, ...]":
        """Every rule."""
        if self._rules is None:
            from losslint.rules import load_rules

            self._rules = load_rules()
        return self._rules

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that name rules."""
        if self._vocabulary is None:
            from losslint.rules._index import INDEX

            self._vocabulary = Vocabulary((code, name) for code, name, *_ in INDEX)
        return self._vocabulary

    def preload(self) -> None:
        """Import what a file with losses needs, so that processes forked from this one have it."""
        self.judge(Work(_ANY_CONFIG, explicit=True, settings=Settings()))

    def files(self, paths: list[str], settings: Settings) -> Iterator[Found | Missing]:
        """The files that the paths stand for."""
        return discover(
            paths,
            exclude=self.store.excluder,
            respect_gitignore=settings.respect_gitignore,
            force_exclude=settings.force_exclude,
        )

    def prepare(self, found: Found) -> Outcome | Failure | Work:
        """Do for a file of the disk what needs no parser: often that is all."""
        content = read_content(found.path)
        if isinstance(content, Unreadable):
            if content.refused and not found.explicit:
                return Failure(f"{content.path} {content.reason}")
            return Outcome(self.unreadable(content, found.explicit), 0)
        if not found.explicit and content.member is None and not may_hold(content):
            return Outcome(FileReport(None, found.path, ()), 0)
        settings = self.store.for_file(found.path)
        if not isinstance(settings, Settings):
            return Failure("\n".join(str(problem) for problem in settings))
        work = Work(content, found.explicit, settings)
        if self.cache is None:
            return work
        work = work._replace(key=self.cache.key(work))
        known = self.cache.get(work.key)
        return work if known is None else self.finish(work, known)

    def judge(self, work: Work) -> Result | Failure:
        """Check a prepared file.

        Garbage is not looked for before all that was made for the file is gone: nearly nothing of
        it is garbage until then.
        """
        collects = gc.isenabled()
        gc.disable()
        try:
            return self._judge(work)
        except Exception as error:
            if "LOSSLINT_DEBUG" in os.environ:
                raise
            return Failure(f"{work.content.path}: {internal_error(error)}")
        finally:
            if collects:
                gc.enable()

    def _judge(self, work: Work) -> Result | Failure:
        source = work.content.source()
        if isinstance(source, Unreadable):
            from losslint.dialects.text_marks import was_to_hold_losses

            told = work.explicit or was_to_hold_losses(work.content.raw.decode("latin-1"))
            return Result(0, self.unreadable(source, explicit=told).diagnostics)
        if work.explicit:
            outcome = self.check(source, explicit=True, settings=work.settings)
        else:
            # `prepare` has found words of a loss.
            outcome = self._check(source, work.settings, explicit=False, hinted=True)
        if isinstance(outcome, Failure):
            return outcome
        return Result(outcome.sites, outcome.report.diagnostics)

    def finish(self, work: Work, result: Result | Failure) -> Outcome | Failure:
        """The outcome of a prepared file."""
        if isinstance(result, Failure):
            return result
        path = work.content.path
        source = work.content.source() if result.diagnostics else None
        shown = source if isinstance(source, Source) else None
        note = ""
        if work.explicit and not result.sites and may_have_telling_key(work.content.raw):
            source = work.content.source()
            note = _why_none(source) if isinstance(source, Source) else ""
        return Outcome(FileReport(shown, path, result.diagnostics), result.sites, note=note)

    def check_file(self, found: Found) -> Outcome | Failure:
        """Check one file of the disk."""
        return self.check_prepared(self.prepare(found))

    def check_prepared(self, step: Outcome | Failure | Work) -> Outcome | Failure:
        """The outcome of what `prepare` gave, checked where it must be."""
        return self.finish(step, self.judge(step)) if isinstance(step, Work) else step

    def check(
        self, source: Source, *, explicit: bool, settings: Settings | None = None
    ) -> Outcome | Failure:
        """Check one text. What cannot hold a loss is only parsed where it was named itself."""
        hinted = may_hold_losses(source.text.encode("utf-8", "surrogatepass"))
        if not hinted and not explicit:
            return Outcome(FileReport(source, source.path, ()), 0)
        found = settings if settings is not None else self.store.for_file(source.path)
        if not isinstance(found, Settings):
            return Failure("\n".join(str(problem) for problem in found))
        outcome = self._check(source, found, explicit=explicit, hinted=hinted)
        if isinstance(outcome, Outcome) and explicit and not outcome.sites:
            return outcome._replace(note=_why_none(source, outcome.checked))
        return outcome

    def _check(
        self, source: Source, settings: Settings, *, explicit: bool, hinted: bool
    ) -> Outcome | Failure:
        """Check one text. `hinted`: it holds words of a loss; `explicit`: it was named itself."""
        targets = self.targets(settings)
        if isinstance(targets, str):
            return Failure(targets)
        from functools import partial

        from losslint.dialects.netspresso.experiment import experiments_around
        from losslint.linter.apply_rules import check_source

        rules = self.rules_for(settings)
        path = os.path.abspath(source.path)
        declared = experiments_of(settings, path)
        around = partial(experiments_around, path, declared, source.text)
        checked = check_source(source, rules, targets, around)
        if not checked.sites and source.member is None:
            if not explicit:
                checked = _passed_over(checked)
            elif not hinted or _is_broken_by_intent(checked):
                checked = _as_notes(checked)
        kept = self.silence(checked, rules, settings)
        return Outcome(FileReport(source, source.path, kept), len(checked.sites), checked)

    def targets(self, settings: Settings) -> "ReleaseTargets | str":
        """The releases that a file is meant for, or why they are none."""
        known = self._targets.get(settings.target)
        if known is None:
            from losslint.dialects.release_targets import release_targets

            try:
                known = release_targets(dict(settings.target))
            except ValueError as error:
                known = f"target: {error}"
            self._targets[settings.target] = known
        return known

    def rules_for(self, settings: Settings) -> "tuple[Registered, ...]":
        """The rules that the settings switch on."""
        key = settings._replace(per_file_ignores=()) if settings.per_file_ignores else settings
        if key not in self._chosen:
            active = active_codes(settings, self.vocabulary, self.vocabulary.codes)
            self._chosen[key] = tuple(r for r in self.rules if r.code in active)
        return self._chosen[key]

    def silence(
        self, checked: Checked, rules: "tuple[Registered, ...]", settings: Settings
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics that neither the settings nor a comment of the file silences."""
        source, found = checked.source, checked.diagnostics
        words = ignored_in_file(settings, os.path.abspath(source.path))
        ignored = frozenset[str]().union(*map(self.vocabulary.codes_of, words))
        found = tuple(d for d in found if d.code not in ignored)
        if "losslint:" not in source.text or checked.tree.language == "json":
            return found
        from losslint.linter.suppressions import apply_suppressions
        from losslint.syntax.comments import comments

        ran = {r.code for r in rules} - ignored
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
            r.code == UNREADABLE_FILE[0] for r in self.rules_for(settings)
        ):
            return FileReport(None, problem.path, ())
        diagnostic = Diagnostic(*UNREADABLE_FILE, "error", problem.reason, Span(0, 0))
        return FileReport(None, problem.path, (diagnostic,))


def may_hold(content: Content) -> bool:
    """Whether a file may hold a loss, seen from its bytes."""
    if content.raw.startswith(_WIDE_MARKS):
        source = content.source()
        return isinstance(source, Source) and may_hold_losses(source.text.encode("utf-8"))
    return may_hold_losses(content.raw)


def _passed_over(checked: Checked) -> Checked:
    """What is said of a file without losses that a walk came by.

    Other tools' files may be no valid YAML, or be larger than what is read of one. Only where the
    text shows that losses were meant to stand there is it worth a word; what rules found that know
    by other marks whose file it is stays in any case.
    """
    from losslint.dialects.text_marks import was_to_hold_losses

    if any(not d.code.startswith("LL0") for d in checked.diagnostics):
        return checked
    spent = any(problem.is_budget for problem in checked.tree.problems)
    if checked.tree.problems and not spent and was_to_hold_losses(checked.source.text):
        return checked
    return checked._replace(diagnostics=())


def _is_broken_by_intent(checked: Checked) -> bool:
    """Whether a file that cannot be parsed was never to be: a template, JSON lines, JSONC."""
    if not checked.tree.problems:
        return False
    from losslint.dialects.text_marks import is_broken_by_intent

    return is_broken_by_intent(checked.source.text)


def _as_notes(checked: Checked) -> Checked:
    """The findings of a file that holds no loss and no hint of one, as notes.

    A template or a file of another tool may be no valid YAML, and that is not our business: its
    own reader may take what `json.load` refuses, so that nothing of it is changed.
    """
    notes = tuple(d._replace(severity="info", fix=None) for d in checked.diagnostics)
    return checked._replace(diagnostics=notes)


def _why_none(source: Source, checked: Checked | None = None) -> str:
    """Why a file holds no losses although a key of it reads so; empty where none does."""
    from losslint.dialects.text_marks import LOOKED_FOR, telling_key
    from losslint.files.source import LineIndex
    from losslint.linter.apply_rules import parse

    key = telling_key(checked.tree if checked is not None else parse(source))
    if key is None:
        return ""
    row, _ = LineIndex(source.text).position(key.start)
    return f"no losses, though line {row} has the key `{key.value}`; looked for: {LOOKED_FOR}"
