"""The largest batch that a loss computes: it is doubled until it does not fit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from losslint.dryrun.backend_process import BackendGoneError
from losslint.dryrun.records import Job, Verdict
from losslint.text import in_bytes

_MOST = 1 << 24


async def larger_batches(
    job: Job, verdict: Verdict, evaluate_variant: Callable[[Job], Awaitable[Verdict]]
) -> AsyncIterator[Verdict]:
    """The verdict again and again, each time with a larger batch that computes.

    Args:
        job: what was evaluated.
        verdict: what came of it; where it is not ok, nothing larger is tried.
        evaluate_variant: evaluates a variant of the job.

    Raises:
        BackendGoneError: the process ended at a batch; what was found has been given before.
    """
    if not job.find_batch or not verdict.ok:
        return
    best, peaks = job.sizes.batch, [verdict.peak_memory]
    while best < _MOST:
        size = 2 * best
        verdict = verdict._replace(largest_batch=best)
        if (reason := _too_large(peaks, verdict)) is not None:
            yield verdict._replace(batch_limit=f"{size}: {reason}")
            return
        variant = job._replace(
            sizes=job.sizes._replace(batch=size), measure_only=True, points=0, stress=False
        )
        try:
            found = await evaluate_variant(variant)
        except BackendGoneError as gone:
            yield verdict._replace(batch_limit=f"{size}: {gone}")
            raise
        if not found.ok:
            yield verdict._replace(batch_limit=f"{size}: {found.problem}")
            return
        best = size
        peaks.append(found.peak_memory)
    yield verdict._replace(largest_batch=best)


def _too_large(peaks: list[int | None], verdict: Verdict) -> str | None:
    """Why the next batch is not tried: what the last ones took tells that it would not fit."""
    if verdict.device == "cpu" and peaks[-1] is None:
        return "not tried, as this system does not tell what a loss takes"
    if verdict.memory is None or len(peaks) < 2 or peaks[-1] is None or peaks[-2] is None:
        return None
    expected = peaks[-1] + 2 * (peaks[-1] - peaks[-2])
    if expected <= verdict.memory:
        return None
    return f"would take about {in_bytes(expected)}, more than {in_bytes(verdict.memory)}"
