"""`losslint check`: lint files and folders."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from losslint.cli.check_files import CheckedFiles, changed_only
from losslint.cli.check_options import CheckOptions
from losslint.cli.options import (
    FAILED,
    FINDINGS,
    OK,
    fail,
    has_bar,
    read_stdin,
    read_targets,
    refuse_absent,
    refuse_mixed,
    refuse_word,
    settings_file,
    split_codes,
    split_rules,
    tell,
    tell_newer_targets,
    use_color,
)
from losslint.cli.output import (
    Look,
    Outputs,
    read_outputs,
    refuse_inputs,
)
from losslint.cli.stream import Show, Stream
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides, Patterns

if TYPE_CHECKING:
    from losslint.cli.baseline import BaselineToWrite


def check(request: CheckOptions) -> NoReturn:
    """Check every loss of configs: what is wrong, and where.

    PATH defaults to the current folder. Exit codes: 0 nothing to report, 1 findings, 2 wrong usage.

    Examples: losslint check configs/ | losslint check --fix model.yaml
    | losslint check --format full --format sarif=out.sarif . | losslint check --watch configs/
    """
    outputs, overrides = read_outputs(request.format), overrides_of(request)
    paths = request.paths or ["."]
    _refuse(request, outputs, paths)
    cached = not (request.no_cache or request.watch or paths == ["-"])
    linter = linter_of(overrides, cached=cached)
    refuse_inputs(outputs, paths, linter)
    show = _show(request, linter, outputs)
    if request.watch:
        raise SystemExit(_watch(overrides, paths, show.draw))
    to_write = _baseline_to_write(request, linter)
    silence = to_write.silence if to_write is not None else None
    files = CheckedFiles(linter, paths, silence, changed_only(request.changed))
    if request.show_files:
        raise SystemExit(files.show())
    stream = _stream(request, linter, files, has_bar=_has_bar(request, outputs))
    try:
        show.draw(stream)
    finally:
        # What was found before Ctrl-C need not be found again.
        _save(linter, request.verbose)
    tell_newer_targets(linter)
    if to_write is not None:
        told = to_write.write(files.scope())
        if not request.quiet:
            print(told, file=sys.stdout if outputs.for_people else sys.stderr)
    elif linter.asks_baselines and not request.quiet and paths != ["-"]:
        from losslint.cli.baseline import tell_gone

        tell_gone(linter, files.scope())
    raise SystemExit(FAILED if stream.failed else FINDINGS if _is_found(request, stream) else OK)


def _stream(request: CheckOptions, linter: Linter, files: CheckedFiles, *, has_bar: bool) -> Stream:
    """The outcomes of the files, or of standard input, fixed where that is asked for."""
    stdin = read_stdin() if request.paths == ["-"] else None
    if stdin is None:
        outcomes = files.outcomes(1 if request.fixes else request.jobs, has_bar=has_bar)
    else:
        outcomes = iter([files.of_stdin(request.stdin_filename, stdin)])
    stream = Stream(outcomes, verbose=request.verbose)
    if request.fixes:
        from losslint.cli.fixing import FixRequest

        reason = (request.reason or "").strip() if request.add_ignore else None
        fixing = FixRequest(request.unsafe_fixes, request.writes, stdin, reason)
        stream.fix_with(linter, fixing)
    return stream


def _has_bar(request: CheckOptions, outputs: Outputs) -> bool:
    """Whether a long run says how far it is: never amid what a machine reads on the terminal."""
    silent = request.quiet or request.verbose
    return has_bar() and not silent and (outputs.for_people or not sys.stdout.isatty())


def _is_found(request: CheckOptions, stream: Stream) -> bool:
    """Whether there is something for which a run leaves with 1."""
    if request.exit_zero:
        return False
    if request.diff:
        return stream.changed
    counts_fixes = request.exit_non_zero_on_fix and stream.fixed > 0
    return counts_fixes or (stream.found and not request.fix_only)


def _refuse(request: CheckOptions, outputs: Outputs, paths: list[str]) -> None:
    """Leave with 2 for options that do not go together, before anything is read."""
    refuse_mixed(paths)
    if request.watch and request.fixes:
        fail("--watch only reports: leave --fix, --diff and --add-ignore out")
    if request.watch and (request.changed is not None or request.show_files):
        fail("--watch looks at every file again: leave --changed and --show-files out")
    if paths == ["-"] and (request.changed is not None or request.show_files):
        fail("--changed and --show-files are about files, and - is standard input")
    if request.jobs < 0:
        fail(f"--jobs {request.jobs}: a number of processes, or 0 for as many as pay")
    if request.stdin_filename is not None and paths != ["-"]:
        fail("--stdin-filename names standard input: give - as the path")
    if request.diff and request.statistics:
        fail("--diff and --statistics: choose one")
    if request.keeps_silent:
        from losslint.cli.baseline import refuse_baseline, refuse_ignoring

        refuse_ignoring(request)
        refuse_baseline(request)
    shown = outputs.shown
    if request.diff and not outputs.for_people:
        fail(f"--diff shows a diff, not {shown}: write --format {shown}=FILE to have both")
    if request.statistics and not outputs.for_people and shown != "json":
        fail(f"--statistics counts as text or as json, not as {shown}: write --format {shown}=FILE")


def overrides_of(request: CheckOptions) -> Overrides:
    """What goes before the settings files. Leaves with 2 where it says nothing."""
    return Overrides(
        select=split_rules("--select", request.select),
        ignore=split_codes(request.ignore),
        target=read_targets(request.target),
        force_exclude=request.force_exclude or None,
        baseline=_baseline(request),
        exclude=_patterns(request.exclude),
        extend_exclude=_patterns(request.extend_exclude),
        config=settings_file(request.config, isolated=request.isolated),
        isolated=request.isolated,
    )


def _patterns(values: list[str] | None) -> Patterns | None:
    """The patterns of an option, relative to the current folder."""
    if values is None:
        return None
    words = (word for value in values for word in value.split(","))
    return Patterns(os.getcwd(), tuple(word for word in words if word))


def _baseline(request: CheckOptions) -> str | None:
    """The baseline that counts; empty for none, None for that of the settings."""
    if request.baseline is not None:
        return os.path.abspath(request.baseline)
    return "" if request.no_baseline or request.write_baseline is not None else None


def _baseline_to_write(request: CheckOptions, linter: Linter) -> "BaselineToWrite | None":
    if request.write_baseline is None:
        return None
    from losslint.cli.baseline import BaselineToWrite

    return BaselineToWrite(request, linter, request.write_baseline)


def _show(request: CheckOptions, linter: Linter, outputs: Outputs) -> Show:
    aside = request.writes and request.paths == ["-"]
    to = sys.stderr if aside else sys.stdout
    look = Look(
        use_color(request.color, to.isatty()), request.unsafe_fixes, to, tuple(request.paths or ())
    )
    return Show(request, linter, outputs, look, aside)


def linter_of(overrides: Overrides, *, cached: bool) -> Linter:
    """Leaves with 2 for a word of the command line that names no rule."""
    cache = None
    if cached:
        from losslint.linter.cache_keys import open_cache

        cache = open_cache()
    linter = Linter(overrides, cache)
    for option, words in (("--select", overrides.select), ("--ignore", overrides.ignore)):
        for word in words or ():
            refuse_word(option, word, linter.selection.vocabulary)
    return linter


def _save(linter: Linter, verbose: bool) -> None:
    problem = linter.cache.save() if linter.cache is not None else None
    if problem is not None and verbose:
        tell(f"losslint: {problem.path} {problem.reason}")


def _watch(overrides: Overrides, paths: list[str], show: Callable[[Stream], None]) -> int:
    from losslint.cli.watch import watch
    from losslint.files.cache import Cache
    from losslint.linter.cache_keys import ResultCache

    if "-" in paths:
        fail("--watch: - is standard input, which cannot change")
    for path in paths:
        refuse_absent(path)

    def draw(outcomes: list[FileOutcome]) -> None:
        show(Stream(outcomes))

    cache = ResultCache(Cache(None))
    return watch(lambda: Linter(overrides, cache), paths, draw)
