"""A cell's text as Python reads it: what only IPython reads is masked, and it keeps its length."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from losslint.files.source import row_starts
from losslint.syntax.python_text import parse_module

# A line for IPython: a shell command, a magic, a question; or a name bound to one of them.
_MAGIC = re.compile(
    r"^(?P<indent>[ \t]*)(?:[!%?]|[\w.]+(?=\?{1,2}[ \t]*$)|(?=[^#'\"]*\?[ \t]*$))", re.M
)
_BOUND = re.compile(r"^(?P<before>[ \t]*[\w.,\[\] \t]+=[ \t]*)[!%]", re.M)
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!capture\b|time\b|timeit\b|prun\b)")


@dataclass(slots=True)
class CellCode:
    """A cell as Python reads it: as long a text as it was, and its statements, told by rows.

    `row` is how many rows stand before it.
    """

    text: str
    body: list[ast.stmt]
    row: int = 0

    def move_to(self, row: int) -> None:
        """Let so many rows stand before it."""
        if row != self.row:
            for each in self.body:
                ast.increment_lineno(each, row - self.row)
            self.row = row


def read_cell(cell: str) -> CellCode | None:
    """A cell as Python reads it; None for one that is not Python."""
    if _OTHER_LANGUAGE.match(cell):
        return None
    parsed, text = parse_module(cell), cell
    if parsed.module is None:
        text = masked(cell)
        parsed = parse_module(text)
    return CellCode(text, parsed.module.body) if parsed.module is not None else None


class KnownCells:
    """The cells of a notebook that is read again and again: those that stay are parsed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], CellCode | None] = {}

    def read(self, cells: Iterable[str]) -> list[CellCode | None]:
        """Each cell as Python reads it. Of two that are alike each has its own."""
        found: dict[tuple[str, int], CellCode | None] = {}
        seen = Counter[str]()
        for cell in cells:
            key = (cell, seen[cell])
            seen[cell] += 1
            found[key] = self._known[key] if key in self._known else read_cell(cell)
        self._known = found
        return [*found.values()]


def module_of(cells: Iterable[CellCode]) -> ast.Module:
    """The module of the program in which cells follow each other, a line end behind each.

    Each is Python by itself, so that no statement goes on in the next cell.
    """
    body: list[ast.stmt] = []
    row = 0
    for cell in cells:
        cell.move_to(row)
        body += cell.body
        row += len(row_starts(cell.text + "\n")) - 1
    return ast.Module(body, [])


def masked(cell: str) -> str:
    """A cell's text, as long as it was, without what only IPython reads; blank where it is all."""
    if _OTHER_LANGUAGE.match(cell):
        return " " * len(cell)
    bound = _BOUND.sub(lambda m: m["before"] + "\0", cell)
    return "".join(map(_masked, bound.splitlines(keepends=True)))


def _masked(line: str) -> str:
    """A line without what only IPython reads: a name that stands for nothing, and blanks."""
    body = line.rstrip("\r\n")
    start = body.find("\0")
    if start < 0:
        if _MAGIC.match(body) is None:
            return line
        start = len(body) - len(body.lstrip())
    return body[:start] + "_".ljust(len(body) - start) + line[len(body) :]
