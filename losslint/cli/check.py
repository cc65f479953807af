"""`losslint check`: lint files and folders."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from losslint.cli.options import FINDINGS, OK, fail, read_targets, split_codes, use_color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losslint.discovery import Missing
    from losslint.report.model import FileReport, RuleInfo
    from losslint.run import Checker, Failure, Outcome


_FORMAT = (
    "full, concise, json, sarif, github, gitlab, junit; with =FILE into a file. Repeatable: "
    "--format full --format sarif=out.sarif."
)


class _Mending(NamedTuple):
    """What to do with fixes. `write`: into the files; else only show a diff."""

    unsafe: bool
    write: bool


class _Totals(NamedTuple):
    """What a run came to."""

    reports: list[FileReport]
    files: int
    with_losses: int
    fixed: int
    changed: bool


def check(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files and folders; - is standard input.")
    ] = None,
    format: Annotated[list[str] | None, typer.Option("--format", "-f", help=_FORMAT)] = None,
    select: Annotated[
        list[str] | None, typer.Option(help="Only these rules: codes, their beginnings or names.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Without these rules.")] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(help="The release that trains, such as netspresso=1.4.1; repeatable."),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Apply the safe fixes.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Count and, with --fix, apply unsafe ones too.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change; change nothing.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule instead of showing them.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Leave with 0 even if there are findings.")
    ] = False,
    stdin_filename: Annotated[
        str | None, typer.Option(help="The name under which standard input is checked.")
    ] = None,
    force_exclude: Annotated[
        bool,
        typer.Option("--force-exclude", help="Leave out what is excluded even if it is named."),
    ] = False,
    color: Annotated[str, typer.Option(help="auto, always or never.")] = "auto",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List the files without losses, too.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary line.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Check again what changes, until Ctrl-C.")
    ] = False,
) -> None:
    """Check every loss of configs and say what is wrong with it, and where.

    PATHS default to the current folder. Exit codes: 0 nothing to report, 1 findings, 2 wrong usage.

    Examples: losslint check configs/ | losslint check --format json model.yaml
    """
    from losslint.cli.output import Look, read_outputs, refuse_inputs, write_reports
    from losslint.run import Checker
    from losslint.settings import Overrides

    outputs = read_outputs(format)
    overrides = Overrides(
        select=split_codes(select) if select else None,
        ignore=split_codes(ignore),
        target=read_targets(target),
        force_exclude=force_exclude or None,
    )
    checker = Checker(overrides)
    for word in (*split_codes(select), *split_codes(ignore)):
        if problem := checker.vocabulary.problem(word):
            fail(problem)
    refuse_inputs(outputs, paths or ["."], checker)
    mending = _Mending(unsafe_fixes, write=not diff) if fix or diff else None
    text_color = use_color(color, sys.stdout.isatty())

    def show(totals: _Totals) -> None:
        if statistics:
            _print_statistics(totals.reports, outputs.shown, text_color)
        elif not (mending and paths == ["-"]):
            look = Look(text_color, unsafe_fixes)
            write_reports(outputs, totals.reports, rule_infos(checker), look)
        if outputs.for_people and not quiet and not (mending and paths == ["-"]):
            _print_summary(totals, text_color, unsafe_fixes)

    if watch:
        if mending is not None:
            fail("--watch only reports: leave --fix and --diff out")
        raise typer.Exit(_watch(lambda: Checker(overrides), paths or ["."], show))
    totals = _run(checker, paths or ["."], stdin_filename, verbose, mending)
    if diff:
        raise typer.Exit(FINDINGS if totals.changed and not exit_zero else OK)
    show(totals)
    found = any(d.severity != "info" for report in totals.reports for d in report.diagnostics)
    raise typer.Exit(FINDINGS if found and not exit_zero else OK)


def _watch(make: Callable[[], Checker], paths: list[str], show: Callable[[_Totals], None]) -> int:
    from losslint.cli.watch import watch

    for path in paths:
        if path == "-" or not os.path.exists(path):
            fail(f"--watch: {path} " + ("cannot change" if path == "-" else "does not exist"))

    def draw(outcomes: list[Outcome]) -> None:
        reports = [outcome.report for outcome in outcomes if outcome.report.diagnostics]
        with_losses = sum(bool(outcome.sites) for outcome in outcomes)
        show(_Totals(reports, len(outcomes), with_losses, fixed=0, changed=False))

    return watch(make, paths, draw)


def _run(
    checker: Checker,
    paths: list[str],
    stdin_filename: str | None,
    verbose: bool,
    mending: _Mending | None,
) -> _Totals:
    """Check everything; stops with 2 at what cannot be read or understood."""
    from losslint.discovery import Missing
    from losslint.run import Failure

    reports: list[FileReport] = []
    files = with_losses = fixed = 0
    changed = False
    for outcome in _outcomes(checker, paths, stdin_filename):
        if isinstance(outcome, Missing):
            fail(f"{outcome.path} {outcome.reason}")
        if isinstance(outcome, Failure):
            fail(outcome.message)
        if mending is not None:
            outcome, count, differs = _mend(checker, outcome, mending)
            fixed += count
            changed |= differs
        files += 1
        with_losses += bool(outcome.sites)
        if outcome.report.diagnostics:
            reports.append(outcome.report)
        elif verbose and not outcome.sites:
            print(f"{outcome.report.path}: no losses", file=sys.stderr)
    return _Totals(reports, files, with_losses, fixed, changed)


def _outcomes(
    checker: Checker, paths: list[str], stdin_filename: str | None
) -> Iterator[Outcome | Failure | Missing]:
    from losslint.discovery import Missing
    from losslint.settings import Settings

    settings = checker.store.for_folder(os.getcwd())
    if not isinstance(settings, Settings):
        fail("\n".join(str(problem) for problem in settings))
    if paths == ["-"]:
        yield _check_stdin(checker, stdin_filename)
        return
    for found in checker.files(paths, settings):
        yield found if isinstance(found, Missing) else checker.check_file(found)


def _check_stdin(checker: Checker, name: str | None) -> Outcome | Failure:
    from losslint.run import Outcome
    from losslint.source import Unreadable, decode

    source = decode(name or "-", sys.stdin.buffer.read())
    if isinstance(source, Unreadable):
        return Outcome(checker.unreadable(source, explicit=True), 0)
    return checker.check(source, explicit=True)


def _mend(checker: Checker, outcome: Outcome, mending: _Mending) -> tuple[Outcome, int, bool]:
    """The outcome after its fixes, how many were made, and whether the text changed."""
    from losslint.mend import mend, save, unified_diff

    mended = mend(checker, outcome, unsafe=mending.unsafe)
    before, after = outcome.report.source, mended.outcome.report.source
    for refused in mended.refused:
        place = f"{outcome.report.path}: {refused.diagnostic.code}"
        print(f"{place}: the fix was not applied: {refused.reason}", file=sys.stderr)
    if before is None or after is None:
        return outcome, 0, False
    on_stdin = before.path == "-" or not os.path.exists(before.path)
    if not mending.write:
        sys.stdout.write(unified_diff(before, after))
    elif on_stdin:
        sys.stdout.write(after.text)
    elif before.text != after.text and (problem := save(before, after)) is not None:
        fail(f"{problem.path} {problem.reason}")
    return mended.outcome, mended.fixed, before.text != after.text


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


def _print_statistics(reports: list[FileReport], format: str | None, color: bool) -> None:
    from losslint.report.statistics import counts, statistics_json, statistics_text

    rows = counts(reports)
    text = statistics_json(rows) if format == "json" else statistics_text(rows, color=color)
    sys.stdout.write(text)


def _print_summary(totals: _Totals, color: bool, unsafe_fixes: bool) -> None:
    from losslint.report.summary import summary

    line = summary(
        totals.reports,
        files=totals.files,
        with_losses=totals.with_losses,
        fixed=totals.fixed,
        unsafe_fixes=unsafe_fixes,
        color=color,
    )
    print(line)
