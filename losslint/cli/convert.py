"""`losslint convert`: from one style to the other, or to another release of the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import typer

from losslint.cli.options import (
    FAILED,
    FINDINGS,
    OK,
    fail,
    read_stdin,
    read_targets,
    refuse_mixed,
    write_bytes,
)

if TYPE_CHECKING:
    from losslint.convert.output import Delivered, Output
    from losslint.convert.pipeline import Conversion, Options
    from losslint.convert.prove import Prover
    from losslint.files.discovery import FoundFile, Missing
    from losslint.files.source import Source

_PATHS = "Files and folders; - is standard input."
_OUTPUT = "Write the result to this file; with several files, to this folder."
_INTO = "Replace the losses of this file and leave the rest of it as it is."
_LOSSY = "Agree to what changes numbers, model or data; the table says by how much."
_PROVE = "Run both losses on the same tensors first; one that is not equal is refused."
_STYLE = "How losses of Keras are written: the platform's LOSS, or Keras's own objects."
_ANNOTATE = "Write the conditions above each entry, as comments."


def convert(
    paths: Annotated[list[str], typer.Argument(help=_PATHS, metavar="PATH")],
    to: Annotated[Literal["keras", "netspresso"], typer.Option(help="The style to convert to.")],
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help=_OUTPUT)
    ] = None,
    into: Annotated[str | None, typer.Option(metavar="FILE", help=_INTO)] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Migrate files of the same style where they are.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what would be written; write nothing.")
    ] = False,
    lossy: Annotated[bool, typer.Option("--lossy", help=_LOSSY)] = False,
    prove: Annotated[bool, typer.Option("--prove", help=_PROVE)] = False,
    style: Annotated[Literal["object", "platform"] | None, typer.Option(help=_STYLE)] = None,
    annotate: Annotated[bool, typer.Option("--annotate", help=_ANNOTATE)] = False,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=RELEASE",
            help="A release to write for, such as netspresso=1.4.1; repeatable.",
        ),
    ] = None,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to tell what was done.")
    ] = "text",
) -> None:
    """Convert losses between Keras and NetsPresso, where both compute the same.

    By measured equivalences. A path in the style that is asked for is migrated to the newest
    release instead, or to that of --target. The result goes to standard output, what is to be
    known about it to standard error.
    Exit codes: 0 all converted, 1 something was refused or needs --lossy, 2 wrong usage or
    a file that could not be written.

    Examples: losslint convert --to netspresso a.json | losslint convert --to keras -o out/ models/
    """
    options = _options(to, style, lossy, annotate, target)
    goal = _target(paths, output, into, in_place, diff)
    done, failures = _run(paths, options, goal, prove, read_targets(target))
    results = [each.result for each in done]
    if output_format == "json":
        from losslint.convert.report import as_json

        typer.echo(as_json(results, lossy))
        if diff:
            _print_diffs(done, sys.stderr)
    else:
        if diff:
            _print_diffs(done, sys.stdout)
        else:
            _print_texts(done, goal)
        _tell(results, lossy)
    for message in failures:
        print(f"losslint: {message}", file=sys.stderr)
    if failures or any(each.unwritten or each.misplaced for each in done):
        raise typer.Exit(FAILED)
    raise typer.Exit(OK if all(r.status == "converted" for r in results) else FINDINGS)


def _options(
    to: Literal["keras", "netspresso"],
    style: Literal["object", "platform"] | None,
    lossy: bool,
    annotate: bool,
    target: list[str] | None,
) -> Options:
    from losslint.convert.pipeline import Options
    from losslint.dialects.registry import dialect_named, language_of
    from losslint.dialects.release_targets import release_targets

    dialect = dialect_named(to)
    if style is not None and not dialect.styles:
        fail("--style is about losses of Keras; with --to netspresso there is one style")
    if annotate and not language_of(dialect.fresh_name).has_comments:
        fail("--annotate writes comments, which JSON does not have; the table says the same")
    return Options(dialect, release_targets(dict(read_targets(target))), style, lossy, annotate)


def _target(
    paths: list[str],
    output: str | None,
    into: str | None,
    in_place: bool,
    diff: bool,
) -> Output:
    """Where results go; leaves with 2 where the options do not go together."""
    from losslint.convert.output import Output

    refuse_mixed(paths)
    if in_place and paths == ["-"]:
        fail("--in-place: standard input is no file that could be written")
    if in_place and (output or into):
        fail("--in-place, and -o or --into: choose one")
    if diff and not (output or into or in_place):
        fail("--diff compares with a file: name it with --into, -o or --in-place")
    several = len(paths) > 1 or any(os.path.isdir(path) for path in paths)
    if into is not None and several:
        fail("--into takes the losses of one file")
    if into is not None and not os.path.isfile(into):
        fail(f"--into {into}: there is no such file")
    folder = output is not None and (several or output.endswith(os.sep) or os.path.isdir(output))
    if folder and output is not None and os.path.isfile(output):
        fail(f"-o {output} is a file, and there are several results")
    return Output(
        into,
        None if folder else output,
        output if folder else None,
        in_place,
        write=not diff,
        roots=tuple(paths),
    )


def _run(
    paths: list[str],
    options: Options,
    goal: Output,
    prove: bool,
    target: tuple[tuple[str, str], ...],
) -> tuple[list[Delivered], list[str]]:
    """What came of the files, and what could not be read at all."""
    from losslint.convert.output import run
    from losslint.linter.runner import Linter
    from losslint.settings.model import Overrides

    done: list[Delivered] = []
    failures: list[str] = []
    items = list(_items(paths))
    linter = Linter(Overrides(target=target))
    with _progress(len(items)) as advance, _prover(prove) as prover:
        for each in run(items, options, goal, linter, prover):
            if isinstance(each, str):
                failures.append(each)
            else:
                done.append(each)
            advance()
    if not done and not failures:
        failures.append("no losses found")
    return done, failures


def _items(paths: list[str]) -> Iterator[FoundFile | Missing | Source]:
    from losslint.dialects.registry import SUFFIXES
    from losslint.files.discovery import Missing, discover
    from losslint.files.reading import given_source
    from losslint.files.source import Unreadable

    if paths == ["-"]:
        raw = read_stdin()
        name = "<stdin>.json" if raw.lstrip()[:1] in (b"{", b"[", b'"') else "<stdin>"
        source = given_source(name, raw)
        yield Missing("-", source.reason) if isinstance(source, Unreadable) else source
        return
    yield from discover(paths, SUFFIXES)


@contextmanager
def _prover(wanted: bool) -> Iterator[Prover | None]:
    """The process that proves, where it is wanted; leaves with 2 where it cannot."""
    if not wanted:
        yield None
        return
    from losslint.convert.prove import MissingFrameworkError, Prover

    try:
        with Prover() as prover:
            yield prover
    except MissingFrameworkError as error:
        fail(f"--prove: {error}")


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, on a terminal and for several files only."""
    if count < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("converting", total=count)
        yield lambda: bar.update(task, advance=1)


