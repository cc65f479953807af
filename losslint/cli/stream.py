"""The outcomes of a run's files, one after the other: fixed where asked, counted, and passed on.

Nothing is kept of a file after its report, so that memory does not grow with their number.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from losslint.cli.options import tell, write_bytes
from losslint.files.source import Source
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report.summary import Tally

if TYPE_CHECKING:
    from losslint.files.new_file import WriteRefused


class FixRequest(NamedTuple):
    """What to do with fixes. `write`: into the files; else only show a diff.

    `stdin` is what was read from standard input, where that is what is fixed: a file of the disk
    may bear the name that it is checked under. `reason`, where it is not None: nothing is fixed,
    but comments that silence the findings are added, with this reason.
    """

    unsafe: bool
    write: bool
    stdin: bytes | None = None
    reason: str | None = None

    def mend(self, linter: Linter, outcome: FileOutcome) -> FileOutcome:
        """What comes of a file; standard error is told what could not be done."""
        if self.reason is not None:
            from losslint.linter.add_ignores import add_ignores

            mended, undone = add_ignores(linter, outcome, self.reason), "no comment was added"
        else:
            mended, undone = linter.fix(outcome, unsafe=self.unsafe), "the fix was not applied"
        for refused in mended.refused:
            place = f"{outcome.path}: {refused.diagnostic.code}"
            tell(f"{place}: {undone}: {refused.reason}")
        return mended


class Stream:
    """The outcomes of a run, and what it came to once they have all passed."""

    def __init__(
        self,
        outcomes: Iterable[FileOutcome],
        *,
        verbose: bool = False,
    ) -> None:
        self._outcomes = iter(outcomes)
        self._verbose = verbose
        self._fix: Callable[[FileOutcome], FileOutcome] | None = None
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
                tell(f"{outcome.path}: {note}")
            if self._fix is not None:
                outcome = self._fix(outcome)
            self.files += 1
            self.with_losses += bool(outcome.sites)
            self.tally.known += outcome.known
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
            tell(f"losslint: {sentence}")

    def fix_with(self, linter: Linter, request: FixRequest) -> None:
        """Fix each file before its report."""
        self._fix = lambda outcome: self._fixed(linter, outcome, request)

    def _fixed(self, linter: Linter, outcome: FileOutcome, request: FixRequest) -> FileOutcome:
        from losslint.report.difference import unified_diff

        fixed = request.mend(linter, outcome)
        before, after = outcome.source, fixed.source
        if before is None or after is None:
            if request.write and request.stdin is not None:
                # Who puts the output in the place of the input must not lose it.
                write_bytes(request.stdin)
            return outcome
        if not request.write:
            sys.stdout.write(unified_diff(before, after))
        elif (problem := _write(request.stdin, before, after)) is not None:
            self.complain(f"{problem.path} {problem.reason}")
            return outcome
        self.fixed += fixed.fixed
        self.changed |= before.text != after.text
        # After a diff the files are as they were, and so are their findings.
        return fixed if request.write else outcome


def _write(raw: bytes | None, before: Source, after: Source) -> "WriteRefused | None":
    """Write a mended text back to its file; to standard output where `raw` came by standard input.

    What cannot be mended goes out as it came in.
    """
    from losslint.files.new_file import WriteRefused
    from losslint.files.write import replace_text, with_member

    mended: bytes | WriteRefused | None = raw
    if before.text != after.text:
        if raw is None:
            return replace_text(before, after)
        mended = after.encode()
        if before.member is not None:
            mended = with_member(raw, before.member, mended, before.path)
    if raw is not None:
        write_bytes(mended if isinstance(mended, bytes) else raw)
    return mended if isinstance(mended, WriteRefused) else None
