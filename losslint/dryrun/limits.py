"""How much memory a loss may take, so that what does not fit is said and costs nobody else."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator

from losslint.dryrun.meter import give_back, held

_MEMINFO = "/proc/meminfo"
_SHARE = 3  # of what is available: making a batch may take as much again as computing it
_WORDS = re.compile(
    r"allocat\w* memory|out of memory|\bOOM\b|ResourceExhausted|bad_alloc|Unable to allocate|"
    r"failed to allocate",
    re.IGNORECASE,
)


@contextlib.contextmanager
def bounded(count: int | None) -> Iterator[None]:
    """Let this process take so many bytes more than it has now; None: as many as there are.

    Linux refuses what is beyond, and the framework says so. Elsewhere there is no such bound.
    """
    before = None
    if count is not None and sys.platform == "linux":
        give_back()
        before = held("VmData")
    if before is None or count is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    ceiling = before + count
    if hard != resource.RLIM_INFINITY:
        ceiling = min(ceiling, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (ceiling, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def usual_bound() -> int | None:
    """A part of the main memory that is available; None where the system does not tell."""
    try:
        with open(_MEMINFO, encoding="ascii") as file:
            line = next(line for line in file if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024 // _SHARE
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def ran_out(error: BaseException) -> bool:
    """Whether a framework, or NumPy, failed because there was no memory left."""
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    return isinstance(error, MemoryError) or _WORDS.search(f"{kinds}: {error}") is not None
