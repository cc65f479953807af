"""Python source as `ast` reads it, with places in code points; nothing is imported, nothing run.

`ast` counts columns in bytes of UTF-8, and rows at the line ends of the language, which are those
of an editor.
"""

import ast
import re
import warnings
from bisect import bisect_right
from typing import Final, NamedTuple

from losslint.diagnostics import Span
from losslint.files.source import row_starts
from losslint.syntax.nodes import Problem

_TOKEN = re.compile(
    r"\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}"
    r"|\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*'|(?P<comment>#[^\r\n]*)",
    re.DOTALL,
)
# What notebooks allow besides: `await` outside of a function.
_FLAGS: Final = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
# Nobody writes as much into one file, and `ast` takes a hundred times the memory.
MAX_LENGTH: Final = 2 << 20


class Parsed(NamedTuple):
    """A module and its places; without one, `problem` says why `ast` reads none."""

    module: ast.Module | None
    problem: Problem | None = None


def parse_module(text: str) -> Parsed:
    """Read a text as Python. Never raises: what `ast` refuses, by whatever error, is a problem."""
    if len(text) > MAX_LENGTH:
        told = f"longer than {MAX_LENGTH >> 20} Mi characters, which no program is"
        return Parsed(None, Problem(Span(0, 1), told, is_budget=True))
    try:
        with warnings.catch_warnings():
            # Escapes that are none are the concern of others.
            warnings.simplefilter("ignore")
            module = compile(text, "<config>", "exec", _FLAGS, dont_inherit=True)
    except SyntaxError as error:
        place = _place_of(text, error)
        return Parsed(None, Problem(place, f"Python cannot read this: {error.msg}"))
    except (ValueError, RecursionError, MemoryError) as error:
        told = str(error) or "it is nested too deeply"
        return Parsed(None, Problem(Span(0, min(1, len(text))), f"Python cannot read this: {told}"))
    assert isinstance(module, ast.Module)
    return Parsed(module)


def _place_of(text: str, error: SyntaxError) -> Span:
    starts = row_starts(text)
    row = min(max(error.lineno or 1, 1), len(starts))
    at = min(starts[row - 1] + max((error.offset or 1) - 1, 0), len(text))
    return Span(at, min(at + 1, len(text)))


class Places:
    """Rows and byte columns of `ast` as offsets in code points."""

    __slots__ = ("_is_plain", "_starts", "_wide", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._is_plain = text.isascii()
        self._starts = row_starts(text)
        # Of a row that is not ASCII: the byte behind each wide character, and the surplus up to it.
        self._wide: dict[int, tuple[list[int], list[int]]] = {}

    def span(self, node: ast.expr | ast.keyword | ast.stmt) -> Span:
        """The span of a node's own text; parentheses around it are not its own."""
        end_row, end = node.end_lineno, node.end_col_offset
        if self._is_plain and end_row is not None and end is not None:
            # Asked a hundred thousand times.
            starts = self._starts
            return Span(starts[node.lineno - 1] + node.col_offset, starts[end_row - 1] + end)
        start = self.offset(node.lineno, node.col_offset)
        return Span(start, start if end_row is None or end is None else self.offset(end_row, end))

    def rows(self, first: int, last: int) -> str:
        """The text of rows (from 1)."""
        end = self._starts[last] if last < len(self._starts) else len(self.text)
        return self.text[self._starts[first - 1] : end]

    def row(self, offset: int) -> int:
        """The row (from 1) of an offset."""
        return bisect_right(self._starts, offset)

    def offset(self, row: int, column: int) -> int:
        """The offset of a row (from 1) and a column in bytes."""
        start = self._starts[row - 1]
        if self._is_plain:
            return start + column
        if row not in self._wide:
            stop = self._starts[row] if row < len(self._starts) else len(self.text)
            self._wide[row] = _surplus(self.text[start:stop])
        behind, surplus = self._wide[row]
        index = bisect_right(behind, column)
        return start + column - (surplus[index - 1] if index else 0)


def _surplus(line: str) -> tuple[list[int], list[int]]:
    behind: list[int] = []
    surplus: list[int] = []
    at = more = 0
    if not line.isascii():
        for character in line:
            width = len(character.encode("utf-8", "surrogatepass"))
            at += width
            if width > 1:
                more += width - 1
                behind.append(at)
                surplus.append(more)
    return behind, surplus


def comments_of(text: str) -> tuple[Span, ...]:
    """The comments of a text that is Python, from their "#" to the end of the line."""
    found = (match for match in _TOKEN.finditer(text) if match["comment"] is not None)
    return tuple(Span(*match.span()) for match in found)
