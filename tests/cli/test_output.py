"""Several reports of one run: standard output and files, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.test_check import BROKEN
from tests.command import losslint


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "m.yaml").write_text(BROKEN)
    return tmp_path


@pytest.mark.slow
def test_several_at_once(project: Path) -> None:
    done = losslint(
        "check", "conf",
        "--format", "sarif=out.sarif", "--format", "full", "-f", "junit=out/../j.xml",
        cwd=project,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"the folder out/.. does not exist" in done.stderr
    (project / "out").mkdir()
    for _ in "twice":
        done = losslint(
            "check", "conf", "-f", "sarif=out.sarif", "-f", "full", "-f", "junit=out/j.xml",
            "-f", "json=conf/report.json", cwd=project,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert done.stdout.startswith(b"LL211 ")
        assert done.stdout.endswith(b"in 1 of 1 file\n") or b"of 2 files" in done.stdout
        (run,) = json.loads((project / "out.sarif").read_text())["runs"]
        assert [result["ruleId"] for result in run["results"]] == ["LL211"]
        assert ET.parse(project / "out" / "j.xml").getroot().get("failures") == "1"
        (finding,) = json.loads((project / "conf" / "report.json").read_text())
        assert finding["code"] == "LL211"
    assert sorted(os.listdir(project)) == ["conf", "out", "out.sarif"]


def test_only_a_file_leaves_the_summary_on_standard_output(project: Path) -> None:
    done = losslint("check", "conf", "--format", "full=report.txt", cwd=project)
    assert done.stdout == b"Found 1 error (1 fixable with --fix) in 1 of 1 file\n"
    assert (project / "report.txt").read_text().startswith("LL211 ")
    done = losslint("check", "conf", "-f", "json=-", cwd=project)
    assert json.loads(done.stdout)


@pytest.mark.parametrize("option", ["--diff", "--statistics"])
def test_files_are_written_beside_what_is_shown_instead(option: str, project: Path) -> None:
    alone = losslint("check", "conf", option, cwd=project)
    done = losslint("check", "conf", option, "-f", "json=o.json", "-f", "full=o.txt", cwd=project)
    assert (done.returncode, done.stdout) == (1, alone.stdout)
    # The file is as it was, and so is what is found in it.
    (finding,) = json.loads((project / "o.json").read_text())
    assert finding["code"] == "LL211"
    assert (project / "o.txt").read_text().startswith("LL211 ")
    assert (project / "conf" / "m.yaml").read_text() == BROKEN


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-f", "json", "-f", "full"], "one of them can go to standard output"),
        (["-f", "json=a.json", "-f", "sarif=./a.json"], "another report goes into that file"),
        (["-f", "xml=a"], "--format xml: choose concise, full,"),
        (["-f", "json="], "name the file behind the ="),
        (["-f", "json=conf"], "is a folder"),
        (["-f", "json=none/a.json"], "the folder none does not exist"),
        (["-f", "json=conf/m.yaml"], "the file is one of those checked"),
        (["-f", "full=link.yaml"], "the file is one of those checked"),
    ],
)
def test_refusals_are_one_sentence_and_write_nothing(
    arguments: list[str], sentence: str, project: Path
) -> None:
    (project / "link.yaml").symlink_to("conf/m.yaml")
    done = losslint("check", "conf", *arguments, cwd=project)
    assert (done.returncode, done.stdout) == (2, b"")
    assert sentence in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert (project / "conf" / "m.yaml").read_text() == BROKEN


def test_an_input_named_itself_is_never_written_over(project: Path) -> None:
    (project / "notes.txt").write_text(BROKEN)
    done = losslint("check", "notes.txt", "-f", "full=notes.txt", cwd=project)
    assert done.returncode == 2
    assert (project / "notes.txt").read_text() == BROKEN
    (project / "empty.json").write_text("[]")
    done = losslint("check", "conf", "empty.json", "-f", "json=empty.json", cwd=project)
    assert done.returncode == 2


def test_a_report_that_cannot_be_written(project: Path) -> None:
    done = losslint("check", "conf", "-f", "json=/dev/full", cwd=project)
    assert done.returncode == 2
    assert b"/dev/full cannot be written: No space left" in done.stderr
