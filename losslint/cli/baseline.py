"""`--baseline`, `--write-baseline`, `--add-ignore`: what is known already, and what is gone."""

import os
from collections.abc import Callable

from losslint.cli.check_options import CheckOptions
from losslint.cli.options import fail, refuse_folder, shown_path, tell
from losslint.files.new_file import WriteRefused
from losslint.linter.accepted import Scope
from losslint.linter.baseline import Baseline, Entry, read_baseline
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report.summary import plural
from losslint.text import visible

# More of them are counted.
_MAX_TOLD = 10


class BaselineToWrite:
    """The baseline that a run writes: what it finds; with `--baseline`, what is left of that."""

    def __init__(self, request: CheckOptions, linter: Linter, path: str) -> None:
        self._linter, self._shown = linter, path
        self._shrinks = request.baseline is not None
        self.baseline = _to_write(path)
        if self._shrinks:
            if os.path.realpath(str(request.baseline)) != os.path.realpath(path):
                fail("--baseline and --write-baseline name two files: only one can shrink")
            found = linter.accepted.baseline(os.path.abspath(path))
            self.baseline = found if isinstance(found, Baseline) else self.baseline

    @property
    def silence(self) -> Callable[[FileOutcome], FileOutcome]:
        """What takes the findings out of an outcome that the baseline is to hold."""
        remaining = self._linter.remaining
        if self._shrinks:
            return remaining
        return lambda outcome: self.baseline.with_all_known(remaining(outcome))

    def write(self, scope: Scope) -> str:
        """Write it, and say what that comes to. Leaves with 2 where it cannot be written."""
        gone = self._linter.accepted.gone(self.baseline, scope)
        written = self.baseline.write_without(gone)
        if isinstance(written, WriteRefused):
            fail(f"--write-baseline {self._shown}: {written.reason}")
        _tell(gone, self._shown)
        changes = f"{len(self.baseline.added)} new, {len(gone)} gone"
        return visible(f"Wrote {plural(written, 'finding')} to {self._shown}: {changes}")


def refuse_ignoring(request: CheckOptions) -> None:
    """Leave with 2 for options that do not go with --add-ignore, or a reason that cannot stand."""
    reason = request.reason
    if not request.add_ignore:
        if reason is not None:
            fail("--reason is that of --add-ignore, which is not given")
        return
    if request.fix or request.fix_only:
        fail("--add-ignore and --fix: first fix, then silence what is left")
    if request.write_baseline is not None or request.statistics:
        other = "--statistics" if request.statistics else "--write-baseline"
        fail(f"--add-ignore and {other}: choose one")
    if reason is not None and (not reason.isprintable() or "losslint:" in reason):
        fail("--reason: one line of text, which holds no losslint: of its own")


def refuse_baseline(request: CheckOptions) -> None:
    """Leave with 2 for options that do not go with those about a baseline."""
    if request.baseline is not None and request.no_baseline:
        fail("--baseline and --no-baseline: choose one")
    if request.write_baseline is None:
        return
    told = {"--fix": request.fixes, "--watch": request.watch, "--statistics": request.statistics}
    for option, given in told.items():
        if given:
            fail(f"--write-baseline takes what is found for known: leave {option} out")
    if request.paths == ["-"]:
        fail("--write-baseline: standard input has no path that a baseline could name")


def tell_gone(linter: Linter, scope: Scope) -> None:
    """Say which entries of the baselines of a run no longer occur."""
    for baseline in linter.accepted.baselines:
        gone = linter.accepted.gone(baseline, scope)
        if gone:
            shown = shown_path(baseline.path)
            _tell(gone, shown)
            verb, them = ("occurs", "it") if len(gone) == 1 else ("occur", "them")
            tell(
                f"losslint: {plural(len(gone), 'finding')} of {shown} no longer {verb};"
                f" --write-baseline {shown} drops {them}"
            )


def _to_write(path: str) -> Baseline:
    """What a file held before it is written anew. Leaves with 2 for one that is no baseline."""
    refuse_folder(f"--write-baseline {path}", path)
    before = read_baseline(path)
    if isinstance(before, Baseline):
        return before
    if not before.is_own:
        fail(f"--write-baseline {path}: it {before.reason}, and was left as it is")
    return Baseline(path)


def _tell(gone: list[Entry], shown: str) -> None:
    for entry in sorted(gone, key=lambda each: (each.file, each.code, each.place))[:_MAX_TOLD]:
        at = f" at {entry.place}" if entry.place else ""
        tell(f"{shown}: {entry.file}: {entry.code}{at} no longer occurs")
