"""--help, --version, completion: read as a person or a shell reads them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from losslint.cli import COMMANDS, build


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "losslint", *arguments],
        env={**os.environ, "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def app() -> Typer:
    return build(list(COMMANDS))


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_and_shows_examples(command: str, app: Typer) -> None:
    arguments = [*command.split(), "--help"]
    done = CliRunner().invoke(app, arguments, prog_name="losslint", env={"COLUMNS": "80"})
    assert done.exit_code == 0
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert done.stdout.startswith(f"Usage: losslint {command}".rstrip())
    assert re.search(r"\n  Examples:\n    \S", done.stdout)
    # No summary of a command is cut.
    assert "..." not in done.stdout.partition("Commands:")[2]


def test_the_real_command_names_itself() -> None:
    assert run("check", "-h").stdout.startswith("Usage: losslint check ")


def completed(words: str) -> list[str]:
    done = run(
        _LOSSLINT_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split(" ")) - 1),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1] if done.stdout.endswith("\n") else done.stdout.split("\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("losslint ch", ["check"]),
        ("losslint check --color a", ["auto", "always"]),
        ("losslint check --format s", ["sarif"]),
        ("losslint schema s", ["settings"]),
        ("losslint rule unknown-l", ["unknown-loss"]),
        ("losslint loss yolox", ["yolox_loss"]),
    ],
)
def test_completion(words: str, expected: list[str]) -> None:
    assert completed(words) == expected


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_completion_in_a_real_bash(tmp_path: Path) -> None:
    (tmp_path / "losslint").write_text(f'#!/bin/sh\nexec {sys.executable} -m losslint "$@"\n')
    (tmp_path / "losslint").chmod(0o755)
    script = """
        source <(losslint --show-completion)
        function=$(complete -p losslint | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        COMP_WORDS=(losslint dr) COMP_CWORD=1
        $function losslint dr losslint
        echo "${COMPREPLY[@]}"
    """
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**os.environ, "PATH": path, "SHELL": "/bin/bash"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "dry-run\n", done.stderr
