"""What Ray runs on each node of a cluster: the losses, computed as on any machine.

Ray ships losslint there, calls this in a process of its own, and starts it again on the same node
where that process dies. The frameworks are the node's: they live in processes of the Python that
Ray runs there.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from typing import NamedTuple

from losslint.dryrun.backend_queue import Finished
from losslint.dryrun.ipc import read_job, to_line
from losslint.dryrun.runner import queues_of, run_queues

BEAT = 5.0
"""Seconds after which a node answers, whether it has news or not."""


class News(NamedTuple):
    """What a node has to say: all of it plain data, so that no class of ours is shipped back.

    Attributes:
        verdicts: each with the job's number and the device's turn, as a line of JSON.
        expected: how many verdicts there will be.
        done: whether there are all of them.
    """

    verdicts: list[tuple[int, int, str]]
    expected: int
    done: bool


class NodeJudge:
    """An actor of Ray: it judges when it is first asked for news."""

    def __init__(self, jobs: Sequence[str], device: str, timeout: float) -> None:
        """`jobs`: as lines of JSON; for the rest see `runner.run`."""
        self._found: dict[tuple[int, int], str] = {}
        self._changed = asyncio.Event()
        self._queues = queues_of(map(read_job, jobs), device, timeout, self._keep)
        self._running: asyncio.Task[None] | None = None

    async def news(
        self, known: Collection[tuple[int, int]]
    ) -> tuple[list[tuple[int, int, str]], int, bool]:
        """The fields of a `News`, without the verdicts of jobs and turns that are known already.

        It waits until there are some, or for a while, so that who asks knows that the node lives.
        """
        if self._running is None:
            self._running = asyncio.ensure_future(run_queues(self._queues))
        if not self._fresh(known) and not self._running.done():
            self._changed.clear()
            change = asyncio.ensure_future(self._changed.wait())
            first = asyncio.FIRST_COMPLETED
            await asyncio.wait({self._running, change}, timeout=BEAT, return_when=first)
            change.cancel()
        done = self._running.done()
        if done:
            self._running.result()  # what nobody expected is told to who asks
        expected = sum(queue.expected for queue in self._queues)
        return self._fresh(known), expected, done

    async def stop(self) -> None:
        """Leave no process."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    def _keep(self, finished: Finished) -> None:
        self._found[finished.job, finished.turn] = to_line(finished.verdict)
        self._changed.set()

    def _fresh(self, known: Collection[tuple[int, int]]) -> list[tuple[int, int, str]]:
        told = set(known)
        return [(*key, line) for key, line in self._found.items() if key not in told]
