"""The README's picture: `losslint check` on a program, in colour, as an SVG that asks no network.

`python -m tests.picture` runs the command and writes the picture anew; `tests/test_picture.py`
holds the file in the repository to what the command prints today.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "check.svg"
COMMAND = "losslint check fixtures/python/broken/train.py"
_COLUMNS = 92

# Background, foreground, then the eight colours of a terminal and their bright ones; each is told
# from the background with a contrast of 4.5 or more.
_THEME = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [
        (110, 118, 129),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (230, 237, 243),
    ],
    [
        (139, 148, 158),
        (255, 161, 152),
        (126, 231, 135),
        (242, 204, 96),
        (165, 214, 255),
        (226, 197, 255),
        (179, 240, 255),
        (255, 255, 255),
    ],
)
# rich's own frame loads its font from the network: this one takes the reader's.
_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}\n", re.S)


def printed() -> str:
    """What the command prints on a terminal with colours: text with ANSI escapes."""
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(COMMAND), "--color", "always", "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": str(_COLUMNS)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return done.stdout


def draw(text: str) -> str:
    """The SVG of a terminal that shows the command and `text` (with ANSI escapes)."""
    console = Console(
        file=io.StringIO(),
        record=True,
        width=_COLUMNS,
        force_terminal=True,
        color_system="truecolor",
    )
    console.print(Text.assemble(("$ ", "bright_black"), (COMMAND, "bold")))
    console.print(Text.from_ansi(text.rstrip("\n")))
    svg = console.export_svg(title="losslint", theme=_THEME, unique_id="losslint")
    return _FONT_FACES.sub("\n", svg).replace("Fira Code", "ui-monospace, Menlo, Consolas")


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(printed()), encoding="utf-8")
