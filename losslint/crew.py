"""Processes that check files for another one: lots of works in, packed results out.

Where a process can be forked at no cost, it is, and talks through pipes: it has imported everything
and knows the settings. Elsewhere Python's own pool starts processes anew.
"""

import gc
import marshal
import os
import select
import sys
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol

from losslint.reading import Content, Work
from losslint.results import pack
from losslint.run import Checker, Failure
from losslint.settings import Overrides, Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

# A packed result, or the sentence of a failure.
Answer = bytes | str
_LENGTH_BYTES = 8


class Lot:
    """Works that are checked together; `answers` come later."""

    __slots__ = ("answers", "future", "works")

    def __init__(self, works: tuple[Work, ...]) -> None:
        self.works = works
        self.answers: list[Answer] | None = None
        self.future: Future[list[Answer]] | None = None


class Crew(Protocol):
    """Processes that answer lots."""

    def submit(self, works: tuple[Work, ...]) -> Lot:
        """Hand over works."""

    def done(self, lot: Lot) -> bool:
        """Whether a lot is answered."""

    def answers(self, lot: Lot) -> list[Answer]:
        """The answers, waiting for them. Raises RuntimeError where a process failed."""

    def close(self) -> None:
        """End the processes."""


def crew(checker: Checker, size: int) -> Crew:
    """So many processes: forked where that is safe and costs nothing."""
    if sys.platform != "linux":
        return Spawned(checker.overrides, size)
    checker.preload()
    # What was imported is no garbage, and processes that do not look at it share its memory.
    gc.freeze()
    return Forked(checker, size)


def _answer(checker: Checker, work: Work) -> Answer:
    result = checker.judge(work)
    return result.message if isinstance(result, Failure) else pack(result)


class _Worker(NamedTuple):
    """A forked process, and the ends of its pipes."""

    pid: int
    inlet: int
    outlet: int


class Forked:
    """Processes forked from this one. Each has at most one lot, so that no pipe fills both ways."""

    def __init__(self, checker: Checker, size: int) -> None:
        self._queue: deque[Lot] = deque()
        self._busy: dict[int, tuple[_Worker, Lot]] = {}
        self._workers: list[_Worker] = []
        for _ in range(size):
            self._workers.append(self._fork(checker))
        self._idle = list(self._workers)

    def _fork(self, checker: Checker) -> _Worker:
        theirs, inlet = os.pipe()
        outlet, back = os.pipe()
        pid = os.fork()
        if pid == 0:
            for other in self._workers:
                os.close(other.inlet)
                os.close(other.outlet)
            os.close(inlet)
            os.close(outlet)
            _serve(checker, theirs, back)
        os.close(theirs)
        os.close(back)
        return _Worker(pid, inlet, outlet)

    def submit(self, works: tuple[Work, ...]) -> Lot:
        lot = Lot(works)
        self._queue.append(lot)
        self._feed()
        return lot

    def done(self, lot: Lot) -> bool:
        if lot.answers is None:
            self._collect(0)
        return lot.answers is not None

    def answers(self, lot: Lot) -> list[Answer]:
        while lot.answers is None:
            self._collect(None)
        return lot.answers

    def close(self) -> None:
        for worker in self._workers:
            os.close(worker.inlet)
            os.close(worker.outlet)
        for worker in self._workers:
            os.waitpid(worker.pid, 0)

    def _feed(self) -> None:
        while self._queue and self._idle:
            worker, lot = self._idle.pop(), self._queue.popleft()
            bare = [(*work.content, work.explicit) for work in lot.works]
            _send(worker.inlet, marshal.dumps(bare))
            self._busy[worker.outlet] = (worker, lot)

    def _collect(self, timeout: float | None) -> None:
        ready, _, _ = select.select(list(self._busy), [], [], timeout)
        for outlet in ready:
            worker, lot = self._busy.pop(outlet)
            message = _receive(outlet)
            answers = marshal.loads(message) if message else "ended without an answer"
            if isinstance(answers, str):
                raise RuntimeError(f"a worker failed: {answers}")
            lot.answers = answers
            self._idle.append(worker)
        self._feed()


def _serve(checker: Checker, inlet: int, outlet: int) -> NoReturn:
    """The life of a forked process: answer lots until there are no more."""
    try:
        while message := _receive(inlet):
            answers: list[Answer] | str
            try:
                works = (_work(checker, *bare) for bare in marshal.loads(message))
                answers = [_answer(checker, work) for work in works]
            except Exception as error:
                answers = f"{type(error).__name__}: {error}"
            _send(outlet, marshal.dumps(answers))
    except (KeyboardInterrupt, OSError):
        # The process that asked is gone, or about to go.
        pass
    finally:
        # Not sys.exit: what the other process has not yet printed is none of ours.
        os._exit(0)


def _work(
    checker: Checker,
    path: str,
    raw: bytes,
    member: str | None,
    written_by: str | None,
    explicit: bool,
) -> Work:
    settings = checker.store.for_file(path)
    # They were read for this file before, by the process that asks.
    assert isinstance(settings, Settings)
    return Work(Content(path, raw, member, written_by), explicit, settings)


def _send(pipe: int, message: bytes) -> None:
    left = memoryview(len(message).to_bytes(_LENGTH_BYTES, "little") + message)
    while left:
        left = left[os.write(pipe, left) :]


def _receive(pipe: int) -> bytes:
    """One message; empty at the end of the pipe."""
    head = _read(pipe, _LENGTH_BYTES)
    return _read(pipe, int.from_bytes(head, "little")) if len(head) == _LENGTH_BYTES else b""


def _read(pipe: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := os.read(pipe, min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts) if size == 0 else b""


class Spawned:
    """Processes of Python's own pool, which import what they need."""

    def __init__(self, overrides: Overrides, size: int) -> None:
        from concurrent.futures import ProcessPoolExecutor

        self._overrides = overrides
        self._pool = ProcessPoolExecutor(size)

    def submit(self, works: tuple[Work, ...]) -> Lot:
        lot = Lot(works)
        lot.future = self._pool.submit(answer_lot, self._overrides, works)
        return lot

    def done(self, lot: Lot) -> bool:
        return lot.future is not None and lot.future.done()

    def answers(self, lot: Lot) -> list[Answer]:
        assert lot.future is not None
        return lot.future.result()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def answer_lot(overrides: Overrides, works: tuple[Work, ...]) -> list[Answer]:
    """Runs in a spawned process."""
    checker = Checker(overrides)
    return [_answer(checker, work) for work in works]
