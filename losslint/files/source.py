"""A file's bytes as text: encoding, byte order mark, and the index of its lines."""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from io import StringIO
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from losslint.diagnostics import Edit

if TYPE_CHECKING:
    import ast

# Rows end at what an editor calls a line end. YAML 1.1 also breaks lines at NEL, LS and PS,
# but no editor numbers its lines so.
_LINE_END = re.compile(r"\r\n|\n|\r")

# The order matters: the UTF-32 mark starts with the UTF-16 one.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)


# What people write text in beside UTF-8; Python knows encodings of other things, too. `utf-8-sig`
# is UTF-8 to Python as well: it would write a mark that was not there.
_OF_TEXT = ("iso8859", "cp", "ascii", "koi8", "euc", "shift_jis", "gb", "big5", "mac")
# As PEP 263 has it; on the second line it counts where the first one is blank or a comment.
_CODING = rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_NO_CODE = rb"[ \t\f\r]*(?:#|$)"


# A check asks for the rows of a file, and then each of its reports.
@lru_cache(maxsize=1)
def row_starts(text: str) -> list[int]:
    """Where each row of a text starts; nobody changes the list."""
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    # A third of the time, and asked of every text that somebody types.
    starts = list(accumulate(map(len, StringIO(text, newline="\n")), initial=0))
    return starts if text.endswith("\n") else starts[: len(starts) - bool(text)]


class LineIndex:
    """Rows and columns (both from 1, columns in code points) of the offsets of one text."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = row_starts(text)

    def position(self, offset: int) -> tuple[int, int]:
        """Row and column of an offset."""
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def offset(self, row: int, column: int) -> int:
        """The offset of a row and a column, held inside the text."""
        if row > len(self._starts):
            return len(self.text)
        return min(self._starts[max(row, 1) - 1] + column - 1, len(self.text))

    def row_span(self, row: int) -> tuple[int, int]:
        """Start and end of a row's text, without its line end."""
        start = self._starts[row - 1]
        if row == len(self._starts):
            return start, len(self.text)
        end = self._starts[row]
        # Told without a copy of the row, which may have megabytes.
        return start, end - (2 if self.text[end - 2 : end] == "\r\n" else 1)

    def cell(self, offset: int) -> int | None:
        """The cell of a notebook that an offset stands in; None outside of one."""
        return None

    def shown(self, offset: int) -> tuple[int, int]:
        """Row and column of an offset as people are told them."""
        return self.position(offset)

    def told(self, offset: int) -> str:
        """The place of an offset as people are told it."""
        row, column = self.shown(offset)
        cell = self.cell(offset)
        return f"{row}:{column}" if cell is None else f"cell {cell}:{row}:{column}"

    def label(self, row: int) -> int:
        """The number of a row as people are told it."""
        return row

    @property
    def rows(self) -> int:
        """How many rows the text has."""
        return len(self._starts)


class Inside:
    """How a text stands inside of its file, in several parts: the code cells of a notebook.

    `file` is the whole file, `shown` the text as it stands there, `program` as it is read: equally
    long, with masks for what cannot be read.
    """

    file: str
    program: str
    shown: str

    def cell(self, offset: int) -> tuple[int, int]:
        """The number of the cell of an offset, and where its text starts."""
        raise NotImplementedError

    def cells(self) -> dict[int, str]:
        """The texts of the cells, as they are shown, by their numbers."""
        raise NotImplementedError

    def place(self, offset: int) -> tuple[int, int]:
        """Row and column of an offset in the file itself."""
        raise NotImplementedError

    def module(self, program: str) -> "ast.Module | None":
        """What Python reads in a program, where that is known; once: it is large, and not kept."""
        raise NotImplementedError

    def lines_of_file(self) -> LineIndex:
        """The rows of the file itself."""
        raise NotImplementedError

    def edited(self, edits: Iterable[Edit]) -> "Inside":
        """The file with edits of the text applied."""
        raise NotImplementedError

    def in_file(self, edits: Iterable[Edit]) -> list[Edit]:
        """Edits of the text as edits of the file itself."""
        raise NotImplementedError


class CellIndex(LineIndex):
    """Rows and columns as people count them in a notebook: within each cell."""

    __slots__ = ("inside",)

    def __init__(self, inside: Inside) -> None:
        super().__init__(inside.shown)
        self.inside = inside

    def cell(self, offset: int) -> int | None:
        return self.inside.cell(offset)[0]

    def shown(self, offset: int) -> tuple[int, int]:
        row, column = self.position(offset)
        return self.label(row), column

    def label(self, row: int) -> int:
        start = self.inside.cell(self.row_span(row)[0])[1]
        return row - self.position(start)[0] + 1


class Source(NamedTuple):
    """One file as text.

    `path` is the name shown to people, `mark` the byte order mark that the text does not hold,
    `raw` the bytes as read (of the archive member, where `member` names one). `written_by` is the
    release that wrote an archive, where the archive tells. `inside` tells how the text stands in
    the file, where that is not as it is.
    """

    path: str
    text: str
    raw: bytes
    encoding: str = "utf-8"
    mark: bytes = b""
    member: str | None = None
    written_by: str | None = None
    inside: Inside | None = None

    def lines(self) -> LineIndex:
        """The rows of the text, as they are counted for people."""
        return LineIndex(self.text) if self.inside is None else CellIndex(self.inside)

    def encode(self) -> bytes:
        """The bytes of the file in its encoding, with its byte order mark.

        Raises UnicodeEncodeError for a text that the encoding cannot hold.
        """
        whole = self.text if self.inside is None else self.inside.file
        return self.mark + whole.encode(self.encoding)


class Unreadable(NamedTuple):
    """Why bytes are no text: one sentence, and the byte offset where it shows.

    `refused`: there are no bytes, because the system gives none. `lacks_package`: there are, and
    what reads them is not installed. `is_certain`: it was to hold a config, so that a walk says so.
    """

    path: str
    reason: str
    offset: int = 0
    refused: bool = False
    lacks_package: bool = False
    is_certain: bool = False


def _declared(raw: bytes) -> str:
    """The encoding that a Python file names in one of its first two lines; UTF-8 else."""
    for line in raw.split(b"\n", 2)[:2]:
        found = re.match(_CODING, line)
        if found is not None:
            try:
                name = codecs.lookup(found[1].decode("ascii")).name
            except LookupError:
                break
            return name if name.startswith(_OF_TEXT) else "utf-8"
        if not re.match(_NO_CODE, line):
            break
    return "utf-8"


def decode(path: str, raw: bytes, member: str | None = None) -> Source | Unreadable:
    """Decode a file's bytes: by its byte order mark, else as UTF-8."""
    mark, encoding = next((pair for pair in _MARKS if raw.startswith(pair[0])), (b"", "utf-8"))
    if not mark and path.lower().endswith(".py"):
        encoding = _declared(raw)
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        offset = len(mark) + error.start
        return Unreadable(path, f"not {encoding.upper()}: byte {offset + 1} cannot be read", offset)
    return Source(path, text, raw, encoding, mark, member)
