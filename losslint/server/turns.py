"""Whether anybody still waits for the answer of a check."""

from __future__ import annotations


class SupersededError(Exception):
    """Somebody has typed on: nobody waits for this answer any more."""


class Turn:
    """One check, from the loop that orders it to the thread that works on it."""

    def __init__(self) -> None:
        self.is_over = False

    def pulse(self) -> None:
        """Raises SupersededError where the answer is not wanted any more."""
        if self.is_over:
            raise SupersededError
