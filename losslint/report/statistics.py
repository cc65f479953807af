"""`--statistics`: how often each rule spoke, and how much of it can be fixed."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from losslint.linter.outcome import FileOutcome
from losslint.report.model import is_fixable
from losslint.report.paint import Painter
from losslint.text import visible


class Count(NamedTuple):
    """One rule's findings."""

    code: str
    name: str
    total: int
    fixable_count: int


class RuleCounts:
    """Counts findings as they pass."""

    def __init__(self) -> None:
        self._found: dict[str, Count] = {}

    def passing(self, reports: Iterable[FileOutcome]) -> Iterator[FileOutcome]:
        """The same reports."""
        for report in reports:
            for each in report.diagnostics:
                old = self._found.get(each.code, Count(each.code, each.name, 0, 0))
                fixable = old.fixable_count + is_fixable(each, unsafe_fixes=False)
                self._found[each.code] = old._replace(total=old.total + 1, fixable_count=fixable)
            yield report

    def rows(self) -> list[Count]:
        """The rules that found something, the most frequent first."""
        return sorted(self._found.values(), key=lambda entry: (-entry.total, entry.code))


def statistics_text(rows: Iterable[Count], *, color: bool = False) -> str:
    """Count, code, mark and name: `[*]` all can be fixed, `[-]` some, `[ ]` none."""
    entries = list(rows)
    paint = Painter(color)
    digits = max((len(str(entry.total)) for entry in entries), default=0)
    width = max((len(entry.code) for entry in entries), default=0)
    marked = any(entry.fixable_count for entry in entries)
    lines = []
    for entry in entries:
        count = paint(f"{entry.total:>{digits}}", "path")
        code = paint(f"{visible(entry.code):<{width}}", "error")
        mark = f"[{paint(_mark(entry), 'mark')}] " if marked else ""
        lines.append(f"{count}\t{code}\t{mark}{visible(entry.name)}\n")
    return "".join(lines)


def statistics_json(rows: Iterable[Count]) -> str:
    """The same as a list of objects, in the shape of ruff's."""
    items = [
        {
            "code": code,
            "name": name,
            "count": total,
            "fixable": fixable > 0,
            "fixable_count": fixable,
        }
        for code, name, total, fixable in rows
    ]
    return json.dumps(items, indent=2) + "\n"


def _mark(entry: Count) -> str:
    if entry.fixable_count == entry.total:
        return "*"
    return "-" if entry.fixable_count else " "
