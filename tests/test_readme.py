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

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n\$ (losslint [^\n]*)\n(.*?)```", re.S)


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


def update() -> None:
    text = README.read_text("utf-8")
    README.write_text(
        _BLOCK.sub(lambda m: f"```console\n$ {m[1]}\n{output(m[1])}```", text), encoding="utf-8"
    )


if __name__ == "__main__":
    update()
