"""One dialect's jobs, and the child processes that they go through one after the other.

A child that dies or hangs costs the job that it was at: that job's verdict says so, and the
remaining jobs go on in a fresh child. One that dies while it starts has no job yet, and costs none:
another is started, and only when several have died in a row are the jobs given up.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from losslint.dryrun.attribute_failure import attribute_failure
from losslint.dryrun.devices import chosen
from losslint.dryrun.ipc import read_verdict, to_line
from losslint.dryrun.records import Dialect, Job, Verdict, uncomputed

Command = Callable[[Dialect], Sequence[str]]
"""The command line of the child that computes a dialect's losses."""

_STARTS = 3  # in a row: whatever ended the last one, memory or an administrator, may have passed
_START_SECONDS = 300.0  # importing a framework from a cold disk can take minutes
_LINE_BYTES = 1 << 26
_TAIL_BYTES = 4000
_ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}

# The working directory must not shadow a framework: it holds the configs to be judged, and a
# file torch.py beside them would be run. losslint's own place comes last for the same reason.
_BOOT = (
    "import sys; sys.path[:] = [p for p in sys.path if p] + [sys.argv[1]]; "
    "from losslint.dryrun.backend_main import main; sys.exit(main(sys.argv[2]))"
)


def backend_command(dialect: Dialect) -> Sequence[str]:
    """The command line of losslint's own child."""
    root = str(Path(__file__).resolve().parents[2])
    return (sys.executable, "-c", _BOOT, root, dialect)


class BackendGoneError(Exception):
    """The child can answer no more; the text says why, in one line."""


class BackendSilentError(BackendGoneError):
    """The child did not answer in time."""


class BackendProcess:
    """One running child process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take over a process whose three standard streams are pipes."""
        self._process = process
        self._tail = b""
        self._listener = asyncio.ensure_future(self._listen())

    @classmethod
    async def start(cls, command: Sequence[str]) -> BackendProcess:
        """Start a process in a session of its own, so that Ctrl-C reaches its parent only.

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
            env={**_ENVIRONMENT, **os.environ},
            start_new_session=True,
        )
        return cls(process)

    async def ask(self, job: Job, seconds: float) -> dict[str, Any]:
        """Send a job and wait for the answer; raises BackendGoneError."""
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):  # the wait for the answer says why
            self._process.stdin.write(to_line(job).encode())
            await self._process.stdin.drain()
        return await self.answer(seconds)

    async def answer(self, seconds: float) -> dict[str, Any]:
        """The next line that the child says; raises BackendGoneError where none comes in time."""
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        except asyncio.TimeoutError:
            raise BackendSilentError(
                f"no answer within {seconds:g} s: the process was stopped"
            ) from None
        if not line.endswith(b"\n"):
            raise BackendGoneError(await self._obituary())
        answer: dict[str, Any] = json.loads(line)
        return answer

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

    async def _obituary(self) -> str:
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


class BackendQueue:
    """The jobs of one dialect on their way through child processes.

    Attributes:
        label: which code computes, "" until a child said so.
        present: the devices that the child sees, with their names in words.
        missing: the line that says how to install the framework, where it is not.
        expected: how many verdicts there will be.
        verdicts: what there is so far: the job's number, the device's turn, the verdict.
    """

    def __init__(
        self,
        command: Sequence[str],
        jobs: Sequence[Job],
        device: str,
        timeout: float,
        report: Callable[[Verdict], None],
    ) -> None:
        """Nothing is started yet; see `runner.run` for the arguments."""
        self.label = ""
        self.present: dict[str, str] = {}
        self.missing: str | None = None
        self.expected = len(jobs)
        self.verdicts: list[tuple[int, int, Verdict]] = []
        self._command = command
        self._todo = deque((job, 0) for job in jobs)
        self._device = device
        self._timeout = timeout
        self._report = report
        self._dead = 0  # children in a row that died while they started

    async def drive(self) -> None:
        """Judge all jobs. Never raises but for cancellation; leaves no child."""
        while self._todo:
            try:
                child = await BackendProcess.start(self._command)
            except OSError as error:
                self._give_up(f"the process cannot be started: {error}")
                return
            try:
                if await self._greet(child):
                    await self._serve(child)
            finally:
                await child.stop()

    async def _greet(self, child: BackendProcess) -> bool:
        """Learn what the child is; whether it can take jobs."""
        try:
            hello = await child.answer(_START_SECONDS)
        except BackendGoneError as gone:
            self._dead += 1
            if self._dead == _STARTS or isinstance(gone, BackendSilentError):
                tries = f" in {self._dead} tries" if self._dead > 1 else ""
                self._give_up(f"the framework did not start{tries}: {gone}")
            return False
        self._dead = 0
        if "missing" in hello:
            self.missing = str(hello["missing"])
            self._give_up(self.missing)
            return False
        if not self.label:
            self.label, self.present = hello["label"], hello["devices"]
            self._spread()
        return bool(self._todo)

    def _spread(self) -> None:
        """Give each job its devices, now that they are known."""
        devices = chosen(self._device, self.present)
        if not devices:
            self._give_up(f"{self.label} has no {self._device}, only {', '.join(self.present)}")
            return
        self._todo = deque(
            (job._replace(device=device), turn)
            for job, _ in self._todo
            for turn, device in enumerate(devices)
        )
        self.expected = len(self._todo)

    async def _serve(self, child: BackendProcess) -> None:
        """Feed the child until the jobs or the child are at their end."""
        while self._todo:
            job, _ = self._todo[0]
            start = time.perf_counter()
            try:
                answer = await child.ask(job, self._timeout)
            except BackendGoneError as gone:
                name = self.present.get(job.device, job.device)
                verdict = uncomputed(job, self.label, name, str(gone))
                self._settle(verdict._replace(seconds=time.perf_counter() - start))
                return
            verdict = read_verdict(answer)
            try:
                verdict = await attribute_failure(job, verdict, partial(self._evaluate, child))
            except BackendGoneError:
                self._settle(verdict)  # how a trial ended says nothing of the job
                return
            self._settle(verdict)

    async def _evaluate(self, child: BackendProcess, job: Job) -> Verdict:
        return read_verdict(await child.ask(job, self._timeout))

    def _give_up(self, problem: str) -> None:
        while self._todo:
            self._settle(uncomputed(self._todo[0][0], self.label, problem=problem))

    def _settle(self, verdict: Verdict) -> None:
        job, turn = self._todo.popleft()
        self.verdicts.append((job.id, turn, verdict))
        self._report(verdict)
