"""The line below a report: what was found, in how many files, and what can be fixed."""

from losslint.linter.outcome import FileOutcome
from losslint.report.paint import Painter


class Tally:
    """Counts reports as they pass, so that none of them has to be kept."""

    __slots__ = ("errors", "hit", "known", "notes", "safe", "unsafe", "warnings")

    def __init__(self) -> None:
        self.errors = self.warnings = self.notes = self.hit = self.safe = self.unsafe = 0
        self.known = 0

    def add(self, report: FileOutcome) -> None:
        """Count the findings of one file."""
        self.hit += bool(report.diagnostics)
        for diagnostic in report.diagnostics:
            self.errors += diagnostic.severity == "error"
            self.warnings += diagnostic.severity == "warning"
            self.notes += diagnostic.severity == "info"
            if diagnostic.fix is not None:
                self.safe += diagnostic.fix.safe
                self.unsafe += not diagnostic.fix.safe

    def line(
        self,
        files: int,
        with_losses: int,
        fixed: int,
        *,
        unsafe_fixes: bool,
        color: bool,
        complete: bool = True,
        verb: str = "Fixed",
    ) -> str:
        """One line, without its line end, on the reports that were added.

        `files` were checked, `with_losses` of them hold a loss site; `fixed` findings were fixed.
        `verb` is what was done to those. `complete`: nothing was left out that should have been
        checked.
        """
        paint = Painter(color)
        known = f"; {plural(self.known, 'finding')} known by the baseline" if self.known else ""
        fixed_part = f"{verb} {plural(fixed, 'finding')}. " if fixed else ""
        if not self.errors and not self.warnings:
            passed = paint("All checks passed!", "added") + " " if complete else ""
            noted = f", {plural(self.notes, 'note')}" if self.notes else ""
            return f"{fixed_part}{passed}{_checked(files, with_losses)}{noted}{known}"
        kinds = ((self.errors, "error"), (self.warnings, "warning"), (self.notes, "note"))
        found = ", ".join(plural(count, noun) for count, noun in kinds if count)
        fixable = _fixable(self.safe, self.unsafe, unsafe_fixes)
        return f"{fixed_part}Found {found}{fixable} in {self.hit} of {plural(files, 'file')}{known}"


def fixed_line(fixed: int) -> str:
    """The line where nothing else is to be told."""
    return f"Fixed {plural(fixed, 'finding')}."


def _checked(files: int, with_losses: int) -> str:
    return f"{plural(files, 'file')} checked, {with_losses or 'none'} with losses"


def _fixable(safe: int, unsafe: int, unsafe_fixes: bool) -> str:
    if unsafe and unsafe_fixes:
        return f" ({safe + unsafe} fixable with --fix --unsafe-fixes)"
    if safe and unsafe:
        return f" ({safe} fixable with --fix, {unsafe} more with --unsafe-fixes)"
    if safe:
        return f" ({safe} fixable with --fix)"
    return f" ({unsafe} fixable with --fix --unsafe-fixes)" if unsafe else ""


def plural(count: int, noun: str) -> str:
    """A number of things: "1 file", "2 files"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
