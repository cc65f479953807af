"""Many files in order: what is known is passed on, the rest is checked here or by workers.

However many workers there are, the outcomes come in the order of the files. Only a window of them
is held at any time, so that memory does not grow with their number.
"""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from losslint.discovery import Found, Missing
from losslint.reading import Work
from losslint.results import Result, unpack
from losslint.run import Checker, Failure, Outcome

if TYPE_CHECKING:
    from losslint.crew import Crew, Lot
else:
    # A record evaluates its annotations, and only a type checker asks for these.
    Lot = object

# Files that a worker gets at once, and how many such lots are on the way for each worker.
_LOT = 24
_LOTS_AHEAD = 3

# So many lots' worth of other files may wait behind a lot that is not full.
_WAIT_BEHIND = 20

# So many files to check keep one process busy for longer than it takes to start others. A process
# that is forked starts at once; one that is spawned imports everything anew.
_PAYS_FORKED, _PAYS_SPAWNED = 48, 1500
_MAX_JOBS = 16
_FORKS = sys.platform == "linux"


class _Waiting(NamedTuple):
    """A file whose result is at a place of a lot."""

    lot: Lot
    place: int


Item = Outcome | Failure | Missing


def outcomes(checker: Checker, files: Iterable[Found | Missing], jobs: int) -> Iterator[Item]:
    """The outcome of every file, in their order. `jobs` 0: as many as pay."""
    wanted = jobs or min(_processors(), _MAX_JOBS)
    held: deque[Item | Work] = deque()
    threshold = _threshold(wanted, chosen=jobs > 0)
    works = 0
    steps = (each if isinstance(each, Missing) else checker.prepare(each) for each in files)
    for step in steps:
        held.append(step)
        works += isinstance(step, Work)
        if 0 <= threshold <= works:
            yield from _with_workers(checker, _chained(held, steps), wanted)
            return
        while held and (
            threshold < 0 or not isinstance(held[0], Work) or len(held) > _LOT * _WAIT_BEHIND
        ):
            works -= isinstance(held[0], Work)
            yield _here(checker, held.popleft())
    for step in held:
        yield _here(checker, step)


def _threshold(wanted: int, *, chosen: bool) -> int:
    """From how many files on workers are started; -1 where none ever are."""
    if wanted < 2:
        return -1
    if chosen:
        return 2
    return _PAYS_FORKED if _FORKS else _PAYS_SPAWNED


def _processors() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _chained(held: deque[Item | Work], rest: Iterator[Item | Work]) -> Iterator[Item | Work]:
    while held:
        yield held.popleft()
    yield from rest


def _here(checker: Checker, step: Item | Work) -> Item:
    """The outcome of a file, checked by this process where it must be checked."""
    if not isinstance(step, Work):
        return step
    result = checker.judge(step)
    _remember(checker, step, result)
    return checker.finish(step, result)


def _remember(checker: Checker, work: Work, result: Result | Failure) -> None:
    if checker.memory is not None and isinstance(result, Result):
        checker.memory.put(work, result)


def _with_workers(checker: Checker, steps: Iterator[Item | Work], size: int) -> Iterator[Item]:
    from losslint.crew import crew

    workers = crew(checker, size)
    line: deque[Item | _Waiting] = deque()
    works: list[Work] = []
    # Everything since the last full lot, in order; a work by its place in the next one.
    behind: list[Item | int] = []
    try:
        for step in steps:
            if isinstance(step, Work):
                behind.append(len(works))
                works.append(step)
            else:
                behind.append(step)
            if len(works) == _LOT or not works or len(behind) > _LOT * _WAIT_BEHIND:
                line += _hand_over(workers, works, behind)
            yield from _ready(checker, workers, line, size * _LOT * _LOTS_AHEAD)
        line += _hand_over(workers, works, behind)
        yield from _ready(checker, workers, line, 0)
    finally:
        workers.close()


def _hand_over(
    workers: "Crew", works: list[Work], behind: list[Item | int]
) -> Iterator[Item | _Waiting]:
    """Give the works to the workers; empties both lists."""
    lot = workers.submit(tuple(works)) if works else None
    order = tuple(behind)
    works.clear()
    behind.clear()
    for each in order:
        if not isinstance(each, int):
            yield each
        elif lot is not None:
            yield _Waiting(lot, each)


def _ready(
    checker: Checker, workers: "Crew", line: deque[Item | _Waiting], room: int
) -> Iterator[Item]:
    """What stands at the head of the line and is done; what is beyond the room is waited for."""
    while line:
        head = line[0]
        if not isinstance(head, _Waiting):
            yield head
        elif len(line) > room or workers.done(head.lot):
            work = head.lot.works[head.place]
            answer = workers.answers(head.lot)[head.place]
            result = Failure(answer) if isinstance(answer, str) else unpack(answer)
            _remember(checker, work, result)
            yield checker.finish(work, result)
        else:
            return
        line.popleft()
