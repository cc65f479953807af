"""Places inside archives, for readers that know only the files of a repository."""

from losslint.linter.outcome import FileOutcome
from losslint.report.locations import TOP, Finding, Location
from losslint.report.paths import member_of


def outer_location(report: FileOutcome, finding: Finding) -> Location:
    """The place in the file itself: the top of an archive, whose bytes have no rows."""
    return finding.place if member_of(report) is None else TOP


def outer_message(report: FileOutcome, finding: Finding) -> str:
    """The message; of a finding inside an archive, with the place inside before it."""
    member = member_of(report)
    message = finding.diagnostic.message
    if member is None:
        return message
    return f"{member}:{finding.place.row}:{finding.place.column}: {message}"
