"""Completion: what is offered, and real shells on a terminal, from the first Tab of a session."""

from __future__ import annotations

import io
import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from pathlib import Path
from unittest import mock

import pytest

from losslint.cli import COMMANDS
from losslint.cli.complete import VARIABLE, complete

SHELLS = ("bash", "zsh", "fish", "powershell")
TYPED = [shell for shell in SHELLS if shell != "powershell"]


def offered(line: str) -> list[str]:
    """What is offered at the end of a command line, a value and a tab and what it is."""
    *words, typed = line.split(" ")
    told = io.StringIO()
    with mock.patch.dict(os.environ, {VARIABLE: f"={typed}"}), redirect_stdout(told):
        complete(words)
    return told.getvalue().splitlines()


def values(line: str) -> list[str]:
    return [each.partition("\t")[0] for each in offered(line)]


@pytest.mark.parametrize(
    "line", ["xy", "nothing ", "server ", "check --jobs ", "completion bash ", "check --nothing"]
)
def test_nothing_is_offered(line: str) -> None:
    assert offered(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ch", ["check"]),
        ("--v", ["--version"]),
        ("check --color a", ["auto", "always"]),
        ("check --color=a", ["--color=auto", "--color=always"]),
        ("check --format s", ["sarif"]),
        ("check -f s", ["sarif"]),
        ("check --format=s", ["--format=sarif"]),
        ("check --fix-only --fi", ["--fix"]),
        ("check --ignore LL1 --ignore LL2 --ign", ["--ignore"]),
        ("check --fix --force-exclude a.yaml --f", ["--format", "--fix-only"]),
        ("check --select LL11", [f"LL11{number}" for number in range(10)]),
        ("check --select LL110,unknown-l", ["LL110,unknown-loss"]),
        ("check --target ", ["netspresso=", "keras="]),
        ("check --target=keras=2.15", ["--target=keras=2.15.0"]),
        ("config --target netspresso=1.4.", ["netspresso=1.4.1", "netspresso=1.4.0"]),
        ("convert --to ", ["keras", "netspresso"]),
        ("convert --style obj", ["object"]),
        ("dry-run --device c", ["cpu", "cuda"]),
        ("dry-run --dtype float16,b", ["float16,bfloat16"]),
        ("dry-run --no", ["--node-resource", "--no-amp"]),
        ("schema s", ["settings"]),
        ("rule unknown-l", ["unknown-loss"]),
        ("loss yolox", ["yolox_loss"]),
        ("completion ", list(SHELLS)),
        ("", list(COMMANDS)),
    ],
)
def test_values_are_offered(line: str, expected: list[str]) -> None:
    assert values(line) == expected


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("check ", ""),
        ("check a.yaml b", ""),
        ("check -- --fix ", ""),
        ("check --changed ", ""),
        ("check --baseline ", ""),
        ("check --config=a", "--config="),
        ("check -f sarif=", "sarif="),
        ("check --format=sarif=a", "--format=sarif="),
        ("dry-run --report ", ""),
        ("convert -o ", ""),
    ],
)
def test_a_file_is_asked_of_the_shell(line: str, taken: str) -> None:
    assert offered(line) == [f":files\t{taken}"]


def test_every_offer_says_what_it_is() -> None:
    assert "LL110\tunknown-parameter" in offered("check --select LL")
    assert "unknown-parameter\tLL110" in offered("rule u")
    assert "keras=3.15.1\tKeras" in offered("check --target keras=")
    assert all(not each.endswith("\t") for each in offered("") + offered("check -") + offered("-"))


