"""Every wrong usage is answered in one sentence, which somebody has read."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from losslint.cli import COMMANDS
from tests.cli.wrong_usages import GOLDEN, answer, commands, project, rendered
from tests.command import ROOT


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LOSSLINT_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def test_the_answers_are_those_that_were_read() -> None:
    golden = GOLDEN.read_text(encoding="utf-8")
    with project():
        # `python -m tests.cli.wrong_usages` writes them anew; read what is new.
        assert rendered(commands(golden)) == golden


def test_each_is_one_sentence_and_2() -> None:
    lines = commands(GOLDEN.read_text(encoding="utf-8"))
    assert len(lines) == len(set(lines)) >= 60
    assert {line.partition(" ")[0] for line in lines} >= set(COMMANDS)
    with project():
        for line in lines:
            found = answer(shlex.split(line))
            assert (found.code, found.output) == (2, ""), line
            assert re.fullmatch(r"losslint: [^\n]+[^\n.]\n", found.error), found
            assert "Traceback" not in found.error
            assert "Possible options" not in found.error
            assert "alue error" not in found.error


def test_a_folder_that_was_deleted_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    code = (
        "import os, sys\nfrom losslint.cli import main\n"
        "os.chdir('gone'); os.rmdir('../gone'); main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, "check", "--no-cache", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"losslint: the current folder is no longer there\n"
