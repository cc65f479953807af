"""A Jupyter notebook as one Python program, and the way back into its strings.

The code cells follow each other in their order. What IPython alone reads is masked by text of the
same length; a cell of another language, or one that is no Python, is left out. A changed program is
written back by changing the strings of its cells: every other character of the file stays.
"""

import ast
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from losslint.diagnostics import Edit
from losslint.files.source import Inside, LineIndex, Source
from losslint.syntax.edits import apply_edits
from losslint.syntax.ipython import CellCode, KnownCells, module_of
from losslint.syntax.notebook_cells import code_cells
from losslint.syntax.python_text import MAX_LENGTH

SUFFIX = ".ipynb"

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
)


class _Part(NamedTuple):
    """One string of a cell's source: where its text starts in the program, and in the file."""

    start: int
    end: int
    at: int
    raw: str
    cell: int


class Notebook(Inside):
    """The code cells of a notebook, and where each character of the program stands in the file.

    `program` is what Python reads: as long as what is shown, with masks for what it cannot read.
    """

    def __init__(
        self,
        file: str,
        program: str,
        shown: str,
        parts: list[_Part],
        codes: Iterable[CellCode] = (),
    ) -> None:
        self._codes = tuple(codes)
        self.file = file
        self.program = program
        self.shown = shown
        self._parts = parts
        self._starts = [part.start for part in parts]
        self._firsts = {part.cell: part.start for part in reversed(parts)}
        self._lines: LineIndex | None = None

    def _part(self, offset: int) -> _Part:
        return self._parts[max(bisect_right(self._starts, offset) - 1, 0)]

    def cell(self, offset: int) -> tuple[int, int]:
        number = self._part(offset).cell
        return number, self._firsts[number]

    def cells(self) -> dict[int, str]:
        ends = {part.cell: part.end for part in self._parts}
        return {cell: self.shown[self._firsts[cell] : ends[cell]] for cell in ends}

    def at(self, offset: int) -> int:
        """The offset in the file of an offset in the program."""
        part = self._part(offset)
        return part.at + _raw_length(part.raw, offset - part.start)

    def place(self, offset: int) -> tuple[int, int]:
        return self.lines_of_file().position(self.at(offset))

    def module(self, program: str) -> ast.Module | None:
        codes, self._codes = self._codes, ()
        # It changes how what follows is read, in cells behind it too.
        is_changed = program != self.program or "barry_as_FLUFL" in program
        return module_of(codes) if codes and not is_changed else None

    def lines_of_file(self) -> LineIndex:
        if self._lines is None:
            self._lines = LineIndex(self.file)
        return self._lines

    def edited(self, edits: Iterable[Edit]) -> "Notebook":
        inner: list[list[Edit]] = [[] for _ in self._parts]
        for edit in edits:
            for index, each in self._within(edit):
                inner[index].append(each)
        parts: list[_Part] = []
        programs: list[str] = []
        texts: list[str] = []
        pieces: list[str] = []
        at = moved = reached = 0
        for part, changes in zip(self._parts, inner, strict=True):
            if parts and parts[-1].cell != part.cell:
                at = _end_cell(programs, texts, at)
            low, high = part.start, part.end
            programs.append(apply_edits(self.program[low:high], changes))
            texts.append(apply_edits(self.shown[low:high], changes))
            raw = apply_edits(part.raw, (self._in_string(part, each) for each in changes))
            parts.append(_Part(at, at + len(texts[-1]), part.at + moved, raw, part.cell))
            at = parts[-1].end
            pieces += (self.file[reached : part.at], raw)
            reached, moved = part.at + len(part.raw), moved + len(raw) - len(part.raw)
        _end_cell(programs, texts, at)
        file = "".join((*pieces, self.file[reached:]))
        return Notebook(file, "".join(programs), "".join(texts), parts)

    def _within(self, edit: Edit) -> Iterator[tuple[int, Edit]]:
        """An edit of the program as edits of the texts of its strings, by their numbers."""
        start, end, new = edit
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self._parts)):
            part = self._parts[index]
            if part.start > end or (part.start == end and new == ""):
                return
            low, high = max(start, part.start), min(end, part.end)
            if low <= high:
                yield index, Edit(low - part.start, high - part.start, new)
                new = ""

    def _in_string(self, part: _Part, edit: Edit) -> Edit:
        """An edit of a string's text in the string as it is written."""
        written = json.dumps(edit.text, ensure_ascii=self.file.isascii())[1:-1]
        start, end = (_raw_length(part.raw, at) for at in (edit.start, edit.end))
        return Edit(start, end, written)

    def in_file(self, edits: Iterable[Edit]) -> list[Edit]:
        """Edits of the program as edits of the file."""
        found: list[Edit] = []
        for edit in edits:
            for index, inner in self._within(edit):
                part = self._parts[index]
                start, end, written = self._in_string(part, inner)
                if start < end or written:
                    found.append(Edit(part.at + start, part.at + end, written))
        return found

    def in_cells(self, edits: Iterable[Edit]) -> list[tuple[int, Edit]]:
        """Edits of the program as edits of the texts of cells, each with its cell's number."""
        found: list[tuple[int, Edit]] = []
        for edit in edits:
            for index, (start, end, new) in self._within(edit):
                part = self._parts[index]
                shift = part.start - self._firsts[part.cell]
                found.append((part.cell, Edit(shift + start, shift + end, new)))
        return found

    def offset(self, at: int) -> int | None:
        """The offset in the program of an offset in the file; None where no code stands."""
        for part in self._parts:
            if part.at <= at <= part.at + len(part.raw):
                counts = range(part.end - part.start + 1)
                behind = bisect_right(counts, at - part.at, key=partial(_raw_length, part.raw))
                return part.start + behind - 1
        return None

    def cell_start(self, number: int) -> int | None:
        """Where a cell's text starts in the program; None for one that is left out."""
        return self._firsts.get(number)

    def before(self, number: int) -> str:
        """The program up to a cell, which may be left out itself."""
        end = next((part.start for part in self._parts if part.cell >= number), len(self.program))
        return self.program[:end]


