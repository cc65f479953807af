"""`python -m losslint …` as scripts see it, without Python's start and the imports of each time.

A process of the test run has imported the command; for each call it forks a child, which gets its
own streams, folder and environment and ends as the real one does. Where a test is about the start
itself, or what is imported, it starts `sys.executable` as usual. Where the system cannot hand over
children in this way, all do.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NoReturn

ROOT = Path(__file__).parent.parent
# What reads how patient it is when it is imported, which a test changes before.
_LATER = frozenset(
    f"losslint.cli.{name}" for name in ("check", "check_files", "convert", "dry_run", "progress")
)
FORKS = hasattr(os, "pidfd_open") and hasattr(socket, "send_fds")


def losslint(
    *arguments: str,
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float = 300,
    env: Mapping[str, str] | None = None,
    together: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a folder: what it left with, and what it wrote.

    `together`: as by `2>&1`, all of it is output.
    """
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        command = Command(arguments, cwd, (given, out, out if together else err), env)
        try:
            code = command.wait(timeout)
        except subprocess.TimeoutExpired:
            command.kill()
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["losslint", *arguments], code, out.read(), err.read())


def losslint_text(
    *arguments: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    together: bool = False,
) -> subprocess.CompletedProcess[str]:
    """The same, with what it wrote as text."""
    done = losslint(*arguments, cwd=cwd, env=env, together=together)
    out, err = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def assert_refused(sentence: str, *arguments: str, cwd: Path) -> None:
    """Wrong usage leaves with 2 and one sentence on standard error, before anything is written."""
    done = losslint(*arguments, cwd=cwd)
    assert (done.returncode, done.stdout) == (2, b"")
    assert sentence in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


class Command:
    """The command while it runs. `streams` are files for input, output and errors.

    `code`, where given, is Python that runs instead of the command.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        cwd: Path | None,
        streams: Sequence[io.IOBase | int],
        env: Mapping[str, str] | None = None,
        code: str = "",
    ) -> None:
        files = [each if isinstance(each, int) else each.fileno() for each in streams]
        environment = dict(os.environ if env is None else env)
        self._code: int | None = None
        self._plain: subprocess.Popen[bytes] | None = None
        if not FORKS:
            words = ("-c", code) if code else ("-m", "losslint", *arguments)
            line, (given, out, err) = [sys.executable, *words], files
            self._plain = subprocess.Popen(
                line, cwd=cwd, env=environment, stdin=given, stdout=out, stderr=err
            )
            self.pid = self._plain.pid
            return
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = [list(arguments), str(cwd or Path.cwd()), environment, code]
        with theirs:
            files.append(theirs.fileno())
            socket.send_fds(_server(), [json.dumps(request).encode()], files)
        self.pid = int(self._told.recv(100))

    def poll(self) -> int | None:
        """What it left with; None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float) -> int:
        """What it left with, when it has ended."""
        if self._plain is not None:
            return self._plain.wait(timeout)
        if self._code is None:
            ready, _, _ = select.select([self._told], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("losslint", timeout)
            self._code = int(self._told.recv(100))
            self._told.close()
        return self._code

    def kill(self) -> None:
        if self._plain is not None:
            self._plain.kill()
        elif self._code is None:
            os.kill(self.pid, signal.SIGKILL)


@lru_cache(maxsize=1)
def _server() -> socket.socket:
    """The way to the process that forks, which ends when this one closes it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.command", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    # Called from the last to the first.
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _serve(requests: socket.socket) -> None:
    """Fork a child for each request, and tell who asked for it what it left with."""
    running: dict[int, tuple[int, socket.socket]] = {}
    ready = select.poll()
    ready.register(requests, select.POLLIN)
    while True:
        for found, _ in ready.poll():
            if found in running:
                pid, asked = running.pop(found)
                ready.unregister(found)
                os.close(found)
                _, status = os.waitpid(pid, 0)
                with asked, suppress(OSError):
                    asked.send(str(os.waitstatus_to_exitcode(status)).encode())
                continue
            request, files, _, _ = socket.recv_fds(requests, 1_000_000, 4)
            if not request:
                return
            pid = os.fork()
            if not pid:
                _be_the_command(*json.loads(request), files[:3])
            asked = socket.socket(fileno=files.pop())
            for each in files:
                os.close(each)
            asked.send(str(pid).encode())
            running[end := os.pidfd_open(pid)] = (pid, asked)
            ready.register(end, select.POLLIN)


def _be_the_command(
    arguments: list[str], cwd: str, environment: dict[str, str], code: str, files: list[int]
) -> NoReturn:
    result: object = 70
    try:
        for stream, file in enumerate(files):
            os.dup2(file, stream)
        os.closerange(3, 1000)
        sys.stdin, sys.stdout, sys.stderr = map(_opened, range(3), ("r", "w", "w"))
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["losslint", *arguments]
        if code:
            exec(code, {"__name__": "__main__"})
        else:
            from losslint.__main__ import run

            run()
    except SystemExit as leaving:
        result = leaving.code
    except BaseException:
        traceback.print_exc()
        result = 1
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(result if isinstance(result, int) else int(result is not None))


def _opened(file: int, mode: str) -> io.TextIOWrapper:
    """A stream of its own, as Python opens it at its start."""
    raw = open(file, mode + "b", closefd=False)  # noqa: SIM115
    errors = "backslashreplace" if file == 2 else "strict"
    return io.TextIOWrapper(
        raw, encoding="utf-8", errors=errors, line_buffering=file == 2 or os.isatty(file)
    )


def _import_all() -> None:
    """Every module that a command may import, but those that compute."""
    import losslint
    import losslint.rules

    for name in ("yaml", "sqlite3", "difflib", "concurrent.futures.process", "pygls.lsp.server"):
        with suppress(ImportError):
            import_module(name)
    for module in walk_packages(losslint.__path__, "losslint."):
        if module.name not in _LATER and not module.name.startswith("losslint.dryrun"):
            with suppress(ImportError):
                import_module(module.name)
    losslint.rules.load_rules()
    # What is here stays, so that no child copies it to count its references.
    gc.freeze()


if __name__ == "__main__":
    _import_all()
    _serve(socket.socket(fileno=int(sys.argv[1])))
