"""Standard input: what `-` gives back, byte for byte, and what it goes together with."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_check import BROKEN, SOUND
from tests.command import losslint

MENDED = BROKEN.replace("'1'", "1")
HALF = BROKEN + "      label_smoothing: 2 # \N{SNOWMAN}\n"


def shell(line: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A command line with redirections; `losslint` in it is this one."""
    script = line.replace("losslint", f"'{sys.executable}' -m losslint")
    return subprocess.run(
        ["sh", "-c", script], cwd=cwd, input=stdin, capture_output=True, timeout=300, check=False
    )


def test_a_file_of_the_name_is_neither_written_nor_shown(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    words = ["check", "--fix", "--stdin-filename", "m.yaml", "-"]
    done = losslint(*words, cwd=tmp_path, stdin=BROKEN.encode())
    assert (done.returncode, done.stdout, done.stderr) == (0, MENDED.encode(), b"")
    assert (tmp_path / "m.yaml").read_text() == BROKEN


def test_a_file_that_went_away_is_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from losslint.cli.fixing import FixRequest
    from losslint.cli.stream import Stream
    from losslint.files.discovery import FoundFile
    from losslint.linter.runner import Linter
    from losslint.settings.model import Overrides

    path = tmp_path / "m.yaml"
    path.write_text(BROKEN)
    linter = Linter(Overrides())
    outcome = linter.run(FoundFile(str(path)))
    path.unlink()
    stream = Stream([outcome])
    stream.fix_with(linter, FixRequest(unsafe=False, write=True))
    list(stream.reports())
    told = capsys.readouterr()
    assert told.out == ""
    assert "cannot be read again" in told.err


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (b"", "utf-8")],
)
def test_the_bytes_outside_a_fix_stay(mark: bytes, encoding: str, tmp_path: Path) -> None:
    before = mark + HALF.replace("\n", "\r\n").encode(encoding)
    after = mark + HALF.replace("'1'", "1").replace("\n", "\r\n").encode(encoding)
    done = shell("PYTHONIOENCODING=ascii losslint check --fix -", tmp_path, before)
    assert done.stdout == after
    again = losslint("check", "--fix", "-", cwd=tmp_path, stdin=after)
    assert again.stdout == after


def test_what_is_no_text_comes_back_as_it_was(tmp_path: Path) -> None:
    done = losslint("check", "--fix", "-", cwd=tmp_path, stdin=b"model: \xff")
    assert (done.returncode, done.stdout) == (1, b"model: \xff")
    assert b"not UTF-8" in done.stderr


@pytest.mark.parametrize("extra", [[], ["--format", "json"], ["--statistics"]])
def test_what_is_left_is_told_on_standard_error(extra: list[str], tmp_path: Path) -> None:
    done = losslint("check", "--fix", "-", *extra, cwd=tmp_path, stdin=HALF.encode())
    assert done.returncode == 1
    assert done.stdout == HALF.replace("'1'", "1").encode()
    assert b"LL113" in done.stderr
    assert b"LL211" not in done.stderr


def test_a_report_in_a_file_is_written_beside_the_text(tmp_path: Path) -> None:
    words = ["check", "--fix", "-", "--format", "json=o.json"]
    done = losslint(*words, cwd=tmp_path, stdin=HALF.encode())
    assert b"LL113" in (tmp_path / "o.json").read_bytes()
    assert done.stdout == HALF.replace("'1'", "1").encode()


@pytest.mark.parametrize(
    "words",
    [["check", "-", "m.yaml"], ["check", "-", "-"], ["check", "--fix", "m.yaml", "-"],
     ["convert", "-", "m.yaml", "--to", "keras"], ["dry-run", "m.yaml", "-"]],
)  # fmt: skip
def test_it_stands_alone(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    done = losslint(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"losslint: - stands alone: standard input goes with no other path\n"
    assert (tmp_path / "m.yaml").read_text() == BROKEN


@pytest.mark.parametrize(
    "command", ["check -", "check --fix -", "convert - --to keras", "dry-run -"]
)
def test_one_that_is_closed(command: str, tmp_path: Path) -> None:
    done = shell(f"losslint {command} <&-", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"losslint: standard input is closed\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the device is Linux's")
@pytest.mark.parametrize("command", ["check m.yaml", "check --fix - <m.yaml", "rule", "--help"])
def test_standard_output_that_is_full(command: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    done = shell(f"losslint {command} >/dev/full", tmp_path)
    assert done.returncode == 2
    reason = b"standard output cannot be written: No space left on device"
    assert done.stderr == b"losslint: " + reason + b"\n"


def test_streams_that_are_closed(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(SOUND)
    done = shell("losslint check m.yaml >&-", tmp_path)
    assert (done.returncode, done.stderr) == (2, b"losslint: standard output is closed\n")
    done = shell("losslint check missing.yaml 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
