"""The entry point of a backend process: it holds one framework and evaluates one job after another.

Jobs come as JSON lines on standard input, verdicts go out as JSON lines on standard output. What a
framework prints goes to standard error, so that it cannot be taken for a verdict.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING

from losslint.dryrun.backends import missing_framework, open_evaluator
from losslint.dryrun.ipc import read_job, to_line
from losslint.dryrun.records import DialectName

if TYPE_CHECKING:
    from losslint.dryrun.evaluate import Evaluator

_PR_SET_PDEATHSIG = 1


def main(dialect: DialectName) -> int:
    """Serve one dialect's losses until standard input ends; 0, or 3 without its framework."""
    return serve(lambda: open_evaluator(dialect), lambda error: missing_framework(dialect, error))


def serve(open_backend: Callable[[], Evaluator], explain: Callable[[ImportError], str]) -> int:
    """Serve the losses of the evaluator that `open_backend` gives.

    Args:
        open_backend: imports a framework; an ImportError from it is reported, not raised.
        explain: the one line that is reported for it.

    Returns:
        The process's exit status: 0, or 3 where the framework is missing.
    """
    answers = private_output()
    die_with_parent()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # the first to go when memory runs out
    warnings.simplefilter("ignore")
    try:
        evaluator = open_backend()
    except ImportError as error:
        say(answers, to_line({"missing": explain(error)}))
        return 3
    from losslint.dryrun.evaluate import evaluate

    hello = {"label": evaluator.runtime.label, "devices": dict(evaluator.runtime.devices())}
    say(answers, to_line(hello))
    for line, done in _jobs():
        say(answers, to_line(evaluate(evaluator, read_job(line))))
        done()
    return 0


def private_output() -> IO[str]:
    """Standard output for answers alone: whoever else writes there writes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def say(answers: IO[str], line: str) -> None:
    """Write a line at once."""
    answers.write(line)
    answers.flush()


def die_with_parent() -> None:
    """Leave nothing running, even where the parent is killed."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _jobs() -> Iterator[tuple[str, Callable[[], None]]]:
    """Lines of standard input, each with what to call when it is done.

    Standard input is read beside the computing: when it ends in the midst of a job, whoever asked
    is gone, and the process ends at once.
    """
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    busy = threading.Event()

    def read() -> None:
        for line in sys.stdin:
            busy.set()
            lines.put(line)
        if busy.is_set():
            os._exit(1)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (line := lines.get()) is not None:
        yield line, busy.clear
