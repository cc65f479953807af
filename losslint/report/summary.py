"""The line below a report: what was found, in how many files, and what can be mended."""

from __future__ import annotations

from collections.abc import Iterable

from losslint.report.model import FileReport
from losslint.report.paint import Painter


def summary(
    reports: Iterable[FileReport],
    *,
    files: int,
    with_losses: int,
    fixed: int = 0,
    unsafe_fixes: bool = False,
    color: bool = False,
) -> str:
    """One line without its line end.

    `files` were checked, `with_losses` of them hold a loss site; `fixed` findings were mended.
    """
    paint = Painter(color)
    hit = [report for report in reports if report.diagnostics]
    diagnostics = [diagnostic for report in hit for diagnostic in report.diagnostics]
    errors = sum(d.severity == "error" for d in diagnostics)
    warnings = sum(d.severity == "warning" for d in diagnostics)
    notes = len(diagnostics) - errors - warnings
    fixed_part = f"Fixed {_plural(fixed, 'finding')}. " if fixed else ""
    if not errors and not warnings:
        passed = paint("All checks passed!", "added")
        noted = f", {_plural(notes, 'note')}" if notes else ""
        return f"{fixed_part}{passed} {_checked(files, with_losses)}{noted}"
    kinds = ((errors, "error"), (warnings, "warning"), (notes, "note"))
    found = ", ".join(_plural(count, noun) for count, noun in kinds if count)
    fixes = [d.fix.safe for d in diagnostics if d.fix is not None]
    mendable = _fixable(sum(fixes), len(fixes) - sum(fixes), unsafe_fixes)
    return f"{fixed_part}Found {found}{mendable} in {len(hit)} of {_plural(files, 'file')}"


def _checked(files: int, with_losses: int) -> str:
    return f"{_plural(files, 'file')} checked, {with_losses or 'none'} with losses"


def _fixable(safe: int, unsafe: int, unsafe_fixes: bool) -> str:
    if unsafe and unsafe_fixes:
        return f" ({safe + unsafe} fixable with --fix --unsafe-fixes)"
    if safe and unsafe:
        return f" ({safe} fixable with --fix, {unsafe} more with --unsafe-fixes)"
    if safe:
        return f" ({safe} fixable with --fix)"
    return f" ({unsafe} fixable with --fix --unsafe-fixes)" if unsafe else ""


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
