"""What `check` looks at: the files of the command line, and what is said of each."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from losslint.cli.options import FAILED, OK, PATIENCE, fail, refuse_absent, tell, usable
from losslint.files.discovery import FoundFile, Missing
from losslint.files.reading import given_source
from losslint.linter.outcome import FileOutcome
from losslint.linter.parallel import outcomes
from losslint.linter.runner import Linter
from losslint.settings.model import Settings

if TYPE_CHECKING:
    from losslint.cli.progress import Bar
    from losslint.linter.accepted import Scope

# The rules of files that could not be read: unreadable-file, syntax-error.
_UNREAD = ("LL000", "LL001")


class CheckedFiles:
    """The files of one run. `silence` takes what is known already out of an outcome.

    `only`: of all files those at these absolute paths.
    """

    def __init__(
        self,
        linter: Linter,
        paths: list[str],
        silence: Callable[[FileOutcome], FileOutcome] | None = None,
        only: frozenset[str] | None = None,
    ) -> None:
        self._linter, self._paths, self._only = linter, paths, only
        self._silence = silence or linter.remaining
        self._failed: list[str] = []

    def settings(self) -> Settings:
        """The settings of the current folder. Leaves with 2 where they cannot be used."""
        settings = usable(self._linter.store.for_folder(os.getcwd()))
        if settings.baseline:
            from losslint.linter.baseline import NoBaseline

            baseline = self._linter.accepted.baseline(settings.baseline)
            if isinstance(baseline, NoBaseline):
                fail(f"{settings.baseline} {baseline.reason}")
        return settings

    def found(self) -> Iterator[FoundFile | Missing]:
        """The files. Leaves with 2 for a path that is not there, before anything is printed."""
        settings = self.settings()
        for path in self._paths:
            refuse_absent(path)
        files = self._linter.files(self._paths, settings)
        if self._only is None:
            yield from files
            return
        from losslint.linter.affected import AffectedFiles

        affected = AffectedFiles(self._linter, self._only)
        yield from filter(affected.holds, files)
        # What was looked at for the sake of another file was looked at, too.
        self._only = affected.places

    def show(self) -> int:
        """Print the absolute path of every file; the exit code."""
        code = OK
        for each in self.found():
            if isinstance(each, Missing):
                tell(f"losslint: {each.path} {each.reason}")
                code = FAILED
            else:
                print(os.path.abspath(each.path))
        return code

    def outcomes(self, jobs: int, *, has_bar: bool = False) -> Iterator[FileOutcome]:
        """What came of each file, and what is to be said of the settings files after them.

        `has_bar`: on standard error a line says how far it is, while nothing else is written.
        """
        found: Iterator[FoundFile | Missing] = self.found()
        if not has_bar:
            yield from self._outcomes(found, jobs)
            return
        bar: Bar | None = None
        counted, begin = _Counted(found), time.monotonic()
        try:
            for done, outcome in enumerate(self._outcomes(counted, jobs)):
                if bar is None and time.monotonic() - begin > PATIENCE:
                    # A run that is done by now imports nothing for it.
                    from losslint.cli import progress

                    bar = progress.Bar("checking", counted.total, patience=0.0, done=done)
                if bar is not None:
                    bar.step()
                    if outcome.diagnostics or outcome.problem or outcome.note:
                        bar.wipe()
                yield outcome
        finally:
            if bar is not None:
                bar.wipe()

    def _outcomes(self, found: Iterator[FoundFile | Missing], jobs: int) -> Iterator[FileOutcome]:
        told: set[str] = set()
        for outcome in outcomes(self._linter, found, jobs):
            yield _with_pin(self._linter, self._unknown_of(outcome), told)
        if any(each.keeps_silent for each in self._linter.store.loaded):
            yield from map(self._unknown_of, self._linter.accepted.idle(self.scope()))

    def of_stdin(self, name: str | None, raw: bytes) -> FileOutcome:
        """What came of standard input."""
        self.settings()
        path = name or "-"
        found = self._linter.run(FoundFile(path, explicit=True), given_source(path, raw))
        return self._unknown_of(found)

    def _unknown_of(self, outcome: FileOutcome) -> FileOutcome:
        new = self._silence(outcome)
        # What cannot be read hides whatever else there is to find in it.
        if new.problem or any(each.code in _UNREAD for each in outcome.diagnostics):
            self._failed.append(new.path)
        return new

    def scope(self) -> "Scope":
        """What was looked at, once all outcomes have passed."""
        from losslint.linter.accepted import Scope

        return Scope.of(self._paths, self._failed, self._only)


class _Counted:
    """Files that come one after the other, and can be counted at any time."""

    def __init__(self, files: Iterator[FoundFile | Missing]) -> None:
        self._files = files
        self._ahead: deque[FoundFile | Missing] = deque()
        self._taken = 0

    def __iter__(self) -> Iterator[FoundFile | Missing]:
        return self

    def __next__(self) -> FoundFile | Missing:
        item = self._ahead.popleft() if self._ahead else next(self._files)
        self._taken += 1
        return item

    def total(self) -> int:
        """How many there are in all."""
        self._ahead.extend(self._files)
        return self._taken + len(self._ahead)


def _with_pin(linter: Linter, outcome: FileOutcome, told: set[str]) -> FileOutcome:
    """An outcome, with a note on the first program whose project pins another Keras."""
    if not outcome.diagnostics or outcome.note or not outcome.path.endswith((".py", ".ipynb")):
        return outcome
    from losslint.linter.pinned import pin_of_keras_2

    settings, pin = linter.store.for_file(outcome.path), pin_of_keras_2(outcome.path)
    stated = isinstance(settings, Settings) and "keras" in dict(settings.target)
    if pin is None or stated or pin.file in told:
        return outcome
    told.add(pin.file)
    note = f"{pin.file} has {pin.written}; --target keras={pin.release} judges by that"
    return outcome._replace(note=note)


def changed_only(ref: str | None) -> frozenset[str] | None:
    """The files of `--changed`; None without it. Leaves with 2 where git cannot tell."""
    if ref is None:
        return None
    from losslint.files.git_changes import changed_files

    found = changed_files(ref)
    if isinstance(found, str):
        fail(f"--changed{f' {ref}' if ref else ''}: {found}")
    return found
