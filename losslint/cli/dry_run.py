"""`losslint dry-run`: every loss, on the device that will train, proved to compute."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, NoReturn

from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import FAILED, FINDINGS, OK, Color, fail, refuse_mixed, use_color

if TYPE_CHECKING:
    from losslint.dryrun.collect_jobs import JobOptions
    from losslint.dryrun.records import Job, Verdict
    from losslint.dryrun.runner import DryRunOutcome

_PATHS = "Configs, or folders of them; - is standard input. The current folder by default."
_DEVICE = "auto (cuda, then mps, then cpu), cpu, cuda, cuda:N, mps or all."

_DEVICES = ("auto", "cpu", "cuda", "mps", "all")
_DTYPES = ("float32", "float16", "bfloat16", "float64")
_DTYPE = "float32, float16, bfloat16, float64; several with commas."
_AMP = "Mixed precision, as the trainer would."
_REPORT = "Write a page with every curve."


class DryRunOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    paths: Annotated[list[str] | None, CliArgument(_PATHS, metavar="PATH")] = None
    every: Annotated[bool, Option("Every loss of the catalog.", long="--all")] = False
    device: Annotated[str, Option(_DEVICE, metavar="NAME", offers=_DEVICES)] = "auto"
    dtype: Annotated[str, Option(_DTYPE, metavar="NAMES", offers=_DTYPES, joined=True)] = "float32"
    amp: Annotated[bool, Option(_AMP, long="--amp/--no-amp")] = False
    seed: Annotated[int, Option("Seeds the batches.", metavar="N", least=0)] = 0
    timeout: Annotated[
        float, Option("Seconds that one loss may take.", metavar="SECONDS", least=0.1)
    ] = 60.0
    batch: Annotated[int | None, Option("Samples in a batch.", metavar="N", least=1)] = None
    classes: Annotated[int | None, Option("Classes in a batch.", metavar="N", least=2)] = None
    image: Annotated[int | None, Option("Side of the image in pixels.", metavar="N", least=8)] = (
        None
    )
    format: Annotated[Literal["table", "json"], Option("How to print the verdicts.")] = "table"
    report: Annotated[str | None, Option(_REPORT, metavar="FILE.html")] = None
    color: Annotated[Color, Option("auto, always or never.", metavar="WHEN")] = "auto"


def dry_run(request: DryRunOptions) -> NoReturn:
    """Run every loss once on the device that will train, and judge it.

    Forward and backward, in a process of the framework's own, against an independent reference.
    Exit codes: 0 all compute, 1 one does not, or a file cannot be read, 2 a path is not there, or
    nothing could be run. What can be computed is, whatever the others are.

    Examples: losslint dry-run configs/ | losslint dry-run model.yaml --report curves.html
    | losslint dry-run --all --device cuda --dtype float32,float16
    """
    from losslint.dryrun import html_report, runner
    from losslint.dryrun.collect_jobs import JobOptions, in_types
    from losslint.dryrun.devices import AbsentDeviceError, UnknownDeviceError

    dtypes = _dtypes(request.dtype)
    colour = use_color(request.color, sys.stdout.isatty())
    report = request.report
    if report is not None and (absent := html_report.missing_report_packages()):
        fail(absent)
    points = html_report.POINTS if report is not None else 0
    plan = JobOptions(request.batch, request.classes, request.image, request.seed, points=points)
    jobs, refused, is_short = _jobs(request.paths, request.every, plan)
    work = in_types(jobs, dtypes, request.amp)
    try:
        with _progress(len(work)) as seen:
            outcome = runner.run(work, request.device, request.timeout, seen)
    except (AbsentDeviceError, UnknownDeviceError) as error:
        fail(str(error))
    outcome = outcome._replace(verdicts=refused + outcome.verdicts)
    _print(outcome, request.format, colour)
    if report is not None:
        _write(report, outcome.verdicts)
    raise SystemExit(FAILED if is_short else _status(outcome))


def _status(outcome: DryRunOutcome) -> int:
    """OK where all is well, FINDINGS where a loss is not, FAILED where nothing could compute."""
    if all(verdict.ok for verdict in outcome.verdicts):
        return OK
    nothing_ran = not any(verdict.runtime for verdict in outcome.verdicts)
    return FAILED if nothing_ran and outcome.missing else FINDINGS


def _dtypes(text: str) -> list[str]:
    from losslint.dryrun.records import DTYPES

    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in DTYPES:
            fail(f"{name!r} is no element type: use {', '.join(DTYPES)}")
    return list(dict.fromkeys(names))


def _jobs(
    paths: list[str] | None, every: bool, options: JobOptions
) -> tuple[list[Job], list[Verdict], bool]:
    """What to compute, what is refused without computing, and whether a path could not be used."""
    from losslint.dryrun.collect_jobs import all_jobs, jobs_from_paths

    if every:
        if paths:
            fail("--all runs the catalog: it takes no paths")
        return all_jobs(options), [], False
    refuse_mixed(paths or [])
    found = jobs_from_paths(paths or ["."], options)
    for note in found.notes:
        print(note, file=sys.stderr)
    for problem in found.problems:
        print(f"losslint: {problem}", file=sys.stderr)
    if not found.jobs and not found.refused and not found.problems:
        print("no losses found", file=sys.stderr)
    return found.jobs, found.refused, bool(found.problems)


@contextmanager
def _progress(count: int) -> Iterator[Callable[[Verdict, int], None] | None]:
    """A bar on standard error while the losses run, on a terminal only."""
    if not sys.stderr.isatty() or count == 0:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.fields[name]}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count, name="starting the frameworks")

        def seen(verdict: Verdict, expected: int) -> None:
            bar.update(task, advance=1, total=expected, name=verdict.name)

        yield seen


def _print(outcome: DryRunOutcome, format: str, colour: bool) -> None:
    from losslint.dryrun.verdict_formats import as_json, machines, problems, table

    for line in outcome.missing:
        count = sum(verdict.problem == line for verdict in outcome.verdicts)
        what = "1 loss was" if count == 1 else f"{count} losses were"
        print(f"losslint: {what} not computed: {line}", file=sys.stderr)
    if format == "json":
        print(as_json(outcome.verdicts))
        return
    # What no framework was there for has been said in one line; a table of it says no more.
    ran = [verdict for verdict in outcome.verdicts if verdict.problem not in outcome.missing]
    if not ran:
        return
    from rich.console import Console

    # Nobody can widen a file: there no column may be cut.
    width = None if sys.stdout.isatty() else 200
    console = Console(no_color=not colour, force_terminal=colour, width=width)
    console.print(table(ran, console.width))
    for line in problems(ran):
        console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    for line in machines(ran):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _write(path: str, verdicts: list[Verdict]) -> None:
    from losslint.dryrun.html_report import page
    from losslint.files.write import overwrite_file

    content = page(verdicts)
    refused = overwrite_file(path, content.encode("utf-8"))
    if refused is not None:
        fail(f"{refused.path} {refused.reason}")
