"""What an editor has open: texts, and notebooks, which are cells with a text each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from losslint.dialects.registry import language_spoken
from losslint.server.position_map import Encoding, PositionMap


class Cell(NamedTuple):
    """A cell of a notebook, which is a document of its own. `is_code`: it is one of Python."""

    uri: str
    text: str
    version: int | None
    is_code: bool


class OpenDocument(NamedTuple):
    """An open file. `path` names it, and its suffix tells the language.

    `text` is what the file would hold; of a notebook of which the editor shows `cells` it is made
    of those when it is asked for.
    """

    uri: str
    path: str
    text: str
    version: int | None = None
    cells: tuple[Cell, ...] | None = None
    metadata: Mapping[str, object] | None = None

    @property
    def size(self) -> int:
        """How many characters it has, about."""
        return sum(len(cell.text) for cell in self.cells) if self.cells else len(self.text)

    def whole(self) -> str:
        """The text of the file."""
        if self.cells is None:
            return self.text
        cells = [
            {"cell_type": "code" if cell.is_code else "markdown", "source": cell.text}
            for cell in self.cells
        ]
        # The rest of what an editor tells may be large: the state of widgets.
        kernel = {"kernelspec": (self.metadata or {}).get("kernelspec")}
        return json.dumps({"cells": cells, "metadata": kernel})


class Change(NamedTuple):
    """A part of a text that was typed over; without a range, all of it."""

    text: str
    range: tuple[int, int, int, int] | None = None


class CellText(NamedTuple):
    """The text of a cell, and its language as the editor names it."""

    language: str
    text: str
    version: int | None


_NOTHING = CellText("", "", None)
# A cell as it stands in the order of its notebook: its address, and whether it is one of code.
Kind = tuple[str, bool]


@dataclass(slots=True)
class OpenNotebook:
    """A notebook as the editor tells of it, change by change."""

    uri: str
    path: str
    version: int | None
    metadata: Mapping[str, object] | None
    order: list[Kind]
    texts: dict[str, CellText] = field(default_factory=dict)

    def document(self) -> OpenDocument:
        """The notebook as it is now."""
        spoken = {name: language_spoken(name) for name in {t.language for t in self.texts.values()}}
        programs = {name for name, found in spoken.items() if found is not None and found.is_code}
        cells: list[Cell] = []
        for uri, is_code in self.order:
            name, text, version = self.texts.get(uri, _NOTHING)
            cells.append(Cell(uri, text, version, is_code and name in programs))
        return OpenDocument(self.uri, self.path, "", self.version, tuple(cells), self.metadata)

    def splice(
        self,
        start: int,
        gone: int,
        come: Sequence[Kind],
        opened: Iterable[tuple[str, CellText]],
        closed: Iterable[str],
    ) -> None:
        """Cells go and come; one that is moved keeps its text."""
        self.order[start : start + gone] = come
        for uri in closed:
            self.texts.pop(uri, None)
        self.texts.update(opened)

    def set_kinds(self, kinds: Iterable[Kind]) -> None:
        """What else is told of cells has changed; of that their kind alone counts."""
        known = dict(kinds)
        self.order = [(uri, known.get(uri, is_code)) for uri, is_code in self.order]

    def type(self, uri: str, version: int, changes: Iterable[Change], encoding: Encoding) -> None:
        """The text of a cell has changed; each change counts in the text that the last one left."""
        cell = self.texts.get(uri)
        if cell is not None:
            text = cell.text
            for change in changes:
                text = changed(text, change, encoding)
            self.texts[uri] = CellText(cell.language, text, version)


def changed(text: str, change: Change, encoding: Encoding) -> str:
    """A text after a change."""
    if change.range is None:
        return change.text
    positions = PositionMap(text, encoding, marked=False)
    first_line, first, last_line, last = change.range
    start = positions.offset(first_line, first)
    end = max(start, positions.offset(last_line, last))
    return text[:start] + change.text + text[end:]
