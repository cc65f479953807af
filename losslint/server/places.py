"""Where the text that is checked stands in the documents that an editor shows.

Of most files the two are the same. The program of a notebook stands in the strings of its file, or
in the cells that an editor shows in the place of the file, each of which is a document of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from losslint.diagnostics import Edit, Span
from losslint.files.source import Source
from losslint.server.documents import Cell, OpenDocument
from losslint.server.position_map import Encoding, PositionMap
from losslint.syntax.edits import changes
from losslint.syntax.ipython import masked
from losslint.syntax.notebook import Notebook

Point = tuple[int, int]


class Place(NamedTuple):
    """A span of one document: its address and version, its start and its end."""

    uri: str
    version: int | None
    start: Point
    end: Point


class Unit(NamedTuple):
    """A document in which somebody types. `text` is as long as that, without what is no program.

    `before` is what the program has before it.
    """

    document: OpenDocument | Cell
    positions: PositionMap
    text: str
    before: str = ""

    def place(self, span: Span) -> Place:
        """Where a span of it stands."""
        return _place(self.document, self.positions, span)


class Places:
    """Of a file that is checked as it is."""

    def __init__(self, document: OpenDocument, encoding: Encoding) -> None:
        self.document = document
        self.positions = PositionMap(document.text, encoding)

    @property
    def texts(self) -> tuple[OpenDocument | Cell, ...]:
        """The documents in which something can be found."""
        return (self.document,)

    def place(self, span: Span | Edit) -> Place:
        """Where a span of the checked text stands."""
        return _place(self.document, self.positions, span)

    def edits(self, edits: Iterable[Edit]) -> Iterator[tuple[Place, str]]:
        """Edits of the checked text: where each is made, and what is written there."""
        return ((self.place(each), each.text) for each in edits)

    def offset(self, uri: str, point: Point) -> int | None:
        """The offset in the checked text of a place; None where nothing of it stands."""
        return self.positions.offset(*point)

    def unit(self, uri: str) -> Unit | None:
        """What somebody types into who writes in a document; None where that is no text of its own.

        Other than the checked text it is as it was typed, readable or not.
        """
        return Unit(self.document, self.positions, self.positions.text)

    def turned_into(self, before: str, after: str) -> tuple[Edit, ...]:
        """The edits that make one checked text of another."""
        edit = _difference(before, after)
        return (edit,) if edit is not None else ()


class _InNotebook(Places):
    """Of the program in a notebook."""

    def __init__(self, document: OpenDocument, notebook: Notebook, encoding: Encoding) -> None:
        super().__init__(document, encoding)
        self.notebook = notebook
        self.encoding: Encoding = encoding

    def turned_into(self, before: str, after: str) -> tuple[Edit, ...]:
        return tuple(changes(before, after))


class _InStrings(_InNotebook):
    """Of a notebook that an editor shows as the text that its file is."""

    def place(self, span: Span | Edit) -> Place:
        at = self.notebook.at
        return super().place(Span(at(span.start), at(span.end)))

    def edits(self, edits: Iterable[Edit]) -> Iterator[tuple[Place, str]]:
        for each in self.notebook.in_file(edits):
            yield _place(self.document, self.positions, each), each.text

    def offset(self, uri: str, point: Point) -> int | None:
        return self.notebook.offset(self.positions.offset(*point))

    def unit(self, uri: str) -> Unit | None:
        return None


class _InCells(_InNotebook):
    """Of a notebook that an editor shows as cells."""

    def __init__(self, document: OpenDocument, notebook: Notebook, encoding: Encoding) -> None:
        super().__init__(document, notebook, encoding)
        self._cells = document.cells or ()
        self._numbers = {cell.uri: number for number, cell in enumerate(self._cells, 1)}

    @property
    def texts(self) -> tuple[OpenDocument | Cell, ...]:
        return self._cells

    def place(self, span: Span | Edit) -> Place:
        number, start = self.notebook.cell(span.start)
        return self._in_cell(number, Span(span.start - start, span.end - start))

    def _in_cell(self, number: int, span: Span | Edit) -> Place:
        cell = self._cells[number - 1]
        return _place(cell, PositionMap(cell.text, self.encoding, marked=False), span)

    def edits(self, edits: Iterable[Edit]) -> Iterator[tuple[Place, str]]:
        for number, each in self.notebook.in_cells(edits):
            yield self._in_cell(number, each), each.text

    def offset(self, uri: str, point: Point) -> int | None:
        number, unit = self._numbers.get(uri), self.unit(uri)
        start = self.notebook.cell_start(number) if number is not None else None
        return None if start is None or unit is None else start + unit.positions.offset(*point)

    def unit(self, uri: str) -> Unit | None:
        number = self._numbers.get(uri)
        if number is None:
            return None
        cell = self._cells[number - 1]
        positions = PositionMap(cell.text, self.encoding, marked=False)
        return Unit(cell, positions, masked(cell.text), self.notebook.before(number))


def places_of(document: OpenDocument, source: Source, encoding: Encoding) -> Places:
    """The places of a document whose checked text is that of `source`."""
    if not isinstance(source.inside, Notebook):
        return Places(document, encoding)
    kind = _InStrings if document.cells is None else _InCells
    return kind(document, source.inside, encoding)


def _place(text: OpenDocument | Cell, positions: PositionMap, span: Span | Edit) -> Place:
    start, end = map(positions.line_and_character, (span.start, span.end))
    return Place(text.uri, text.version, start, end)


def _difference(before: str, after: str) -> Edit | None:
    """The one replacement that turns a text into another; None where they are equal."""
    if before == after:
        return None
    start = _same(before, after)
    # "\r\n" is one line end: an edit does not part it.
    start -= before[start - 1 : start] == "\r"
    limit = min(len(before), len(after)) - start
    tail = _same(before[::-1][:limit], after[::-1][:limit])
    return Edit(start, len(before) - tail, after[start : len(after) - tail])


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
