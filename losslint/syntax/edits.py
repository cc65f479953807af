"""Edits on spans: inserting and replacing parts of a tree's text.

An edit touches what it names and nothing else; the indentation, quotes and line ends of what it
writes follow the text around it.
"""

import re
from collections.abc import Iterable, Iterator

from losslint.diagnostics import Edit
from losslint.files.source import Source
from losslint.syntax.nodes import Mapping, Node, outer_span

# A comma of a flow mapping with the comment behind it, which speaks of what stands before.
COMMA_AND_COMMENT = r"[ \t]*,[ \t]*#[^\r\n]*"


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits applied, from the end. The edits must not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def edited(source: Source, edits: Iterable[Edit]) -> Source:
    """A file with edits of its text applied."""
    edits = list(edits)
    if source.inside is None:
        return source._replace(text=apply_edits(source.text, edits))
    inside = source.inside.edited(edits)
    return source._replace(text=inside.program, inside=inside)


def overlap(first: Edit, second: Edit) -> bool:
    """Whether two edits touch the same text. Two insertions at one place do."""
    if first.start == second.start:
        return True
    left, right = (first, second) if first.start < second.start else (second, first)
    return left.end > right.start


def newline_of(text: str) -> str:
    """The line end of a text: that of its first line."""
    at = text.find("\n")
    if at < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if at and text[at - 1] == "\r" else "\n"


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends, before its line end."""
    ends = [at for at in (text.find("\n", offset), text.find("\r", offset)) if at >= 0]
    return min(ends, default=len(text))


def column(text: str, offset: int) -> int:
    """How many code points stand before an offset on its line."""
    return offset - line_start(text, offset)


def comment_above(text: str, start: int, lines: Iterable[str]) -> list[Edit]:
    """Comments on lines of their own above what starts its line; else none."""
    first = line_start(text, start)
    indent, end = text[first:start], newline_of(text)
    written = "".join(f"{indent}# {line}{end}" for line in lines)
    return [Edit(first, first, written)] if written and not indent.strip() else []


def insert_pair(text: str, mapping: Mapping, index: int, key: str, value: str) -> Edit:
    """Insert `key: value` behind the pair at `index`.

    In a block mapping it gets a line of its own, behind a comment on the line of the pair before
    it. `key` and `value` are text as it should stand in the file.
    """
    before = mapping.pairs[index]
    end = max(before.value.end, before.key.end)
    if mapping.flow:
        return _insert_in_flow(text, mapping, index, f"{key}: {value}")
    start = outer_span(before.key).start
    indent = " " * column(text, start)
    at = line_end(text, end)
    if end and text[end - 1 : end] == "\n":
        # A block scalar's span holds its last line end.
        return Edit(end, end, f"{indent}{key}: {value}{newline_of(text)}")
    return Edit(at, at, f"{newline_of(text)}{indent}{key}: {value}")


def _insert_in_flow(text: str, mapping: Mapping, index: int, pair: str) -> Edit:
    before = mapping.pairs[index]
    end = max(before.value.end, before.key.end)
    key_start = outer_span(before.key).start
    previous = mapping.pairs[index - 1].value.end if index else mapping.start + 1
    gap = text[previous:key_start]
    # One pair a line, as JSON is mostly written: keep to it.
    lead = gap[gap.index("\n") - (gap[gap.index("\n") - 1 :][:1] == "\r") :] if "\n" in gap else " "
    if "#" in lead or "/" in lead:
        lead = " "
    behind = re.compile(COMMA_AND_COMMENT).match(text, end)
    if behind is not None and "\n" in lead:
        # A comment on the line of the pair before stays there.
        return Edit(behind.end(), behind.end(), f"{lead}{pair},")
    return Edit(end, end, f",{lead if lead.isspace() else ' '}{pair}")


def whole_lines(text: str, first: int, end: int) -> Edit:
    """Delete from a line start to the end of the line of `end`, one line end included."""
    last = line_end(text, end)
    if last < len(text):
        width = 2 if text.startswith("\r\n", last) else 1
        return Edit(first, last + width, "")
    # The last line of a file without a line end: the one before it loses its own.
    back = 2 if text[max(first - 2, 0) : first] == "\r\n" else 1
    return Edit(max(first - back, 0), last, "")


def pair_index(mapping: Mapping, key: Node) -> int:
    """The index of the pair with this key node."""
    for index, pair in enumerate(mapping.pairs):
        if pair.key is key:
            return index
    raise LookupError("the key is not one of this mapping")


def quoted_like(text: str, start: int, end: int, word: str) -> str:
    """A word in the quotes of the text that it replaces."""
    old = text[start:end]
    return f"{old[0]}{word}{old[0]}" if old[:1] in ("'", '"') and len(old) > 1 else word


def in_one_go(edits: Iterable[Edit]) -> list[Edit]:
    """Edits of one text that can be applied together.

    Insertions at one place follow each other in the order given. The last line of a file without a
    line end goes with the line end before it: where the line above goes, too, or is replaced, that
    one gives its own in its place; so do lines inserted between the two.
    """
    inserted: dict[int, str] = {}
    others: list[Edit] = []
    for edit in edits:
        if edit.start == edit.end:
            inserted[edit.start] = inserted.get(edit.start, "") + edit.text
        else:
            others.append(edit)
    others.sort()
    for index in range(len(others) - 1, 0, -1):
        above, below = others[index - 1 : index + 1]
        width = above.end - below.start
        if width > 0 and not below.text:
            start = above.start if above.text else above.start - width
            new = above.text[:-width] if above.text else ""
            others[index - 1 : index + 1] = [Edit(start, below.end, new)]
    for index, edit in enumerate(others):
        inside = [at for at in inserted if edit.start < at < edit.end]
        for at in inside:
            new, width = inserted.pop(at), at - edit.start
            others[index] = edit._replace(text=new[-width:] + new[:-width])
    return [*others, *(Edit(at, at, new) for at, new in inserted.items())]


def changes(old: str, new: str) -> Iterator[Edit]:
    """What turns one text into another, as replaced spans of the old one."""
    from difflib import SequenceMatcher

    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) == len(after):
        pairs = ((i, i + 1, i, i + 1) for i, each in enumerate(before) if each != after[i])
    else:
        found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        pairs = ((a, b, c, d) for tag, a, b, c, d in found if tag != "equal")
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    for a, b, c, d in pairs:
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        head = _common(gone, come)
        tail = _common(gone[head:][::-1], come[head:][::-1])
        yield Edit(starts[a] + head, starts[b] - tail, come[head : len(come) - tail])


def _common(first: str, second: str) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