def _print_texts(done: list[Delivered], goal: Output) -> None:
    """The results that go to standard output."""
    shown = [each for each in done if each.path is None and each.result.text is not None]
    if goal.in_place:
        return
    if len(shown) == 1:
        # Alone, a changed file keeps its encoding and its byte order mark.
        (result,) = (each.result for each in shown)
        text, file = result.text or "", result.after
        write_bytes(file.encode(text) if file else text.encode("utf-8", "backslashreplace"))
        return
    from losslint.convert.console import together

    results = [(each.result.source.path, each.result.text or "") for each in shown]
    sys.stdout.write(together(results))


def _print_diffs(done: list[Delivered], stream: TextIO) -> None:
    from losslint.report.difference import unified_diff

    for each in done:
        before, after = each.result.before, each.result.after
        if before is not None and after is not None:
            print(unified_diff(before, after), end="", file=stream)


def _tell(results: list[Conversion], lossy: bool) -> None:
    """What happened, on standard error: a table on a terminal, lines elsewhere."""
    from losslint.convert.report import lines, summary, whole

    if sys.stderr.isatty():
        from rich.console import Console

        from losslint.convert.console import beneath, table

        console = Console(stderr=True)
        if any(result.plan.entries for result in results):
            console.print(table(results, lossy))
        for line in beneath(results, lossy):
            console.print(line, markup=False, highlight=False)
        told = [line for result in results for line in whole(result)]
    else:
        told = [line for result in results for line in lines(result, lossy)]
    for line in told:
        print(line, file=sys.stderr)
    if results:
        print(summary(results), file=sys.stderr)
