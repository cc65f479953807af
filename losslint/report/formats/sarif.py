"""SARIF 2.1.0, as code scanning and editors read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from losslint import __version__
from losslint.diagnostics import Diagnostic, Fix, Severity, Span
from losslint.files.source import LineIndex
from losslint.linter.fingerprint import Fingerprints
from losslint.linter.outcome import FileOutcome
from losslint.report import links
from losslint.report.archive import in_file, location_in_file, outer_message
from losslint.report.json_list import listed
from losslint.report.locations import Finding, Location, findings, held, location_of
from losslint.report.model import ReportOptions, RuleInfo, rule_of
from losslint.report.paths import member_of, project_name, project_path, uri
from losslint.text import well_formed

LISTS_RULES = True
ROOT_IN = "GITHUB_WORKSPACE"

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "SRCROOT"
_LEVELS: Mapping[Severity, str] = MappingProxyType(
    {"error": "error", "warning": "warning", "info": "note"}
)

# A longer snippet swells the file and tells no more.
_MAX_SNIPPET = 500

# SARIF reads `[text](target)` in a message as a link; a file's text must not make one.
_LINK = re.compile(r"\](?=\()")


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """The log: one run, its results a piece each, and behind them the rules that found them."""
    rules: dict[str, RuleInfo] = {}
    yield _around([])[0]
    yield from listed(_results(reports, options, rules), _DEPTH)
    yield _around([_rule(rule) for rule in rules.values()])[1]


# How many brackets stand open around the results.
_DEPTH = 3


def _around(rules: list[dict[str, Any]]) -> tuple[str, str]:
    """What stands before the results of the run and behind them; before, whatever the rules are."""
    run = {
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the project."}}},
        "columnKind": "unicodeCodePoints",
        "results": None,
        "tool": {"driver": _driver(rules)},
    }
    log = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"
    before, _, behind = log.partition("null")
    return before, behind


def _results(
    reports: Iterable[FileOutcome], options: ReportOptions, rules: dict[str, RuleInfo]
) -> Iterator[dict[str, Any]]:
    """The results; the rules that found them are added to `rules`."""
    fingerprints = Fingerprints()
    positions: dict[str, int] = {}
    for report in reports:
        for finding in findings(report):
            code = finding.diagnostic.code
            rules.setdefault(code, rule_of(finding.diagnostic, options.rules))
            position = positions.setdefault(code, len(positions))
            yield _result(report, finding, options, position, fingerprints)


def is_own(data: Any) -> bool:
    """Whether JSON data is a log of losslint."""
    runs = data.get("runs") if isinstance(data, dict) else None
    first = runs[0] if isinstance(runs, list) and runs else None
    tool = first.get("tool") if isinstance(first, dict) else None
    return '"name": "losslint"' in json.dumps(tool)


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    driver = {"name": "losslint", "version": __version__, "semanticVersion": __version__}
    home = {} if links.HOME is None else {"informationUri": links.HOME}
    return {**driver, **home, "rules": rules}


def _rule(rule: RuleInfo) -> dict[str, Any]:
    markdown = rule.help_markdown or rule.summary
    described = {
        "id": rule.code,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": markdown, "markdown": markdown},
    }
    page = {} if rule.url is None else {"helpUri": rule.url}
    return {**described, **page, "defaultConfiguration": {"level": _LEVELS[rule.severity]}}


def _result(
    report: FileOutcome,
    finding: Finding,
    options: ReportOptions,
    position: int,
    fingerprints: Fingerprints,
) -> dict[str, Any]:
    diagnostic, place, index, _ = finding
    name = project_name(report, options)
    fingerprint = fingerprints.of(name, diagnostic.code, diagnostic.message)
    text = _text(outer_message(report, finding))
    if diagnostic.hint is not None:
        text += "\n" + _text(diagnostic.hint)
    location = _location(report, place, diagnostic.span, index, options)
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": position,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [_with_path(location, diagnostic)],
        "partialFingerprints": {"losslint/v1": fingerprint},
    }
    related = [
        {
            "id": number,
            **_location(report, location_of(other.span, index), other.span, index, options),
            "message": {"text": _text(other.message)},
        }
        for number, other in enumerate(diagnostic.related, 1)
    ]
    if related:
        result["relatedLocations"] = related
    # A replacement inside an archive cannot be made on the file's own text.
    if diagnostic.fix is not None and diagnostic.fix.edits and member_of(report) is None:
        fix, lines = in_file(report, diagnostic.fix, index)
        result["fixes"] = [_fix(fix, _artifact(report, options), lines)]
    return result


def _location(
    report: FileOutcome,
    place: Location,
    span: Span,
    index: LineIndex | None,
    options: ReportOptions,
) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(report, options)}
    member = member_of(report)
    if member is not None:
        # Code scanning wants a row; the rows of the member are told in the message.
        physical["region"] = {"startLine": 1}
        name = well_formed(project_name(report, options))
        logical = {"name": well_formed(member), "fullyQualifiedName": name, "kind": "resource"}
        return {"physicalLocation": physical, "logicalLocations": [logical]}
    physical["region"] = _region(location_in_file(report, span, place))
    if index is not None:
        start, end = held(span, index)
        if 0 < end - start <= _MAX_SNIPPET:
            physical["region"]["snippet"] = {"text": well_formed(index.text[start:end])}
    return {"physicalLocation": physical}


def _with_path(location: dict[str, Any], diagnostic: Diagnostic) -> dict[str, Any]:
    """A location, and the way to it through the document."""
    if diagnostic.path is None:
        return location
    path = well_formed(diagnostic.path)
    kind = "value" if path.endswith("]") else "property"
    logical = {"fullyQualifiedName": path, "kind": kind}
    return {**location, "logicalLocations": [*location.get("logicalLocations", ()), logical]}


def _artifact(report: FileOutcome, options: ReportOptions) -> dict[str, Any]:
    reference, is_relative = uri(project_path(report, options), "")
    return {"uri": reference, "uriBaseId": _ROOT} if is_relative else {"uri": reference}


def _region(place: Location) -> dict[str, Any]:
    return {
        "startLine": place.row,
        "startColumn": place.column,
        "endLine": place.end_row,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix, artifact: dict[str, Any], index: LineIndex | None) -> dict[str, Any]:
    replacements = []
    for edit in fix.edits:
        place = location_of(Span(edit.start, edit.end), index)
        replacement: dict[str, Any] = {"deletedRegion": _region(place)}
        if edit.text:
            replacement["insertedContent"] = {"text": well_formed(edit.text)}
        replacements.append(replacement)
    return {
        "description": {"text": _text(fix.message)},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}],
        "properties": {"applicability": "safe" if fix.safe else "unsafe"},
    }


def _text(message: str) -> str:
    return _LINK.sub("] ", well_formed(message))
