"""Evaluates losses on the nodes of a Ray cluster, each with its own devices and frameworks.

Ray lives in a process of its own, so that what it prints, catches or hangs on is bounded. When a
run returns or raises, no task of it is left in the cluster.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from losslint.dryrun.backend_process import BackendGoneError, BackendProcess, own_command
from losslint.dryrun.devices import check_device_name
from losslint.dryrun.ipc import read_verdict, to_line
from losslint.dryrun.records import Job, Verdict, uncomputed
from losslint.dryrun.runner import DryRunOutcome, OnVerdict, numbered

_CONNECT_SECONDS = 150.0
_SILENT_SECONDS = 60.0  # of Ray's own process, which gives a sign each second
_LEAVE_SECONDS = 10.0
_ADDRESS = re.compile(r"ray|ray://(\[[0-9a-fA-F:.]+\]|[^\s/:@?#\[\]]+)(:\d{1,5})?/?")
_ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class ClusterError(Exception):
    """No node could be asked; the text says why, in one line."""


def is_address(text: str) -> bool:
    """Whether a text is "ray" or "ray://HOST", with or without a port."""
    return _ADDRESS.fullmatch(text) is not None


def missing_ray(address: str) -> str | None:
    """None, or the line that says what to install before a cluster can be reached."""
    wanted = ("ray",) if address == "ray" else ("ray", "grpc")
    absent = next((name for name in wanted if find_spec(name) is None), None)
    return absent and f"{absent} is not installed: pip install 'losslint[ray]'"


class RayCluster(NamedTuple):
    """The nodes of a cluster; `run` is an `Executor`.

    Attributes:
        address: "ray" for the running cluster, or one that is started on this machine;
            "ray://HOST:PORT" for one elsewhere.
        resource: judged by the nodes that have it, "" for all that are alive.
        on_nodes: called with the nodes' names before the first verdict.
        patience: seconds without a sign of life after which a node is given up.
    """

    address: str
    resource: str
    on_nodes: Callable[[Sequence[str]], None]
    patience: float = 45.0

    def run(
        self, jobs: Sequence[Job], device: str, timeout: float, on_verdict: OnVerdict | None
    ) -> DryRunOutcome:
        """Evaluate every job on every node.

        A node that dies, hangs or lacks a framework or the device gives its jobs a verdict.

        Raises:
            UnknownDeviceError: `device` is no device's name.
            ClusterError: no node could be asked.
        """
        check_device_name(device)
        request = {
            "address": self.address,
            "resource": self.resource,
            "jobs": [to_line(job) for job in numbered(jobs)],
            "device": device,
            "timeout": timeout,
            "patience": self.patience,
        }
        ledger = _Ledger(numbered(jobs), on_verdict)
        asyncio.run(self._run(request, ledger))
        return DryRunOutcome(ledger.in_order(), [])

    async def _run(self, request: dict[str, Any], ledger: _Ledger) -> None:
        # Ray shows its workers the folder that it is started in: an empty one.
        with tempfile.TemporaryDirectory() as folder:
            process = await BackendProcess.start(own_command("ray_main"), _ENVIRONMENT, folder)
            try:
                await self._talk(process, request, ledger)
            finally:
                await process.end(_LEAVE_SECONDS)

    async def _talk(
        self, process: BackendProcess, request: dict[str, Any], ledger: _Ledger
    ) -> None:
        try:
            answer = await process.ask(request, _CONNECT_SECONDS)
        except BackendGoneError as gone:
            raise ClusterError(str(gone)) from None
        if "refused" in answer:
            raise ClusterError(answer["refused"])
        ledger.open(answer["nodes"])
        self.on_nodes(answer["nodes"])
        try:
            while ledger.is_waiting():
                answer = await process.answer(_SILENT_SECONDS)
                if "gone" in answer:
                    ledger.give_up(answer["node"], answer["gone"])
                elif "verdict" in answer:
                    ledger.keep(answer)
        except BackendGoneError as gone:
            for node in ledger.nodes():
                ledger.give_up(node, f"the cluster was lost: {gone}")


class _Ledger:
    """The verdicts of a run, by job, node and device."""

    def __init__(self, jobs: Sequence[Job], on_verdict: OnVerdict | None) -> None:
        self._jobs, self._on_verdict = jobs, on_verdict
        self._expected: dict[str, int] = {}
        self._found: dict[tuple[int, str, int], Verdict] = {}

    def open(self, nodes: Sequence[str]) -> None:
        """Wait for the verdicts of these nodes."""
        self._expected = dict.fromkeys(nodes, len(self._jobs))

    def nodes(self) -> list[str]:
        """Their names, as the cluster lists them."""
        return list(self._expected)

    def is_waiting(self) -> bool:
        """Whether a verdict is still to come."""
        return len(self._found) < sum(self._expected.values())

    def keep(self, answer: dict[str, Any]) -> None:
        """A node has judged a job on a device."""
        node = answer["node"]
        self._expected[node] = answer["expected"]
        self._add(answer["job"], answer["turn"], read_verdict(answer["verdict"]), node)

    def give_up(self, node: str, problem: str) -> None:
        """What a node has not judged it will not."""
        judged = {job for job, at, _ in self._found if at == node}
        left = [job for job in self._jobs if job.id not in judged]
        self._expected[node] = len(left) + sum(at == node for _, at, _ in self._found)
        for job in left:
            verdict = uncomputed(job, problem=problem)._replace(device="", device_name="")
            self._add(job.id, 0, verdict, node)

    def in_order(self) -> list[Verdict]:
        """As the jobs stand, each on all nodes."""
        nodes = self.nodes()
        order = sorted(self._found, key=lambda key: (key[0], nodes.index(key[1]), key[2]))
        return [self._found[key] for key in order]

    def _add(self, job: int, turn: int, verdict: Verdict, node: str) -> None:
        self._found[job, node, turn] = verdict._replace(node=node)
        if self._on_verdict is not None:
            self._on_verdict(self._found[job, node, turn], sum(self._expected.values()))
