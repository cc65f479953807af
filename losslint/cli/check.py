"""`losslint check`: lint files and folders."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, NoReturn

from losslint.cli.check_options import OPTIONS as OPTIONS
from losslint.cli.options import (
    FAILED,
    FINDINGS,
    OK,
    fail,
    read_targets,
    split_codes,
    use_color,
)
from losslint.cli.output import (
    Look,
    Outputs,
    on_screen,
    read_outputs,
    refuse_inputs,
    rule_infos,
    write_reports,
)
from losslint.cli.stream import Mending, Stream
from losslint.discovery import Missing
from losslint.lane import outcomes
from losslint.report.model import FileReport
from losslint.run import Checker, Failure, Outcome
from losslint.settings import Overrides, Settings
from losslint.source import Unreadable, decode


class _Request(NamedTuple):
    """What the command line asks for: a field per option."""

    paths: list[str] | None = None
    format: list[str] | None = None
    select: list[str] | None = None
    ignore: list[str] | None = None
    target: list[str] | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    statistics: bool = False
    exit_zero: bool = False
    stdin_filename: str | None = None
    force_exclude: bool = False
    color: str = "auto"
    verbose: bool = False
    quiet: bool = False
    watch: bool = False
    jobs: int = 0
    no_cache: bool = False

    @property
    def mends(self) -> bool:
        return self.fix or self.diff


def check(**options: Any) -> None:
    """Check every loss of configs: what is wrong, and where.

    PATH defaults to the current folder. Exit codes: 0 nothing to report, 1 findings, 2 wrong usage.

    Examples: losslint check configs/ | losslint check --fix model.yaml
    | losslint check --format full --format sarif=out.sarif . | losslint check --watch configs/
    """
    _check(_Request(**options))


def _check(request: _Request) -> NoReturn:
    outputs, overrides = read_outputs(request.format), _overrides(request)
    paths = request.paths or ["."]
    cached = not (request.no_cache or request.watch or paths == ["-"])
    checker = _checker(overrides, cached=cached)
    refuse_inputs(outputs, paths, checker)
    show = _show(request, checker, outputs)
    if request.watch:
        if request.mends:
            fail("--watch only reports: leave --fix and --diff out")
        raise SystemExit(_watch(lambda: _checker(overrides, cached=False), paths, show.draw))
    jobs = 1 if request.mends else request.jobs
    outcomes = _outcomes(checker, paths, request.stdin_filename, jobs)
    stream = Stream(outcomes, verbose=request.verbose)
    if request.mends:
        stream.mend_with(checker, Mending(request.unsafe_fixes, write=not request.diff))
    if request.diff:
        _drain(stream)
    else:
        show.draw(stream)
    _save(checker, request.verbose)
    found = (stream.changed if request.diff else stream.found) and not request.exit_zero
    raise SystemExit(FAILED if stream.failed else FINDINGS if found else OK)


def _overrides(request: _Request) -> Overrides:
    return Overrides(
        select=split_codes(request.select) if request.select else None,
        ignore=split_codes(request.ignore),
        target=read_targets(request.target),
        force_exclude=request.force_exclude or None,
    )


def _show(request: _Request, checker: Checker, outputs: Outputs) -> "_Show":
    color = use_color(request.color, sys.stdout.isatty())
    silent = request.mends and request.paths == ["-"]
    wanted = request.unsafe_fixes, request.statistics, request.quiet
    return _Show(checker, outputs, color, *wanted, silent)


class _Show(NamedTuple):
    """How a run is shown. `silent`: standard output is for the mended text."""

    checker: Checker
    outputs: Outputs
    color: bool
    unsafe_fixes: bool
    statistics: bool
    quiet: bool
    silent: bool

    def draw(self, stream: Stream) -> None:
        """Write the reports and the summary."""
        if self.statistics:
            _print_statistics(stream.reports(), self.outputs.shown, self.color)
        elif not self.silent:
            reports = stream.reports()
            _write(self.outputs, reports, self.checker, self.color, self.unsafe_fixes)
        _drain(stream)
        if self.outputs.for_people and not self.quiet and not self.silent:
            print(on_screen(_summary(stream, self.color, self.unsafe_fixes)))


def _checker(overrides: Overrides, *, cached: bool) -> Checker:
    """Leaves with 2 for a word of the command line that names no rule."""
    memory = None
    if cached:
        from losslint.memory import open_memory

        memory = open_memory()
    checker = Checker(overrides, memory)
    for word in (*(overrides.select or ()), *overrides.ignore):
        if problem := checker.vocabulary.problem(word):
            fail(problem)
    return checker


def _save(checker: Checker, verbose: bool) -> None:
    problem = checker.memory.save() if checker.memory is not None else None
    if problem is not None and verbose:
        print(f"losslint: {problem.path} {problem.reason}", file=sys.stderr)


def _drain(stream: Stream) -> None:
    """Let what is left of a stream pass unseen."""
    for _ in stream.reports():
        pass


def _watch(make: Callable[[], Checker], paths: list[str], show: Callable[[Stream], None]) -> int:
    from losslint.cli.watch import watch

    for path in paths:
        if path == "-" or not os.path.exists(path):
            fail(f"--watch: {path} " + ("cannot change" if path == "-" else "does not exist"))

    def draw(outcomes: list[Outcome]) -> None:
        show(Stream(outcomes))

    return watch(make, paths, draw)


def _outcomes(
    checker: Checker, paths: list[str], stdin_filename: str | None, jobs: int
) -> Iterator[Outcome | Failure | Missing]:
    settings = _settings(checker)
    if paths == ["-"]:
        yield _check_stdin(checker, stdin_filename)
        return
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            # Before anything is printed: a misspelt path is wrong usage.
            fail(f"{path} does not exist")
    yield from outcomes(checker, checker.files(paths, settings), jobs)


def _settings(checker: Checker) -> Settings:
    settings = checker.store.for_folder(os.getcwd())
    if not isinstance(settings, Settings):
        fail("\n".join(str(problem) for problem in settings))
    return settings


def _check_stdin(checker: Checker, name: str | None) -> Outcome | Failure:
    source = decode(name or "-", sys.stdin.buffer.read())
    if isinstance(source, Unreadable):
        return Outcome(checker.unreadable(source, explicit=True), 0)
    return checker.check(source, explicit=True)


def _write(
    outputs: Outputs,
    reports: Iterator[FileReport],
    checker: Checker,
    color: bool,
    unsafe_fixes: bool,
) -> None:
    """Write the reports; where people read them and there are none, there is nothing to write."""
    first = next(reports, None)
    if first is None and outputs.for_people and not outputs.files:
        return
    from itertools import chain

    every = chain([first] if first is not None else (), reports)
    formats = {outputs.shown, *(output.format for output in outputs.files)}
    # Only SARIF lists every rule; the others tell nothing that a finding does not hold.
    rules = rule_infos(checker) if "sarif" in formats else {}
    write_reports(outputs, every, rules, Look(color, unsafe_fixes))


def _print_statistics(reports: Iterable[FileReport], format: str | None, color: bool) -> None:
    from losslint.report.statistics import counts, statistics_json, statistics_text

    rows = counts(reports)
    text = statistics_json(rows) if format == "json" else statistics_text(rows, color=color)
    sys.stdout.write(text)


def _summary(stream: Stream, color: bool, unsafe_fixes: bool) -> str:
    return stream.tally.line(
        stream.files, stream.with_losses, stream.fixed, unsafe_fixes=unsafe_fixes, color=color
    )
