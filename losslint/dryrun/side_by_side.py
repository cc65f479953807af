"""Threads for work on parts of arrays, as frameworks have them: NumPy lets go of Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")
_MOST = 8


def threads() -> ThreadPoolExecutor:
    """As many as there are processors, but a few; what `map` gives is in the order of the parts."""
    return ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST))


def mapped(function: Callable[[_Part], _Result], parts: Iterable[_Part]) -> list[_Result]:
    """What a function gives of each part, in their order; a single part needs no thread."""
    every = list(parts)
    if len(every) < 2:
        return [function(part) for part in every]
    with threads() as pool:
        return list(pool.map(function, every))
