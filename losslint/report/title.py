"""The words of a diagnostic that text formats share."""

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic
from losslint.report.fold import folded
from losslint.report.locations import Finding, location_of
from losslint.report.model import ReportOptions, is_fixable, rule_of
from losslint.report.paint import Painter
from losslint.text import visible


def title(
    diagnostic: Diagnostic, options: ReportOptions, paint: Painter, *, fold: bool = False
) -> str:
    """`CODE [*] message`; what is no error says so, for readers without colour.

    With `fold`, in several lines where the screen is narrower.
    """
    url = rule_of(diagnostic, options.rules).url
    code = paint.link(paint(visible(diagnostic.code), diagnostic.severity), url)
    marked = is_fixable(diagnostic, options.unsafe_fixes)
    mark = f"[{paint('*', 'mark')}] " if marked else ""
    text = severity_prefix(diagnostic) + visible(diagnostic.message)
    used = len(visible(diagnostic.code)) + 1 + marked * len("[*] ")
    return f"{code} {mark}{folded(text, options.width if fold else 0, used)}"


def severity_prefix(diagnostic: Diagnostic) -> str:
    """`warning: ` or `info: `; nothing before an error."""
    return "" if diagnostic.severity == "error" else f"{diagnostic.severity}: "


def details(finding: Finding) -> Iterator[str]:
    """What goes with a message, a line each: the fix, the hint, the related places."""
    diagnostic = finding.diagnostic
    if diagnostic.fix is not None:
        unsafe = "" if diagnostic.fix.safe else " (unsafe)"
        yield f"help: {visible(diagnostic.fix.message)}{unsafe}"
    if diagnostic.hint is not None:
        yield f"hint: {visible(diagnostic.hint)}"
    for related in diagnostic.related:
        place = location_of(related.span, finding.lines)
        yield f"see {place.behind('').lstrip(':')}: {visible(related.message)}"
