"""`losslint check`: lint files and folders."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from losslint.cli.options import FINDINGS, OK, fail, read_targets, split_codes, use_color

if TYPE_CHECKING:
    from losslint.report.model import FileReport, RuleInfo
    from losslint.run import Checker


def check(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files and folders; - is standard input.")
    ] = None,
    format: Annotated[
        str,
        typer.Option("--format", "-f", help="full, concise, json, sarif, github, gitlab, junit."),
    ] = "full",
    select: Annotated[
        list[str] | None, typer.Option(help="Only these rules: codes, their beginnings or names.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Without these rules.")] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(help="The release that trains, such as netspresso=1.4.1; repeatable."),
    ] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule instead of showing them.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Leave with 0 even if there are findings.")
    ] = False,
    stdin_filename: Annotated[
        str | None, typer.Option(help="The name under which standard input is checked.")
    ] = None,
    color: Annotated[str, typer.Option(help="auto, always or never.")] = "auto",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List the files without losses, too.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary line.")] = False,
) -> None:
    """Check every loss of configs and say what is wrong with it, and where.

    PATHS default to the current folder. Exit codes: 0 nothing to report, 1 findings, 2 wrong usage.

    Examples: losslint check configs/ | losslint check --format json model.yaml
    """
    from losslint.report import FORMATS
    from losslint.run import Checker
    from losslint.settings import Overrides

    if format not in FORMATS:
        fail(f"--format {format}: choose one of {', '.join(FORMATS)}")
    overrides = Overrides(
        select=split_codes(select) if select else None,
        ignore=split_codes(ignore),
        target=read_targets(target),
    )
    checker = Checker(overrides)
    for word in (*split_codes(select), *split_codes(ignore)):
        if problem := checker.vocabulary.problem(word):
            fail(problem)
    reports, files, with_losses = _run(checker, paths or ["."], stdin_filename, verbose)
    text_color = use_color(color, sys.stdout.isatty())
    if statistics:
        _print_statistics(reports, format, text_color)
    else:
        _print_reports(reports, format, text_color, checker)
    if format in ("full", "concise") and not quiet and (files or not paths):
        _print_summary(reports, files, with_losses, text_color)
    found = any(d.severity != "info" for report in reports for d in report.diagnostics)
    raise typer.Exit(FINDINGS if found and not exit_zero else OK)


def _run(
    checker: Checker, paths: list[str], stdin_filename: str | None, verbose: bool
) -> tuple[list[FileReport], int, int]:
    """Reports with findings, and how many files were checked and held losses."""
    from losslint.discovery import Missing
    from losslint.run import Failure
    from losslint.settings import Settings

    settings = checker.store.for_folder(os.getcwd())
    if not isinstance(settings, Settings):
        fail("\n".join(str(problem) for problem in settings))
    reports: list[FileReport] = []
    files = with_losses = 0
    if paths == ["-"]:
        outcomes = iter([_check_stdin(checker, stdin_filename)])
    else:
        outcomes = (
            found if isinstance(found, Missing) else checker.check_file(found)
            for found in checker.files(paths, settings)
        )
    for outcome in outcomes:
        if isinstance(outcome, Missing):
            fail(f"{outcome.path} {outcome.reason}")
        if isinstance(outcome, Failure):
            fail(outcome.message)
        files += 1
        with_losses += bool(outcome.sites)
        if outcome.report.diagnostics:
            reports.append(outcome.report)
        elif verbose and not outcome.sites:
            print(f"{outcome.report.path}: no losses", file=sys.stderr)
    return reports, files, with_losses


def _check_stdin(checker: Checker, name: str | None):  # type: ignore[no-untyped-def]
    from losslint.run import Outcome
    from losslint.source import Unreadable, decode

    source = decode(name or "-", sys.stdin.buffer.read())
    if isinstance(source, Unreadable):
        return Outcome(checker.unreadable(source, explicit=True), 0)
    return checker.check(source, explicit=True)


def _print_reports(reports: list[FileReport], format: str, color: bool, checker: Checker) -> None:
    import shutil

    from losslint.report import render

    width = shutil.get_terminal_size((80, 24)).columns
    pieces = render(
        format,
        reports,
        rules=_rule_infos(checker),
        color=color,
        width=width,
        base=os.getcwd(),
        hyperlinks=color and sys.stdout.isatty(),
    )
    for piece in pieces:
        sys.stdout.write(piece)


def _rule_infos(checker: Checker) -> dict[str, RuleInfo]:
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


def _print_statistics(reports: list[FileReport], format: str, color: bool) -> None:
    from losslint.report.statistics import counts, statistics_json, statistics_text

    rows = counts(reports)
    text = statistics_json(rows) if format == "json" else statistics_text(rows, color=color)
    sys.stdout.write(text)


def _print_summary(reports: list[FileReport], files: int, with_losses: int, color: bool) -> None:
    from losslint.report.summary import summary

    print(summary(reports, files=files, with_losses=with_losses, color=color))
