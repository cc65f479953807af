"""--help: read as a person reads it."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from typer import Typer
from typer.testing import CliRunner

from losslint.cli import COMMANDS, build
from tests.command import losslint_text


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return losslint_text(*arguments, env={**os.environ, "COLUMNS": "80", **environment})


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
    # Nobody who only calls it need know of Python's types.
    assert "<" not in done.stdout.partition("Arguments:")[2].partition("Options:")[0]
    # No summary of a command is cut.
    assert "..." not in done.stdout.partition("Commands:")[2]


def test_the_real_command_names_itself() -> None:
    assert run("check", "-h").stdout.startswith("Usage: losslint check ")
