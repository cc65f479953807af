"""What comes of the files of a run, one after the other: mended, counted, and passed on.

Nothing is kept of a file behind its report, so that memory does not grow with their number.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from losslint.cli.options import write_bytes
from losslint.files.discovery import Missing
from losslint.linter.runner import Checker, Failure, Outcome
from losslint.report.summary import Tally

if TYPE_CHECKING:
    from losslint.report.model import FileReport


class Mending(NamedTuple):
    """What to do with fixes. `write`: into the files; else only show a diff.

    `stdin` is what was read from standard input, where that is what is mended: a file of the disk
    may bear the name that it is checked under.
    """

    unsafe: bool
    write: bool
    stdin: bytes | None = None


class Stream:
    """The reports of a run, and what it came to once they have all passed."""

    def __init__(
        self,
        outcomes: Iterable[Outcome | Failure | Missing],
        *,
        verbose: bool = False,
        mend: Callable[[Outcome], Outcome] | None = None,
    ) -> None:
        self._outcomes = iter(outcomes)
        self._verbose = verbose
        self._mend = mend
        self._said: set[str] = set()
        self.tally = Tally()
        self.files = self.with_losses = self.fixed = 0
        self.changed = False

    @property
    def failed(self) -> bool:
        """Whether something could not be checked; standard error says what."""
        return bool(self._said)

    @property
    def found(self) -> bool:
        """Whether there is anything that is no mere note."""
        return bool(self.tally.errors or self.tally.warnings)

    def reports(self) -> "Iterator[FileReport]":
        """The reports of the files with findings."""
        for outcome in self._outcomes:
            if isinstance(outcome, Missing):
                self.complain(f"{outcome.path} {outcome.reason}")
                continue
            if isinstance(outcome, Failure):
                self.complain(outcome.message)
                continue
            note = self._note(outcome)
            if note:
                print(f"{outcome.report.path}: {note}", file=sys.stderr)
            if self._mend is not None:
                outcome = self._mend(outcome)
            self.files += 1
            self.with_losses += bool(outcome.sites)
            if outcome.report.diagnostics:
                self.tally.add(outcome.report)
                yield outcome.report

    def _note(self, outcome: Outcome) -> str:
        """What standard error is told of a file without losses."""
        if outcome.note or not self._verbose or outcome.sites or outcome.report.diagnostics:
            return outcome.note
        return "no losses"

    def complain(self, sentence: str) -> None:
        """Say once what could not be checked or written; the run goes on and ends with 2."""
        if sentence not in self._said:
            self._said.add(sentence)
            print(f"losslint: {sentence}", file=sys.stderr)

    def mend_with(self, checker: Checker, mending: Mending) -> None:
        """Mend each file before its report."""
        self._mend = lambda outcome: self._mended(checker, outcome, mending)

    def _mended(self, checker: Checker, outcome: Outcome, mending: Mending) -> Outcome:
        from losslint.linter.fix_file import mend, save, unified_diff

        mended = mend(checker, outcome, unsafe=mending.unsafe)
        before, after = outcome.report.source, mended.outcome.report.source
        for refused in mended.refused:
            place = f"{outcome.report.path}: {refused.diagnostic.code}"
            print(f"{place}: the fix was not applied: {refused.reason}", file=sys.stderr)
        if before is None or after is None:
            if mending.write and mending.stdin is not None:
                # Who puts the output in the place of the input must not lose it.
                write_bytes(mending.stdin)
            return outcome
        if not mending.write:
            sys.stdout.write(unified_diff(before, after))
        elif mending.stdin is not None:
            write_bytes(before.raw if before.text == after.text else before.encode(after.text))
        elif before.text != after.text and (problem := save(before, after)) is not None:
            self.complain(f"{problem.path} {problem.reason}")
            return outcome
        self.fixed += mended.fixed
        self.changed |= before.text != after.text
        # After a diff the files are as they were, and so are their findings.
        return mended.outcome if mending.write else outcome
