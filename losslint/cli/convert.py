"""`losslint convert`: from one style to the other, or to another release of the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, NoReturn

from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import (
    FAILED,
    FINDINGS,
    OK,
    Targets,
    fail,
    has_bar,
    read_stdin,
    read_targets,
    refuse_folder,
    refuse_mixed,
    target_offers,
    tell,
    tell_newer_targets,
    usable,
)
from losslint.cli.progress import Bar
from losslint.dialects.registry import DIALECTS, dialect_named, language_of

if TYPE_CHECKING:
    from losslint.convert.conversion import Options
    from losslint.convert.output import Delivered, Output
    from losslint.convert.prove import Prover
    from losslint.files.discovery import FoundFile, Missing
    from losslint.files.source import Source
    from losslint.linter.runner import Linter

_PATHS = "Files and folders; - is standard input."
_OUTPUT = "Write the result to this file; with several files, to this folder."
_INTO = "Replace the losses of this file and leave the rest of it as it is."
_LOSSY = "Agree to what changes numbers, model or data; the table says by how much."
_PROVE = "Run both losses on the same tensors first; one that is not equal is refused."
_REPORT = "Write a page with both curves of each loss; with --prove."
_STYLE = (
    "How losses of Keras are written: the platform's LOSS, Keras's objects, the expression of "
    "Python, or the platform's LOSS in a dict of Python."
)
_LINE = (
    "The call of compile that is meant, in a program with several: its line, in a notebook with "
    "the cell before it, as in 3:2."
)
_ANNOTATE = "Write the conditions above each entry, as comments."
_TARGET = "A release to write for, such as netspresso=1.4.1; repeatable."
_DIALECTS = tuple(sorted(each.name for each in DIALECTS))
_STYLES = tuple(name for each in DIALECTS for name in each.styles)


class ConvertOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    paths: Annotated[list[str], CliArgument(_PATHS, metavar="PATH")]
    to: Annotated[Literal[_DIALECTS], Option("The style to convert to.")]  # type: ignore[valid-type]
    output: Annotated[str | None, Option(_OUTPUT, "-o", metavar="FILE")] = None
    into: Annotated[str | None, Option(_INTO, metavar="FILE")] = None
    in_place: Annotated[bool, Option("Migrate files of the same style where they are.")] = False
    diff: Annotated[bool, Option("Show what would be written; write nothing.")] = False
    lossy: Annotated[bool, Option(_LOSSY)] = False
    prove: Annotated[bool, Option(_PROVE)] = False
    report: Annotated[str | None, Option(_REPORT, metavar="FILE.html")] = None
    style: Annotated[Literal[_STYLES] | None, Option(_STYLE)] = None  # type: ignore[valid-type]
    line: Annotated[str | None, Option(_LINE, metavar="[CELL:]LINE")] = None
    annotate: Annotated[bool, Option(_ANNOTATE)] = False
    target: Annotated[
        list[str] | None, Option(_TARGET, metavar="NAME=RELEASE", offers=target_offers)
    ] = None
    format: Annotated[Literal["text", "json"], Option("How to tell what was done.")] = "text"


def convert(request: ConvertOptions) -> NoReturn:
    """Convert losses between Keras and NetsPresso, where both compute the same.

    By measured equivalences. A path in the style that is asked for is migrated to the newest
    release instead, or to that of --target. The result goes to standard output, what is to be
    known about it to standard error. A program that compiles several times has as many results.
    Exit codes: 0 all converted, 1 something was refused or needs --lossy, 2 wrong usage or
    a file that could not be written.

    Examples: losslint convert --to netspresso a.json | losslint convert --to keras -o out/ models/
    """
    from losslint.cli.show_conversions import print_diffs, print_texts, tell_outcomes

    _check_report(request)
    targets = read_targets(request.target)
    options, goal = _options(request, targets), _goal(request)
    done, failures = _run(request, options, goal, targets)
    results = [each.result for each in done]
    if request.report is not None:
        from losslint.cli.proof_page import write_page

        write_page(request.report, results, request.lossy)
    if request.format == "json":
        from losslint.convert.report_json import as_json

        print(as_json(results, request.lossy))
        if request.diff:
            print_diffs(done, sys.stderr)
    else:
        if request.diff:
            print_diffs(done, sys.stdout)
        else:
            print_texts(done, goal)
        tell_outcomes(results, request.lossy)
    for message in failures:
        tell(f"losslint: {message}")
    if failures or any(each.unwritten or each.misplaced for each in done):
        raise SystemExit(FAILED)
    raise SystemExit(OK if all(r.status == "converted" for r in results) else FINDINGS)


def _check_report(request: ConvertOptions) -> None:
    """Leave with 2 where no page can be written."""
    if request.report is None:
        return
    from losslint.dryrun.html_page import missing_report_packages

    if not request.prove:
        fail("--report shows the proofs: add --prove")
    refuse_folder(f"--report {request.report}", request.report)
    if (absent := missing_report_packages()) is not None:
        fail(absent)


def _options(request: ConvertOptions, targets: Targets) -> Options:
    from losslint.convert.conversion import Options
    from losslint.convert.lines import read_line
    from losslint.dialects.release_targets import release_targets

    line = None if request.line is None else read_line(request.line)
    if request.line is not None and line is None:
        fail(f"--line {request.line}: write the number of a line, in a notebook CELL:LINE")
    dialect = dialect_named(request.to)
    if request.style is not None and not dialect.styles:
        fail("--style is about losses of Keras; with --to netspresso there is one style")
    fresh = language_of(dialect.loss_form(request.style, None).fresh_name or dialect.fresh_name)
    is_program = request.into is not None and language_of(request.into).is_code
    if request.annotate and not (fresh.has_comments or is_program):
        fail("--annotate writes comments, which JSON does not have; the table says the same")
    releases = release_targets(dict(targets))
    return Options(dialect, releases, request.style, request.lossy, request.annotate, line)


def _goal(request: ConvertOptions) -> Output:
    """Where results go; leaves with 2 where the options do not go together."""
    from losslint.convert.output import Output

    paths, output, into = request.paths, request.output, request.into
    refuse_mixed(paths)
    if request.in_place and paths == ["-"]:
        fail("--in-place: standard input is no file that could be written")
    if request.in_place and (output or into):
        fail("--in-place, and -o or --into: choose one")
    if request.diff and not (output or into or request.in_place):
        fail("--diff compares with a file: name it with --into, -o or --in-place")
    several = len(paths) > 1 or any(os.path.isdir(path) for path in paths)
    if into is not None and several:
        fail("--into takes the losses of one file")
    if into is not None and not os.path.isfile(into):
        fail(f"--into {into}: there is no such file")
    is_folder = output is not None and (several or output.endswith(os.sep) or os.path.isdir(output))
    if is_folder and output is not None and os.path.isfile(output):
        fail(f"-o {output} is a file, and there are several results")
    file, folder = (None, output) if is_folder else (output, None)
    return Output(into, file, folder, request.in_place, write=not request.diff, roots=tuple(paths))


def _run(
    request: ConvertOptions, options: Options, goal: Output, targets: Targets
) -> tuple[list[Delivered], list[str]]:
    """What came of the files, and what could not be read at all."""
    from losslint.convert.run import run
    from losslint.linter.runner import Linter
    from losslint.settings.model import Overrides

    done: list[Delivered] = []
    failures: list[str] = []
    linter = Linter(Overrides(target=targets))
    items = list(_items(request.paths, linter))
    bar = Bar("converting", items.__len__, shown=has_bar() and len(items) > 1)
    with bar, _prover(request) as prover:
        for each in run(items, options, goal, linter, prover):
            if isinstance(each, str):
                failures.append(each)
            else:
                done.append(each)
            bar.step()
    tell_newer_targets(linter)
    if not done and not failures:
        failures.append("no losses found")
    return done, failures


def _items(paths: list[str], linter: Linter) -> Iterator[FoundFile | Missing | Source]:
    from losslint.files.discovery import Missing
    from losslint.files.reading import given_source
    from losslint.files.source import Unreadable

    if paths == ["-"]:
        raw = read_stdin()
        source = given_source("<stdin>" + _suffix_of(raw), raw)
        yield Missing("-", source.reason) if isinstance(source, Unreadable) else source
        return
    yield from linter.files(paths, usable(linter.store.for_folder(os.getcwd())))


def _suffix_of(raw: bytes) -> str:
    """What standard input would end in if it were a file, by what it holds."""
    if raw.lstrip()[:1] in (b"{", b"[", b'"'):
        return ".ipynb" if b'"cells"' in raw and b'"nbformat"' in raw else ".json"
    return ".py" if b".compile(" in raw and b"keras" in raw else ""


@contextmanager
def _prover(request: ConvertOptions) -> Iterator[Prover | None]:
    """The process that proves, where it is wanted; leaves with 2 where it cannot."""
    if not request.prove:
        yield None
        return
    from losslint.convert.prove import MissingFrameworkError, Prover

    points = 0
    if request.report is not None:
        from losslint.dryrun.html_proof import POINTS

        points = POINTS
    try:
        with Prover(points) as prover:
            yield prover
    except MissingFrameworkError as error:
        if request.report is not None:
            from losslint.cli.proof_page import write_page

            write_page(request.report, [], request.lossy, str(error))
        fail(f"--prove: {error}")
