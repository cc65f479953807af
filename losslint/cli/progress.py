"""How far a long command is: a line on standard error, on a terminal only.

By hand, because both streams may lead to one terminal: it is wiped before anything else is written.
"""

import sys
import time
from collections.abc import Callable
from types import TracebackType

from losslint.cli.options import PATIENCE
from losslint.cli.output import width

# How often it is drawn anew at most, in seconds.
_PAUSE = 0.1
_WIDEST = 30
_WIPE = "\r\x1b[K"


class Bar:
    """A line such as `checking ######........ 1200/5000`; a context manager, which wipes it.

    `total` is asked for once, when the line is first drawn, which is after `patience` seconds;
    `done` are done already.
    """

    def __init__(
        self,
        label: str,
        total: Callable[[], int],
        *,
        shown: bool = True,
        patience: float = PATIENCE,
        done: int = 0,
    ) -> None:
        self.label = label
        self.done = done
        self._total, self._count = total, 0
        self._shown, self._drawn = shown, False
        self._next = time.monotonic() + patience

    def __enter__(self) -> "Bar":
        self._draw()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()

    def step(self, total: int = 0) -> None:
        """Another one is done, of `total`, where that has become known anew."""
        self.done += 1
        self._count = total or self._count
        self._draw()

    def wipe(self) -> None:
        """Take the line away; it comes again with a later step."""
        if self._drawn:
            sys.stderr.write(_WIPE)
            sys.stderr.flush()
            self._drawn = False

    def _draw(self) -> None:
        if not self._shown or time.monotonic() < self._next:
            return
        self._count = self._count or self._total()
        count = f"{self.done}/{self._count}"
        room = min(_WIDEST, width(sys.stderr) - len(self.label) - len(count) - 3)
        filled = room * self.done // max(self._count, self.done, 1)
        bar = f"{'#' * filled}{'.' * (room - filled)} " if room > 0 else ""
        sys.stderr.write(f"{_WIPE}{self.label} {bar}{count}")
        sys.stderr.flush()
        self._drawn = True
        self._next = time.monotonic() + _PAUSE
