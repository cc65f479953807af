"""How much a call does, counted: a machine that is busy, slow or far away counts the same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(function: Callable[[], object]) -> int:
    """How many lines of Python a call runs, those of the libraries that it calls included."""
    count = 0

    def step(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times the steps that four times the size takes.

    About 4 for what grows with its input, 16 for what grows with its square, 1 for what does not
    grow. What only a first call does is done before.
    """
    work(size)
    return steps(lambda: work(4 * size)) / steps(lambda: work(size))