def _end_cell(programs: list[str], texts: list[str], at: int) -> int:
    """A line end behind a cell: the program goes on with the next."""
    programs.append("\n")
    texts.append("\n")
    return at + 1


def _raw_length(raw: str, count: int) -> int:
    """How many characters of a JSON string its first characters take."""
    at = 0
    for escape in _ESCAPE.finditer(raw):
        plain = escape.start() - at
        if count <= plain:
            break
        count -= plain + 1
        at = escape.end()
    return at + count


def as_program(source: Source, known: KnownCells | None = None) -> Source:
    """A notebook's code as one program; any other file as it is, and a notebook that is none.

    `known` are its cells as they were read before.
    """
    if source.inside is not None or not source.path.lower().endswith(SUFFIX):
        return source
    parts: list[_Part] = []
    try:
        cells = list(code_cells(source.text))
    except (ValueError, RecursionError):
        cells = []
    texts = ["".join(text for text, *_ in strings) for _, strings in cells]
    # What is too long for one program is not looked at cell by cell.
    is_long = sum(map(len, texts)) > MAX_LENGTH
    codes = [CellCode(t, []) for t in texts] if is_long else (known or KnownCells()).read(texts)
    read = [each for each in zip(cells, texts, codes, strict=True) if each[2] is not None]
    at = 0
    for (number, strings), _, _ in read:
        for value, place, raw in strings:
            parts.append(_Part(at, at + len(value), place, raw, number))
            at += len(value)
        at += 1
    found = [code for *_, code in read if code is not None]
    program = "".join(f"{code.text}\n" for code in found)
    shown = "".join(f"{text}\n" for _, text, _ in read)
    notebook = Notebook(source.text, program, shown, parts, [] if is_long else found)
    return source._replace(text=program, inside=notebook)
