"""When garbage is looked for: while nobody types.

A check makes hundreds of thousands of objects, of which nearly none is garbage until its answer is
out of date, and then they go at once. Looking through them meanwhile would take longer than the
check itself.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def undisturbed(work: Callable[[], Answer]) -> Answer:
    """Do some work; what it leaves behind is looked through by `tidy` only."""
    gc.disable()
    try:
        return work()
    finally:
        gc.freeze()
        gc.enable()


def tidy() -> None:
    """Free what only a search finds."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
