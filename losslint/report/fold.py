"""Long sentences on a terminal: broken between words, not where the screen happens to end."""

from __future__ import annotations

from losslint.report.escape import width_of

# What a continued line starts with, so that it is not taken for a new finding.
INDENT = "  "

# A narrower screen breaks lines by itself.
_MIN_WIDTH = 30


def folded(text: str, width: int, used: int = 0, indent: str = INDENT) -> str:
    """A sentence in lines of at most `width` columns, `used` of which the first line has spent.

    A word that is longer than a line stays whole. A width of 0 folds nothing.
    """
    if width < _MIN_WIDTH or used + width_of(text) <= width:
        return text
    lines: list[str] = []
    line, columns = "", used
    for word in text.split(" "):
        size = width_of(word)
        if line and columns + 1 + size > width:
            lines.append(line)
            line, columns = indent + word, len(indent) + size
        else:
            line, columns = (
                (f"{line} {word}", columns + 1 + size) if line else (word, columns + size)
            )
    return "\n".join([*lines, line])
