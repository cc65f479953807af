"""A YAML text cut where the parser starts a document, so that each piece reads as it does inside.

A "---" at the start of a line, in front of a blank, starts one wherever it stands: indentation,
plain text and block scalars end there, and the directives, tags, anchors and keys of the document
before are forgotten. Within quotes and brackets it is an error, and so it is where the piece before
it ends: whoever reads the pieces looks for problems. A piece holds several documents where "..."
parts them.
"""

from __future__ import annotations

from typing import Final

_START: Final = "\n---"
# YAML breaks lines at all of these, and a mark behind the first character is one of the text.
_OTHER_ENDS: Final = ("\r", "\x85", "\u2028", "\u2029", "\ufeff", "\0")
# A directive speaks of the document behind the next "---".
_NOT_CUT: Final = ("\n%", "\n...")


def pieces_of(text: str) -> tuple[str, ...]:
    """The pieces; the whole text where it is not certain that they read alike."""
    if _START not in text or text.startswith(("%", "...")):
        return (text,)
    if any(each in text for each in (*_NOT_CUT, *_OTHER_ENDS)):
        return (text,)
    cuts = [0]
    at = text.find(_START)
    while at >= 0:
        end = at + len(_START)
        if text[end : end + 1] in ("", " ", "\t", "\n"):
            cuts.append(at + 1)
        at = text.find(_START, end)
    return tuple(text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True) if a < b)
