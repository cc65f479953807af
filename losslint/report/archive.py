"""Places that row and column do not tell: inside archives, and in rows that no screen shows."""

from losslint.diagnostics import Fix, Span
from losslint.files.source import LineIndex
from losslint.linter.outcome import FileOutcome
from losslint.report.locations import TOP, Finding, Location
from losslint.report.paths import member_of


def outer_location(report: FileOutcome, finding: Finding) -> Location:
    """The place in the file itself: the top of an archive, whose bytes have no rows."""
    if member_of(report) is not None:
        return TOP
    return location_in_file(report, finding.diagnostic.span, finding.place)


def location_in_file(report: FileOutcome, span: Span, place: Location) -> Location:
    """The place of a span in the rows of the file, where people count those of a cell."""
    inside = report.source.inside if report.source is not None else None
    if inside is None:
        return place
    return Location(*inside.place(span.start), *inside.place(span.end))


def in_file(report: FileOutcome, fix: Fix, index: LineIndex | None) -> tuple[Fix, LineIndex | None]:
    """A fix with the edits of the file itself, and the rows of it."""
    inside = report.source.inside if report.source is not None else None
    if inside is None:
        return fix, index
    return fix._replace(edits=tuple(inside.in_file(fix.edits))), inside.lines_of_file()


def outer_message(report: FileOutcome, finding: Finding) -> str:
    """The message; with the place inside of an archive before it, and the way there."""
    member = member_of(report)
    message = finding.diagnostic.message
    if member is None:
        return message + way_to(finding)
    return f"{member}:{finding.place.row}:{finding.place.column}{way_to(finding)}: {message}"


def way_to(finding: Finding) -> str:
    """What goes behind row and column, where they lead nobody to a finding; else empty."""
    return f" (at {finding.path})" if finding.path else ""
