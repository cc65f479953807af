"""What `losslint dry-run` shows: each verdict as a row as soon as it is there, the rest below."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from losslint.cli.options import tell, use_color
from losslint.cli.output import on_screen, width
from losslint.report.paint import Painter
from losslint.report.verdict_table import VerdictTable, type_of
from losslint.text import visible

if TYPE_CHECKING:
    from losslint.cli.dry_run import DryRunOptions
    from losslint.cli.progress import Bar
    from losslint.dryrun.records import Job, Verdict
    from losslint.dryrun.runner import DryRunOutcome


class Rows:
    """The verdicts of a run as a table on standard output, each row when it is there."""

    def __init__(
        self,
        table: Callable[[Sequence[str]], VerdictTable | None],
        bar: Bar,
        told: list[str],
        refused: list[Verdict],
    ) -> None:
        """What is there before the run.

        Args:
            table: of the names of nodes; gives None where none is drawn.
            bar: is wiped before a row is written.
            told: what has been said of paths.
            refused: what is not to be computed.
        """
        self._make, self._bar, self._told = table, bar, told
        self._table: VerdictTable | None = None
        self._refused = refused
        self._shown: list[Verdict] = []

    def begin(self, nodes: Sequence[str] = ()) -> None:
        """The run begins, on these nodes; what is not to be computed comes first."""
        self._table = self._make(nodes)
        for verdict in self._refused:
            place = verdict.location.filename if verdict.location is not None else ""
            if f"{place} {verdict.problem}" not in self._told:
                self._show(verdict)

    def seen(self, verdict: Verdict, expected: int) -> None:
        """Another verdict; one that nothing has computed may be about a whole framework."""
        if verdict.runtime:
            self._show(verdict)
        self._bar.label = verdict.name
        self._bar.step(expected)

    def end(self, outcome: DryRunOutcome) -> None:
        """What could not be computed, and what is wrong with those that fail."""
        from losslint.dryrun.stand_out import outlier_lines
        from losslint.dryrun.verdict_formats import bounds, machines, notes, problems

        for verdict in outcome.verdicts:
            # What no framework was there for has been said in one line.
            if not verdict.runtime and verdict.problem not in outcome.missing:
                self._show(verdict)
        if self._table is None:
            return
        sys.stdout.write(self._table.end())
        for line in (
            *problems(self._shown),
            *outlier_lines(outcome.verdicts),
            *bounds(self._shown),
            *notes(self._shown),
            *machines(self._shown),
        ):
            print(on_screen(visible(line)))

    def _show(self, verdict: Verdict) -> None:
        self._shown.append(verdict)
        if self._table is not None:
            self._bar.wipe()
            sys.stdout.write(self._table.row(verdict))
            sys.stdout.flush()


def table(
    request: DryRunOptions, work: list[Job], refused: list[Verdict], nodes: Sequence[str]
) -> VerdictTable | None:
    """The table of a run on these nodes; None where it is told as JSON."""
    if request.format == "json":
        return None
    paint = Painter(use_color(request.color, sys.stdout.isatty()))
    names = {*(job.name for job in work), *(verdict.name for verdict in refused)}
    types = sorted({type_of(job.dtype, amp=job.amp) for job in work})
    # Nobody can widen a file: there is room for all.
    room = width() if sys.stdout.isatty() else 0
    several = request.device == "all"
    backends = sorted({job.backend for job in work} - {""})
    return VerdictTable(
        names,
        types,
        room,
        paint,
        several_devices=several,
        backends=backends,
        nodes=nodes,
        stressed=request.stress,
    )


def tell_missing(outcome: DryRunOutcome) -> None:
    """What could not be computed for want of a framework, a line each."""
    for line in outcome.missing:
        count = sum(verdict.problem == line for verdict in outcome.verdicts)
        what = "1 loss was" if count == 1 else f"{count} losses were"
        tell(f"losslint: {what} not computed: {line}")
