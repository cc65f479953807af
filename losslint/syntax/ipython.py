"""A cell's text as Python reads it: what only IPython reads is masked, and it keeps its length."""

import re

from losslint.syntax.python_text import parse_module

# A line for IPython: a shell command, a magic, a question; or a name bound to one of them.
_MAGIC = re.compile(
    r"^(?P<indent>[ \t]*)(?:[!%?]|[\w.]+(?=\?{1,2}[ \t]*$)|(?=[^#'\"]*\?[ \t]*$))", re.M
)
_BOUND = re.compile(r"^(?P<before>[ \t]*[\w.,\[\] \t]+=[ \t]*)[!%]", re.M)
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!capture\b|time\b|timeit\b|prun\b)")


def as_python(cell: str) -> str | None:
    """A cell's text, as long as it was, as Python reads it; None for one that is not Python."""
    if _OTHER_LANGUAGE.match(cell):
        return None
    if parse_module(cell).module is not None:
        return cell
    text = masked(cell)
    return text if parse_module(text).module is not None else None


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
