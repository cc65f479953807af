"""A child process that holds one framework and computes losses with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from losslint.dryrun.ipc import to_line
from losslint.dryrun.records import DialectName, Job

Command = Callable[[DialectName], Sequence[str]]
"""The command line of the process that computes a dialect's losses."""

_LINE_BYTES = 1 << 26
_TAIL_BYTES = 4000
_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Several frameworks may share a GPU, and two of them would take the whole of its memory.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    # NumPy's formulas have threads of their own: more in each of them would wait for each other.
    "OPENBLAS_NUM_THREADS": "1",
}

# The working directory must not shadow a framework: it holds the configs that are read, and a
# file torch.py beside them would be run. losslint's own place comes last for the same reason.
_BOOT = (
    "import sys; sys.path[:] = [p for p in sys.path if p] + [sys.argv[1]]; "
    "from losslint.dryrun.{} import main; sys.exit(main(*sys.argv[2:]))"
)


def backend_command(dialect: DialectName) -> Sequence[str]:
    """The command line of losslint's own backend process."""
    return own_command("backend_main", dialect)


def own_command(module: str, *words: str) -> Sequence[str]:
    """The command line of a process that runs `main` of one of the modules beside this one."""
    root = str(Path(__file__).resolve().parents[2])
    return (sys.executable, "-c", _BOOT.format(module), root, *words)


class BackendGoneError(Exception):
    """The process can answer no more; the text says why, in one line."""


class BackendSilentError(BackendGoneError):
    """The process did not answer in time."""


class BackendProcess:
    """One running process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take over a process whose three standard streams are pipes."""
        self._process = process
        self._tail = b""
        self._listener = asyncio.ensure_future(self._listen())

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        environment: Mapping[str, str] = MappingProxyType({}),
        folder: str | None = None,
    ) -> BackendProcess:
        """Start a process in a session of its own, so that Ctrl-C reaches its parent only.

        Args:
            command: the program and its arguments.
            environment: what its environment has beside this process's.
            folder: its working directory, where that is not this process's.

        Raises:
            OSError: it cannot be started.
        """
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            limit=_LINE_BYTES,
            env={**_ENVIRONMENT, **os.environ, **environment},
            cwd=folder,
            start_new_session=True,
        )
        return cls(process)

    async def ask(self, job: Job | dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a job, or another line, and wait for the answer; raises BackendGoneError."""
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):  # the wait for the answer says why
            self._process.stdin.write(to_line(job).encode())
            await self._process.stdin.drain()
        return await self.answer(seconds)

    async def answer(self, seconds: float) -> dict[str, Any]:
        """The next line that the process says; raises BackendGoneError where none comes in time."""
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        except asyncio.TimeoutError:
            raise BackendSilentError(
                f"no answer within {seconds:g} s: the process was stopped"
            ) from None
        if not line.endswith(b"\n"):
            raise BackendGoneError(await self._why_it_ended())
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def end(self, seconds: float) -> None:
        """Let the process end by itself, as it does when nobody asks any more; else kill it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
        await self.stop()

    async def stop(self) -> None:
        """Kill the process and whatever it started, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        await self._process.wait()
        self._listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listener

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while part := await self._process.stderr.read(_TAIL_BYTES):
            self._tail = (self._tail + part)[-_TAIL_BYTES:]

    async def _why_it_ended(self) -> str:
        status = await self._process.wait()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._listener), 1.0)
        words = [line.strip() for line in self._tail.decode(errors="replace").splitlines()]
        last = next((line for line in reversed(words) if line), "")
        if status >= 0:
            return f"the process ended with status {status}" + (f": {last}" if last else "")
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        hint = ", most likely because memory ran out" if name == "SIGKILL" else ""
        return f"the process was killed by {name}{hint}"
