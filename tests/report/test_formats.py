"""What each format promises to its readers."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from losslint import report
from losslint.diagnostics import Diagnostic, Span
from losslint.linter.outcome import FileOutcome
from losslint.report import FORMATS, render
from losslint.report.model import ReportOptions
from losslint.report.paths import uri
from losslint.report.statistics import statistics_text

from .samples import BASE, MODEL, RULES, counts, one, sample, source, span, summary, text_of

FOLDER = Path(report.__file__).parent / "formats"


def test_the_registry_is_the_folder() -> None:
    names = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert set(FORMATS) == names
    assert {"full", "concise", "json", "sarif", "github", "gitlab", "junit"} <= names


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="no such format: html"):
        render("html", [], ReportOptions(RULES))


@pytest.mark.parametrize(
    ("name", "unwanted"),
    [
        ("full", {"rich", "json", "xml", "hashlib"}),
        ("concise", {"rich", "json", "xml", "hashlib"}),
        ("json", {"rich", "xml", "hashlib"}),
    ],
)
def test_a_format_imports_no_other(name: str, unwanted: set[str]) -> None:
    code = (
        "import sys; from losslint.report import render; "
        "from losslint.report.model import ReportOptions; "
        f"''.join(render({name!r}, [], ReportOptions({{}}))); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    modules = set(run.stdout.split())
    assert not modules & unwanted
    loaded = {m for m in modules if m.startswith("losslint.report.formats.")}
    assert loaded == {f"losslint.report.formats.{name}"}


def test_json_has_the_promised_shape() -> None:
    items = json.loads(text_of("json", sample()))
    for item in items:
        assert list(item) == [
            "code", "name", "severity", "message", "filename", "location", "end_location",
            "cell", "path", "url", "fix",
        ]  # fmt: skip
    assert items[0]["filename"] == f"{BASE}/configs/model.yaml"
    assert items[0]["location"] == {"row": 7, "column": 18}
    assert items[0]["fix"]["applicability"] == "safe"
    assert items[3]["fix"]["applicability"] == "unsafe"
    assert items[6]["filename"] == f"{BASE}/out/model.keras!config.json"


def sarif_run(reports: list[FileOutcome]) -> Any:
    """The run of a SARIF log, validated."""
    log = json.loads(text_of("sarif", reports))
    schema = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
    jsonschema.validate(log, json.loads(schema.read_text("utf-8")))
    return log["runs"][0]


def test_sarif() -> None:
    run = sarif_run(sample())
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["help"]["text"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact.get("uriBaseId") == "SRCROOT" or artifact["uri"].startswith("file:///srv/")
    assert run["columnKind"] == "unicodeCodePoints"
    *_, archive = (r for r in run["results"] if "logicalLocations" in r["locations"][0])
    assert archive["message"]["text"].startswith("config.json:3:13 (at compile_config.loss): ")
    assert "fixes" not in archive


def test_sarif_columns_count_code_points() -> None:
    region = sarif_run([one("😀: x", Span(3, 4))])["results"][0]["locations"][0]
    assert region["physicalLocation"]["region"]["startColumn"] == 4


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_fingerprints_stay_when_lines_move(name: str) -> None:
    def prints(text: str) -> list[str]:
        at = text.index("x")
        found = one(text, Span(at, at + 1), "also on line 3").diagnostics[0]
        again = found._replace(message="also on line 9")
        log = json.loads(text_of(name, [FileOutcome("a", source("a", text), (found, again))]))
        if name == "gitlab":
            return [item["fingerprint"] for item in log]
        return [r["partialFingerprints"]["losslint/v1"] for r in log["runs"][0]["results"]]

    before, after = prints("a: x"), prints("\n\n  a: x")
    assert before == after
    assert len(set(before)) == 2


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("a b/c.yaml", ("a%20b/c.yaml", True)),
        (f"{BASE}/c.yaml", ("c.yaml", True)),
        ("./x/../c:d.yaml", ("c%3Ad.yaml", True)),
        ("../c.yaml", ("file:///home/user/c.yaml", False)),
        ("/srv/손.yaml", ("file:///srv/%EC%86%90.yaml", False)),
        (f"{BASE}2/c.yaml", ("file:///home/user/project2/c.yaml", False)),
    ],
)
def test_uris(path: str, reference: tuple[str, bool]) -> None:
    assert uri(path, BASE) == reference


def findings_of(**severities: int) -> list[FileOutcome]:
    """One file with so many findings of each severity."""
    found = tuple(
        Diagnostic("LL101", "n", name, "m", Span(0, 1))  # type: ignore[arg-type]
        for name, count in severities.items()
        for _ in range(count)
    )
    return [FileOutcome("a", source("a", "x"), found)]


@pytest.mark.parametrize(
    ("reports", "line"),
    [
        ([], "All checks passed! 3 files checked, 1 with losses"),
        (findings_of(info=1), "All checks passed! 3 files checked, 1 with losses, 1 note"),
        (findings_of(error=1), "Found 1 error in 1 of 3 files"),
        (findings_of(error=2, warning=1), "Found 2 errors, 1 warning in 1 of 3 files"),
        (findings_of(warning=2, info=2), "Found 2 warnings, 2 notes in 1 of 3 files"),
    ],
)
def test_summary(reports: list[FileOutcome], line: str) -> None:
    assert summary(reports, files=3, with_losses=1) == line


def test_summary_of_nothing_and_of_fixes() -> None:
    assert summary([], files=1, with_losses=0) == (
        "All checks passed! 1 file checked, none with losses"
    )
    assert summary([], files=1, with_losses=1, fixed=1).startswith("Fixed 1 finding. All checks")
    assert "(3 fixable with --fix --unsafe-fixes)" in summary(
        sample(), files=9, with_losses=5, unsafe_fixes=True
    )


def test_statistics_without_fixes_have_no_marks() -> None:
    assert statistics_text(counts(findings_of(error=12))) == "12\tLL101\tn\n"


def test_standard_input_keeps_its_name() -> None:
    found = one("x", Span(0, 1), path="-")
    assert text_of("concise", [found]).startswith("-:1:1: ")
    assert json.loads(text_of("json", [found]))[0]["filename"] == "-"


_TOY = '''"""A format of three lines, to see that one file is enough."""

FOR_PEOPLE = True


def render(reports, options):
    yield "".join(f"{report.path} has {len(report.diagnostics)}\\n" for report in reports)
'''


def _linked(folder: Path, into: Path) -> None:
    into.mkdir()
    for path in folder.iterdir():
        if path.name not in ("report", "formats", "__pycache__"):
            (into / path.name).symlink_to(path)


def test_a_format_is_one_file(tmp_path: Path) -> None:
    package, copy = FOLDER.parent.parent, tmp_path / "losslint"
    for folder in (package, package / "report", package / "report" / "formats"):
        _linked(folder, copy / folder.relative_to(package))
    (copy / "report" / "formats" / "toy.py").write_text(_TOY, "utf-8")
    (tmp_path / "a.yaml").write_text("model: {losses: [{criterion: focal_loss}]}\n", "utf-8")

    def run(*words: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "losslint", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    shown = run("check", "--no-cache", "--format", "toy", "a.yaml").splitlines()
    assert re.fullmatch("a.yaml has [1-9]", shown[0])
    assert shown[1].startswith("Found ")
    assert "sarif, toy;" in " ".join(run("check", "--help").split())
    assert run("check", "--format", _LOSSLINT_COMPLETE="=t") == "toy\t\n"
    assert "junit, sarif or toy; did you mean toy?\n" in run("check", "--format", "to", "a.yaml")


def test_a_format_says_nothing_by_a_name_that_is_not_read() -> None:
    read = {"FOR_PEOPLE", "LISTS_RULES", "ROOT_IN", "is_own", "render"}
    for name in FORMATS:
        tree = ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))
        for node in tree.body:
            names = [node.name] if isinstance(node, ast.FunctionDef) else []
            names += [t.id for t in getattr(node, "targets", []) if isinstance(t, ast.Name)]
            assert all(each.startswith("_") or each in read for each in names), name


ONE_ROW = json.dumps(
    {
        "layers": [{"class_name": "Dense", "config": {"units": n}} for n in range(800)],
        "compile_config": {"loss": {"cls": {"config": {"from_logits": True}}}},
    }
)


@pytest.mark.parametrize("member", [None, "config.json"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_row_that_no_screen_shows_has_the_way_beside_it(format: str, member: str | None) -> None:
    path = "compile_config.loss.cls.config.from_logits"
    found = Diagnostic("LL410", "x", "error", "Wrong", span(ONE_ROW, "true"), path=path)
    name = "m.keras" if member else "m.json"
    text = "".join(
        render(
            format,
            [FileOutcome(name, source(name, ONE_ROW, member), (found,))],
            ReportOptions(RULES),
        )
    )
    assert path in text
    assert len(ONE_ROW) > 30_000
    # The row itself is cut around the place.
    assert max(map(len, text.splitlines())) < 500
    if format == "full":
        frame = text.splitlines()[2:]
        assert all(len(line) <= 80 for line in frame)
        assert '"from_logits": true' in text


@pytest.mark.parametrize("format", ["concise", "full", "github", "gitlab", "junit"])
def test_where_rows_are_short_they_are_enough(format: str) -> None:
    found = Diagnostic("LL114", "x", "error", "Wrong", span(MODEL, "1.5"), path="model.losses[0]")
    report = FileOutcome("m.yaml", source("m.yaml", MODEL), (found,))
    assert "losses[0]" not in "".join(render(format, [report], ReportOptions(RULES)))
