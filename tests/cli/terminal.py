"""losslint on a terminal of its own: what a person sees of a command, and all that was written."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.command import Command

_CODES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
_START = "import sys; import losslint.cli.options as options; from losslint.cli import main; "


class Seen(NamedTuple):
    """The exit code, what was written, and what stands on the screen at the end."""

    code: int
    written: str
    lines: list[str]


def on_terminal(
    words: list[str],
    cwd: Path,
    *,
    width: int = 80,
    before: str = "",
    after: str = "",
    piped: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Seen:
    """Run losslint; `before` and `after` are Python code around it; `piped`: only standard error
    leads to the terminal."""
    own, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    run = f"try: main({words!r})\nfinally: {after or 'pass'}"
    left_out = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    process = Command(
        words,
        cwd,
        (theirs, nowhere if piped else theirs, theirs),
        {**kept, "TERM": "xterm", **(environment or {})},
        f"{_START}{before}\n{run}",
    )
    os.close(theirs)
    os.close(nowhere)
    written = _all_of(own)
    text = written.replace("\r\n", "\n")
    return Seen(process.wait(300), text, _screen(text))


def _all_of(own: int) -> str:
    parts: list[bytes] = []
    try:
        while part := os.read(own, 1 << 16):
            parts.append(part)
    except OSError:
        # The other end is closed.
        pass
    finally:
        os.close(own)
    return b"".join(parts).decode()


def _screen(text: str) -> list[str]:
    """The lines once a line that was wiped is gone."""
    plain = _CODES.sub("", text)
    return [line.rpartition("\x1b[K")[2].lstrip("\r") for line in plain.split("\n")]
