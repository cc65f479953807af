"""The jobs of one framework, and the backend processes that they go through one after the other.

A process that dies or hangs costs the job that it was at: that job's verdict says so, and the
remaining jobs go on in a fresh process. One that dies while it starts has no job yet, and costs
none: another is started, and only when several have died in a row are the jobs given up.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from losslint.dryrun.attribute_failure import attribute_failure
from losslint.dryrun.backend_process import BackendGoneError, BackendProcess, BackendSilentError
from losslint.dryrun.devices import choose_devices
from losslint.dryrun.find_batch import larger_batches
from losslint.dryrun.ipc import read_verdict
from losslint.dryrun.records import Job, Verdict, uncomputed
from losslint.text import in_bytes

_STARTS = 3  # in a row: whatever ended the last one, memory or an administrator, may have passed
_SIZES = 30.0  # a stress tries some thirty sizes, and each may take as long as a loss without it
_START = 5.0  # times what a loss may take: importing a framework from a cold disk can take minutes


class Finished(NamedTuple):
    """A job's number, its device's turn, and the verdict."""

    job: int
    turn: int
    verdict: Verdict


class BackendQueue:
    """The jobs of one framework, on one backend of its own, on their way through processes.

    Attributes:
        label: which code computes, "" until a process said so.
        present: the devices that the process sees, with their names in words.
        missing: the line that says how to install the framework, where it is not.
        expected: how many verdicts there will be.
        verdicts: what there is so far.
    """

    def __init__(
        self,
        command: Sequence[str],
        jobs: Sequence[Job],
        device: str,
        timeout: float,
        report: Callable[[Finished], None],
        environment: Mapping[str, str],
    ) -> None:
        """Nothing is started yet; see `runner.run` for the arguments."""
        self.label = ""
        self.present: dict[str, str] = {}
        self.missing: str | None = None
        self.expected = len(jobs)
        self.verdicts: list[Finished] = []
        self._command = command
        # Until a process has said which there are, no job has a device.
        self._todo = deque((job._replace(device=""), 0) for job in jobs)
        self._device = device
        self._timeout = timeout
        self._report = report
        self._environment = environment
        self._dead = 0  # processes in a row that died while they started

    async def run(self) -> None:
        """Evaluate all jobs. Never raises but for cancellation; leaves no process."""
        while self._todo:
            try:
                process = await BackendProcess.start(self._command, self._environment)
            except OSError as error:
                self._give_up(f"the process cannot be started: {error}")
                return
            try:
                if await self._start_up(process):
                    await self._feed(process)
            finally:
                await process.stop()

    async def _start_up(self, process: BackendProcess) -> bool:
        """Learn what the process is; whether it can take jobs."""
        try:
            hello = await process.answer(_START * self._timeout)
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
            self._assign_devices()
        return bool(self._todo)

    def _assign_devices(self) -> None:
        """Give each job its devices, now that they are known."""
        devices = choose_devices(self._device, self.present)
        if not devices:
            self._give_up(f"{self.label} has no {self._device}, only {', '.join(self.present)}")
            return
        self._todo = deque(
            (job._replace(device=device), turn)
            for job, _ in self._todo
            for turn, device in enumerate(devices)
        )
        self.expected = len(self._todo)

    async def _feed(self, process: BackendProcess) -> None:
        """Feed the process until the jobs or the process are at their end."""
        while self._todo:
            job, _ = self._todo[0]
            start = time.perf_counter()
            try:
                answer = await process.ask(job, self._patience(job))
            except BackendGoneError as gone:
                name = self.present.get(job.device, job.device)
                room = f"; it may take {in_bytes(job.memory)}" if job.memory is not None else ""
                verdict = uncomputed(job, self.label, name, f"{gone}{room}")
                self._finish(verdict._replace(seconds=time.perf_counter() - start))
                return
            verdict = read_verdict(answer)
            try:
                evaluate = partial(self._evaluate, process)
                verdict = await attribute_failure(job, verdict, evaluate)
                async for larger in larger_batches(job, verdict, evaluate):
                    verdict = larger
            except BackendGoneError:
                self._finish(verdict)  # how a trial ended says nothing of the job
                return
            self._finish(verdict)

    async def _evaluate(self, process: BackendProcess, job: Job) -> Verdict:
        return read_verdict(await process.ask(job, self._patience(job)))

    def _patience(self, job: Job) -> float:
        return self._timeout * job.patience * (_SIZES if job.stress else 1.0)

    def _give_up(self, problem: str) -> None:
        while self._todo:
            self._finish(uncomputed(self._todo[0][0], self.label, problem=problem))

    def _finish(self, verdict: Verdict) -> None:
        job, turn = self._todo.popleft()
        self.verdicts.append(Finished(job.id, turn, verdict))
        self._report(self.verdicts[-1])
