"""Many files in order: what is known is passed on, the rest is checked here or by processes.

However many processes there are, the outcomes come in the order of the files. Only a window of them
is held at any time, so that memory does not grow with their number.
"""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from losslint.files.discovery import Found, Missing
from losslint.files.reading import Work
from losslint.linter.runner import Checker, Failure, Outcome
from losslint.linter.serialize import Result

if TYPE_CHECKING:
    from concurrent.futures import Future

    from losslint.settings.model import Overrides
else:
    # A record evaluates its annotations, and only a type checker asks for these.
    Future = list

# Files that a process gets at once, how many others may stand between them, and how many such
# batches are on the way for each process.
_BATCH, _WITH_OTHERS, _AHEAD = 12, 480, 6

# So many files to check keep one process busy for longer than it takes to start others. A process
# that is forked starts at once; one that is spawned imports everything anew.
FORKS = sys.platform == "linux"
_PAYS = 48 if FORKS else 1500
_MAX_JOBS = 16

LOST = Failure(
    "a process that checks files was killed, by the system or by hand, and the files that it had "
    "at that moment are not checked; --jobs 1 does without such processes"
)

Item = Outcome | Failure | Missing
Step = Item | Work


class Batch(NamedTuple):
    """Files in order. `results`: of those that another process checks, where one does."""

    steps: tuple[Step, ...]
    results: Future[list[Result | Failure]] | None = None

    @property
    def works(self) -> list[Work]:
        """The files that have to be checked."""
        return [step for step in self.steps if isinstance(step, Work)]


def outcomes(checker: Checker, files: Iterable[Found | Missing], jobs: int) -> Iterator[Item]:
    """The outcome of every file, in their order. `jobs` 0: as many processes as pay."""
    size = jobs or min(_processors(), _MAX_JOBS)
    steps = (each if isinstance(each, Missing) else checker.prepare(each) for each in files)
    if size == 1:
        yield from (_outcome(checker, step, None) for step in steps)
        return
    pool, pays = None, 2 if jobs else _PAYS
    line: deque[Batch] = deque()
    try:
        for batch in _batches(steps):
            line.append(batch if pool is None else pool.handed(batch))
            pays -= len(batch.works) if pool is None else 0
            if pool is None and pays <= 0:
                pool = WorkerPool(checker, size)
                line = deque(pool.handed(each) for each in line)
            while line and (len(line) > size * _AHEAD or _is_done(line[0])):
                yield from _collect(checker, line.popleft())
        while line:
            yield from _collect(checker, line.popleft())
    except BaseException:
        if pool is not None:
            pool.kill()
        raise
    if pool is not None:
        pool.close()


def _processors() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _batches(steps: Iterator[Step]) -> Iterator[Batch]:
    batch: list[Step] = []
    works = 0
    for step in steps:
        batch.append(step)
        works += isinstance(step, Work)
        if works == _BATCH or len(batch) == _WITH_OTHERS:
            yield Batch(tuple(batch))
            batch, works = [], 0
    yield Batch(tuple(batch))


def _is_done(batch: Batch) -> bool:
    return batch.results is not None and batch.results.done()


def _collect(checker: Checker, batch: Batch) -> Iterator[Item]:
    results: Iterator[Result | Failure | None] = repeat(None)
    if batch.results is not None:
        from concurrent.futures.process import BrokenProcessPool

        try:
            results = iter(batch.results.result())
        except BrokenProcessPool:
            results = repeat(LOST)
    for step in batch.steps:
        yield _outcome(checker, step, next(results) if isinstance(step, Work) else None)


def _outcome(checker: Checker, step: Step, result: Result | Failure | None) -> Item:
    """The outcome of a file, checked here where it must be checked and nothing has done it."""
    if not isinstance(step, Work):
        return step
    result = result or checker.judge(step)
    if checker.cache is not None and isinstance(result, Result):
        checker.cache.put(step, result)
    return checker.finish(step, result)


class WorkerPool:
    """Processes that check files; forked, where that is safe, so that all is imported once."""

    def __init__(self, checker: Checker, size: int, *, forks: bool = FORKS) -> None:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        context = multiprocessing.get_context("fork" if forks else "spawn")
        if forks:
            checker.preload()
            # What was imported is no garbage, and processes that do not look at it share it.
            import gc

            gc.freeze()
        start = (checker if forks else checker.overrides,)
        self._pool = ProcessPoolExecutor(size, context, _start, start)
        if forks:
            # The first task forks them all; until they have begun, Ctrl-C would end them noisily.
            import signal

            before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
            self._pool.submit(_judge, [])
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def handed(self, batch: Batch) -> Batch:
        """A batch whose results will come, as far as there are processes left."""
        from concurrent.futures.process import BrokenProcessPool

        try:
            return Batch(batch.steps, self._pool.submit(_judge, batch.works))
        except BrokenProcessPool:
            return batch

    def close(self) -> None:
        """End the processes when they are done."""
        self._pool.shutdown()

    def kill(self) -> None:
        """End the processes now."""
        import multiprocessing

        for process in multiprocessing.active_children():
            process.terminate()
        self._pool.shutdown(cancel_futures=True)


# What a process of the pool checks with: the pool hands its functions nothing else that lasts.
_own: list[Checker] = []


def _start(checker: "Checker | Overrides") -> None:
    """The start of a process: Ctrl-C is for the one that asks, and without it there is no work."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own.append(checker if isinstance(checker, Checker) else Checker(checker))


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _judge(works: list[Work]) -> list[Result | Failure]:
    return [_own[0].judge(work) for work in works]