@pytest.mark.parametrize(
    ("words", "typed", "unwanted"),
    [
        (["check"], "--f", "losslint.rules"),
        (["check"], "--f", "losslint.catalog"),
        (["check", "--format"], "s", "losslint.rules"),
        (["dry-run", "--device"], "", "losslint.catalog"),
        (["check", "--target"], "k", "losslint.rules"),
        (["check", "--select"], "L", "losslint.rules.unknown_loss"),
        ([], "c", "losslint.rules"),
        ([], "c", "typer"),
    ],
)
def test_nothing_is_imported_that_is_not_asked_for(
    words: list[str], typed: str, unwanted: str
) -> None:
    code = (
        "import sys\nfrom losslint.cli import main\ntry: main(sys.argv[1:])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "_LOSSLINT_COMPLETE": f"={typed}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout
    assert unwanted not in done.stderr.split()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose `losslint` completes, and else writes down what it was called with."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "losslint"
    root = Path(__file__).parent.parent.parent
    program.write_text(
        "#!/bin/sh\n"
        f"export PYTHONPATH={shlex.quote(str(root))}\n"
        f'test "$1" != completion -a -z "$_LOSSLINT_COMPLETE" || '
        f'exec {shlex.quote(sys.executable)} -m losslint "$@"\n'
        f"printf '%s\\n' \"$@\" end >> {shlex.quote(str(tmp_path / 'called'))}\n"
    )
    program.chmod(0o755)
    (tmp_path / "my settings.toml").touch()
    (tmp_path / "reports").mkdir()
    # How each shell loads the script is what its head says.
    (tmp_path / ".bashrc").write_text('PS1="READY> "\neval "$(losslint completion bash)"\n')
    (tmp_path / ".zshrc").write_text('PS1="READY> "\neval "$(losslint completion zsh)"\n')
    fish = tmp_path / ".config" / "fish"
    (fish / "completions").mkdir(parents=True)
    (fish / "config.fish").write_text(
        "function fish_prompt; printf 'READY> '; end\nset -g fish_greeting\n"
        "losslint completion fish > ~/.config/fish/completions/losslint.fish\n"
    )
    return tmp_path


_SPOKEN = {
    "bash": ["--noprofile", "-i"],
    "zsh": ["-i"],
    "fish": ["-i"],
}


class Session:
    """A shell on a terminal of its own, as somebody who types sees it."""

    def __init__(self, shell: str, home: Path) -> None:
        self.home, self.seen, self._read = home, "", 0
        path = shutil.which(shell)
        assert path is not None
        environment = {
            "HOME": str(home),
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }
        self.process, self.terminal = pty.fork()
        if not self.process:
            os.chdir(home)
            os.execve(path, [shell, *_SPOKEN[shell]], environment)
        self.wait_for(lambda: "READY>" in self.seen)

    def wait_for(self, condition: object, seconds: float = 120) -> None:
        """Read what the shell prints until something holds."""
        end = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < end, self.seen
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.seen += os.read(self.terminal, 4096).decode("utf-8", "replace")

    def called(self) -> list[list[str]]:
        """The words of each call of losslint."""
        log = self.home / "called"
        text = log.read_text() if log.exists() else ""
        return [each.strip("\n").split("\n") for each in text.split("end\n")[:-1]]

    def type(self, keys: str) -> list[str]:
        """Type a line and Enter; the words that losslint is called with."""
        before = len(self.called())
        os.write(self.terminal, keys.encode() + b"\n")
        self.wait_for(lambda: len(self.called()) > before)
        return self.called()[before]

    def close(self) -> None:
        with suppress(OSError):
            os.write(self.terminal, b"exit\n")
        os.close(self.terminal)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)


@pytest.fixture
def session(home: Path, shell: str) -> Iterator[Session]:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    opened = Session(shell, home)
    yield opened
    opened.close()


@pytest.mark.parametrize("shell", TYPED)
def test_the_first_tab_of_a_session_completes_a_value(session: Session) -> None:
    assert session.type("losslint check --format sar\t") == ["check", "--format", "sarif"]


@pytest.mark.parametrize("shell", ["zsh"])
def test_the_first_tab_with_a_file_of_fpath(shell: str, home: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    (home / ".zshrc").write_text(
        'PS1="READY> "\nmkdir -p ~/functions\nlosslint completion zsh > ~/functions/_losslint\n'
        "fpath=(~/functions $fpath)\nautoload -Uz compinit && compinit -u\n"
    )
    session = Session(shell, home)
    assert session.type("losslint check --format sar\t") == ["check", "--format", "sarif"]
    assert session.type("losslint dry-run --device cu\t") == ["dry-run", "--device", "cuda"]
    session.close()


@pytest.mark.slow
@pytest.mark.parametrize("shell", TYPED)
def test_what_is_typed_in_a_session(session: Session) -> None:
    typed = {
        "losslint dr\t": "dry-run",
        "losslint check --col\tnev\t": "check|--color|never",
        "losslint check --color=al\t": "check|--color=always",
        "losslint check -f git\tl\t": "check|-f|gitlab",
        "losslint check --target ker\t2.15.0\t": "check|--target|keras=2.15.0",
        "losslint check --target=netspresso=1.4.1\t": "check|--target=netspresso=1.4.1",
        "losslint check --select LL110,unknown-los\t": "check|--select|LL110,unknown-loss",
        "losslint dry-run --dtype float32,bf\t": "dry-run|--dtype|float32,bfloat16",
        "losslint dry-run --device mp\t": "dry-run|--device|mps",
        "losslint rule unknown-los\t": "rule|unknown-loss",
        "losslint loss yolox\t": "loss|yolox_loss",
        "losslint convert --to net\t": "convert|--to|netspresso",
        "losslint check --config my\t": "check|--config|my settings.toml",
        "losslint check --config=my\t": "check|--config=my settings.toml",
        "losslint check rep\t": "check|reports",
        "losslint check --format sarif=rep\t": "check|--format|sarif=reports",
        "losslint check --format=sarif=rep\t": "check|--format=sarif=reports",
        "cd / && ~/bin/losslint schema set\t": "schema|settings",
    }
    # zsh takes the slash of a folder back when the line ends there.
    found = {keys: "|".join(session.type(keys)).rstrip("/") for keys in typed}
    assert found == typed


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_one_of_its_shell(shell: str, home: Path) -> None:
    script = subprocess.run(
        [home / "bin" / "losslint", "completion", shell],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "_LOSSLINT_COMPLETE" in script
    assert f"losslint completion {shell}" in script.partition("\n\n")[0]
    if shell in TYPED and (path := shutil.which(shell)):
        subprocess.run([path, "-n"], input=script, text=True, check=True)
