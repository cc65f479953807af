"""Reports that go into files, beside the one that is shown: all of them as the findings come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from losslint.files.new_file import NewFile, WriteRefused
from losslint.files.write import overwriting
from losslint.linter.outcome import FileOutcome

Draw = Callable[[Iterable[FileOutcome]], Iterator[str]]


def write_files(
    files: Mapping[str, Draw],
    reports: Iterable[FileOutcome],
    shown: Draw | None,
    show: Callable[[str], Any],
) -> WriteRefused | None:
    """Write a report into each of the files, and show one; the first that cannot be written.

    Where nobody reads the shown one any more, the files are written none the less.
    """
    opened: list[NewFile] = []
    draws: list[_Drawing] = []
    try:
        for path, draw in files.items():
            file = overwriting(path)
            if isinstance(file, WriteRefused):
                return file
            opened.append(file)
            draws.append(_Drawing(draw, _encoded_to(file)))
        if shown is not None:
            draws.append(_Drawing(shown, show))
        failed = _draw_in_step(iter(reports), draws)
        refused = [each for file in opened if (each := file.close()) is not None]
    finally:
        for file in opened:
            file.drop()
    if failed is not None:
        raise failed
    return next(iter(refused), None)


def _encoded_to(file: NewFile) -> Callable[[str], None]:
    return lambda piece: file.write(piece.encode("utf-8", "backslashreplace"))


class _Drawing:
    """One report on its way; `taken` counts the files that are in it."""

    def __init__(self, draw: Draw, write: Callable[[str], Any]) -> None:
        self.write = write
        self.taken = 0
        self.waiting: deque[FileOutcome] = deque()
        self._draw = draw

    def pieces(self, more: Callable[[], bool]) -> Iterator[str]:
        """Its text; `more` sees to it that another file waits, if there is one."""

        def reports() -> Iterator[FileOutcome]:
            while self.waiting or more():
                self.taken += 1
                yield self.waiting.popleft()

        return self._draw(reports())


def _draw_in_step(reports: Iterator[FileOutcome], draws: list[_Drawing]) -> OSError | None:
    """Draw reports of the same files, the one that is behind first: nothing has to be kept.

    Returns what went wrong where a report is written that goes into no file.
    """
    failed: OSError | None = None
    active = list(draws)

    def more() -> bool:
        report = next(reports, None)
        if report is None:
            return False
        for each in active:
            each.waiting.append(report)
        return True

    texts = {each: each.pieces(more) for each in draws}
    while active:
        slowest = min(active, key=lambda each: each.taken)
        piece = next(texts[slowest], None)
        try:
            if piece is not None:
                slowest.write(piece)
                continue
        except OSError as error:
            failed = error
        active.remove(slowest)
    return failed
