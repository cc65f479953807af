"""Places that row and column do not tell: inside archives, and in rows that no screen shows."""

from losslint.linter.outcome import FileOutcome
from losslint.report.locations import TOP, Finding, Location
from losslint.report.paths import member_of


def outer_location(report: FileOutcome, finding: Finding) -> Location:
    """The place in the file itself: the top of an archive, whose bytes have no rows."""
    return finding.place if member_of(report) is None else TOP


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
