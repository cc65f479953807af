"""`losslint check`: lint files and folders."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from losslint.cli.declared import Option
from losslint.cli.options import (
    FAILED,
    FINDINGS,
    OK,
    fail,
    read_targets,
    split_codes,
    use_color,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from losslint.cli.output import Outputs
    from losslint.cli.stream import Stream
    from losslint.discovery import Missing
    from losslint.report.model import FileReport, RuleInfo
    from losslint.run import Checker, Failure, Outcome
    from losslint.settings import Overrides, Settings


_FORMAT = (
    "full, concise, json, sarif, github, gitlab, junit; with =FILE into a file. Repeatable: "
    "--format full --format sarif=out.sarif."
)
_JOBS = "How many processes check; 0 takes as many as pay."

# The one declaration of the options; --help, completion and every error message are Typer's.
OPTIONS = (
    Option("paths", "paths", "Files and folders; - is standard input."),
    Option("format", "texts", _FORMAT, ("--format", "-f")),
    Option("select", "texts", "Only these rules: codes, their beginnings or names.", ("--select",)),
    Option("ignore", "texts", "Without these rules.", ("--ignore",)),
    Option(
        "target",
        "texts",
        "The release that trains, such as netspresso=1.4.1; repeatable.",
        ("--target",),
    ),
    Option("fix", "flag", "Apply the safe fixes.", ("--fix",), False),
    Option(
        "unsafe_fixes",
        "flag",
        "Count and, with --fix, apply unsafe ones too.",
        ("--unsafe-fixes",),
        False,
    ),
    Option("diff", "flag", "Show what --fix would change; change nothing.", ("--diff",), False),
    Option(
        "statistics",
        "flag",
        "Count findings by rule instead of showing them.",
        ("--statistics",),
        False,
    ),
    Option(
        "exit_zero", "flag", "Leave with 0 even if there are findings.", ("--exit-zero",), False
    ),
    Option(
        "stdin_filename",
        "text",
        "The name under which standard input is checked.",
        ("--stdin-filename",),
    ),
    Option(
        "force_exclude",
        "flag",
        "Leave out what is excluded even if it is named.",
        ("--force-exclude",),
        False,
    ),
    Option(
        "color",
        "text",
        "auto, always or never.",
        ("--color",),
        "auto",
        choices=("auto", "always", "never"),
    ),
    Option("verbose", "flag", "List the files without losses, too.", ("--verbose", "-v"), False),
    Option("quiet", "flag", "No summary line.", ("--quiet", "-q"), False),
    Option("watch", "flag", "Check again what changes, until Ctrl-C.", ("--watch", "-w"), False),
    Option("jobs", "number", _JOBS, ("--jobs", "-j"), 0),
    Option("no_cache", "flag", "Neither read nor write the cache.", ("--no-cache",), False),
)


def check(
    *,
    paths: list[str] | None = None,
    format: list[str] | None = None,
    select: list[str] | None = None,
    ignore: list[str] | None = None,
    target: list[str] | None = None,
    fix: bool = False,
    unsafe_fixes: bool = False,
    diff: bool = False,
    statistics: bool = False,
    exit_zero: bool = False,
    stdin_filename: str | None = None,
    force_exclude: bool = False,
    color: str = "auto",
    verbose: bool = False,
    quiet: bool = False,
    watch: bool = False,
    jobs: int = 0,
    no_cache: bool = False,
) -> None:
    """Check every loss of configs and say what is wrong with it, and where.

    PATHS default to the current folder. Exit codes: 0 nothing to report, 1 findings, 2 wrong usage.

    Examples: losslint check configs/ | losslint check --format json model.yaml
    """
    from losslint.cli.output import read_outputs, refuse_inputs
    from losslint.cli.stream import Mending, Stream
    from losslint.settings import Overrides

    outputs = read_outputs(format)
    overrides = Overrides(
        select=split_codes(select) if select else None,
        ignore=split_codes(ignore),
        target=read_targets(target),
        force_exclude=force_exclude or None,
    )
    paths = paths or ["."]
    checker = _checker(overrides, cached=not (no_cache or watch or paths == ["-"]))
    refuse_inputs(outputs, paths, checker)
    text_color = use_color(color, sys.stdout.isatty())
    silent = (fix or diff) and paths == ["-"]

    def show(stream: Stream) -> None:
        if statistics:
            _print_statistics(stream.reports(), outputs.shown, text_color)
        elif not silent:
            _write(outputs, stream.reports(), checker, text_color, unsafe_fixes)
        _drain(stream)
        if outputs.for_people and not quiet and not silent:
            print(_summary(stream, text_color, unsafe_fixes))

    if watch:
        if fix or diff:
            fail("--watch only reports: leave --fix and --diff out")
        raise SystemExit(_watch(lambda: _checker(overrides, cached=False), paths, show))
    mending = fix or diff
    stream = Stream(_outcomes(checker, paths, stdin_filename, 1 if mending else jobs), verbose=verbose)
    if mending:
        stream.mend_with(checker, Mending(unsafe_fixes, write=not diff))
    if diff:
        _drain(stream)
    else:
        show(stream)
    _save(checker, verbose)
    found = stream.changed if diff else stream.found
    raise SystemExit(FAILED if stream.failed else FINDINGS if found and not exit_zero else OK)


def _checker(overrides: Overrides, *, cached: bool) -> Checker:
    """Leaves with 2 for a word of the command line that names no rule."""
    from losslint.run import Checker

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
    from losslint.cli.stream import Stream
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
    from losslint.lane import outcomes

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
    from losslint.settings import Settings

    settings = checker.store.for_folder(os.getcwd())
    if not isinstance(settings, Settings):
        fail("\n".join(str(problem) for problem in settings))
    return settings


def _check_stdin(checker: Checker, name: str | None) -> Outcome | Failure:
    from losslint.run import Outcome
    from losslint.source import Unreadable, decode

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

    from losslint.cli.output import Look, write_reports

    every = chain([first] if first is not None else (), reports)
    formats = {outputs.shown, *(output.format for output in outputs.files)}
    # Only SARIF lists every rule; the others tell nothing that a finding does not hold.
    rules = rule_infos(checker) if "sarif" in formats else {}
    write_reports(outputs, every, rules, Look(color, unsafe_fixes))


def rule_infos(checker: Checker) -> dict[str, RuleInfo]:
    from losslint.report.links import rule_url
    from losslint.report.model import RuleInfo

    return {
        r.rule.code: RuleInfo(
            r.rule.code,
            r.rule.name,
            r.page.partition("\n")[0],
            rule_url(r.rule.name),
            r.rule.severity,
            r.page,
        )
        for r in checker.rules
    }


def _print_statistics(reports: Iterable[FileReport], format: str | None, color: bool) -> None:
    from losslint.report.statistics import counts, statistics_json, statistics_text

    rows = counts(reports)
    text = statistics_json(rows) if format == "json" else statistics_text(rows, color=color)
    sys.stdout.write(text)


def _summary(stream: Stream, color: bool, unsafe_fixes: bool) -> str:
    return stream.tally.line(
        stream.files, stream.with_losses, stream.fixed, unsafe_fixes=unsafe_fixes, color=color
    )
