"""Running commands in turns: wall time, processor time and memory of each whole process."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import time
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


def _measure(command: Command, environment: Mapping[str, str]) -> Run:
    if command.before is not None:
        command.before()
    start = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        cwd=command.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    # 1 is what every one of these tools leaves with when it has found something.
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command.name} failed: {said.decode(errors='replace')[-500:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
