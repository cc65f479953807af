"""A YAML text cut where the parser starts a document, so that each piece reads as it does inside.

A "---" at the start of a line, in front of a blank, starts one wherever it stands: indentation,
plain text and block scalars end there, and the directives, tags, anchors and keys of the document
before are forgotten. Within quotes and brackets it is an error, and so it is where the piece before
it ends: whoever reads the pieces looks for problems.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zlib import crc32

_START: Final = "\n---"
# YAML breaks lines at all of these, and a mark behind the first character is one of the text.
_OTHER_ENDS: Final = ("\r", "\x85", "\u2028", "\u2029", "\ufeff", "\0")
# A directive speaks of the document behind the next "---".
_NOT_CUT: Final = ("\n%", "\n...")
# A piece has at least so many characters, or ends behind one of so many documents.
_LONG: Final = 2_000
_FEW: Final = 8


def pieces_of(text: str) -> tuple[str, ...]:
    """The pieces; the whole text where it is not certain that they read alike."""
    if _START not in text or text.startswith(("%", "...")):
        return (text,)
    if any(each in text for each in (*_NOT_CUT, *_OTHER_ENDS)):
        return (text,)
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Short documents as one piece, because each piece has its price.

    The documents themselves tell where it ends, so that few pieces change with one of them.
    """
    start = at = 0
    for end in _cuts(text):
        last = text[at:end].encode("utf-8", "surrogatepass")
        if end - start >= _LONG or crc32(last) % _FEW == 0:
            yield text[start:end]
            start = end
        at = end
    if start < len(text):
        yield text[start:]


def _cuts(text: str) -> Iterator[int]:
    at = text.find(_START)
    while at >= 0:
        end = at + len(_START)
        if text[end : end + 1] in ("", " ", "\t", "\n"):
            yield at + 1
        at = text.find(_START, end)
