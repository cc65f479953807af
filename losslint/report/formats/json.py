"""A list of findings in the shape of ruff's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from losslint.diagnostics import Fix, Span
from losslint.files.source import LineIndex
from losslint.linter.outcome import FileOutcome
from losslint.report.json_list import listed
from losslint.report.locations import Finding, findings, location_of
from losslint.report.model import ReportOptions, rule_of
from losslint.report.paths import absolute
from losslint.text import well_formed


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """The list, one element a piece. It is pure ASCII, so any terminal and any locale holds it."""
    yield from listed(_items(reports, options))
    yield "\n"


def is_own(data: Any) -> bool:
    """Whether JSON data is such a list."""
    keys = {"code", "severity", "filename"}
    return isinstance(data, list) and all(isinstance(x, dict) and keys <= x.keys() for x in data)


def _items(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[dict[str, Any]]:
    for report in reports:
        filename = well_formed(absolute(report, options.base))
        for finding in findings(report):
            yield _item(finding, filename, options)


def _item(finding: Finding, filename: str, options: ReportOptions) -> dict[str, Any]:
    diagnostic, place, index, _ = finding
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": well_formed(diagnostic.message),
        "filename": filename,
        "location": {"row": place.row, "column": place.column},
        "end_location": {"row": place.end_row, "column": place.end_column},
        "cell": place.cell,
        "path": None if diagnostic.path is None else well_formed(diagnostic.path),
        "url": rule_of(diagnostic, options.rules).url,
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix, index),
    }


def _fix(fix: Fix, index: LineIndex | None) -> dict[str, Any]:
    edits = []
    for edit in fix.edits:
        place = location_of(Span(edit.start, edit.end), index)
        written: dict[str, Any] = {
            "content": well_formed(edit.text),
            "location": {"row": place.row, "column": place.column},
            "end_location": {"row": place.end_row, "column": place.end_column},
        }
        # An edit may be of another cell than the finding.
        if place.cell is not None:
            written["cell"] = place.cell
        edits.append(written)
    applicability = "safe" if fix.safe else "unsafe"
    return {"applicability": applicability, "message": well_formed(fix.message), "edits": edits}
