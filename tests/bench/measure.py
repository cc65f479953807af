"""Running commands in turns: wall time, processor time and memory of each whole process."""

from __future__ import annotations

import ast
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Command(NamedTuple):
    """A command to measure. `before` prepares each of its runs, unmeasured."""

    name: str
    words: Sequence[str]
    folder: Path
    before: Callable[[], None] | None = None


class Run(NamedTuple):
    """One run. `memory` is the largest single process, in MiB."""

    wall: float
    cpu: float
    memory: float


class Figures(NamedTuple):
    """The runs of one command, in the order of the turns."""

    name: str
    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def memory(self) -> float:
        return max(run.memory for run in self.runs)


def ratio(one: Figures, other: Figures) -> float:
    """How many times the wall time of another, turn by turn."""
    pairs = zip(one.runs, other.runs, strict=True)
    return statistics.median(a.wall / b.wall for a, b in pairs)


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of the size with which times grow: the slope of a line through their logarithms."""
    if len(sizes) < 2:
        return float("nan")
    x, y = ([math.log(each) for each in values] for values in (sizes, seconds))
    return statistics.linear_regression(x, y).slope


def in_turns(
    commands: Sequence[Command], turns: int, environment: Mapping[str, str]
) -> list[Figures]:
    """Run each command once unmeasured, and then all of them in turns."""
    runs: list[list[Run]] = [[] for _ in commands]
    for turn in range(turns + 1):
        for command, found in zip(commands, runs, strict=True):
            run = _measure(command, environment)
            if turn:
                found.append(run)
    return [
        Figures(command.name, tuple(found)) for command, found in zip(commands, runs, strict=True)
    ]


# A new process starts with the peak of memory of the one that started it, and the bench is large:
# this small one starts the command, and tells of it on its third stream.
_STARTER = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
told = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
os.write(int(os.environ["BENCH_TOLD"]), repr((os.waitstatus_to_exitcode(status), told)).encode())
"""


def _measure(command: Command, environment: Mapping[str, str]) -> Run:
    if command.before is not None:
        command.before()
    told, theirs = os.pipe()
    with os.fdopen(told, "rb") as answer:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _STARTER, *map(str, command.words)],
            cwd=command.folder,
            env={**environment, "BENCH_TOLD": str(theirs)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs],
        )
        os.close(theirs)
        said = process.communicate()[1].decode(errors="replace")
        if process.returncode:
            raise SystemExit(f"{command.name} did not start: {said[-500:]}")
        left, run = ast.literal_eval(answer.read().decode())
    # 1 is what every one of these tools leaves with when it has found something.
    if left not in (0, 1):
        raise SystemExit(f"{command.name} failed: {said[-500:]}")
    return Run(*run)
