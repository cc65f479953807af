"""`--watch` on a terminal: a change is checked, the screen drawn anew, Ctrl-C is clean."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from losslint.cli.watch import Watcher
from losslint.files.cache import Cache
from losslint.linter.cache_keys import ResultCache
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from tests.cli.test_check import BROKEN, SOUND
from tests.command import losslint

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


# Without notifications, or without anything else: to rest would be an error then.
WAYS = {
    "poll": "import sys; sys.modules['watchfiles'] = None",
    "watchfiles": "import time; from losslint.cli import watch; watch._SHARE = 0; "
    "watch.time = type('', (), dict(monotonic=time.monotonic, strftime=time.strftime))",
}
MAIN = "import sys; from losslint.cli import main; main(sys.argv[1:])"


class Terminal:
    """A pseudo-terminal with `losslint check --watch` on it."""

    def __init__(self, folder: Path, way: str, *arguments: str) -> None:
        self._own, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{WAYS[way]}\n{MAIN}", "check", "--watch", *arguments],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "NO_COLOR": "1", "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def wait_for(self, words: str, seconds: float = 300) -> str:
        """Everything on the screen, once the words stand there."""
        end = time.monotonic() + seconds
        while words not in self.screen and time.monotonic() < end:
            self._read(0.1)
        assert words in self.screen, self.seen
        while "Ctrl-C ends it" not in self.screen and time.monotonic() < end:
            self._read(0.1)
        return self.screen

    @property
    def screen(self) -> str:
        """What was drawn since the screen was cleared last."""
        return self.seen.rpartition(_CLEAR)[2]

    def _read(self, seconds: float) -> None:
        if select.select([self._own], [], [], seconds)[0]:
            try:
                self.seen += os.read(self._own, 65536).decode().replace("\r\n", "\n")
            except OSError:
                # The other end is closed.
                return

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; the exit code, and what was printed after it."""
        before = len(self.seen)
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(300)
        self._read(0.2)
        return code, self.seen[before:]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(300)
        os.close(self._own)


@pytest.fixture(params=list(WAYS))
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    if request.param == "watchfiles":
        pytest.importorskip("watchfiles")
    (tmp_path / "a.yaml").write_text(BROKEN)
    (tmp_path / "b.yaml").write_text(SOUND)
    opened = Terminal(tmp_path, request.param, "-f", "concise")
    yield opened
    opened.close()


def put(path: Path, text: str) -> None:
    """Write a file whole, so that no look at it falls between emptying and filling it."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text)
    beside.replace(path)


@pytest.mark.slow
def test_what_changes_is_checked_again(terminal: Terminal, tmp_path: Path) -> None:
    screen = terminal.wait_for("2 files checked; watching")
    assert "a.yaml:4:15: LL211" in screen
    put(tmp_path / "a.yaml", SOUND)
    screen = terminal.wait_for("1 file checked; watching")
    assert screen.startswith("All checks passed!")
    assert terminal.seen.count(_CLEAR) == 2
    put(tmp_path / "c.yaml", BROKEN.replace("weight: '1'", "weight: '22'"))
    assert "c.yaml:4:15: LL211" in terminal.wait_for("c.yaml")
    put(tmp_path / "losslint.toml", 'ignore = ["LL2"]\n')
    terminal.wait_for("3 files checked; watching")
    put(tmp_path / "losslint.toml", 'ignore = ["LL999"]\n')
    screen = terminal.wait_for("'LL999' is no rule")
    assert "passed" not in screen
    (tmp_path / "losslint.toml").unlink()
    terminal.wait_for("c.yaml:4:15")
    (tmp_path / "c.yaml").unlink()
    terminal.wait_for("All checks passed! 2 files checked")
    code, after = terminal.interrupt()
    assert (code, after.strip("^C\n")) == (0, "")
    assert after.endswith("\n")
    # Nothing but clearing was sent: no cursor is hidden, no other screen is left open.
    assert set(re.findall(r"\x1b\[[0-9;?]*[A-Za-z]", terminal.seen)) <= {
        "\x1b[H", "\x1b[2J", "\x1b[3J",
    }  # fmt: skip


def test_the_exit_code_is_that_of_the_last_look(terminal: Terminal) -> None:
    terminal.wait_for("2 files checked; watching")
    assert terminal.interrupt()[0] == 1


def test_a_file_with_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not below the paths counts too: settings above, and what one run merges."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.yaml").write_text(SOUND.replace("model:", "model:\n  task: classification"))
    (tmp_path / "training.yaml").write_text("training:\n  epochs: 3\n")
    cache = ResultCache(Cache(None))
    watcher = Watcher(lambda: Linter(Overrides(), cache), ["model.yaml"])
    assert watcher.look() == 1
    assert watcher.look() == 0
    (tmp_path / "training.yaml").write_text(SOUND + "training:\n  epochs: 3\n")
    assert watcher.look() == 1
    assert {d.code for o in watcher.outcomes for d in o.diagnostics} == {"LL502"}
    (tmp_path / "losslint.toml").write_text('ignore = ["LL502"]')
    assert watcher.look() == 1
    assert [o.diagnostics for o in watcher.outcomes] == [()]
    (tmp_path / "model.yaml").unlink()
    assert watcher.look() == 0
    assert watcher.problems == ("model.yaml does not exist",)
    # What has not changed is the same object.
    (tmp_path / "model.yaml").write_text(SOUND)
    (tmp_path / "training.yaml").unlink()
    assert watcher.look() == 1
    os.utime(tmp_path / "model.yaml", (1, 1))
    kept = watcher.outcomes
    assert watcher.look() == 0
    assert watcher.outcomes[0] is kept[0]
    assert capsys.readouterr() == ("", "")


def test_in_a_pipe_nothing_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BROKEN)
    process = subprocess.Popen(
        [sys.executable, "-m", "losslint", "check", "--watch"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "watching" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert out.startswith("LL211 ")
    assert "\x1b" not in out
    assert err == ""


@pytest.mark.parametrize("arguments", [["--fix"], ["--diff"], ["-"], ["missing.yaml"]])
def test_what_cannot_be_watched_is_refused(arguments: list[str], tmp_path: Path) -> None:
    done = losslint("check", "--watch", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
