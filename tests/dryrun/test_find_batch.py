"""The batch is doubled until it does not fit, and what was found stays whatever ends it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest

from losslint.dryrun.backend_process import BackendGoneError
from losslint.dryrun.find_batch import larger_batches
from losslint.dryrun.limits import ran_out
from losslint.dryrun.records import BatchSizes, Job, Verdict, uncomputed
from losslint.text import bytes_of

pytest.importorskip("numpy")

_JOB = Job("a", "keras", {}, find_batch=True, sizes=BatchSizes(batch=3), points=5)
_ROOM = 1000
_BOUNDED = """
import numpy as np
from losslint.dryrun.limits import bounded, ran_out
try:
    with bounded(64 << 20):
        np.ones(256 << 20, np.uint8)
except MemoryError as error:
    print("refused" if ran_out(error) else error)
np.ones(256 << 20, np.uint8)
print("given")
"""


def _verdict(job: Job, peak: int | None = None, problem: str | None = None) -> Verdict:
    found = uncomputed(job, "fake", problem=problem)
    return found._replace(ok=problem is None, peak_memory=peak, memory=_ROOM)


def _found(evaluate: Callable[[Job], Verdict], first: Verdict | None = None) -> list[Verdict]:
    """What is given, the last of it with the process's end as its problem where it ended."""

    async def variant(job: Job) -> Verdict:
        assert (job.measure_only, job.points) == (True, 0)
        return evaluate(job)

    async def collect() -> list[Verdict]:
        found: list[Verdict] = []
        try:
            start = first or _verdict(_JOB, 30)
            async for verdict in larger_batches(_JOB, start, variant):
                found.append(verdict)
        except BackendGoneError as gone:
            found[-1] = found[-1]._replace(problem=str(gone))
        return found

    return asyncio.run(collect())


def test_what_the_framework_refuses_ends_it() -> None:
    def evaluate(job: Job) -> Verdict:
        return _verdict(job, 30, "does not fit" if job.sizes.batch > 20 else None)

    last = _found(evaluate)[-1]
    assert (last.ok, last.largest_batch, last.batch_limit) == (True, 12, "24: does not fit")


def test_what_would_not_fit_is_not_tried() -> None:
    tried: list[int] = []

    def evaluate(job: Job) -> Verdict:
        tried.append(job.sizes.batch)
        return _verdict(job, 10 * job.sizes.batch)

    last = _found(evaluate)[-1]
    assert tried == [6, 12, 24, 48, 96]
    assert (last.largest_batch, last.batch_limit) == (
        96,
        "192: would take about 1.92 kB, more than 1 kB",
    )


def test_the_end_of_the_process_keeps_what_was_found() -> None:
    def evaluate(job: Job) -> Verdict:
        if job.sizes.batch > 10:
            raise BackendGoneError("killed")
        return _verdict(job, 30)

    last = _found(evaluate)[-1]
    assert (last.largest_batch, last.batch_limit, last.problem) == (6, "12: killed", "killed")


def test_without_a_measure_a_processor_is_not_filled() -> None:
    last = _found(lambda job: _verdict(job), _verdict(_JOB))[-1]
    assert (last.largest_batch, last.batch_limit) == (
        3,
        "6: not tried, as this system does not tell what a loss takes",
    )


def test_what_is_wrong_is_not_grown() -> None:
    assert _found(lambda job: _verdict(job), _verdict(_JOB, 1, "nan")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such a bound")
def test_memory_is_bounded_and_is_not_any_more() -> None:
    """In a process of its own: one that has freed much may take that again without growing."""
    done = subprocess.run([sys.executable, "-c", _BOUNDED], capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["refused", "given"], "")


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("OOM when allocating tensor with shape[4,4]"), True),
        (ValueError("shapes (2, 5) and (2, 6) do not fit"), False),
        (TypeError("memory_format must be a torch.memory_format"), False),
    ],
)
def test_what_is_a_lack_of_memory(error: Exception, is_memory: bool) -> None:
    assert ran_out(error) == is_memory


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("4GB", 4 * 10**9),
        ("512 MiB", 512 << 20),
        ("1.5g", 1_500_000_000),
        ("1.5G", 1_500_000_000),
        ("2k", 2000),
        ("4", None),
        ("", None),
        ("-1GB", None),
        ("GB", None),
    ],
)
def test_a_size_is_a_number_and_a_unit(text: str, count: int | None) -> None:
    assert bytes_of(text) == count
