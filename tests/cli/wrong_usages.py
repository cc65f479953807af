"""What losslint says of wrong usages: `python -m tests.cli.wrong_usages` writes the answers anew.

The file beside this one, `wrong_usages.txt`, holds command lines and their answers. A new one is
a line `$ losslint …` put there by hand; every answer is read before it is committed.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from losslint import __version__
from losslint.cli import main

GOLDEN = Path(__file__).parent / "wrong_usages.txt"
_PROMPT = "$ losslint "

_KERAS = (
    '{"compile_config": {"optimizer": "adam", "loss": {"module": "keras.losses", '
    '"class_name": "Huber", "config": {}}}}\n'
)
_FILES = {
    "a.yaml": "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n",
    "b.json": _KERAS,
    "d/c.yaml": "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n",
    "train.py": (
        "import keras\nmodel = keras.Sequential()\n"
        "model.compile(optimizer='adam', loss='mean_squared_error')\n"
        "model.compile(optimizer='adam', loss='categorical_crossentropy')\n"
    ),
    "none.yaml": "name: x\n",
    "notes.txt": "no settings\n",
    "wrong.toml": 'select = ["LL1"]\nselekt = ["LL1"]\n',
    "type.toml": "exclude = 5\n",
    "rule.toml": 'ignore = ["LL9999"]\n',
    "broken.toml": "select = [\n",
    "future.toml": 'required-version = ">=99"\n',
    "old.toml": 'target = {keras = "0.1"}\n',
    "base.json": "{}\n",
}


class Answer(NamedTuple):
    """What a command line gives: its exit code, standard error and standard output."""

    code: object
    error: str
    output: str


@contextmanager
def project() -> Iterator[None]:
    """A folder with a few configs and settings that cannot be used, as the current one."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in _FILES.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        os.symlink("nowhere", Path(folder, "dangling.yaml"))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def answer(words: list[str]) -> Answer:
    """What losslint says to a command line, in the current folder, with nothing as its input."""
    output, error = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    code: object = None
    nothing = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(output), redirect_stderr(error), patch.object(sys, "stdin", nothing):
        try:
            main(words)
        except SystemExit as leaving:
            code = leaving.code
    output.seek(0)
    return Answer(code, error.getvalue(), output.read())


def commands(text: str) -> list[str]:
    """The command lines of the golden file."""
    lines = text.splitlines()
    return [line.removeprefix(_PROMPT) for line in lines if line.startswith(_PROMPT)]


def rendered(lines: list[str]) -> str:
    """The golden file for these command lines."""
    return "\n".join(map(_entry, lines))


def _entry(line: str) -> str:
    found = answer(shlex.split(line))
    shown = found.output and f"(standard output)\n{found.output}"
    told = found.error.replace(f"losslint {__version__}", "losslint VERSION")
    return f"{_PROMPT}{line}\n{told}{shown}exit code {found.code}\n"


if __name__ == "__main__":
    with project():
        written = rendered(commands(GOLDEN.read_text(encoding="utf-8")))
    GOLDEN.write_text(written, encoding="utf-8")
