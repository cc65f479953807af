"""Offsets of a text as the protocol's lines and characters, in the encoding agreed on."""

from typing import Literal

from losslint.files.source import LineIndex

Encoding = Literal["utf-8", "utf-16", "utf-32"]

MARK = "\ufeff"


class PositionMap:
    """Lines and characters (both from 0) of one document; a character is a unit of the encoding.

    `text` is the document without a byte order mark, which some editors leave in: offsets are those
    of `text`, characters count the mark. A text that is not `marked` is no whole file: there the
    mark is a character.
    """

    __slots__ = ("_encoding", "_index", "_is_plain", "_marked", "text")

    def __init__(self, document: str, encoding: Encoding, *, marked: bool = True) -> None:
        self._marked = marked and document.startswith(MARK)
        self.text = document[1:] if self._marked else document
        self._index = LineIndex(self.text)
        self._encoding: Encoding = encoding
        self._is_plain = encoding == "utf-32" or self.text.isascii()

    def line_and_character(self, offset: int) -> tuple[int, int]:
        """Line and character of an offset, held inside the text."""
        row, column = self._index.position(min(max(offset, 0), len(self.text)))
        character = column - 1
        if not self._is_plain:
            start = self._index.row_span(row)[0]
            character = self.units(self.text[start : start + character])
        if self._marked and row == 1:
            character += self.units(MARK)
        return row - 1, character

    def offset(self, line: int, character: int) -> int:
        """The offset of a place; one behind the end of a line is the end of the line."""
        if line < 0:
            return 0
        if line >= self._index.rows:
            return len(self.text)
        start, end = self._index.row_span(line + 1)
        if self._marked and line == 0:
            character -= self.units(MARK)
        row = self.text[start:end]
        if self._is_plain or row.isascii():
            return start + min(max(character, 0), len(row))
        left = character
        for column, letter in enumerate(row):
            left -= self.units(letter)
            # Inside a letter is before it.
            if left < 0:
                return start + column
        return end

    def units(self, text: str) -> int:
        """How many units of the encoding a text takes."""
        if self._encoding == "utf-32" or text.isascii():
            return len(text)
        if self._encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(letter > "\uffff" for letter in text)
