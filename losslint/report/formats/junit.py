"""JUnit's XML: a suite a file, a failed case a finding."""

from __future__ import annotations

from collections import Counter
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
    """The document. What prints is also legal XML, so escaping for people is enough.

    How many cases there are stands before the first: until that is known, the suites wait in a
    temporary file, and in memory while they are few.
    """
    from tempfile import SpooledTemporaryFile

    total = Counter[str]()
    with SpooledTemporaryFile(_MAX_IN_MEMORY, "w+", encoding="utf-8", newline="") as waiting:
        for report in reports:
            suite = _suite(visible(shown(report, options.base)), list(findings(report)))
            waiting.write(_text(suite, total))
            # Whoever draws several reports of the same files hears that this one is in.
            yield ""
        if not total:
            # Readers of JUnit take a report without a single case for a broken run.
            waiting.write(_text(_suite("losslint", []), total))
        root = ET.Element("testsuites", {"name": "losslint", **{n: str(total[n]) for n in _COUNTS}})
        start = ET.tostring(root, encoding="unicode").removesuffix(" />")
        yield f'<?xml version="1.0" encoding="utf-8"?>\n{start}>\n'
        waiting.seek(0)
        while piece := waiting.read(_PIECE):
            yield piece
    yield "</testsuites>\n"


_MAX_IN_MEMORY = 1_000_000
_PIECE = 65_536
_COUNTS = ("tests", "failures", "errors")


def _suite(name: str, found: list[Finding]) -> ET.Element:
    suite = ET.Element("testsuite", name=name, package="losslint")
    for finding in found:
        _case(suite, name, finding)
    if not found:
        ET.SubElement(suite, "testcase", name="losslint", classname=name)
    failures = sum(case.find("failure") is not None for case in suite)
    for count, number in zip(_COUNTS, (len(suite), failures, 0), strict=True):
        suite.set(count, str(number))
    return suite


def _text(suite: ET.Element, total: Counter[str]) -> str:
    """A suite as it stands in the document; its cases are counted."""
    for count in _COUNTS:
        total[count] += int(suite.attrib[count])
    ET.indent(suite, "  ", level=1)
    return f"  {ET.tostring(suite, encoding='unicode')}\n"


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
