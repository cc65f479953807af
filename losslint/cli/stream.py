"""What comes of the files of a run, one after the other: mended, counted, and passed on.

Nothing is kept of a file behind its report, so that memory does not grow with their number.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from losslint.cli.options import write_bytes
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report.summary import Tally


class Mending(NamedTuple):
    """What to do with fixes. `write`: into the files; else only show a diff.

    `stdin` is what was read from standard input, where that is what is mended: a file of the disk
    may bear the name that it is checked under.
    """

    unsafe: bool
    write: bool
    stdin: bytes | None = None


class Stream:
    """The outcomes of a run, and what it came to once they have all passed."""

    def __init__(
        self,
        outcomes: Iterable[FileOutcome],
        *,
        verbose: bool = False,
        mend: Callable[[FileOutcome], FileOutcome] | None = None,
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

    def reports(self) -> Iterator[FileOutcome]:
        """The outcomes of the files with findings."""
        for outcome in self._outcomes:
            if outcome.problem:
                self.complain(outcome.problem)
                continue
            note = self._note(outcome)
            if note:
                print(f"{outcome.path}: {note}", file=sys.stderr)
            if self._mend is not None:
                outcome = self._mend(outcome)
            self.files += 1
            self.with_losses += bool(outcome.sites)
            if outcome.diagnostics:
                self.tally.add(outcome)
                yield outcome

    def _note(self, outcome: FileOutcome) -> str:
        """What standard error is told of a file without losses."""
        if outcome.note or not self._verbose or outcome.sites or outcome.diagnostics:
            return outcome.note
        return "no losses"

    def complain(self, sentence: str) -> None:
        """Say once what could not be checked or written; the run goes on and ends with 2."""
        if sentence not in self._said:
            self._said.add(sentence)
            print(f"losslint: {sentence}", file=sys.stderr)

    def mend_with(self, linter: Linter, mending: Mending) -> None:
        """Mend each file before its report."""
        self._mend = lambda outcome: self._mended(linter, outcome, mending)

    def _mended(self, linter: Linter, outcome: FileOutcome, mending: Mending) -> FileOutcome:
        from losslint.linter.fix_file import save, unified_diff

        mended = linter.fix(outcome, unsafe=mending.unsafe)
        before, after = outcome.source, mended.source
        for refused in mended.refused:
            place = f"{outcome.path}: {refused.diagnostic.code}"
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
        return mended if mending.write else outcome
