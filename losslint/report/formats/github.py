"""Workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from losslint.diagnostics import Severity
from losslint.linter.outcome import FileOutcome
from losslint.report.archive import outer_location, way_to
from losslint.report.locations import Finding, Location, findings
from losslint.report.model import ReportOptions
from losslint.report.paths import project_name, project_path
from losslint.report.title import details
from losslint.text import visible

ROOT_IN = "GITHUB_WORKSPACE"

_COMMANDS: Mapping[Severity, str] = MappingProxyType(
    {"error": "error", "warning": "warning", "info": "notice"}
)


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """One command a finding."""
    for report in reports:
        file = visible(project_path(report, options))
        name = visible(project_name(report, options))
        for finding in findings(report):
            place = _place(outer_location(report, finding))
            text = "\n".join([_first_line(finding, name), *(f"  {x}" for x in details(finding))])
            command = _COMMANDS[finding.diagnostic.severity]
            title = _property(f"losslint ({visible(finding.diagnostic.code)})")
            yield f"::{command} title={title},file={_property(file)},{place}::{_data(text)}\n"


def _first_line(finding: Finding, name: str) -> str:
    diagnostic, place = finding.diagnostic, finding.place
    code, message = visible(diagnostic.code), visible(diagnostic.message)
    return f"{place.behind(name)}: {code} {message}{visible(way_to(finding))}"


def _place(place: Location) -> str:
    # GitHub drops an annotation whose columns stand on different rows.
    if place.end_row > place.row:
        # An end before a row's first column does not reach that row.
        end_row = place.end_row - (place.end_column == 1)
        return f"line={place.row},endLine={end_row}"
    columns = f"col={place.column},endLine={place.end_row},endColumn={place.end_column}"
    return f"line={place.row},{columns}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
