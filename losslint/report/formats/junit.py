"""JUnit's XML: a suite a file, a failed case a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from losslint.linter.outcome import FileOutcome
from losslint.report.archive import way_to
from losslint.report.locations import Finding, findings
from losslint.report.model import ReportOptions
from losslint.report.paths import shown
from losslint.report.title import details
from losslint.text import visible


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """The whole document. What prints is also legal XML, so escaping for people is enough."""
    root = ET.Element("testsuites", name="losslint")
    for report in reports:
        _suite(root, visible(shown(report, options.base)), list(findings(report)))
    if not len(root):
        # Readers of JUnit take a report without a single case for a broken run.
        _suite(root, "losslint", [])
    _count(root, list(root.iter("testcase")))
    ET.indent(root, "  ")
    body = ET.tostring(root, encoding="unicode")
    yield f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _suite(root: ET.Element, name: str, found: list[Finding]) -> None:
    suite = ET.SubElement(root, "testsuite", name=name, package="losslint")
    for finding in found:
        _case(suite, name, finding)
    if not found:
        ET.SubElement(suite, "testcase", name="losslint", classname=name)
    _count(suite, list(suite))


def _case(suite: ET.Element, name: str, finding: Finding) -> None:
    diagnostic, place = finding.diagnostic, finding.place
    # Jenkins refuses a case with a line; it stands in the text.
    case = ET.SubElement(
        suite, "testcase", name=f"losslint.{visible(diagnostic.code)}", classname=name
    )
    message = visible(diagnostic.message)
    where = place.behind(name) + visible(way_to(finding))
    text = "\n".join([f"{where}: {message}", *details(finding)])
    if diagnostic.severity == "info":
        # Worth knowing is no failure: it does not set the exit code either.
        ET.SubElement(case, "system-out").text = text
        return
    failure = ET.SubElement(case, "failure", message=message, type=diagnostic.severity)
    failure.text = text


def _count(element: ET.Element, cases: list[ET.Element]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
