"""Every `$ losslint …` of the README is run, and prints what stands there.

`python -m tests.test_readme` writes today's output into the README.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from losslint.cli import COMMANDS, build
from losslint.report import FORMATS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n\$ (losslint [^\n]*)\n(.*?)```", re.S)
_FORMATS = re.compile(r"(?<=`--format )\w+(?:\\\|\w+)+")
_COMMANDS = re.compile(r"^## Commands\n(.*?)^##", re.S | re.M)
_DOCS = ("ci.md", "editors.md", "old-repository.md")
_PAGES = (README, *(ROOT / "docs" / name for name in _DOCS), ROOT / "SECURITY.md")


def output(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1)
    return done.stdout


@pytest.mark.parametrize(("command", "shown"), _BLOCK.findall(README.read_text("utf-8")))
def test_examples_print_what_is_shown(command: str, shown: str) -> None:
    assert output(command) == shown


def _with_formats(text: str) -> str:
    return _FORMATS.sub(lambda _: r"\|".join(FORMATS), text)


def test_the_formats_are_those_there_are() -> None:
    text = README.read_text("utf-8")
    assert _FORMATS.search(text)
    assert _with_formats(text) == text


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_the_commands_and_options_named_are_those_there_are(page: Path) -> None:
    from typer.main import get_command

    commands = get_command(build(list(COMMANDS))).commands  # type: ignore[attr-defined]
    known = {
        name: {word for each in command.params for word in (*each.opts, *each.secondary_opts)}
        for name, command in commands.items()
    }
    text = page.read_text("utf-8")
    for name, rest in re.findall(r"losslint ([a-z][a-z-]+)((?: [^`|\n]*)?)", text):
        if name in known:
            options = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest))
            assert options <= known[name] | {"--help"}, (name, rest)
    if page == README:
        (section,) = _COMMANDS.findall(text)
        assert re.findall(r"^\| `losslint ([a-z-]+)", section, re.M) == list(COMMANDS)
        anywhere = set().union(*known.values()) | {"--help", "--version"}
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", section)) <= anywhere


def update() -> None:
    text = _with_formats(README.read_text("utf-8"))
    README.write_text(
        _BLOCK.sub(lambda m: f"```console\n$ {m[1]}\n{output(m[1])}```", text), encoding="utf-8"
    )


if __name__ == "__main__":
    update()
