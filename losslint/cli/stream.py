"""The outcomes of a run's files, one after the other: fixed where asked, counted, and shown.

Nothing is kept of a file after its report, so that memory does not grow with their number.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from losslint.cli.check_options import CheckOptions
from losslint.cli.options import tell, write_bytes
from losslint.cli.output import Look, Outputs, on_screen, rule_infos, write_reports
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report.summary import Tally, fixed_line

if TYPE_CHECKING:
    from losslint.cli.fixing import FixRequest


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

    def fix_with(self, linter: Linter, request: "FixRequest") -> None:
        """Fix each file before its report."""
        self._fix = lambda outcome: self._fixed(linter, outcome, request)

    def _fixed(self, linter: Linter, outcome: FileOutcome, request: "FixRequest") -> FileOutcome:
        from losslint.cli.fixing import write_fixed
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
        elif (problem := write_fixed(request.stdin, before, after)) is not None:
            self.complain(f"{problem.path} {problem.reason}")
            return outcome
        self.fixed += fixed.fixed
        self.changed |= before.text != after.text
        # After a diff the files are as they were, and so are their findings.
        return fixed if request.write else outcome


class Show(NamedTuple):
    """How a run is shown. `aside`: on standard error, as standard output is for the fixed text."""

    request: CheckOptions
    linter: Linter
    outputs: Outputs
    look: Look
    aside: bool

    def draw(self, stream: Stream) -> None:
        """Write the reports and the summary."""
        if self.request.diff or self.request.statistics:
            self._draw_instead(stream)
        elif self.request.fix_only:
            # What is left passes unseen.
            deque(stream.reports(), maxlen=0)
            self._write(self.outputs, iter(()))
        else:
            self._write(self.outputs, stream.reports())
        deque(stream.reports(), maxlen=0)
        if not self.outputs.for_people or self.request.quiet or self.request.diff:
            return
        # Many who filter a text through this take any word on standard error for a failure.
        told = stream.tally.hit if self.aside else stream.files or not stream.failed
        if told:
            print(on_screen(self._summary(stream), to=self.look.to), file=self.look.to)

    def _draw_instead(self, stream: Stream) -> None:
        """Write the reports that go into files, and what is shown instead of the findings."""
        reports = stream.reports()
        if not self.request.statistics:
            self._write(self.outputs._replace(shown=None), reports)
            return
        from losslint.report.statistics import RuleCounts, statistics_json, statistics_text

        counted = RuleCounts()
        passing = counted.passing(reports)
        self._write(self.outputs._replace(shown=None), passing)
        deque(passing, maxlen=0)
        rows, is_json = counted.rows(), self.outputs.shown == "json"
        self.look.to.write(
            statistics_json(rows) if is_json else statistics_text(rows, color=self.look.color)
        )

    def _write(self, outputs: Outputs, reports: Iterator[FileOutcome]) -> None:
        """Write the reports; where people read them and there are none, nothing is written."""
        first = next(reports, None)
        if first is None and outputs.for_people and not outputs.files:
            return
        every = chain([first] if first is not None else (), reports)
        rules = rule_infos(self.linter) if outputs.list_rules else {}
        write_reports(outputs, every, rules, self.look)

    def _summary(self, stream: Stream) -> str:
        if self.request.fix_only:
            return fixed_line(stream.fixed)
        return stream.tally.line(
            stream.files,
            stream.with_losses,
            stream.fixed,
            unsafe_fixes=self.look.unsafe_fixes,
            color=self.look.color,
            complete=not stream.failed,
            verb="Silenced" if self.request.add_ignore else "Fixed",
        )
