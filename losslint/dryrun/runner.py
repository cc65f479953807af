"""Evaluates losses in backend processes, one a framework, side by side.

When `run` returns or raises, no process is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from losslint.dryrun.backend_process import Command, backend_command
from losslint.dryrun.backend_queue import BackendQueue, Finished
from losslint.dryrun.backends import BACKENDS
from losslint.dryrun.devices import AbsentDeviceError, check_device_name, choose_devices
from losslint.dryrun.records import DialectName, Job, Verdict

OnVerdict = Callable[[Verdict, int], None]
"""Called with each verdict as it comes, and with how many verdicts there will be in all."""


class DryRunOutcome(NamedTuple):
    """What a run gave.

    Attributes:
        verdicts: one for each job and device, in the order of the jobs.
        missing: for each framework that is not installed, the line that says how to get it.
    """

    verdicts: list[Verdict]
    missing: list[str]


class Executor(Protocol):
    """Where losses are computed: `run` is this machine, `cluster.run` the nodes of a cluster."""

    def __call__(
        self, jobs: Sequence[Job], device: str, timeout: float, on_verdict: OnVerdict | None
    ) -> DryRunOutcome:
        """Evaluate every job; see `run`."""
        ...


def run(
    jobs: Sequence[Job],
    device: str = "auto",
    timeout: float = 60.0,
    on_verdict: OnVerdict | None = None,
    command: Command = backend_command,
) -> DryRunOutcome:
    """Evaluate every job on the device asked for.

    Args:
        jobs: what to compute; their own `device` does not count.
        device: "auto", "all", "cpu", "mps", "cuda" or "cuda:N".
        timeout: seconds that one job may take, > 0; starting a framework, five times as long.
        on_verdict: called as verdicts come.
        command: the command line of a dialect's backend process.

    Raises:
        UnknownDeviceError: `device` is no device's name.
        AbsentDeviceError: frameworks could be started, and none has the device.
    """
    check_device_name(device)

    def report(finished: Finished) -> None:
        if on_verdict is not None:
            on_verdict(finished.verdict, sum(queue.expected for queue in queues))

    queues = queues_of(numbered(jobs), device, timeout, report, command)
    asyncio.run(run_queues(queues))
    present = {queue.label: tuple(queue.present) for queue in queues if queue.label}
    if present and not any(choose_devices(device, names) for names in present.values()):
        raise AbsentDeviceError(device, present)
    found = sorted((entry for queue in queues for entry in queue.verdicts), key=lambda e: e[:2])
    missing = dict.fromkeys(queue.missing for queue in queues if queue.missing)
    return DryRunOutcome([entry.verdict for entry in found], list(missing))


def numbered(jobs: Iterable[Job]) -> list[Job]:
    """The jobs with their numbers."""
    return [job._replace(id=number) for number, job in enumerate(jobs)]


def queues_of(
    jobs: Iterable[Job],
    device: str,
    timeout: float,
    report: Callable[[Finished], None],
    command: Command = backend_command,
) -> list[BackendQueue]:
    """A queue for each framework and each backend of its own that numbered jobs ask for."""
    by_backend: dict[tuple[DialectName, str], list[Job]] = {}
    for job in jobs:
        by_backend.setdefault((job.dialect, job.backend), []).append(job)
    return [
        BackendQueue(
            command(dialect),
            own,
            device,
            timeout,
            report,
            {BACKENDS[dialect].switch: backend} if backend else {},
        )
        for (dialect, backend), own in by_backend.items()
    ]


async def run_queues(queues: Iterable[BackendQueue]) -> None:
    """Run them to their end; when this returns or raises, no process is left."""
    tasks = [asyncio.ensure_future(queue.run()) for queue in queues]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
