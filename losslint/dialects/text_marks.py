"""What the bare text of a file tells of losses, where no site was found in it.

Two questions. Is a broken file one that was to hold losses, although the break hides them? And
which key may have led somebody to name a file that holds none?
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from losslint.dialects.registry import DIALECTS
from losslint.syntax.nodes import Mapping, Node, Scalar, Sequence, Tree

LOOKED_FOR = ", ".join(mark for each in DIALECTS for mark in each.looked_for)
"""The sites, as the note about a file without one names them."""

# Keys that may make somebody think that losslint reads a file.
_TELLING = frozenset[str]().union(*(each.telling_keys for each in DIALECTS))

_KEY = (
    r"""(?P<before>^[ \t]*(?:-[ \t]+)*|[{,\[][ \t]*)(?P<quote>["']?)"""
    r"""(?P<word>%s)(?P=quote)[ \t]*:"""
)
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_LINES = re.compile(r"\s*\{.*\}[ \t]*\r?\n\s*\{.*\}[ \t]*(?:\r?\n|\Z)")
_COMMENTED = re.compile(r"\s*(?://|/\*|\{\s*(?://|/\*))|[\s\S]*^[ \t]*//", re.MULTILINE)
_NULL = ("", "~", "null", "Null", "NULL")
_MAX_KEYS = 10_000


def was_to_hold_losses(text: str) -> bool:
    """Whether the keys of a site stand one inside the other, as far as a broken text shows it.

    By the columns of the keys, or on one line. A template is broken by intent, and whoever fills it
    checks what comes out.
    """
    return _TEMPLATE.search(text) is None and any(each.shows_in(text) for each in DIALECTS)


def is_broken_by_intent(text: str) -> bool:
    """Whether a text is a template, which somebody fills in, one JSON text a line, or JSONC."""
    return bool(_TEMPLATE.search(text) or _LINES.match(text) or _COMMENTED.match(text))


def stand_together(text: str, chain: tuple[str, ...]) -> bool:
    """Whether the words of a chain are keys of which each holds the next."""
    held: list[_Key] = []
    for key in _keys(text, chain) if chain[-1] in text else ():
        # What stands further left, or as far, ended what was open there.
        while held and not _is_within(key, held[-1], text):
            held.pop()
        if key.word == chain[len(held)]:
            held.append(key)
        if len(held) == len(chain):
            return True
    return False


def _is_within(key: "_Key", holder: "_Key", text: str) -> bool:
    if key.row == holder.row:
        between = text[holder.at : key.at]
        opened = between.count("{") + between.count("[")
        return opened > between.count("}") + between.count("]")
    return key.column > holder.column


class _Key(NamedTuple):
    word: str
    at: int
    row: int
    column: int


def _keys(text: str, words: tuple[str, ...]) -> Iterator[_Key]:
    row = at = 0
    pattern = re.compile(_KEY % "|".join(map(re.escape, words)), re.MULTILINE)
    for count, found in enumerate(pattern.finditer(text)):
        if count == _MAX_KEYS:
            return
        start = found.start("word")
        row += text.count("\n", at, start)
        at = start
        yield _Key(found["word"], start, row, start - (text.rfind("\n", 0, start) + 1))


def _is_null(value: Node) -> bool:
    return (
        isinstance(value, Scalar) and (value.is_plain or value.is_absent) and value.value in _NULL
    )


def telling_key(tree: Tree) -> Scalar | None:
    """The first key of a file that reads like the place of a loss."""
    first: Scalar | None = None
    for document in tree.documents:
        todo = [document.root]
        while todo:
            node = todo.pop()
            if isinstance(node, Sequence):
                todo += node.items
            elif isinstance(node, Mapping):
                for key, value in node.pairs:
                    todo.append(value)
                    if isinstance(key, Scalar) and key.value in _TELLING and not _is_null(value):
                        first = key if first is None or key.start < first.start else first
        if first is not None:
            return first
    return None
