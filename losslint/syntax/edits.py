"""Edits on spans: inserting, removing and replacing parts of a tree's text.

An edit touches what it names and nothing else; the indentation, quotes and line ends of what it
writes follow the text around it.
"""

import re
from collections.abc import Callable, Container, Iterable

from losslint.diagnostics import Edit
from losslint.files.source import Source
from losslint.syntax.nodes import Mapping, Node, Sequence, outer_span

_COMMA_AND_COMMENT = re.compile(r"[ \t]*,[ \t]*#[^\r\n]*")
_REST_OF_PAIR = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")


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
    behind = _COMMA_AND_COMMENT.match(text, end)
    if behind is not None and "\n" in lead:
        # A comment on the line of the pair before stays there.
        return Edit(behind.end(), behind.end(), f"{lead}{pair},")
    return Edit(end, end, f",{lead if lead.isspace() else ' '}{pair}")


def remove_pair(text: str, mapping: Mapping, index: int) -> Edit:
    """Remove the pair at `index`, with its line where it has lines of its own."""
    pair = mapping.pairs[index]
    start, end = outer_span(pair.key).start, max(pair.value.end, pair.key.end)
    if mapping.flow:
        return _remove_from_flow(
            text,
            [outer_span(p.key).start for p in mapping.pairs],
            [max(p.value.end, p.key.end) for p in mapping.pairs],
            index,
        )
    if index + 1 < len(mapping.pairs) and text[line_start(text, start) : start].strip():
        # "- first: 1" shares its line with the dash: the next pair moves up to it.
        return Edit(start, outer_span(mapping.pairs[index + 1].key).start, "")
    first = line_start(text, start)
    if text[first:start].strip():
        return Edit(start, end, "")
    if text[end - 1 : end] == "\n":
        return Edit(first, end, "")
    return _whole_lines(text, first, end)


def _whole_lines(text: str, first: int, end: int) -> Edit:
    """Delete from a line start to the end of the line of `end`, one line end included."""
    last = line_end(text, end)
    if last < len(text):
        width = 2 if text.startswith("\r\n", last) else 1
        return Edit(first, last + width, "")
    # The last line of a file without a line end: the one before it loses its own.
    back = 2 if text[max(first - 2, 0) : first] == "\r\n" else 1
    return Edit(max(first - back, 0), last, "")


def _remove_from_flow(text: str, starts: list[int], ends: list[int], index: int) -> Edit:
    if index + 1 < len(starts):
        return Edit(starts[index], starts[index + 1], "")
    if index:
        return Edit(ends[index - 1], ends[index], "")
    end = ends[0]
    comma = len(text[end:]) - len(text[end:].lstrip(" \t"))
    if text.startswith(",", end + comma):
        end += comma + 1
    return Edit(starts[0], end, "")


def remove_item(text: str, sequence: Sequence, index: int) -> Edit:
    """Remove the item at `index`, with its dash or its comma."""
    return remove_items(text, sequence, index, index)


def remove_items(text: str, sequence: Sequence, first_index: int, last_index: int) -> Edit:
    """Remove the items from one index to another, both included, with their dashes or commas."""
    items = sequence.items
    if sequence.flow:
        kept = range(len(items))
        starts = [outer_span(items[i]).start for i in kept if not first_index < i <= last_index]
        ends = [items[i].end for i in kept if not first_index <= i < last_index]
        return _remove_from_flow(text, starts, ends, first_index)
    start = outer_span(items[first_index]).start
    dash = text.rindex("-", 0, start + (items[first_index].end == start))
    first = line_start(text, dash)
    if text[first:dash].strip() and last_index + 1 < len(items):
        return Edit(start, outer_span(items[last_index + 1]).start, "")
    end = items[last_index].end
    if text[end - 1 : end] == "\n":
        return Edit(first, end, "")
    return _whole_lines(text, first, end)


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


def remove_pairs(text: str, mapping: Mapping, indexes: Container[int]) -> list[Edit]:
    """Remove several pairs of a mapping; not all of them."""
    pairs = mapping.pairs
    starts = [outer_span(pair.key).start for pair in pairs]
    if mapping.flow:
        return _remove_runs(text, starts, [max(p.value.end, p.key.end) for p in pairs], indexes)
    first = starts[0] if starts else 0
    return _remove_each(
        starts,
        indexes,
        lambda index: remove_pair(text, mapping, index),
        shares_line=bool(text[line_start(text, first) : first].strip()),
    )


def _remove_each(
    starts: list[int], indexes: Container[int], remove: Callable[[int], Edit], *, shares_line: bool
) -> list[Edit]:
    """Remove pairs or items, each by itself.

    Where the first one `shares_line` with a dash or a key, it leaves that to the next.
    """
    edits: list[Edit] = []
    for index in range(len(starts)):
        shares_line = shares_line and index in indexes
        if index in indexes:
            up = shares_line and 0 < index < len(starts) - 1
            edits.append(Edit(starts[index], starts[index + 1], "") if up else remove(index))
    return edits


def _remove_runs(
    text: str, starts: list[int], ends: list[int], indexes: Container[int]
) -> list[Edit]:
    """Remove pairs of a flow mapping, those beside each other at once."""
    edits: list[Edit] = []
    count, first = len(starts), 0
    while first < count:
        last = first
        while last < count and last in indexes:
            last += 1
        if last > first and last < count:
            edits.append(Edit(starts[first], starts[last], ""))
        elif last > first:
            edits.append(_remove_last(text, ends[first - 1], starts[first], ends[last - 1]))
        first = last + 1
    return edits


def _remove_last(text: str, before: int, start: int, end: int) -> Edit:
    """Remove the last pairs of a flow mapping; a comment beside the pair before stays there."""
    comment = _COMMA_AND_COMMENT.match(text, before)
    rest = _REST_OF_PAIR.match(text, end)
    if comment is None or comment.end() > start or rest is None:
        return Edit(before, end, "")
    return Edit(comment.end(), rest.end(), "")


def remove_single_items(text: str, sequence: Sequence, indexes: Container[int]) -> list[Edit]:
    """Remove items of a block list, each with its own lines; what stands between them stays."""
    starts = [outer_span(item).start for item in sequence.items]
    dash = text.rindex("-", 0, starts[0] + (sequence.items[0].end == starts[0]))
    return _remove_each(
        starts,
        indexes,
        lambda index: remove_item(text, sequence, index),
        shares_line=bool(text[line_start(text, dash) : dash].strip()),
    )


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
