"""Removing pairs of a mapping and items of a list, with their commas, dashes and lines."""

import re
from collections.abc import Callable, Container

from losslint.diagnostics import Edit
from losslint.syntax.edits import COMMA_AND_COMMENT, line_start, whole_lines
from losslint.syntax.nodes import Mapping, Sequence, outer_span

_REST_OF_PAIR = r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)"


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
    return whole_lines(text, first, end)


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
    return whole_lines(text, first, end)


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
    comment = re.compile(COMMA_AND_COMMENT).match(text, before)
    rest = re.compile(_REST_OF_PAIR).match(text, end)
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
