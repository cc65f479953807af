"""Long sentences on a terminal: broken between words, not where the screen happens to end."""

from losslint.text import width_of

# What a continued line starts with, so that it is not taken for a new finding.
INDENT = "  "

# A narrower screen breaks lines by itself.
_MIN_WIDTH = 30


def folded(text: str, width: int, used: int = 0, indent: str = INDENT) -> str:
    """A sentence in lines of at most `width` columns, `used` of which the first line has spent.

    A word that is longer than a line stays whole, and so do the blanks before the first one. A
    width of 0 folds nothing.
    """
    if width < _MIN_WIDTH or used + width_of(text) <= width:
        return text
    words = text.lstrip(" ").split(" ")
    line = " " * (len(text) - len(text.lstrip(" "))) + words[0]
    columns = used + width_of(line)
    lines: list[str] = []
    for word in words[1:]:
        size = width_of(word)
        if columns + 1 + size > width:
            lines.append(line)
            line, columns = indent + word, len(indent) + size
        else:
            line, columns = f"{line} {word}", columns + 1 + size
    return "\n".join([*lines, line])


def reflowed(text: str, width: int) -> str:
    """A page of Markdown whose paragraphs and items are as wide as the screen; code stays."""
    blocks: list[tuple[str, bool]] = []
    is_code = goes_on = False
    for line in text.split("\n"):
        is_fence = line.startswith("```")
        is_prose = bool(line) and not (is_code or is_fence or line.startswith(("#", "|")))
        if is_prose and goes_on and not line.startswith("- "):
            blocks[-1] = (f"{blocks[-1][0]} {line.lstrip()}", True)
        else:
            blocks.append((line, is_prose))
        goes_on = is_prose
        is_code ^= is_fence
    return "\n".join(
        folded(block, width, indent=INDENT if block.startswith("- ") else "") if is_prose else block
        for block, is_prose in blocks
    )
