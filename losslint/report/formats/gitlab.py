"""GitLab's code quality report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from losslint.diagnostics import Severity
from losslint.linter.fingerprint import Fingerprints
from losslint.linter.outcome import FileOutcome
from losslint.report.archive import outer_location, outer_message
from losslint.report.json_list import listed
from losslint.report.locations import findings
from losslint.report.model import ReportOptions
from losslint.report.paths import project_name, project_path
from losslint.text import well_formed

ROOT_IN = "CI_PROJECT_DIR"

_SEVERITIES: Mapping[Severity, str] = MappingProxyType(
    {"error": "major", "warning": "minor", "info": "info"}
)


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """The list, one element a piece."""
    yield from listed(_items(reports, options))
    yield "\n"


def _items(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[dict[str, Any]]:
    fingerprints = Fingerprints()
    for report in reports:
        path = well_formed(project_path(report, options))
        name = project_name(report, options)
        for finding in findings(report):
            diagnostic = finding.diagnostic
            message = well_formed(outer_message(report, finding))
            row, column, end_row, end_column, _ = outer_location(report, finding)
            begin, end = {"line": row, "column": column}, {"line": end_row, "column": end_column}
            yield {
                "check_name": diagnostic.code,
                "description": f"{diagnostic.code}: {message}",
                "severity": _SEVERITIES[diagnostic.severity],
                "fingerprint": fingerprints.of(name, diagnostic.code, diagnostic.message),
                "location": {"path": path, "positions": {"begin": begin, "end": end}},
            }


def is_own(data: Any) -> bool:
    """Whether JSON data is such a list."""
    keys = {"check_name", "fingerprint"}
    return isinstance(data, list) and all(isinstance(x, dict) and keys <= x.keys() for x in data)
