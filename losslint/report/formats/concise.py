"""One line a finding: `path:row:column: CODE [*] message`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from losslint.linter.outcome import FileOutcome
from losslint.report.archive import way_to
from losslint.report.locations import findings
from losslint.report.model import ReportOptions
from losslint.report.paint import Painter
from losslint.report.paths import shown
from losslint.report.title import title
from losslint.text import visible

FOR_PEOPLE = True


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """The lines, each with its line end."""
    paint = Painter(options.color, options.hyperlinks)
    for report in reports:
        path = paint(visible(shown(report, options.base)), "path")
        for finding in findings(report):
            told = title(finding.diagnostic, options, paint) + visible(way_to(finding))
            yield f"{finding.place.behind(path)}: {told}\n"
