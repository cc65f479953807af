"""Seconds and memory of one forward and one backward pass, each the loss's own.

On the CPU the peak is that of the process above what it held before: Linux counts it afresh where
it is asked to. Where it is not to be known it is None. A device counts for itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import time
from collections.abc import Callable

_STATUS = "/proc/self/status"
_RESET = "/proc/self/clear_refs"
_RESET_PEAK = "5"


class Meter:
    """What one pass takes, from the making of its tensors on.

    Attributes:
        forward, backward: seconds; 0 until they are over.
        peak: the most bytes that were held at once, None where that is not to be known.
    """

    def __init__(
        self,
        wait: Callable[[], object] = lambda: None,
        device_peak: Callable[[], int | None] | None = None,
    ) -> None:
        """Begin.

        Args:
            wait: returns when the device has computed what it was given.
            device_peak: how many bytes the device held at most; None for the CPU.
        """
        self.forward = self.backward = 0.0
        self.peak: int | None = None
        self._wait, self._device_peak = wait, device_peak
        self._before = _fresh_peak() if device_peak is None else None
        self._mark = time.perf_counter()

    def begin(self) -> None:
        """The tensors are made: the forward pass begins."""
        self._lap()

    def end_forward(self) -> None:
        """The backward pass begins."""
        self.forward = self._lap()

    def end_backward(self) -> None:
        """Both are over, and nothing was made of the gradients yet."""
        self.backward = self._lap()
        if self._device_peak is not None:
            self.peak = self._device_peak()
        elif self._before is not None:
            highest = held("VmHWM")
            self.peak = None if highest is None else max(highest - self._before, 0)

    def _lap(self) -> float:
        self._wait()
        last, self._mark = self._mark, time.perf_counter()
        return self._mark - last


def held(field: str) -> int | None:
    """Bytes of this process as Linux counts them ("VmRSS", "VmHWM", "VmData"); None elsewhere."""
    try:
        with open(_STATUS, encoding="ascii", errors="replace") as status:
            line = next(line for line in status if line.startswith(field + ":"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def give_back() -> None:
    """Let the allocator hand back what was freed: taken again, it would not show as growth."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _fresh_peak() -> int | None:
    """Let the peak be counted from now on; what is held now, None where it cannot be asked for."""
    if sys.platform != "linux":
        return None
    give_back()
    try:
        with open(_RESET, "w", encoding="ascii") as reset:
            reset.write(_RESET_PEAK)
    except OSError:
        return None
    return held("VmRSS")
