"""Many files in order: what is known is passed on, the rest is linted here or by processes.

However many processes there are, the outcomes come in the order of the files. Only a window of them
is held at any time, so that memory does not grow with their number.
"""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from losslint.files.discovery import FoundFile, Missing
from losslint.files.reading import Content
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.runner import Linter
from losslint.settings.model import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

    from losslint.settings.model import Overrides
else:
    # A record evaluates its annotations, and only a type checker asks for these.
    Future = list

# Files that a process gets at once, how many others may stand between them, and how many such
# batches are on the way for each process.
_BATCH, _WITH_OTHERS, _AHEAD = 24, 480, 3

# So many files to check keep one process busy for longer than it takes to start others. A process
# that is forked starts at once; one that is spawned imports everything anew.
FORKS = sys.platform == "linux"
_PAYS = 48 if FORKS else 1500
_MAX_JOBS = 16

# Stands for a config where what most of them need is to be imported, so that processes forked from
# this one have it; the backslash may hide any word, so that none keeps a rule from being asked.
_ANY_CONFIG = Content("any.yaml", b"model: {losses: [{criterion: l2, weight: ~}]} # \\")

LOST = FileOutcome(
    path="",
    problem="a process that checks files was killed, by the system or by hand, and the files that "
    "it had at that moment are not checked; --jobs 1 does without such processes",
)

Step = FileOutcome | LoadedFile


class FileBatch(NamedTuple):
    """Files in order. `results`: of those that another process lints, where one does."""

    steps: tuple[Step, ...]
    results: Future[list[FileOutcome]] | None = None

    @property
    def loaded(self) -> list[LoadedFile]:
        """The files that have to be linted."""
        return [step for step in self.steps if isinstance(step, LoadedFile)]


def outcomes(
    linter: Linter, files: Iterable[FoundFile | Missing], jobs: int
) -> Iterator[FileOutcome]:
    """The outcome of every file, in their order. `jobs` 0: as many processes as pay."""
    size = jobs or min(_processors(), _MAX_JOBS)
    steps = map(linter.load, files)
    if size == 1:
        yield from (_outcome(linter, step, None) for step in steps)
        return
    pool, pays = None, 2 if jobs else _PAYS
    line: deque[FileBatch] = deque()
    try:
        for batch in _batches(steps):
            line.append(batch if pool is None else pool.handed(batch))
            pays -= len(batch.loaded) if pool is None else 0
            if pool is None and pays <= 0:
                pool = WorkerPool(linter, size)
                line = deque(pool.handed(each) for each in line)
            while line and (len(line) > size * _AHEAD or _is_done(line[0])):
                yield from _collect(linter, line.popleft())
        while line:
            yield from _collect(linter, line.popleft())
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


def _batches(steps: Iterator[Step]) -> Iterator[FileBatch]:
    batch: list[Step] = []
    loaded = 0
    for step in steps:
        batch.append(step)
        loaded += isinstance(step, LoadedFile)
        if loaded == _BATCH or len(batch) == _WITH_OTHERS:
            yield FileBatch(tuple(batch))
            batch, loaded = [], 0
    yield FileBatch(tuple(batch))


def _is_done(batch: FileBatch) -> bool:
    return batch.results is not None and batch.results.done()


def _collect(linter: Linter, batch: FileBatch) -> Iterator[FileOutcome]:
    results: Iterator[FileOutcome | None] = repeat(None)
    if batch.results is not None:
        from concurrent.futures.process import BrokenProcessPool

        try:
            results = iter(batch.results.result())
        except BrokenProcessPool:
            results = repeat(LOST)
    for step in batch.steps:
        yield _outcome(linter, step, next(results) if isinstance(step, LoadedFile) else None)


def _outcome(linter: Linter, step: Step, result: FileOutcome | None) -> FileOutcome:
    """The outcome of a file, linted here where it must be linted and nothing has done it."""
    if not isinstance(step, LoadedFile):
        return step
    outcome = result or linter.lint(step)
    if linter.cache is not None:
        linter.cache.put(step, outcome)
    return step.with_text(outcome)


class WorkerPool:
    """Processes that check files; forked, where that is safe, so that most is imported once."""

    def __init__(self, linter: Linter, size: int, *, forks: bool = FORKS) -> None:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        context = multiprocessing.get_context("fork" if forks else "spawn")
        if forks:
            linter.lint(LoadedFile(_ANY_CONFIG, explicit=True, settings=Settings()))
            # What was imported is no garbage, and processes that do not look at it share it.
            import gc

            gc.freeze()
        start = (linter if forks else linter.overrides,)
        self._pool = ProcessPoolExecutor(size, context, _start, start)
        if forks:
            # The first task forks them all; until they have begun, Ctrl-C would end them noisily.
            import signal

            before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
            self._pool.submit(_lint, [])
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def handed(self, batch: FileBatch) -> FileBatch:
        """A batch whose results will come, as far as there are processes left."""
        from concurrent.futures.process import BrokenProcessPool

        try:
            return FileBatch(batch.steps, self._pool.submit(_lint, batch.loaded))
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
_own: list[Linter] = []


def _start(linter: "Linter | Overrides") -> None:
    """The start of a process: Ctrl-C is for the one that asks, and without it there is no work."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own.append(linter if isinstance(linter, Linter) else Linter(linter))


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _lint(files: list[LoadedFile]) -> list[FileOutcome]:
    # The text is where the file was read, and need not come back.
    return [_own[0].lint(file)._replace(source=None) for file in files]
