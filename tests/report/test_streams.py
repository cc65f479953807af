"""Reports are written as the findings come: of a file nothing is kept once its findings are out."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from losslint.cli.report_files import Draw, write_files
from losslint.linter.outcome import FileOutcome
from losslint.report import FORMATS, render
from losslint.report.formats import junit
from losslint.report.json_list import listed
from losslint.report.model import ReportOptions

from .samples import BASE, RULES, sample, text_of

OPTIONS = ReportOptions(RULES, base=BASE)
# A run reports the files with findings.
FOUND = [report for report in sample() if report.diagnostics]
MANY = [report._replace(path=f"{n}/{report.path}") for n in range(20) for report in FOUND]


class Counted:
    """Reports, and how many of them were asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __iter__(self) -> Iterator[FileOutcome]:
        for report in MANY:
            self.asked += 1
            yield report


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_of_each_file_that_it_is_in(name: str) -> None:
    """A piece comes before the next file is asked for."""
    reports = Counted()
    before = 0
    for _ in render(name, reports, OPTIONS):
        assert reports.asked <= before + 1
        before = reports.asked
    assert before == len(MANY)


@pytest.mark.parametrize("name", FORMATS)
def test_many_files_are_drawn_as_they_are_together(name: str) -> None:
    assert "".join(render(name, Counted(), OPTIONS)) == text_of(name, MANY)


def test_a_list_is_written_as_the_library_writes_it() -> None:
    for items in ([], [1], [{"a": [1, {"b": "x\ny"}]}, [], "z"]):
        assert "".join(listed(iter(items))) == json.dumps(items, indent=2)
        around = json.dumps({"a": {"b": items}}, indent=2)
        assert "".join(listed(iter(items), 2)) in around


def test_what_waits_for_the_counts_goes_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text_of("junit", MANY)
    monkeypatch.setattr(junit, "_MAX_IN_MEMORY", 100)
    monkeypatch.setattr(junit, "_PIECE", 7)
    assert text_of("junit", MANY) == whole


def drawn(name: str) -> Draw:
    return lambda reports: render(name, reports, OPTIONS)


def test_several_reports_of_the_same_files_go_in_step(tmp_path: Path) -> None:
    """None is more than a file ahead of another, whatever each has to say of a file."""
    files = {str(tmp_path / name): name for name in ("sarif", "junit", "json")}
    reports, shown = Counted(), list[tuple[int, str]]()
    refused = write_files(
        {path: drawn(name) for path, name in files.items()},
        reports,
        drawn("concise"),
        lambda piece: shown.append((reports.asked, piece)),
    )
    assert refused is None
    assert "".join(piece for _, piece in shown) == text_of("concise", MANY)
    for path, name in files.items():
        assert Path(path).read_text("utf-8") == text_of(name, MANY)
    lines = [0]
    for report in MANY:
        lines.append(lines[-1] + len(report.diagnostics))
    for count, (asked, _) in enumerate(shown):
        assert lines[asked] >= count
        assert lines[max(asked - 2, 0)] <= count


def test_a_reader_that_has_gone_costs_no_file(tmp_path: Path) -> None:
    def show(_piece: str) -> None:
        raise BrokenPipeError

    path = tmp_path / "out.sarif"
    with pytest.raises(BrokenPipeError):
        write_files({str(path): drawn("sarif")}, Counted(), drawn("full"), show)
    assert path.read_text("utf-8") == text_of("sarif", MANY)


def test_a_run_that_fails_leaves_the_report_of_the_last_one(tmp_path: Path) -> None:
    def reports() -> Iterator[FileOutcome]:
        yield from MANY[:3]
        raise KeyboardInterrupt

    path = tmp_path / "out.json"
    path.write_text("[]")
    with pytest.raises(KeyboardInterrupt):
        write_files({str(path): drawn("json")}, reports(), None, print)
    assert path.read_text() == "[]"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("[]")
    path.chmod(stat.S_IRUSR)
    reports = Counted()
    refused = write_files({str(path): drawn("json")}, reports, None, print)
    assert refused is not None
    assert refused.reason == "cannot be written: it is read-only"
    assert reports.asked == 0
